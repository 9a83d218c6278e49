"""A datagram socket: UDP or Unix, connected to one peer or open to all."""

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Callable
from typing import ClassVar, Final

from msgspec.structs import replace

from sockplay.engine import kernel
from sockplay.engine.addresses import SockAddr, address_python, address_text
from sockplay.engine.asked import Asked
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.journal import Journal
from sockplay.engine.outbox import Outgoing
from sockplay.engine.talker import Talker
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Behaviour, HowShut, Protocol

PEERS_KEPT: Final = 256
"""A flood from forged addresses must not fill memory: the longest silent peer is forgotten."""
_PEER_RETRY_S: Final = 0.01
_WSAEMSGSIZE: Final = 10040
"""Windows fails a recvfrom that cuts a datagram, instead of returning its beginning."""


class Datagram(Talker):
    """One datagram socket. Each call moves one whole datagram, or cuts it and says so."""

    reads_with: ClassVar[str] = "recvfrom"

    def __init__(
        self,
        name: str,
        protocol: Protocol,
        journal: Journal,
        on_end: Callable[[Endpoint], None],
        behaviour: Behaviour,
    ) -> None:
        super().__init__(name, protocol, "datagram", journal, on_end, behaviour)
        self.connected = False
        self._peers: OrderedDict[str, SockAddr] = OrderedDict()
        self._room = bytearray()
        """Where datagrams are received before they are copied."""
        self._last: tuple[SockAddr, str] = None, address_text(None)
        """Who wrote last, and how that is written: a flood has few senders."""
        self._retry: asyncio.TimerHandle | None = None

    async def send(self, data: bytes, peer: str | None = None) -> int:
        """Send one datagram: to its peer, to the one named, or to the one that last wrote.

        Raises:
            SockplayError: it is closed, or has nobody to send to.
            OSError: the kernel refused.
        """
        if self.connected:
            return await self._put(data, "send")
        if not self._peers:
            raise SockplayError(
                f"Nobody has written to {self.name} yet, so it has no one to answer. "
                "Let a client write first."
            )
        address = self._peers.get(peer or next(reversed(self._peers)))
        if address is None:
            raise SockplayError(f"{self.name} has seen no peer {peer}. Pick one that it has seen.")
        return await self._put(data, "send", address)

    async def shutdown(self, how: HowShut) -> None:
        """Say that datagrams have no stream to finish.

        Raises:
            SockplayError: always.
        """
        raise SockplayError(
            f"{self.name} sends datagrams: it has no stream that {how} could end. Close it instead."
        )

    def info(self) -> SocketInfo:
        """Its state, its peers, and what the kernel dropped."""
        return replace(
            super().info(),
            dropped=kernel.dropped(self.sock) if self.is_open else None,
            peers=tuple(reversed(self._peers)),
        )

    def _recv(self, bufsize: int, began: int) -> Call:
        sock = self.sock
        try:
            data, size, cut, address = _recvfrom(sock, bufsize, self._room)
        except OSError as error:
            # ICMP's "port unreachable" for an earlier send arrives here (udp(7)); it lives on.
            return self.record_failure(Asked("recvfrom", began, requested=bufsize), error)
        if cut:
            return self.has_read(
                Asked("recvfrom", began, requested=bufsize), data, size, cut, address
            )
        peer = None if self.connected else self._seen(address)
        left = kernel.queued(sock)
        call = self.moved("recvfrom", began, bufsize, data, left=left, size=size, peer=peer)
        self.bytes_in += len(data)
        if address or self.connected:
            self._answer(data, None if self.connected else address)
        return call

    def has_read(
        self,
        asked: Asked,
        data: bytes,
        size: int | None,
        cut: bool,
        address: SockAddr,
        note: str = "",
    ) -> Call:
        """Write down what a read brought, and act on it; a peek brought nothing.

        Args:
            asked: the call.
            data: the bytes it got.
            size: the datagram's real length, where known.
            cut: whether the datagram was longer than the bufsize.
            address: who sent it.
            note: what else there is to say.
        """
        asks_who = asked.op not in ("recv", "recv_into")
        call = self.moved(
            asked.op,
            asked.began,
            asked.requested,
            data,
            asked.args,
            kernel.queued(self.sock),
            size=size,
            peer=self._seen(address) if (asks_who or address) and not self.connected else None,
            note=f"{_cut_note(size, len(data)) if cut else ''} {note}".strip(),
            badges=("truncated",) if cut else (),
        )
        if asked.peek:
            return call
        self.bytes_in += len(data)
        if address or self.connected:
            self._answer(data, None if self.connected else address)
        return call

    def _seen(self, address: SockAddr) -> str:
        if address == self._last[0]:
            return self._last[1]
        text = address_text(address)
        if address:
            self._peers[text] = address
            self._peers.move_to_end(text)
            if len(self._peers) > PEERS_KEPT:
                self._peers.popitem(last=False)
        self._last = address, text
        return text

    def _paced(self, bufsize: int) -> int:
        return bufsize  # a smaller one would cut the datagram

    def _wait_writable(self, callback: Callable[[], None] | None) -> None:
        if self.protocol == "udp" or self.connected:
            super()._wait_writable(callback)
        elif callback is not None:
            self._try_again(callback, now=False)
        elif self._retry is not None:
            self._retry.cancel()

    def _try_again(self, callback: Callable[[], None], now: bool = True) -> None:
        # To a peer whose queue is full, an unconnected Unix socket counts as writable all the
        # same (Linux, net/unix/af_unix.c, unix_dgram_poll), so a writer would spin.
        self._retry = self.loop.call_later(_PEER_RETRY_S, self._try_again, callback)
        if now:
            callback()

    def _send_one(self, item: Outgoing) -> bool:
        to, data = item.to, item.data
        op, args, peer = ("send", "", None)
        if to is not None:
            op, args, peer = "sendto", address_python(to), address_text(to)
        try:
            moved = self.sock.send(data) if to is None else self.sock.sendto(data, to)
        except OSError as error:
            blocked = isinstance(error, BlockingIOError)
            if not (blocked and item.blocked):
                self.record(op, item.began, args=args, requested=len(data), error=error, peer=peer)
            item.blocked = blocked
            if blocked:
                return False
            raise
        item.moved = moved
        self.has_sent(Asked(op, item.began, args, len(data)), bytes(data[:moved]), peer)
        return True

    def has_sent(self, asked: Asked, data: bytes, peer: str | None, note: str = "") -> Call:
        """Write down what a send moved, and to whom where it was not to its one peer."""
        call = self.moved(
            asked.op, asked.began, asked.requested, data, asked.args, peer=peer, note=note
        )
        self.bytes_out += len(data)
        return call


