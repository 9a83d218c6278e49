"""Reads pcapng files (draft-ietf-opsawg-pcapng), of both byte orders, with many interfaces."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NoReturn

import msgspec

from sockplay.session.capture.packet import PACKET_MOST, Bytes, Packet, clock_ns

PCAPNG_MAGIC: Final = b"\x0a\x0d\x0d\x0a"
_INTERFACE, _OLD_PACKET, _SIMPLE, _PACKET = 1, 2, 3, 6
_BLOCK_MOST: Final = 16 << 20
"""Bytes of a block, as Wireshark has it (wiretap/pcapng.c)."""
_INTERFACES_MOST: Final = 10_000
_RESOLUTION, _OFFSET = 9, 14
_ORDERS: Final = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}


class _Interface(msgspec.Struct, frozen=True):
    link: int
    snap: int
    ticks: int
    """In a second."""
    offset_s: int


def pcapng_packets(file: Bytes) -> Iterator[Packet]:
    """The packets of a pcapng file; those without a time get that of the packet before.

    Raises:
        StopsHereError: it is damaged.
    """
    section = _Section()
    while not file.at_end():
        before = file.position
        head = file.exactly(8, "a block")
        if head[:4] == PCAPNG_MAGIC:
            mark = file.exactly(4, "a section's header")
            if mark not in _ORDERS:
                _stop(file, before, "what follows is no section")
            section = _Section(_ORDERS[mark], section.time_ns)
            head += mark
        kind, length = struct.unpack(f"{section.order}II", head[:8])
        if length % 4 or not len(head) + 4 <= length <= _BLOCK_MOST:
            _stop(file, before, "what follows is no block")
        body = file.exactly(length - len(head) - 4, "a block")
        if file.exactly(4, "a block") != head[4:8]:
            _stop(file, before, "a block does not end where it says")
        try:
            packet = section.packet(kind, body)
        except (struct.error, ValueError, IndexError):
            _stop(file, before, "a block is too short for what it holds")
        if packet is not None:
            yield packet


def _stop(file: Bytes, before: int, reason: str) -> NoReturn:
    file.position = before
    file.stop(reason)


class _Section:
    def __init__(self, order: str = "<", time_ns: int = 0) -> None:
        self.order = order
        self.time_ns = time_ns
        self._interfaces: list[_Interface] = []

    def packet(self, kind: int, body: bytes) -> Packet | None:
        """The packet in a block, if it holds one.

        Raises:
            ValueError, IndexError, struct.error: the block is damaged.
        """
        if kind == _INTERFACE:
            self._add_interface(body)
        elif kind == _PACKET:
            number, high, low, captured, size = self._unpack("IIIII", body)
            return self._made(self._interfaces[number], high << 32 | low, captured, size, body, 20)
        elif kind == _OLD_PACKET:
            number, _, high, low, captured, size = self._unpack("HHIIII", body)
            return self._made(self._interfaces[number], high << 32 | low, captured, size, body, 20)
        elif kind == _SIMPLE:
            (size,) = self._unpack("I", body)
            interface = self._interfaces[0]
            captured = min(size, interface.snap or size, len(body) - 4)
            return self._made(interface, None, captured, size, body, 4)
        return None

    def _made(
        self,
        interface: _Interface,
        ticks: int | None,
        captured: int,
        size: int,
        body: bytes,
        start: int,
    ) -> Packet:
        if captured > min(PACKET_MOST, len(body) - start):
            raise ValueError
        if ticks is not None:
            self.time_ns = clock_ns(ticks, interface.ticks, interface.offset_s)
        data = body[start : start + captured]
        return Packet(self.time_ns, interface.link, data, max(size, captured))

    def _add_interface(self, body: bytes) -> None:
        link, _, snap = self._unpack("HHI", body)
        options = self._options(body, 8)
        resolution = options.get(_RESOLUTION, b"\x06")[0]
        ticks = 1 << (resolution & 0x7F) if resolution & 0x80 else 10 ** min(resolution, 40)
        (offset,) = struct.unpack(f"{self.order}q", options.get(_OFFSET, bytes(8)))
        if len(self._interfaces) >= _INTERFACES_MOST:
            raise ValueError
        self._interfaces.append(_Interface(link, snap, ticks, offset))

    def _options(self, body: bytes, at: int) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        while at + 4 <= len(body):
            code, length = struct.unpack_from(f"{self.order}HH", body, at)
            if not code:
                break
            found[code] = body[at + 4 : at + 4 + length]
            at += 4 + length + -length % 4
        return found

    def _unpack(self, fields: str, body: bytes) -> tuple[int, ...]:
        return struct.unpack_from(f"{self.order}{fields}", body)
