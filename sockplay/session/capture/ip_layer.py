"""Reads IPv4 and IPv6 packets, their options and extension headers, down to TCP and UDP."""

from __future__ import annotations

import struct
from typing import Final

import msgspec

from sockplay.session.capture.headers import Place

TCP, UDP = 6, 17
_FRAGMENT: Final = 44
_AUTHENTICATION: Final = 51
_EXTENSIONS: Final = frozenset({0, 43, _FRAGMENT, _AUTHENTICATION, 60})
"""Hop by hop, routing, fragment, authentication, destination (RFC 8200, RFC 4302)."""
_EXTENSIONS_MOST: Final = 16


class Carried(msgspec.Struct, frozen=True):
    """What an IP packet carries, or a fragment of it."""

    source: bytes
    target: bytes
    protocol: int
    payload: bytes
    missing: int = 0
    """Bytes at its end that were on the wire, but not captured."""
    number: int = 0
    """Of the packet that a fragment belongs to."""
    start: int = 0
    """Where a fragment begins in it."""
    more: bool = False
    """Whether more fragments follow."""

    @property
    def is_fragment(self) -> bool:
        """Whether there is more of it in other packets."""
        return self.more or self.start > 0


class Segment(msgspec.Struct, frozen=True):
    """A TCP segment."""

    source: Place
    target: Place
    sequence: int
    acknowledged: int
    flags: int
    payload: bytes
    missing: int


class Datagram(msgspec.Struct, frozen=True):
    """A UDP datagram."""

    source: Place
    target: Place
    payload: bytes
    size: int


def carried(packet: memoryview) -> Carried | None:
    """What an IP packet carries; None where it is damaged, or cut within its headers."""
    version = packet[0] >> 4 if packet else 0
    try:
        if version == 4:
            return _ipv4(packet)
        return _ipv6(packet) if version == 6 else None
    except (struct.error, IndexError):
        return None


def tcp_segment(ip: Carried) -> Segment | None:
    """The TCP segment in an IP packet; None where it is damaged."""
    if len(ip.payload) < 20:
        return None
    sport, dport, sequence, ack, offset, flags = struct.unpack_from(">HHIIBB", ip.payload)
    start = (offset >> 4) * 4
    if not 20 <= start <= len(ip.payload):
        return None
    source, target = Place(ip.source, sport), Place(ip.target, dport)
    return Segment(source, target, sequence, ack, flags, ip.payload[start:], ip.missing)


def udp_datagram(ip: Carried) -> Datagram | None:
    """The UDP datagram in an IP packet; None where it is damaged."""
    if len(ip.payload) < 8:
        return None
    sport, dport, length = struct.unpack_from(">HHH", ip.payload)
    there = len(ip.payload) + ip.missing
    if length == 0:  # RFC 2675: a jumbogram, or one that the card was to cut into pieces
        length = there
    if not 8 <= length <= there:
        return None
    payload = ip.payload[8:length]
    return Datagram(Place(ip.source, sport), Place(ip.target, dport), payload, length - 8)


def _ipv4(packet: memoryview) -> Carried | None:
    header = (packet[0] & 15) * 4
    total, number, fragment, _, protocol = struct.unpack_from(">HHHBB", packet, 2)
    total = total or len(packet)  # the card was to cut it into pieces, and knows the length
    if not 20 <= header <= min(total, len(packet)):
        return None
    return Carried(
        bytes(packet[12:16]),
        bytes(packet[16:20]),
        protocol,
        bytes(packet[header:total]),
        max(0, total - len(packet)),
        number,
        (fragment & 0x1FFF) * 8,
        bool(fragment & 0x2000),
    )


def _ipv6(packet: memoryview) -> Carried | None:
    length, protocol = struct.unpack_from(">HB", packet, 4)
    at, end = 40, 40 + length if length else len(packet)
    number = start = 0
    more = False
    for _ in range(_EXTENSIONS_MOST):
        if protocol not in _EXTENSIONS:
            break
        following, size = packet[at], packet[at + 1]
        if protocol == _FRAGMENT:
            field, number = struct.unpack_from(">HI", packet, at + 2)
            start, more, step = field & 0xFFF8, bool(field & 1), 8
        else:
            step = (size + 2) * 4 if protocol == _AUTHENTICATION else (size + 1) * 8
        protocol, at = following, at + step
        if start:
            break  # what follows is the middle of something
    if at > min(end, len(packet)):
        return None
    return Carried(
        bytes(packet[8:24]),
        bytes(packet[24:40]),
        protocol,
        bytes(packet[at:end]),
        max(0, end - len(packet)),
        number,
        start,
        more,
    )