def _cut_note(size: int | None, kept: int) -> str:
    if size is None:
        return "The rest of the datagram is gone; this platform does not tell its length."
    return f"The datagram had {size:,} bytes; {size - kept:,} of them are gone."


def _recvfrom(
    sock: socket.socket, bufsize: int, room: bytearray
) -> tuple[bytes, int | None, bool, SockAddr]:
    """Receive one datagram: its bytes, its real length, whether it was cut, its sender."""
    if kernel.MSG_TRUNC_TELLS_LENGTH:
        # recvfrom_into, since CPython would grow the bytes object of a recvmsg to the real length
        # and so show memory that was never received (Modules/socketmodule.c, sock_recvmsg).
        if len(room) < bufsize:
            room.extend(bytes(bufsize - len(room)))
        size, address = sock.recvfrom_into(room, bufsize, socket.MSG_TRUNC)
        return bytes(memoryview(room)[: min(size, bufsize)]), size, size > bufsize, address
    if hasattr(sock, "recvmsg"):
        data, _, flags, address = sock.recvmsg(bufsize)
        cut = bool(flags & socket.MSG_TRUNC)
        return data, None if cut else len(data), cut, address
    try:
        data, address = sock.recvfrom(bufsize)
    except OSError as error:
        if error.errno != _WSAEMSGSIZE:
            raise
        return b"", None, True, None
    return data, len(data), False, address
