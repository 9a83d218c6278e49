"""A TCP connection of a capture as the calls that its client would have made."""

from __future__ import annotations

from functools import partial
from typing import Final

from sockplay.session.capture.headers import ACK, FIN, RST, SYN, Place
from sockplay.session.capture.ip_layer import Segment
from sockplay.session.capture.journal import FROM_A_CAPTURE, Journal, python_of
from sockplay.session.capture.reassembly import Held, Piece, TcpStream

_BUFSIZE: Final = 4096
"""What a recv is shown to have asked for when it got nothing."""
_LINGER: Final = "SOL_SOCKET, SO_LINGER, struct.pack('ii', 1, 0)"


class TcpCalls:
    """One connection.

    Args:
        name: its socket's.
        client: who connected.
        server: who accepted.
        journal: where calls go.
        held: shared by all connections.
    """

    def __init__(
        self, name: str, client: Place, server: Place, journal: Journal, held: Held
    ) -> None:
        self.name = name
        self.client = client
        self._ends = (client, server)
        self._out, self._back = TcpStream(held), TcpStream(held)
        self._began_ns = journal.time_ns
        self._first: int | None = None
        """The sequence number of the client's SYN."""
        self._is_connected = False
        self._finished = {"out": False, "in": False}
        self.is_over = False
        self._write = partial(journal.write, name, ends=self._ends)
        journal.made(name, client, "SOCK_STREAM")

    def begins_anew(self, segment: Segment) -> bool:
        """Whether a segment begins another connection between the same ends."""
        if segment.flags & (SYN | ACK | RST) != SYN:
            return False
        return self.is_over or self._first != segment.sequence

    def take(self, segment: Segment) -> None:
        """Take the next segment of either end."""
        if self.is_over:
            return
        from_client = segment.source == self.client
        ours, theirs = (self._out, self._back) if from_client else (self._back, self._out)
        flags, sequence = segment.flags, segment.sequence
        if flags & SYN:
            sequence += 1
            ours.begin(sequence)
            if from_client and not flags & ACK:
                self._first = segment.sequence
                if not segment.payload:
                    return
        if flags & RST:
            self._reset(from_client)
            return
        self._connect(bool(self._first is not None or flags & SYN))
        if flags & ACK:
            theirs.begin(segment.acknowledged)
            self._read_all(not from_client, theirs.acknowledge(segment.acknowledged))
        finishes = bool(flags & FIN)
        pieces = ours.take(sequence, segment.payload, finishes, segment.missing)
        self._read_all(from_client, pieces)

    def close(self) -> None:
        """The capture has no more of it."""
        for from_client, stream in ((True, self._out), (False, self._back)):
            self._read_all(from_client, stream.close())
            if stream.lost_at_end and not self.is_over:
                self._finish(from_client, _gap(stream.lost_at_end))
        if not self._is_connected and not self.is_over:
            note = f"{FROM_A_CAPTURE} It holds no answer to this."
            self._write("connect", python_of(self._ends[1]), error="EINPROGRESS", note=note)

    def _connect(self, from_start: bool) -> None:
        if self._is_connected:
            return
        self._is_connected = True
        note = FROM_A_CAPTURE
        if not from_start:
            note += " It begins in the middle of this connection."
        server = python_of(self._ends[1])
        self._write("connect", server, note=note, began_ns=self._began_ns)

    def _read_all(self, from_client: bool, pieces: list[Piece]) -> None:
        for piece in pieces:
            note = _gap(piece.lost)
            op = "send" if from_client else "recv"
            self._write(op, data=piece.data, offset=piece.offset, note=note)
        stream = self._out if from_client else self._back
        if stream.is_finished:
            self._finish(from_client)

    def _finish(self, from_client: bool, gap: str = "") -> None:
        side = "out" if from_client else "in"
        if self._finished[side]:
            return
        self._finished[side] = True
        if from_client:
            self._write("shutdown", "SHUT_WR", note=gap)
        else:
            offset, note = self._back.position, f"{gap} The peer finished sending.".strip()
            self._write("recv", requested=_BUFSIZE, offset=offset, note=note, badges=("EOF",))
        if all(self._finished.values()):
            self._end("")

    def _reset(self, from_client: bool) -> None:
        if from_client:
            self._connect(self._first is not None)
            self._read_all(True, self._out.close())
            self._write("setsockopt", _LINGER)
            self._end("Closed with a reset (RST): whatever was queued is dropped.")
        elif not self._is_connected and self._first is not None and not self._back.began:
            server = python_of(self._ends[1])
            note = f"{FROM_A_CAPTURE} Nothing listened on {self._ends[1].text}."
            self._write("connect", server, error="ECONNREFUSED", note=note, began_ns=self._began_ns)
            self._end("")
        else:
            self._connect(self._first is not None)
            self._read_all(False, self._back.close())
            note = "The peer reset the connection (RST): bytes that were on their way are lost."
            self._write("recv", requested=_BUFSIZE, error="ECONNRESET", note=note)
            self._end("")

    def _end(self, note: str) -> None:
        self.is_over = True
        again = self._out.again + self._back.again
        if again:
            times = "segment" if again == 1 else "segments"
            note = f"{note} {again:,} {times} of the capture brought nothing new.".strip()
        self._write("close", note=note)


def _gap(lost: int) -> str:
    if not lost:
        return ""
    return f"The capture lacks {lost:,} {'byte' if lost == 1 else 'bytes'} before this."
