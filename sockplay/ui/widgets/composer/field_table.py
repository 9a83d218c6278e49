"""The composer's table of fields: each cell can be edited, and says so when it cannot."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from sockplay.ui.widgets.cells import FIELD_LONGEST, fit
from sockplay.ui.widgets.composer.compose_modes import FIELD_TYPES
from sockplay.ui.widgets.composer.field_grid import FieldGrid
from sockplay.ui.widgets.known_input import KnownInput
from sockplay.values.composing.draft import Draft
from sockplay.values.composing.field_rows import FieldRow
from sockplay.values.composing.line_edits import Column
from sockplay.values.printable import visible

_KNOWN: dict[Column, Sequence[str]] = {"type": FIELD_TYPES, "order": ("big", "little", "")}


class FieldTable(Vertical):
    """Shows the fields of what is composed, and tells how a person wants them to be."""

    DEFAULT_CSS = """
    FieldTable {
        height: auto;
        & #field-edit { height: 1; display: none; }
        & #field-edit.-open { display: block; }
        & #field-label { width: auto; color: $sock-muted; padding: 0 1 0 2; }
        & #field-text { width: 1fr; background: $panel; }
        & #field-problem { display: none; height: auto; color: $sock-error; padding: 0 2; }
        & #field-problem.-wrong { display: block; }
    }
    """

    class Changed(Message):
        """A cell of a draft's table is to hold another text."""

        def __init__(self, draft: Draft, row: int, column: Column, text: str) -> None:
            super().__init__()
            self.draft = draft
            self.row = row
            self.column = column
            self.text = text

    class Wished(Message):
        """A field of a draft is to be flipped, taken out, or followed by a new one."""

        def __init__(self, draft: Draft, what: str, row: int) -> None:
            super().__init__()
            self.draft = draft
            self.what = what
            self.row = row

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._draft = Draft()
        self._edited: tuple[Draft, int, Column] | None = None

    def compose(self) -> ComposeResult:
        """The fields, the cell that is edited."""
        yield FieldGrid(id="field-grid")
        with Horizontal(id="field-edit"):
            yield Static("", id="field-label")
            yield KnownInput("", (), longest=FIELD_LONGEST, id="field-text")
        yield Static("", id="field-problem")

    def show(self, draft: Draft, rows: Sequence[FieldRow], colours: Sequence[int]) -> None:
        """Show a draft's fields, each in one of the fields' colours, from 1; 0 for none."""
        self._draft = draft
        self.grid.show(rows, colours)

    @property
    def grid(self) -> FieldGrid:
        """The fields."""
        return self.query_one(FieldGrid)

    def done(self) -> None:
        """What was wished has been carried out, or is given up."""
        self.complain("")
        if self._edited is not None:
            self._close()

    def complain(self, sentence: str) -> None:
        """Say why it could not be; the cell stays open with what was typed."""
        problem = self.query_one("#field-problem", Static)
        problem.set_class(bool(sentence), "-wrong")
        problem.update(Content(visible(f"✕ {sentence}")) if sentence else "")

    @on(FieldGrid.Wished)
    def _wished(self, event: FieldGrid.Wished) -> None:
        event.stop()
        self.post_message(self.Wished(self._draft, event.what, self.grid.cursor))
        if event.what == "add":
            self.grid.cursor += 1  # where the new one will be

    @on(FieldGrid.Chosen)
    def _edit(self, event: FieldGrid.Chosen) -> None:
        event.stop()
        field, column = self.grid.field, self.grid.column
        if field is None:
            return
        texts = {"name": field.name, "type": field.type, "order": field.order or ""}
        now = texts.get(column, field.value)
        if len(now) > FIELD_LONGEST:
            self.complain("This value is too long to edit here: edit it above")
            return
        self.complain("")
        self._edited = (self._draft, self.grid.cursor, column)
        name = fit(visible(field.name or field.type), min(24, len(field.name or field.type)))
        label = f"{column} of {name}"
        self.query_one("#field-label", Static).update(Content(label))
        edit = self.query_one("#field-text", KnownInput)
        edit.offer(_KNOWN.get(column, ()))
        edit.value = now if column != "order" or not field.default else ""
        self.query_one("#field-edit").add_class("-open")
        edit.focus()
        edit.action_select_all()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._edited is not None:
            self.post_message(self.Changed(*self._edited, event.value))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()

    def on_key(self, event: events.Key) -> None:
        """Esc gives up what is being edited."""
        if event.key == "escape" and self._edited is not None:
            event.stop()
            self.done()

    def _close(self) -> None:
        self._edited = None
        self.query_one("#field-edit").remove_class("-open")
        self.grid.focus()
