"""Which part of a lane is seen, how large, and which calls stand in which columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

import msgspec

from sockplay.model.lane import Lane

_CELLS: Final = (1, 2, 3, 4, 6, 8, 12, 16)
_CELLS_DATAGRAM: Final = (*_CELLS, 24, 32)
_FARTHEST: Final = 1 << 60
_TICK_ROOM: Final = 3


class View(msgspec.Struct, frozen=True):
    """From the unit ``first`` on, ``cells`` columns for a unit or ``units`` of them in a column.

    One of the two is always 1.
    """

    width: int
    """Columns, at least 1."""
    first: int = 0
    units: int = 1
    cells: int = 1
    datagrams: bool = False

    def column(self, place: int) -> int:
        """Where a unit begins; outside of the view too."""
        return (place - self.first) * self.cells // self.units

    def place(self, column: int) -> int:
        """The unit that a column shows, or the first of them."""
        return self.first + column * self.units // self.cells

    @property
    def end(self) -> int:
        """The unit after the last one that is seen."""
        return self.place(self.width - 1) + self.units

    def fitted(self, total: int) -> View:
        """All units at once, as large as they can be drawn."""
        if total > self.width:
            return self._with(0, -(-total // self.width), 1)
        widest = max(1, self.width // max(1, total))
        return self._with(0, 1, self._steps[bisect_right(self._steps, widest) - 1])

    def nearer(self, around: int) -> View:
        """Twice as large, or the next number of columns for a unit; ``around`` keeps its place."""
        if self.units > 1:
            return self._around(around, max(1, self.units // 2), 1)
        at = bisect_right(self._steps, self.cells)
        return self._around(around, 1, self._steps[min(at, len(self._steps) - 1)])

    def farther(self, around: int) -> View:
        """Half as large, or the next smaller number of columns for a unit."""
        if self.cells > 1:
            return self._around(around, 1, self._steps[bisect_right(self._steps, self.cells) - 2])
        return self._around(around, min(_FARTHEST, self.units * 2), 1)

    def moved(self, columns: int, total: int) -> View:
        """So many columns further, as far as there is something to see."""
        by = columns * self.units // self.cells or (1 if columns > 0 else -1)
        return self.at(self.first + by, total)

    def at(self, first: int, total: int) -> View:
        """From another unit on, as far as there is something to see."""
        seen = self.end - self.first
        return self._with(max(0, min(first, total - seen + seen // 8)), self.units, self.cells)

    def showing(self, start: int, total: int) -> View:
        """Moved so that a unit is seen, and no farther than needed."""
        if self.first <= start < self.end:
            return self
        seen = self.end - self.first
        return self.at(start if start < self.first else start - seen + max(1, seen // 4), total)

    def ticks(self) -> Iterator[tuple[int, int]]:
        """Column and unit of each number on the ruler."""
        room = len(f"{self.end:,}") + _TICK_ROOM
        step, grown = 1, iter((2, 5, 10) * 20)
        decade = 1
        while step * self.cells // self.units < room:
            factor = next(grown)
            step = decade * factor
            if factor == 10:
                decade = step
        place = -(-self.first // step) * step
        while place < self.end:
            yield self.column(place), place
            place += step

    @property
    def _steps(self) -> tuple[int, ...]:
        return _CELLS_DATAGRAM if self.datagrams else _CELLS

    def _around(self, place: int, units: int, cells: int) -> View:
        column = self.column(place)
        return self._with(max(0, place - column * units // cells), units, cells)

    def _with(self, first: int, units: int, cells: int) -> View:
        return View(self.width, first, units, cells, self.datagrams)


class Piece(msgspec.Struct, frozen=True):
    """Columns of one call, or of several that are too small to be told apart there."""

    left: int
    right: int
    """The column after its last one."""
    call: int
    """The number of its first call in the lane."""
    begun: int
    """How many calls begin in it; 0 for the rest of one that began before."""
    columns: tuple[int, ...] = ()
    """How many begin in each of its columns, where each call has no more than one."""

    @property
    def dense(self) -> bool:
        """Whether it stands for several calls."""
        return self.begun > 1


def pieces(lane: Lane, view: View) -> list[Piece]:
    """What a lane shows in a view, from left to right; its cost is that of the columns."""
    if not len(lane) or view.first >= lane.end:
        return []
    step = view.cells
    columns = range(0, min(view.width, view.column(lane.end - 1) + step), step)
    found: list[Piece] = []
    before = lane.begun(view.first)
    for left in columns:
        after = lane.begun(view.place(left) + view.units)
        begun, right = after - before, min(left + step, view.width)
        last = found[-1] if found else None
        if last is not None and begun == 0 and not last.dense:
            found[-1] = Piece(last.left, right, last.call, last.begun)
        elif begun == 0:
            found.append(Piece(left, right, after - 1, 0))
        else:
            found.append(Piece(left, right, before, begun))
        before = after
    return list(_merged(found, view.cells))


def _merged(found: list[Piece], cells: int) -> Iterator[Piece]:
    """Join neighbours that have a column each and are drawn as one crowd."""
    crowd: Piece | None = None
    for piece in found:
        small = cells == 1 and piece.begun > 0 and piece.right - piece.left == 1
        if not small:
            if crowd is not None:
                yield crowd
            crowd = None
            yield piece
        elif crowd is None:
            crowd = Piece(piece.left, piece.right, piece.call, piece.begun, (piece.begun,))
        else:
            crowd = Piece(
                crowd.left,
                piece.right,
                crowd.call,
                crowd.begun + piece.begun,
                (*crowd.columns, piece.begun),
            )
    if crowd is not None:
        yield crowd
