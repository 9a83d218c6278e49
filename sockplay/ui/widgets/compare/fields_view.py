"""The fields of two messages side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment

from sockplay.model.beside import MARKS
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.rows_view import PARTS, RowsView
from sockplay.values.printable import visible
from sockplay.values.reading.field_pairs import FieldPair

_WIDEST: Final = 36


class FieldsView(RowsView):
    """A row for each field: its path, its value in both messages, and whether they differ."""

    PARTS: ClassVar[Mapping[str, str]] = {
        **PARTS,
        "same": "sock-muted",
        "changed": "bold sock-partial",
        "left": "bold sock-error",
        "right": "bold sock-recv",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.pairs: Sequence[FieldPair] = ()
        self._names = ("", "")

    @property
    def count(self) -> int:
        """How many fields there are."""
        return len(self.pairs)

    def show(self, pairs: Sequence[FieldPair], left: str, right: str) -> None:
        """Show these fields under the names of the two messages; begin at the first difference."""
        self.pairs = pairs
        self._names = (visible(left), visible(right))
        differing = [at for at, pair in enumerate(pairs) if pair.likeness != "same"]
        self.cursor = 0
        self.renew()
        if differing:
            self.go(differing[0])

    def on_resize(self) -> None:
        """Fit the rows to the width, and keep the cursor in view: they are filled unseen."""
        self.renew()
        self.go(self.cursor)

    def step(self, way: int) -> None:
        """Go to the next field that differs, or the one before."""
        places = range(self.cursor + way, self.count if way > 0 else -1, way)
        found = next((at for at in places if self.pairs[at].likeness != "same"), None)
        if found is not None:
            self.go(found)

    def heading(self, width: int) -> list[Segment]:
        """The names of the columns."""
        path, value = self._columns(width)
        left, right = (fit(name, value) for name in self._names)
        return [Segment(f"  {fit('field', path)} {left} {right}", self._style("head"))]

    def row(self, place: int, width: int) -> list[Segment]:
        """A field."""
        pair = self.pairs[place]
        path, value = self._columns(width)
        style = self._style(pair.likeness)
        left, right = (fit(shown or "-", value) for shown in (pair.left, pair.right))
        return [
            Segment(f"{MARKS[pair.likeness]} ", style),
            Segment(fit(visible(pair.path), path) + " ", self._style("name")),
            Segment(f"{left} {right}", style),
        ]

    def _columns(self, width: int) -> tuple[int, int]:
        longest = max((cell_len(visible(pair.path)) for pair in self.pairs), default=5)
        path = max(5, min(longest, _WIDEST, 2 * width // 5))
        return path, max(8, (width - 2 - path - 2) // 2)
