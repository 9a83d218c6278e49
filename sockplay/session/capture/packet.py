"""A packet as a capture has it, and the end of what can be read of one."""

from __future__ import annotations

from io import BufferedReader
from typing import Final, NoReturn

import msgspec

from sockplay.model.errors import SockplayError

PACKET_MOST: Final = 1 << 20
"""Bytes of a packet; captures on a loopback have up to 64 KiB, Wireshark reads up to 256 KiB."""
_LATEST: Final = (1 << 63) - 1


class Packet(msgspec.Struct, frozen=True):
    """One packet."""

    time_ns: int
    """When it was captured, in ns since the Unix epoch."""
    link: int
    """What it begins with (LINKTYPE_ number)."""
    data: bytes
    """What was captured of it."""
    size: int
    """How long it was on the wire."""


class StopsHereError(SockplayError):
    """A capture is damaged from here on."""


class Bytes:
    """A file that is read from its beginning to its end, and knows how far it is.

    Args:
        file: the file.
    """

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self.position = 0

    def exactly(self, count: int, what: str) -> bytes:
        """The next bytes.

        Raises:
            StopsHereError: the file ends before.
        """
        data = self._file.read(count)
        if len(data) < count:
            self.stop(f"{what} is cut off")
        self.position += count
        return data

    def at_end(self) -> bool:
        """Whether there are no more bytes."""
        return not self._file.peek(1)

    def stop(self, reason: str) -> NoReturn:
        """Say that nothing after this place can be read.

        Raises:
            StopsHereError: always.
        """
        raise StopsHereError(f"The capture is read up to byte {self.position:,}: {reason}.")


def clock_ns(ticks: int, per_second: int, offset_s: int = 0) -> int:
    """A time in ns since the Unix epoch, from a count of ticks; within what a session can hold."""
    time_ns = ticks * 1_000_000_000 // per_second + offset_s * 1_000_000_000
    return min(max(time_ns, 0), _LATEST)
