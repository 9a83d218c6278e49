"""What is composed, seen as a table of fields and as bytes, each pointing at the other."""

from __future__ import annotations

from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from sockplay.ui.widgets.composer.composed import Composed, field_at
from sockplay.ui.widgets.composer.field_grid import FieldGrid
from sockplay.ui.widgets.composer.field_table import FieldTable
from sockplay.ui.widgets.hex_view import HexView
from sockplay.values.composing.draft import Draft

_KEYS: Final = "Enter edits  b flips  B all"
_LINE_KEYS: Final = f"{_KEYS}  a adds  Del"


class ComposedView(Vertical):
    """Shows a draft's fields and bytes; the cursor in one of them is a mark in the other."""

    DEFAULT_CSS = """
    ComposedView {
        height: auto;
        & #preview { max-height: 4; }
        & .hidden { display: none; }
    }
    """

    class Looked(Message):
        """These bytes are looked at, with those from first to end chosen."""

        def __init__(self, data: bytes, first: int, end: int) -> None:
            super().__init__()
            self.data = data
            self.first = first
            self.end = end

    class Told(Message):
        """Which field the byte under the cursor or the mouse belongs to."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.table = FieldTable(id="fields", classes="hidden")
        self._bytes = HexView(id="preview")
        self.made = Composed(Draft())
        """What is shown."""
        self.looked_at = False
        """Whether the bytes are looked at elsewhere too, which then follows them."""

    def compose(self) -> ComposeResult:
        """The fields, the bytes."""
        yield self.table
        yield self._bytes

    @property
    def chosen(self) -> bytes:
        """The selected bytes, or the whole payload when none are."""
        first, end = self._bytes.selection
        return self.made.shown[first:end] if self._bytes.has_selection else self.made.payload.data

    @property
    def shown(self) -> bytes:
        """The bytes that are shown: the beginning of a long payload."""
        return self.made.shown

    @property
    def state(self) -> str:
        """How many bytes there are, and what can be done with the fields."""
        keys = _LINE_KEYS if self.made.draft.mode == "line" else _KEYS
        return self.made.summary + (f" · {keys}" if self.table.grid.has_focus else "")

    def show(self, made: Composed) -> None:
        """Show what a draft came to; a table that cannot be read now stays as it was."""
        self.made = made
        self._bytes.show(made.shown, made.sizes)
        if made.rows is not None:
            self.table.show(made.draft, made.rows, made.colours)
        draft = made.draft
        tabled = draft.mode == "line" or (draft.mode == "message" and draft.definition)
        self.table.set_class(not (tabled and draft.source and self.table.grid.rows), "hidden")
        self._mark()
        if self.looked_at:
            self._look()

    @on(FieldGrid.Moved)
    def _field_chosen(self, event: FieldGrid.Moved) -> None:
        event.stop()
        self._mark()

    @on(HexView.Moved)
    def _byte_chosen(self, event: HexView.Moved) -> None:
        event.stop()
        row = self.made.row_at(self._bytes.cursor)
        if row is not None:
            self.table.grid.go(row)
        self._mark()
        self._tell(self._bytes.cursor)
        self._look()

    @on(HexView.Hovered)
    def _byte_hovered(self, event: HexView.Hovered) -> None:
        event.stop()
        self._tell(event.index)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Mark what the cursor of the fields or of the bytes is on."""
        self._mark()
        if event.widget is self._bytes:
            self._look()
        elif event.widget is self.table.grid:
            self._tell(None)

    def on_descendant_blur(self) -> None:
        """The cursor is elsewhere, perhaps in the bytes: this comes after they have the focus."""
        self._mark()
        self._tell(self._bytes.cursor if self._bytes.has_focus else None)

    def _mark(self) -> None:
        field = self.table.grid.field
        if field is None or not self.table.grid.has_focus:
            self._bytes.mark(0, 0)
        else:
            self._bytes.mark(field.offset, field.offset + field.size)

    def _tell(self, index: int | None) -> None:
        told = self.state if index is None else field_at(self.made.payload.spans, index)
        self.post_message(self.Told(told))

    def _look(self) -> None:
        self.post_message(self.Looked(self.made.shown, *self._bytes.selection))
