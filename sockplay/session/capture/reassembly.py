"""Puts the segments of one direction of a TCP connection in order (RFC 9293, 3.4)."""

from __future__ import annotations

from bisect import insort
from typing import Final

import msgspec

HELD_MOST: Final = 4 << 20
"""Bytes of a stream that wait for those before them."""
ALL_HELD_MOST: Final = 64 << 20
"""The same, of all streams together."""
_SEGMENT_COST: Final = 200
"""What a waiting segment costs beside its bytes, about."""
_HALF: Final = 1 << 31


class Piece(msgspec.Struct, frozen=True):
    """Bytes of a stream in order."""

    offset: int
    """How many bytes the stream had before, those that are missing too."""
    data: bytes
    lost: int
    """Bytes just before these that are not in the capture."""


class Held:
    """How much all streams together hold back."""

    def __init__(self) -> None:
        self.bytes = 0


class TcpStream:
    """One direction.

    Args:
        held: shared by all streams of a capture.
    """

    def __init__(self, held: Held) -> None:
        self._all_held = held
        self._next: int | None = None
        """The sequence number that comes next; None before the first segment."""
        self.position = 0
        """How many bytes have come, those that are missing too."""
        self._waiting: dict[int, bytes] = {}
        """Segments that came too early, by their place in the stream."""
        self._places: list[int] = []
        """Their places in order."""
        self._held = 0
        self._end: int | None = None
        """Where the stream ends, once a FIN has told."""
        self._acknowledged = 0
        """How far the other end says that it has got everything."""
        self.again = 0
        """Segments that brought nothing new."""

    @property
    def began(self) -> bool:
        """Whether the capture has shown anything of it."""
        return self._next is not None

    @property
    def is_finished(self) -> bool:
        """Whether all has come, up to the FIN."""
        return self._end is not None and self.position >= self._end

    def begin(self, sequence: int) -> None:
        """Its first byte has this number."""
        if self._next is None:
            self._next = sequence & 0xFFFFFFFF

    def take(self, sequence: int, data: bytes, finishes: bool, missing: int) -> list[Piece]:
        """Take a segment; returns what can be read now.

        Args:
            sequence: the number of its first byte.
            data: its bytes.
            finishes: whether it has a FIN.
            missing: bytes at its end that were not captured.
        """
        self.begin(sequence)
        place = self._place(sequence)
        if finishes and self._end is None:
            self._end = max(self.position, place + len(data) + missing)
        if not data:
            return []
        if place + len(data) <= self.position:
            self.again += 1
            return []
        if place > self.position:
            self._hold(place, data)
            return self._skip() if self._is_too_much else self._skip_acknowledged()
        self._hold(place, data)
        return self._in_order()

    def acknowledge(self, number: int) -> list[Piece]:
        """The other end says that it has got all before a number; returns what can be read now."""
        if self._next is None:
            return []
        self._acknowledged = max(self._acknowledged, self._place(number))
        return self._skip_acknowledged()

    def close(self) -> list[Piece]:
        """Nothing more comes: returns all that waited."""
        pieces: list[Piece] = []
        while self._places:
            pieces += self._skip()
        return pieces

    @property
    def lost_at_end(self) -> int:
        """Bytes between the last that came and the FIN."""
        return 0 if self._end is None else max(0, self._end - self.position)

    @property
    def _is_too_much(self) -> bool:
        return self._held > HELD_MOST or self._all_held.bytes > ALL_HELD_MOST

    def _place(self, sequence: int) -> int:
        """Where a sequence number stands in the stream: the nearest place to the next one."""
        ahead = (sequence - (self._next or 0) + _HALF) % (2 * _HALF) - _HALF
        return self.position + ahead

    def _hold(self, place: int, data: bytes) -> None:
        if len(self._waiting.get(place, b"")) >= len(data):
            self.again += 1
            return
        if place not in self._waiting:
            insort(self._places, place)
        self._count(-self._cost(self._waiting.get(place, b"")))
        self._waiting[place] = data
        self._count(self._cost(data))

    def _skip_acknowledged(self) -> list[Piece]:
        """What the other end has got, and waits here all the same: what lacks was not captured."""
        pieces: list[Piece] = []
        while self._places and self._places[0] <= self._acknowledged:
            pieces += self._skip()
        return pieces

    def _skip(self) -> list[Piece]:
        """Go on behind a gap, which nothing in the capture fills."""
        lost = max(0, self._places[0] - self.position)
        self._go(lost)
        return self._in_order(lost)

    def _in_order(self, lost: int = 0) -> list[Piece]:
        pieces: list[Piece] = []
        while self._places and self._places[0] <= self.position:
            place = self._places.pop(0)
            data = self._waiting.pop(place)
            self._count(-self._cost(data))
            fresh = data[self.position - place :]
            if not fresh:
                self.again += 1
                continue
            pieces.append(Piece(self.position, fresh, lost))
            self._go(len(fresh))
            lost = 0
        return pieces

    def _go(self, count: int) -> None:
        self.position += count
        self._next = ((self._next or 0) + count) & 0xFFFFFFFF

    def _cost(self, data: bytes) -> int:
        return len(data) + _SEGMENT_COST if data else 0

    def _count(self, cost: int) -> None:
        self._held += cost
        self._all_held.bytes += cost
