"""Rows of two columns, one for each thing that stands on both sides or on one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import msgspec
from rich.cells import cell_len
from rich.segment import Segment

from sockplay.model.alignment import Likeness
from sockplay.model.beside import MARKS
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.rows_view import PARTS, RowsView
from sockplay.values.printable import visible

_WIDEST: Final = 26


class PairRow(msgspec.Struct, frozen=True):
    """One row; its texts may come from anywhere."""

    likeness: Likeness
    name: str
    left: str
    right: str


class PairsView(RowsView):
    """Shows rows that differ lit, and the others muted.

    Args:
        name: what stands over the first column.
    """

    PARTS: ClassVar[Mapping[str, str]] = {
        **PARTS,
        "same": "sock-muted",
        "changed": "bold sock-partial",
        "left": "bold sock-error",
        "right": "bold sock-recv",
    }

    def __init__(self, name: str, left: str, right: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[PairRow] = ()
        self._heads = (name, left, right)
        self._first = len(name)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def show(self, rows: Sequence[PairRow]) -> None:
        """Show these rows; the cursor stays where it is."""
        self.rows = rows
        longest = max((cell_len(visible(row.name)) for row in rows), default=0)
        self._first = max(len(self._heads[0]), min(longest, _WIDEST))
        self.renew()

    def on_resize(self) -> None:
        """Fit the rows to the width."""
        self.renew()

    def begin(self) -> None:
        """Go to the first row that differs, if there is one."""
        place = next((at for at, row in enumerate(self.rows) if row.likeness != "same"), None)
        if place is not None:
            self.go(place)

    def step(self, way: int) -> None:
        """Go to the next row that differs, or the one before."""
        places = range(self.cursor + way, self.count if way > 0 else -1, way)
        found = next((at for at in places if self.rows[at].likeness != "same"), None)
        if found is not None:
            self.go(found)

    def heading(self, width: int) -> list[Segment]:
        """The names of the columns."""
        name, left, right = self._heads
        first, side = self._columns(width)
        line = f"  {fit(visible(name), first)} {fit(visible(left), side)} │ {visible(right)}"
        return [Segment(line, self._style("head"))]

    def row(self, place: int, width: int) -> list[Segment]:
        """A row."""
        row = self.rows[place]
        first, side = self._columns(width)
        style = self._style(row.likeness)
        return [
            Segment(f"{MARKS[row.likeness]} ", style),
            Segment(fit(visible(row.name), first) + " ", self._style("name")),
            Segment(fit(visible(row.left), side), style),
            Segment(" │ ", self._style("head")),
            Segment(fit(visible(row.right), side), style),
        ]

    def _columns(self, width: int) -> tuple[int, int]:
        return self._first, (width - 2 - self._first - 1 - 3) // 2
