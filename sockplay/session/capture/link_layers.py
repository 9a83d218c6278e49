"""What stands before the IP packet, by the link type of a capture (tcpdump.org/linktypes.html)."""

from __future__ import annotations

from typing import Final

NULL, ETHERNET, LOOP = 0, 1, 108
SLL, SLL2 = 113, 276
RAW: Final = frozenset({12, 14, 101, 228, 229})
"""LINKTYPE_RAW, as some systems number it, LINKTYPE_IPV4 and LINKTYPE_IPV6."""
KNOWN: Final = RAW | {NULL, ETHERNET, LOOP, SLL, SLL2}

_IP: Final = frozenset({0x0800, 0x86DD})
_VLANS: Final = frozenset({0x8100, 0x88A8, 0x9100})
_VLANS_MOST: Final = 4
_FAMILIES: Final = frozenset({2, 10, 24, 28, 30})
"""AF_INET everywhere, and AF_INET6 of Linux, NetBSD, FreeBSD and macOS."""


def ip_packet(link: int, data: bytes) -> memoryview | None:
    """The IP packet in a frame; None where there is none.

    Args:
        link: the link type, one of ``KNOWN``.
        data: the frame.
    """
    frame = memoryview(data)
    if link in RAW:
        return frame
    if link in (NULL, LOOP):
        # The one is in the order of the capturing machine, the other in the network's.
        families = {int.from_bytes(frame[:4], "little"), int.from_bytes(frame[:4], "big")}
        return frame[4:] if families & _FAMILIES else None
    if link == SLL:
        return _under(frame, 14, 16)
    if link == SLL2:
        return _under(frame, 0, 20)
    return _under(frame, 12, 14)


def _under(frame: memoryview, at: int, end: int) -> memoryview | None:
    """What stands after a header that tells its type at a place, and after VLAN tags."""
    kind = int.from_bytes(frame[at : at + 2], "big")
    for _ in range(_VLANS_MOST):
        if kind not in _VLANS:
            break
        kind = int.from_bytes(frame[end + 2 : end + 4], "big")
        end += 4
    return frame[end:] if kind in _IP else None
