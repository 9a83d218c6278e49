"""Reads by hand: recv, recvfrom, recvmsg, and those that fill a buffer of the program."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final

from msgspec.structs import replace

from sockplay.engine import kernel
from sockplay.engine.addresses import SockAddr
from sockplay.engine.automatic import reads_by_itself
from sockplay.engine.datagram import Datagram
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.hand.patience import Patience, Wish, failed, interrupted, kernel_call
from sockplay.engine.hand.written import asked_for, views_of
from sockplay.engine.stream import Stream
from sockplay.engine.talker import Talker

READS: Final = ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into")
_TELLS: Final = {"recv": "recvfrom", "recv_into": "recvfrom_into"}
"""By a method of datagrams that keeps the sender to itself, the one that tells it."""
_STAYS: Final = socket.MSG_PEEK | getattr(socket, "MSG_ERRQUEUE", 0)
_ALL: Final = getattr(socket, "MSG_WAITALL", 0)
_CUT: Final = getattr(socket, "MSG_TRUNC", 0)


async def read(endpoint: Endpoint, wish: Wish) -> object:
    """Make one read; returns what Python's method returns.

    Raises:
        OSError: as the call did, or the socket reads by itself.
    """
    _refuse_beside(endpoint)
    reading = _Reading(endpoint, wish)
    try:
        await reading.make()
    except OSError as error:
        failed(endpoint, wish, wish.asked(reading.requested, reading.peeks), error, "read")
        raise
    except asyncio.CancelledError:
        asked = wish.asked(reading.requested, reading.peeks)
        if reading.data:  # a part of what MSG_WAITALL waited for is gone from the queue
            reading.tell("Interrupted while it waited for the rest.")
        else:
            failed(endpoint, wish, asked, interrupted(), "read")
        raise
    reading.tell(reading.note)
    return reading.result


def _refuse_beside(endpoint: Endpoint) -> None:
    """Refuse to read beside a socket that reads by itself, as it may do since the last attempt.

    Raises:
        OSError: it does.
    """
    if isinstance(endpoint, Talker) and endpoint.behaviour.bufsize is not None:
        raise reads_by_itself(endpoint.name)


class _Reading:
    def __init__(self, endpoint: Endpoint, wish: Wish) -> None:
        self._endpoint = endpoint
        self._wish = wish
        self._into = wish.op.endswith("_into")
        self._queued: int | None = None
        self.result: Any = None
        self.data = b""
        self.address: SockAddr = None
        self.cut = False
        self.pieces = 0

    @property
    def peeks(self) -> bool:
        return bool(self._wish.flags & _STAYS)

    @property
    def requested(self) -> int | None:
        return asked_for(self._wish.op, self._wish.args, self._wish.keywords)

    @property
    def note(self) -> str:
        """What there is to say of it beside its bytes."""
        said = []
        if self._wish.flags & socket.MSG_PEEK:
            said.append("A look ahead: the bytes stay queued.")
        if self.pieces > 1:
            said.append(f"They came in {self.pieces:,} pieces (MSG_WAITALL).")
        if self._wish.op == "recvmsg" and self.result[1]:
            said.append(f"Ancillary messages: {len(self.result[1])}.")
        if self._into:
            size = sum(map(len, self._views))
            stale = size - len(self.data)
            said.append(
                f"{len(self.data):,} of {size:,} bytes of the buffer overwritten"
                + (f"; {stale:,} are as before." if stale else ".")
            )
        return " ".join(said)

    async def make(self) -> None:
        wish, sock = self._wish, self._endpoint.sock
        patience = Patience(self._endpoint, wish, "read")
        held: list[memoryview] = []

        def attempt() -> object:
            _refuse_beside(self._endpoint)
            self._queued = kernel.queued(sock)
            try:
                return self._call(sock)
            except BlockingIOError:
                if self._into and not held:
                    held.extend(self._views)  # CPython too lets nobody resize it meanwhile
                raise

        try:
            self._take(await patience.make(attempt))
            stream = self._endpoint.protocol in ("tcp", "unix")
            if wish.flags & _ALL and wish.blocks and stream and not self.peeks:
                await self._wait_for_all(patience)
        finally:
            for view in held:
                view.release()

    def _call(self, sock: socket.socket) -> object:
        """Make the call; the system's own recv and recvfrom are one (net/socket.c)."""
        wish = self._wish
        telling = None if isinstance(self._endpoint, Stream) else _TELLS.get(wish.op)
        if telling is None or wish.asks_nothing:
            return kernel_call(sock, wish)
        try:
            first, self.address = kernel_call(sock, replace(wish, op=telling))
        except (TypeError, ValueError, OverflowError, MemoryError):
            return kernel_call(sock, wish)  # it complains too, and names the method that was used
        return first

    async def _wait_for_all(self, patience: Patience) -> None:
        sock, flags = self._endpoint.sock, self._wish.flags
        got = bytearray(self.data)
        try:
            while missing := (self.requested or 0) - len(got):
                try:
                    more = await patience.make(lambda: sock.recv(missing, flags))
                except OSError:
                    return  # what came is returned; the next call tells of the error (recv(2))
                if not more:
                    return
                self.pieces += 1
                if self._into:
                    _scatter(self._views, len(got), more)
                got += more
                await asyncio.sleep(0)  # a fast sender must not starve the other sockets
        finally:
            self._has(bytes(got))

    def _has(self, data: bytes) -> None:
        self.data = data
        whole = len(data) if self._into else data
        self.result = (whole, *self.result[1:]) if isinstance(self.result, tuple) else whole

    def _take(self, result: object) -> None:
        self.pieces, self.result = 1, result
        first: Any = result[0] if isinstance(result, tuple) else result
        self.data = _gather(self._views, first) if self._into else first
        if isinstance(result, tuple):
            self.address = result[-1]
        if self._wish.op.startswith("recvmsg"):
            self.cut = bool(self.result[2] & _CUT)
        elif self._endpoint.protocol not in ("tcp", "unix"):
            self.cut = len(self.data) < self._size

    @property
    def _size(self) -> int:
        """A datagram's real length; FIONREAD told it just before the call (udp(7))."""
        told = self._queued if kernel.MSG_TRUNC_TELLS_LENGTH else None
        return max(told or 0, len(self.data))

    @property
    def _views(self) -> list[memoryview]:
        return views_of(self._wish.op, self._wish.args, self._wish.keywords)

    def tell(self, note: str) -> None:
        """Write down what it brought."""
        endpoint = self._endpoint
        asked = self._wish.asked(self.requested, self.peeks)
        if isinstance(endpoint, Stream):
            endpoint.has_read(asked, self.data, note)
        elif isinstance(endpoint, Datagram):
            size = None if self.cut and self._size == len(self.data) else self._size
            endpoint.has_read(asked, self.data, size, self.cut, self.address, note)


def _gather(views: list[memoryview], count: int) -> bytes:
    data = bytearray()
    for view in views:
        data += view[: count - len(data)]
    return bytes(data)


def _scatter(views: list[memoryview], start: int, data: bytes) -> None:
    for view in views:
        part = data[: max(0, len(view) - start)]
        view[start : start + len(part)] = part
        data, start = data[len(part) :], max(0, start - len(view))
