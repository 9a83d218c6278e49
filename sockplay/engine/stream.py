"""A connected stream socket: one end of a TCP or Unix connection."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from typing import ClassVar, Final

from sockplay.engine import kernel
from sockplay.engine.asked import Asked
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.explain import errno_name, explain
from sockplay.engine.journal import Journal
from sockplay.engine.outbox import Outgoing
from sockplay.engine.talker import Talker
from sockplay.engine.twins import Twins
from sockplay.model.call import Badge, Call
from sockplay.model.errors import SockplayError
from sockplay.model.info import Role, State
from sockplay.model.spec import Behaviour, HowSent, HowShut, Protocol
from sockplay.values.counted import counted

_UNREAD_RESETS: Final = sys.platform == "linux"
_CUT: Final[tuple[Badge, ...]] = ("cut by bufsize",)
_SHORT: Final[tuple[Badge, ...]] = ("short write",)
_NO_RESET: Final[tuple[State, ...]] = ("new", "bound", "both finished", "failed")
"""Where close sends no RST, whatever it was told (Linux, net/ipv4/tcp.c, tcp_need_reset)."""
_RESET_NOTE: Final = "Closed with a reset (RST): whatever was queued is dropped."
_HALVES: Final[dict[tuple[bool, bool], State]] = {
    (False, False): "open",
    (True, False): "peer finished",
    (False, True): "we finished",
    (True, True): "both finished",
}
"""The state of a connection by which half has ended: the peer's, ours."""


