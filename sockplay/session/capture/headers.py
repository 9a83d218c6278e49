"""IPv4, IPv6, TCP and UDP headers around payloads, with good checksums."""

from __future__ import annotations

import ipaddress
import struct
from functools import lru_cache
from typing import Final

import msgspec

FIN: Final = 0x01
SYN: Final = 0x02
RST: Final = 0x04
PSH: Final = 0x08
ACK: Final = 0x10

WINDOW_SHIFT: Final = 14
"""The most that a window can be shifted (RFC 7323, 2.3), so that no send ever fills it."""
_WINDOW: Final = 0xFFFF
_KNOWN: Final = 4096
"""Places that are not worked out anew: most calls have the same few."""
_TCP: Final = 6
_UDP: Final = 17
_HOPS: Final = 64
_IPV4: Final = struct.Struct(">BBHHHBBH4s4s")
_IPV6: Final = struct.Struct(">IHBB16s16s")
_TCP_HEADER: Final = struct.Struct(">HHIIBBHHH")
_UDP_HEADER: Final = struct.Struct(">HHHH")
_LOOPBACKS: Final = {4: b"\x7f\0\0\1", 16: bytes(15) + b"\1"}


class Place(msgspec.Struct, frozen=True):
    """Where packets come from or go to."""

    host: bytes
    """4 bytes of IPv4 or 16 of IPv6."""
    port: int

    @property
    def text(self) -> str:
        """It as people write it, as the engine does."""
        return _text(self.host, self.port)

    @property
    def is_any(self) -> bool:
        """Whether it is no address of one computer, but stands for all of this one."""
        return not any(self.host)


@lru_cache(_KNOWN)
def place_of(address: str | None) -> Place | None:
    """The place that an address as text names; None for a Unix path, or none at all.

    An IPv4 address in IPv6 (RFC 4291, 2.5.5.2) is read as what it means, since both ends of one
    connection may write it differently.
    """
    if not address or address.startswith(("/", "@")):
        return None
    host, _, port = address.rpartition(":")
    if not (port.isascii() and port.isdecimal()) or len(port) > 5 or int(port) > 0xFFFF:
        return None
    try:
        literal = ipaddress.ip_address(host.removeprefix("[").removesuffix("]").partition("%")[0])
    except ValueError:
        return None
    return Place((getattr(literal, "ipv4_mapped", None) or literal).packed, int(port))


@lru_cache(_KNOWN)
def beside(place: Place, other: Place) -> Place:
    """A place that stands for every address here, as the one that a peer must have met."""
    if not place.is_any:
        return place
    if is_loopback(other) or other.is_any:
        return Place(_LOOPBACKS[len(other.host)], place.port)
    return Place(bytes(len(other.host)), place.port)


@lru_cache(_KNOWN)
def _text(host: bytes, port: int) -> str:
    name = str(ipaddress.ip_address(host))
    return f"[{name}]:{port}" if len(host) == 16 else f"{name}:{port}"


def is_loopback(place: Place) -> bool:
    """Whether only this computer can be reached there."""
    return ipaddress.ip_address(place.host).is_loopback


def tcp_segment(
    source: Place,
    target: Place,
    sequence: int,
    acknowledged: int,
    flags: int,
    payload: bytes | memoryview = b"",
) -> bytes:
    """An IP packet with one TCP segment; a SYN offers the largest segment and window scale."""
    options = b""
    if flags & SYN:
        options = struct.pack(">BBHBBBx", 2, 4, segment_most(source), 3, 3, WINDOW_SHIFT)
    offset = (_TCP_HEADER.size + len(options)) << 2
    window = 0 if flags & RST else _WINDOW
    header = _TCP_HEADER.pack(
        source.port,
        target.port,
        sequence & 0xFFFFFFFF,
        acknowledged & 0xFFFFFFFF if flags & ACK else 0,
        offset,
        flags,
        window,
        0,
        0,
    )
    segment = b"".join((header, options, payload))
    check = checksum(_pseudo(source, target, _TCP, len(segment)) + segment)
    return b"".join(
        (_ip(source, target, _TCP, len(segment)), segment[:16], check.to_bytes(2), segment[18:])
    )


def udp_datagram(source: Place, target: Place, payload: bytes, size: int) -> bytes:
    """An IP packet with one datagram, of which the payload may be only the beginning.

    Args:
        source: who sent it.
        target: whom it went to.
        payload: its bytes, as many as are known.
        size: its real length; the checksum is right when all of it is known.
    """
    length = _UDP_HEADER.size + size
    header = _UDP_HEADER.pack(source.port, target.port, length, 0)
    known = _pseudo(source, target, _UDP, length) + header + payload
    # RFC 768: a checksum of zero goes out as all ones, since zero says that there is none.
    check = checksum(known) or 0xFFFF
    return b"".join((_ip(source, target, _UDP, length), header[:6], check.to_bytes(2), payload))


def datagram_most(place: Place) -> int:
    """Bytes of a datagram: what a length of 16 bits leaves, in which IPv4 counts its own header."""
    return 65_507 if len(place.host) == 4 else 65_527


def segment_most(place: Place) -> int:
    """Bytes of a segment that Ethernet's 1500 leave beside the headers."""
    return 1460 if len(place.host) == 4 else 1440


def checksum(data: bytes) -> int:
    """The internet checksum (RFC 1071) of bytes that are not all zero."""
    # The ones' complement sum of 16-bit words is the remainder of the whole number by 0xFFFF,
    # since 0x10000 leaves 1; where that is zero, the sum is 0xFFFF.
    if len(data) % 2:
        data += b"\0"
    return 0xFFFF - (int.from_bytes(data) % 0xFFFF or 0xFFFF)


def _ip(source: Place, target: Place, protocol: int, length: int) -> bytes:
    if len(source.host) == 16:
        return _IPV6.pack(6 << 28, length, protocol, _HOPS, source.host, target.host)
    total = _IPV4.size + length
    fields = (0x45, 0, total, 0, 0x4000, _HOPS, protocol)  # 0x4000: don't fragment
    check = checksum(_IPV4.pack(*fields, 0, source.host, target.host))
    return _IPV4.pack(*fields, check, source.host, target.host)


def _pseudo(source: Place, target: Place, protocol: int, length: int) -> bytes:
    if len(source.host) == 16:  # RFC 8200, 8.1
        return source.host + target.host + struct.pack(">II", length, protocol)
    return source.host + target.host + struct.pack(">HH", protocol, length)
