"""Reads pcap files (draft-ietf-opsawg-pcap), of both byte orders, in microseconds or ns."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, Literal

from sockplay.session.capture.packet import PACKET_MOST, Bytes, Packet, clock_ns

_TICKS: Final = {0xA1B2C3D4: 1_000_000, 0xA1B23C4D: 1_000_000_000}
"""Ticks in a second, by the number that a file begins with."""
_ORDERS: Final[dict[bytes, tuple[Literal["<", ">"], int]]] = {
    struct.pack(f"{order}I", magic): (order, ticks)
    for magic, ticks in _TICKS.items()
    for order in ("<", ">")
}
PCAP_MAGICS: Final = frozenset(_ORDERS)


def pcap_packets(file: Bytes) -> Iterator[Packet]:
    """The packets of a pcap file.

    Raises:
        StopsHereError: it is damaged.
    """
    order, ticks = _ORDERS[file.exactly(4, "the file's header")]
    fields = struct.unpack(f"{order}HHiIII", file.exactly(20, "the file's header"))
    link = fields[5] & 0xFFFF  # above it stands the length of the frames' checksums
    header = struct.Struct(f"{order}IIII")
    while not file.at_end():
        before = file.position
        seconds, fraction, captured, size = header.unpack(
            file.exactly(header.size, "a packet's header")
        )
        if captured > PACKET_MOST or fraction >= ticks:
            file.position = before
            file.stop("what follows is no packet")
        data = file.exactly(captured, "a packet")
        time_ns = clock_ns(seconds * ticks + fraction, ticks)
        yield Packet(time_ns, link, data, max(size, captured))