class Stream(Talker):
    """One end of a connection. Its halves end apart: EOF is no reset, and a reset no EOF."""

    reads_with: ClassVar[str] = "recv"

    def __init__(
        self,
        name: str,
        protocol: Protocol,
        role: Role,
        journal: Journal,
        on_end: Callable[[Endpoint], None],
        behaviour: Behaviour,
        twins: Twins,
    ) -> None:
        super().__init__(name, protocol, role, journal, on_end, behaviour)
        self._twins = twins
        self._got_eof = False
        self._sent_eof = False
        self._shut_rd = False
        self._drained = False
        """Whether reading has come to its end, by EOF, error or ``SHUT_RD``."""

    @property
    def is_connected(self) -> bool:
        """Whether it has been connected, though it may have failed since."""
        return self.state not in ("new", "bound", "connecting")

    def start(self) -> None:
        """Begin to live: it is connected."""
        self._twins.join(self)
        super().start()

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """Change how it reads and what it replies; one set to read by itself may be over."""
        super().set_behaviour(behaviour)
        self._close_if_done()

    async def send(self, data: bytes | memoryview, how: HowSent) -> int:
        """Send in order after what is queued; returns the bytes that moved.

        ``send`` is one call, which may move less than all; ``sendall`` makes as many as it takes.

        Raises:
            SockplayError: it is closed, or closes before all was sent.
            OSError: the kernel refused.
        """
        return await self._put(data, how)

    async def shutdown(self, how: HowShut) -> None:
        """Shut down one half or both.

        Raises:
            SockplayError: it is closed, or bytes are still being sent.
            OSError: as the call did.
        """
        self._check_connected()
        sock = self.sock
        if self._outbox and how != "SHUT_RD":
            raise SockplayError(
                f"{self.name} still has {self._outbox.bytes:,} bytes to send. "
                "Wait until they are gone, or close it."
            )
        self.call("shutdown", lambda: sock.shutdown(getattr(socket, how)), how, self.peer)
        self.has_shut(how)

    def has_shut(self, how: HowShut) -> None:
        """Take note that one half was shut down, or both."""
        if how != "SHUT_WR":
            self._shut_rd = self._drained = True
        if how != "SHUT_RD":
            self._sent_eof = True
            self._show_halves()
        self._read_if_wanted()
        self._close_if_done()

    def abort(self) -> None:
        """Close with an RST, so that the peer sees a reset and no EOF."""
        sock = self.sock
        self.call(
            "setsockopt",
            lambda: sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, kernel.LINGER_ZERO),
            "SOL_SOCKET, SO_LINGER, struct.pack('ii', 1, 0)",
        )
        self.close(_RESET_NOTE if self.is_connected and self.state != "failed" else "")

    def close(self, note: str = "") -> None:
        """Close both halves; says what is lost by it."""
        if self.is_open and not note and self.state != "connecting":
            unread = kernel.queued(self.sock)
            if unread:
                # Linux, net/ipv4/tcp.c, tcp_close(): unread data turns the FIN into an RST, as
                # RFC 2525 section 2.17 asks.
                resets = _UNREAD_RESETS and self.protocol == "tcp" and self.state != "failed"
                reset = ", so the kernel sends a reset (RST)" if resets else ""
                note = f"{counted(unread)} {'was' if unread == 1 else 'were'} never read{reset}."
            elif self.state not in _NO_RESET and kernel.resets_at_close(self.sock):
                note = _RESET_NOTE
        super().close(note)

    def _may_read(self) -> bool:
        return super()._may_read() and not self._drained

    def _sent_all(self) -> None:
        super()._sent_all()
        self._close_if_done()

    def _recv(self, bufsize: int, began: int) -> Call:
        sock = self._sock or self.sock
        try:
            data = sock.recv(bufsize)
        except OSError as error:
            return self.read_failed(Asked("recv", began, requested=bufsize), error)
        if not data:
            return self.has_read(Asked("recv", began, requested=bufsize), data)
        left = kernel.queued(sock)
        badges = _CUT if left and len(data) == bufsize else ()
        call = self.moved(
            "recv", began, bufsize, data, "", left, self.bytes_in, None, None, "", badges
        )
        self.bytes_in += len(data)
        if not self._sent_eof and self.state != "failed":
            self._answer(data)
        return call

    def read_failed(self, asked: Asked, error: OSError, note: str = "") -> Call:
        """Write down a read that failed, and what that means for the connection."""
        call = self.record_failure(asked, error, note)
        if not isinstance(error, BlockingIOError):
            self._drained = True
            self._break(error, "recv")
        return call

    def has_read(self, asked: Asked, data: bytes, note: str = "") -> Call:
        """Write down what a read brought, and act on it; a peek brought nothing."""
        left = kernel.queued(self.sock) if self.is_open else None  # closed while it waited for all
        badges: tuple[Badge, ...] = ()
        ended = not data and asked.requested != 0 and not asked.peek
        if ended:
            badges, note = self._end_of_data()
        elif left and len(data) == asked.requested and not asked.peek:
            badges = _CUT
        call = self.moved(
            asked.op,
            asked.began,
            asked.requested,
            data,
            asked.args,
            left,
            None if asked.peek else self.bytes_in,
            note=note,
            badges=badges,
        )
        if asked.peek:
            return call
        self.bytes_in += len(data)
        if ended:
            self._drained = True
            self._read_if_wanted()
            self._close_if_done()
        elif not self._sent_eof and self.state != "failed":
            self._answer(data)
        return call

    def _end_of_data(self) -> tuple[tuple[Badge, ...], str]:
        """What it means that recv returned ``b''``."""
        if self.state == "failed":
            return (), "The connection has failed before, and nothing more can come."
        if self._shut_rd:
            return (), "Reading was shut down here; this does not mean that the peer finished."
        self._got_eof = True
        self._show_halves()
        return ("EOF",), f"{self.twin or 'The peer'} finished sending."

    def _show_halves(self) -> None:
        if self.state not in ("closed", "failed"):
            self.state = _HALVES[self._got_eof, self._sent_eof]

    def _send_one(self, item: Outgoing) -> bool:
        rest = item.rest if item.moved else item.data
        if (most := self._outbox.pace.most) is not None:
            rest = memoryview(rest)[:most]
        began = item.began if item.sends == 0 else self.journal.now()
        try:
            moved = (self._sock or self.sock).send(rest)
        except BlockingIOError as error:
            if not item.blocked:
                self.record(item.how, began, requested=len(rest), error=error)
            item.blocked = True
            return False
        except OSError as error:
            item.fail(error)
            self.send_failed(Asked(item.how, began, requested=len(rest)), error)
            raise
        item.sends += 1
        item.moved += moved
        short = moved < len(rest)
        if short:
            item.short = item.how == "send"
        sent = bytes(rest[:moved] if short else rest)
        note = "" if moved == len(item.data) else _send_note(item, len(rest), moved)
        badges, offset = _SHORT if short else (), self.bytes_out
        self.moved(item.how, began, len(rest), sent, "", None, offset, None, None, note, badges)
        self.bytes_out += moved
        return not (short and item.how == "sendall")

    def send_failed(self, asked: Asked, error: OSError, note: str = "") -> Call:
        """Write down a send that failed, and what that means for the connection."""
        call = self.record_failure(asked, error, note)
        # EPIPE after our own SHUT_WR tells of that alone: the other half lives on.
        if not (self._sent_eof and isinstance(error, BrokenPipeError)):
            self._break(error, "send")
        return call

    def has_sent(self, asked: Asked, data: bytes, note: str = "") -> Call:
        """Write down what a send moved."""
        op, began, requested = asked.op, asked.began, asked.requested
        badges, offset = _SHORT if len(data) < (requested or 0) else (), self.bytes_out
        self.bytes_out += len(data)
        return self.moved(
            op, began, requested, data, asked.args, offset=offset, note=note, badges=badges
        )

    def _close_if_done(self) -> None:
        if not self.is_open or self.behaviour.bufsize is None or self._outbox:
            return
        if self.state == "failed":
            done = self._drained
        else:
            ended = self._got_eof or (self._shut_rd and self._sent_eof)
            done = ended and not self.behaviour.keep_open
        if done:
            self.close()

    def _break(self, error: OSError, op: str) -> None:
        """The connection is over; what the kernel still holds can be read even so."""
        problem = explain(error, op, self.peer, state=self.state).sentence
        if self.protocol == "tcp" and isinstance(error, ConnectionResetError):
            problem = f"{self.twin or 'The peer'} reset the connection (RST)."
        self.fail(problem)
        self._outbox.clear(SockplayError(problem, errno_name(error)))
        self._read_if_wanted()
        self._close_if_done()


def _send_note(item: Outgoing, requested: int, moved: int) -> str:
    if moved < requested and item.how == "send":
        return f"The kernel took {moved:,} of {requested:,} bytes; the rest was not sent."
    togo = len(item.data) - item.moved
    return f"Send {item.sends} of this {item.how}: " + (
        f"{counted(togo)} to go." if togo else "done."
    )
