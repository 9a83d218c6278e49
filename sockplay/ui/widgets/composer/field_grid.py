"""The rows of the composer's table of fields, with a cursor on one cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message

from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.hex_view import FIELD_PARTS
from sockplay.ui.widgets.rows_view import PARTS, RowsView
from sockplay.values.composing.field_rows import FieldRow
from sockplay.values.composing.line_edits import COLUMNS, Column
from sockplay.values.composing.line_items import GROUP
from sockplay.values.printable import visible

_NAME_MOST: Final = 28
_TYPE_MOST: Final = 18
_VALUE_MOST: Final = 72
_ORDER: Final = 10
_PLACE: Final = 12


class FieldGrid(RowsView):
    """Shows fields; arrow keys move over their cells. The table around it edits them."""

    DEFAULT_CSS = """
    FieldGrid { height: auto; max-height: 8; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Previous column", show=False),
        Binding("right", "turn(1)", "Next column", show=False),
        Binding("b", "wish('flip')", "Flip this field's order", show=False),
        Binding("B", "wish('flip_all')", "Flip every order", show=False),
        Binding("a", "wish('add')", "Add a field", show=False),
        Binding("delete", "wish('remove')", "Remove the field", show=False),
    ]
    PARTS: ClassVar[Mapping[str, str]] = PARTS | FIELD_PARTS

    class Wished(Message):
        """Something is to be done with the field under the cursor."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[FieldRow] = ()
        self.column: Column = "value"
        self._colours: Sequence[int] = ()
        self._longest = (0, 0)

    @property
    def count(self) -> int:
        """How many fields there are."""
        return len(self.rows)

    @property
    def field(self) -> FieldRow | None:
        """The field under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[FieldRow], colours: Sequence[int]) -> None:
        """Show these fields, each in one of the fields' colours, from 1; 0 for none."""
        if rows == self.rows and colours == self._colours:
            return
        grown = len(rows) != len(self.rows)
        self.rows, self._colours = rows, colours
        self._longest = (
            max((2 * row.depth + len(row.name) for row in rows), default=0),
            max((len(row.type) for row in rows), default=0),
        )
        self.renew()
        if grown:
            self.refresh(layout=True)

    def heading(self, width: int) -> list[Segment]:
        """The names of the columns."""
        name, kind, value = self._widths(width)
        head = f" {fit('field', name)}{fit('type', kind)}{fit('order', _ORDER)}"
        head += f"{fit('value', value)}{fit('at', 4, 'right')}  bytes"
        return [Segment(head, self._style("head"))]

    def row(self, place: int, width: int) -> list[Segment]:
        """A field's name in the colour of its bytes, its type, order and value, and its place."""
        row = self.rows[place]
        colour = self._colours[place] if place < len(self._colours) else 0
        own = self._style(f"field-{colour}" if colour else "type")
        segments = [Segment(" ")]
        for column, text, cells in self._cells(row, width):
            style = own if column == "name" else self._cell_style(row, column)
            if place == self.cursor and column == self.column and self.has_focus:
                style += self._style("cell")
            shown = fit(text, cells - 2)
            left = len(shown) - len(shown.lstrip())  # what is underlined is the text alone
            written = shown.strip()
            after = shown[left + len(written) :] if written else ""
            segments += [Segment(shown[:left]), Segment(written, style), Segment(f"{after}  ")]
        at = "" if row.offset < 0 else f"{row.offset:>4}  {row.size} B"
        return [*segments, Segment(at, self._style("type"))]

    def _widths(self, width: int) -> tuple[int, int, int]:
        """How many cells names, types and values have."""
        names, types = self._longest
        name = max(6, min(names, _NAME_MOST)) + 2
        kind = max(5, min(types, _TYPE_MOST)) + 2
        room = width - 1 - name - kind - _ORDER - _PLACE
        return name, kind, max(8, min(room, _VALUE_MOST))

    def _cells(self, row: FieldRow, width: int) -> list[tuple[Column, str, int]]:
        name, kind, value = self._widths(width)
        order = "" if row.order is None else f"({row.order})" if row.default else row.order
        shown = f"{row.problem}  {row.value}" if row.problem else row.value
        if row.computed and shown:
            shown += "  computed"
        if row.type == GROUP:
            shown = f"× {shown}"
        return [
            ("name", "  " * row.depth + (visible(row.name) or "·"), name),
            ("type", visible(row.type), kind),
            ("order", order, _ORDER),
            ("value", visible(f"✕ {shown}" if row.problem else shown), value),
        ]

    def _cell_style(self, row: FieldRow, column: Column) -> Style:
        if column == "value" and row.problem:
            return self._style("problem")
        quiet = column == "type" or (column == "order" and row.default) or row.computed
        return self._style("type" if quiet else "value")

    def action_turn(self, by: int) -> None:
        """Go to another column."""
        place = COLUMNS.index(self.column) + by
        self.column = COLUMNS[max(0, min(place, len(COLUMNS) - 1))]
        self.refresh()

    def action_wish(self, what: str) -> None:
        """Ask for something to be done with the field under the cursor."""
        self.post_message(self.Wished(what))

    def clicked(self, x: int) -> None:
        """Go to the column that was clicked."""
        left = 2
        if not self.rows:
            return
        for column, _, cells in self._cells(self.rows[0], self.size.width - 1):
            if x < left + cells or column == "value":
                self.column = column
                return
            left += cells
