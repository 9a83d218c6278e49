"""One TCP connection as the packets that carry what its sockets sent and received."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sockplay.model.call import Call, Direction
from sockplay.session.capture.headers import (
    ACK,
    FIN,
    PSH,
    RST,
    SYN,
    Place,
    segment_most,
    tcp_segment,
)

Emit = Callable[[int, bytes, Direction], None]
"""Takes a packet: when, its bytes, and whether a socket here sent it."""
_UNACKNOWLEDGED_MOST: Final = 1 << 20
"""Bytes after which the kernel of a peer that is not here is taken to have acknowledged them."""
_GONE: Final = frozenset({"ECONNRESET", "ECONNABORTED", "EPIPE"})


class End:
    """One end, and the stream that it sends. Positions count from the first byte shown."""

    def __init__(self, place: Place, first: int) -> None:
        self.place = place
        self.first = first
        """The sequence number of its SYN."""
        self.base: int | None = None
        """The offset of the stream's first byte shown."""
        self.position = 0
        self.finished = False
        self.seen = 0
        """How far into the other's stream it has read, a FIN counting as one more."""
        self.name = ""
        """The socket's, once it turned out to be one of ours."""
        self.closed = False

    @property
    def length(self) -> int:
        """How much of its stream has been shown, a FIN counting as one more."""
        return self.position + self.finished


class TcpConnection:
    """Puts each byte on the wire once, whichever end shows it first.

    What one end sent is what the other receives: a send puts its bytes on the wire, and a recv
    those of its bytes that no send here has put there. A recv then acknowledges what it read.

    Args:
        client: who connected.
        server: who accepted.
        number: of the connection; equal addresses get other sequence numbers by it.
        emit: where packets go.
    """

    def __init__(self, client: Place, server: Place, number: int, emit: Emit) -> None:
        first = (number + 1) * 0x10001
        self._client = End(client, first)
        self._server = End(server, first + 0x5000_0000)
        self._emit = emit
        self._is_open = False
        self._is_reset = False
        self._reset_noticed = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more can be sent on it."""
        return self._is_reset or (self._client.finished and self._server.finished)

    def end_at(self, place: Place) -> End:
        """The end that has this address."""
        return self._client if place == self._client.place else self._server

    def take(self, call: Call, end: End) -> None:
        """Show what a call of one of our sockets did.

        Args:
            call: one that was made on this connection.
            end: the end that made it.
        """
        other = self._other(end)
        done = call.time_ns + call.took_ns
        self.open(call.time_ns, done, end)
        end.name = call.socket
        if call.error is not None:
            self._fail(call, end, done)
        elif call.direction == "out":
            self._lay(end, call, done, "out")
            if not other.name and end.length - other.seen > _UNACKNOWLEDGED_MOST:
                self._segment(other, done, "in")
        elif call.direction == "in":
            self._read(call, end, done)
        elif call.op == "shutdown" and call.args in ("SHUT_WR", "SHUT_RDWR"):
            self._finish(end, done, "out")
        elif call.op == "close":
            self._close(call, end, done)

    def open(self, began: int, done: int, end: End) -> None:
        """Show the handshake, once; ``end`` is one of ours."""
        if self._is_open:
            return
        self._is_open = True
        client, server = self._client, self._server
        there: Direction = "out" if end is client else "in"
        back: Direction = "in" if end is client else "out"
        self._flags(client, began, SYN, there)
        self._flags(server, done, SYN | ACK, back)
        self._segment(client, done, there)

    def refuse(self, call: Call, answered: bool) -> None:
        """Show a connect that failed: a SYN, and the RST if there was one."""
        self._is_open = self._is_reset = True
        self._client.name = call.socket
        self._flags(self._client, call.time_ns, SYN, "out")
        if answered:
            done = call.time_ns + call.took_ns
            self._flags(self._server, done, RST | ACK, "in", sequence=0)

    def _other(self, end: End) -> End:
        return self._server if end is self._client else self._client

    def _fail(self, call: Call, end: End, done: int) -> None:
        if call.error not in _GONE or (call.error == "EPIPE" and end.finished):
            return  # EPIPE after our own SHUT_WR tells of that alone
        # What the peer sent before its reset can still be read after a send has failed.
        self._reset_noticed = True
        if call.direction == "in":
            self._reset(self._other(end), done, "in")

    def _read(self, call: Call, end: End, done: int) -> None:
        other = self._other(end)
        self._lay(other, call, done, "in")
        if "EOF" in call.badges:
            self._finish(other, done, "in")
            seen = other.length
        elif not call.data and self._reset_noticed:
            self._reset(other, done, "in")
            return
        elif other.base is None:
            return  # nothing came: recv(0)
        else:
            seen = (call.offset or 0) + len(call.data) - other.base
        if seen > end.seen and not self._is_reset:
            end.seen = seen
            self._segment(end, done, "out")

    def _close(self, call: Call, end: End, done: int) -> None:
        end.closed = True
        if self._reset_noticed:
            self._reset(self._other(end), done, "in")
        elif "(RST)" in call.note:
            self._reset(end, done, "out")
        else:
            self._finish(end, done, "out")

    def _lay(self, end: End, call: Call, done: int, direction: Direction) -> None:
        """Put those bytes of a call on the wire that are not there yet."""
        if call.offset is None or not call.data:
            return
        if end.base is None:
            end.base = call.offset
        start = call.offset - end.base
        end.position = max(end.position, start)  # calls that are missing leave a gap
        rest = memoryview(call.data)[end.position - start :]
        most = segment_most(end.place)
        while rest:
            part, rest = rest[:most], rest[most:]
            self._segment(end, done, direction, part, 0 if rest else PSH)
            end.position += len(part)

    def _finish(self, end: End, done: int, direction: Direction) -> None:
        if not end.finished and not self._is_reset:
            self._segment(end, done, direction, flags=FIN)
            end.finished = True

    def _reset(self, end: End, done: int, direction: Direction) -> None:
        if not self._is_reset:
            self._segment(end, done, direction, flags=RST)
            self._is_reset = True

    def _segment(
        self,
        end: End,
        time_ns: int,
        direction: Direction,
        payload: bytes | memoryview = b"",
        flags: int = 0,
    ) -> None:
        other = self._other(end)
        if not end.name and direction == "in":
            end.seen = other.length  # it is not here, so nothing tells how far it has read
        packet = tcp_segment(
            end.place,
            other.place,
            end.first + 1 + end.length,
            other.first + 1 + end.seen,
            flags | ACK,
            payload,
        )
        self._emit(time_ns, packet, direction)

    def _flags(
        self, end: End, time_ns: int, flags: int, direction: Direction, sequence: int | None = None
    ) -> None:
        """A segment of the handshake, before the streams begin."""
        other = self._other(end)
        first = end.first if sequence is None else sequence
        packet = tcp_segment(end.place, other.place, first, other.first + 1, flags)
        self._emit(time_ns, packet, direction)
