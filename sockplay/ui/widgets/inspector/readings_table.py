"""Bytes as every kind of value, a row for each and a column for each byte order."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from textual.binding import Binding, BindingType

from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.inspector.value_rows import Target, ValueRows
from sockplay.values.printable import visible
from sockplay.values.reading.arrangements import ARRANGEMENTS
from sockplay.values.reading.kinds import Kind
from sockplay.values.reading.readings import Spot, kinds, orders
from sockplay.values.reading.varying_kinds import TextKind

_NAME: Final = 10
_WIDE: Final = 21
"""Cells of a column in which 64 bits or a time have room, with a gap behind."""
_NARROW: Final = 12
"""The same for 32 bits."""
_READ: Final = 256
"""Bytes that are read, at most; the longest number has 16, and no more text is seen."""
_TOO_LONG: Final = f"Select at most {_READ} bytes to edit them as text, or press e."
_HEADS: Final = ("big (network)", "little", "big swap", "little swap")


class ReadingsTable(ValueRows):
    """Shows what bytes would be; the arrow keys go over the rows and the byte orders.

    It claims nothing: every kind that the bytes are enough for has its row.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Previous byte order", show=False),
        Binding("right", "turn(1)", "Next byte order", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._kinds: list[Kind] = []
        self._data = b""
        self._first = self._end = 0
        self._cut = False
        self._column = 0

    @property
    def count(self) -> int:
        """How many kinds the bytes are enough for."""
        return len(self._kinds)

    @property
    def spot(self) -> Spot | None:
        """The value under the cursor."""
        spots = self._spots(self.cursor) if self._kinds else []
        return spots[min(self._column, len(spots) - 1)] if spots else None

    @property
    def target(self) -> Target | None:
        """The value under the cursor."""
        spot = self.spot
        if spot is None:
            return None
        order = f" {spot.arrangement.name}" if spot.kind.has_order else ""
        name = visible(spot.kind.name) + order
        is_cut = self._cut and isinstance(spot.kind, TextKind)
        return Target(
            name, spot.python, lambda: spot.written, spot.edited, _TOO_LONG if is_cut else ""
        )

    def show(self, data: bytes, first: int, end: int, encoding: str, selected: int) -> None:
        """Read some bytes; the cursor stays on its kind.

        Args:
            data: All the bytes.
            first: Where to read.
            end: Up to where.
            encoding: Of the text that comes first.
            selected: How many bytes were chosen; 0 for none.
        """
        kind = self._kinds[self.cursor].name if self._kinds else ""
        self._data, self._first, self._end = data, first, min(end, first + _READ)
        self._cut = self._end < end
        window = data[self._first : self._end]
        self._kinds = [each for each in kinds(encoding, selected) if each.size(window)]
        places = {each.name: place for place, each in enumerate(self._kinds)}
        self.cursor = places.get(kind, self.cursor)
        self.renew()

    def heading(self, width: int) -> list[Segment]:
        """The names of the byte orders, where there is more than one byte."""
        heads = zip(_HEADS, self._widths(width), strict=False)
        text = "".join(fit(head, cells) for head, cells in heads)
        return [Segment(" " * _NAME + text, self._style("head"))]

    def row(self, place: int, width: int) -> list[Segment]:
        """A kind's name, and its value in each order that it can have."""
        spots = self._spots(place)
        widths = self._widths(width) if len(spots) > 1 else [width - _NAME]
        segments = [Segment(fit(visible(spots[0].kind.name), _NAME - 1) + " ", self._style("name"))]
        here = place == self.cursor and self.has_focus
        for column, (spot, cells) in enumerate(zip(spots, widths, strict=False)):
            chosen = here and column == min(self._column, len(spots) - 1)
            style = self._style("cell" if chosen else "value")
            segments += [Segment(fit(spot.shown or "-", cells - 1), style), Segment(" ")]
        return segments

    def action_turn(self, by: int) -> None:
        """Go to the next byte order, or with -1 to the one before."""
        if self._kinds:
            last = len(self._spots(self.cursor)) - 1
            self._column = max(0, min(min(self._column, last) + by, last))
            self.action_move(0)

    def clicked(self, x: int) -> None:
        """Take the column under the mouse."""
        right = 1 + _NAME
        for column, cells in enumerate(self._widths(self.width - 1)):
            right += cells
            if x < right:
                self._column = column
                return

    def _spots(self, place: int) -> list[Spot]:
        kind = self._kinds[place]
        size = kind.size(self._data[self._first : self._end])
        return [Spot(kind, self._data, self._first, self._end, each) for each in orders(kind, size)]

    def _widths(self, width: int) -> list[int]:
        """Cells of each column; the swapped ones take what the others leave."""
        # The last column needs no gap behind it.
        rest = (width + 1 - _NAME - 2 * _WIDE) // 2
        count = len(ARRANGEMENTS)
        if rest < _NARROW:
            return [_WIDE] * (count // 2) + [_NARROW] * (count // 2)
        return [_WIDE, _WIDE, *[min(rest, _WIDE)] * (count // 2)]
