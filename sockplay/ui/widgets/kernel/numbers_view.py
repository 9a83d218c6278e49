"""The kernel's numbers as a table: a row for each, a column for each end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual.binding import Binding, BindingType

from sockplay.model.kernel_state import End
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.kernel.gauges import GLYPHS
from sockplay.ui.widgets.kernel.number import Number
from sockplay.ui.widgets.kernel.numbers import numbers_of
from sockplay.ui.widgets.rows_view import PARTS, RowsView
from sockplay.values.printable import visible

_GROUP: Final = 9
_TITLE: Final = 19
_WIDEST: Final = 34
"""Cells of an end's column at most; farther apart they are hard to compare."""
CLOSED: Final = "-"
_ALL_CLOSED: Final = "Closed: the kernel keeps no more numbers."
_ELSEWHERE: Final = ""
"""A number that this sort of socket does not have, while the other end's has it."""


class NumbersView(RowsView):
    """Shows every number; the arrow keys go over the rows and the ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "this end", show=False, id="kernel-this"),
        Binding("right", "turn(1)", "other end", show=False, id="kernel-other"),
    ]
    PARTS: ClassVar[Mapping[str, str]] = PARTS | {
        "group": "bold primary",
        "first": "bold field-1",
        "second": "bold field-2",
        "none": "sock-muted",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.end = 0
        """The place of the end whose column is chosen."""
        self._ends: Sequence[End] = ()
        self.numbers: list[Number] = []
        """What these sockets have, a row each."""
        self._texts: list[list[str]] = []

    @property
    def count(self) -> int:
        """A row for each number; of closed sockets one more, which says why there are so few."""
        return len(self.numbers) + self._all_closed

    @property
    def number(self) -> Number | None:
        """The number under the cursor."""
        return self.numbers[self.cursor] if self.cursor < len(self.numbers) else None

    @property
    def _all_closed(self) -> bool:
        return bool(self._ends) and all(end.state is None for end in self._ends)

    def show(self, ends: Sequence[End]) -> None:
        """Show these ends; the cursor stays on its number."""
        chosen, before = self.number, (self.numbers, [end.name for end in self._ends])
        self._ends = ends
        self.numbers = numbers_of(frozenset(end.kind for end in ends))
        if self._all_closed:
            self.numbers = [n for n in self.numbers if any(_is_told(n, end) for end in ends)]
        self.end = min(self.end, max(0, len(ends) - 1))
        texts = [[value_text(number, end) for end in ends] for number in self.numbers]
        if before == (self.numbers, [end.name for end in ends]):
            # Most numbers stay as they are from one look to the next.
            for place, (old, new) in enumerate(zip(self._texts, texts, strict=True)):
                if old != new:
                    self.refresh_lines(place + 1)
        else:
            if chosen in self.numbers:
                self.cursor = self.numbers.index(chosen)
            self.renew()
        self._texts = texts

    def heading(self, width: int) -> list[Segment]:
        """The ends, each with its glyph."""
        heads = [
            Segment(
                fit(f"{glyph} {visible(end.name)}", self._cells(width)),
                self._style("first" if place == 0 else "second"),
            )
            for place, (glyph, end) in enumerate(zip(GLYPHS, self._ends, strict=False))
        ]
        return [Segment(" " * (_GROUP + _TITLE)), *heads]

    def row(self, place: int, width: int) -> list[Segment]:
        """A number's group where it begins, its name, and its value at each end."""
        if place == len(self.numbers):
            return [Segment(fit(_ALL_CLOSED, width), self._style("none"))]
        number = self.numbers[place]
        begins = place == 0 or self.numbers[place - 1].group != number.group
        segments = [
            Segment(fit(number.group if begins else "", _GROUP), self._style("group")),
            Segment(fit(number.title, _TITLE), self._style("name")),
        ]
        here = place == self.cursor and self.has_focus
        for column, end in enumerate(self._ends):
            text, part = value_text(number, end), "value"
            if here and column == self.end:
                part = "cell"
            elif text == CLOSED or number.kinds.isdisjoint({end.kind}):
                part = "none"
            cells = self._cells(width)
            segments += [Segment(fit(text, cells - 1), self._style(part)), Segment(" ")]
        return segments

    def action_turn(self, by: int) -> None:
        """Go to the other end's column."""
        self.end = max(0, min(self.end + by, len(self._ends) - 1))
        self.action_move(0)

    def clicked(self, x: int) -> None:
        """Take the column under the mouse."""
        column = (x - 1 - _GROUP - _TITLE) // max(1, self._cells(self.width - 1))
        self.end = max(0, min(column, len(self._ends) - 1))

    def _cells(self, width: int) -> int:
        return min(_WIDEST, (width - _GROUP - _TITLE) // max(1, len(self._ends)))


def _is_told(number: Number, end: End) -> bool:
    return value_text(number, end) not in (CLOSED, _ELSEWHERE)


def value_text(number: Number, end: End) -> str:
    """A number of one end; of a closed one the kernel keeps at most TCP's state."""
    if end.kind not in number.kinds:
        return _ELSEWHERE
    if end.state is not None:
        return number.text(end.state)
    if number.field == "tcp_state" and end.left is not None:
        seconds = "" if end.left.remaining_s is None else f" {end.left.remaining_s} s"
        return f"{end.left.tcp_state}{seconds}"
    return CLOSED
