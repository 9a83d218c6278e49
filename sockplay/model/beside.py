"""Two sequences of bytes in one grid of cells: what a view that compares them draws."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

from sockplay.model.alignment import Likeness, Stretch

MARKS: Final[dict[Likeness, str]] = {"same": " ", "changed": "≠", "left": "-", "right": "+"}
"""What stands before a byte, so that no meaning is told by colour alone."""
_UNLIKE: Final = re.compile(rb"[^\0]+")


class Cell(NamedTuple):
    """One place of the grid; an index is None where that side has nothing."""

    left: int | None
    right: int | None
    likeness: Likeness


class Beside:
    """Lays both sides out so that what belongs together stands in the same cell.

    Args:
        left: one of them.
        right: the other one.
        stretches: how they are aligned, from end to end.
    """

    def __init__(self, left: bytes, right: bytes, stretches: Sequence[Stretch]) -> None:
        self.left, self.right = left, right
        self._stretches = stretches
        self._ends = array("Q", accumulate(stretch.size for stretch in stretches))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @cached_property
    def places(self) -> list[int]:
        """The cells where differences begin."""
        return [first for first, _ in self.runs()]

    def runs(self) -> Iterator[tuple[int, int]]:
        """The cells that differ, from one place up to another."""
        for stretch, end in zip(self._stretches, self._ends, strict=True):
            at = end - stretch.size
            yield from ((at + first, at + last) for first, last in self._unlike(stretch))

    def _unlike(self, stretch: Stretch) -> Iterator[tuple[int, int]]:
        if stretch.likeness != "changed":
            yield from () if stretch.likeness == "same" else ((0, stretch.size),)
            return
        # Some of its bytes are equal: those are NUL in the exclusive or, at the speed of C.
        left = int.from_bytes(self.left[stretch.left : stretch.left_end], "big")
        right = int.from_bytes(self.right[stretch.right : stretch.right_end], "big")
        for run in _UNLIKE.finditer((left ^ right).to_bytes(stretch.size, "big")):
            yield run.span()

    def cells(self, first: int, count: int) -> list[Cell]:
        """So many cells from a place on."""
        found: list[Cell] = []
        number = bisect_right(self._ends, first)
        while number < len(self._stretches) and len(found) < count:
            stretch = self._stretches[number]
            start = first + len(found) - (self._ends[number] - stretch.size)
            room = min(stretch.size, start + count - len(found))
            found += [self._cell(stretch, at) for at in range(start, room)]
            number += 1
        return found

    def place_after(self, cell: int, way: int) -> int | None:
        """Where the next difference begins, or with a ``way`` of -1 the one before."""
        places = self.places
        at = bisect_right(places, cell) if way > 0 else bisect_left(places, cell) - 1
        return places[at] if 0 <= at < len(places) else None

    def _cell(self, stretch: Stretch, at: int) -> Cell:
        left = None if stretch.likeness == "right" else stretch.left + at
        right = None if stretch.likeness == "left" else stretch.right + at
        likeness = stretch.likeness
        if left is not None and right is not None and likeness == "changed":
            likeness = "same" if self.left[left] == self.right[right] else "changed"
        return Cell(left, right, likeness)
