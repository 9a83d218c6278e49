"""A value that is edited in place: what it is, a field with it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.values.printable import visible
from sockplay.values.reading.readings import Edit

_HINT: Final = "Enter puts the edited bytes into the composer, Esc gives up."


class EditField(Vertical):
    """Takes another value; it stays open with what was typed while that cannot be."""

    DEFAULT_CSS = """
    EditField {
        display: none;
        height: 3;
        padding: 0 1;
        & Horizontal { height: 1; }
        & #edit-name { width: auto; margin-right: 2; color: $sock-muted; }
        & Input { width: 1fr; background: $panel; }
        & #edit-hint { height: 2; color: $sock-muted; }
        & #edit-hint.-wrong { color: $sock-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Give up", show=False)]

    class Typed(Message):
        """A value is to be written, by what ``write`` does."""

        def __init__(self, write: Callable[[str], Edit], text: str) -> None:
            super().__init__()
            self.write = write
            self.text = text

    class Closed(Message):
        """It is gone."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._write: Callable[[str], Edit] | None = None
        self._back: Widget | None = None

    def compose(self) -> ComposeResult:
        """The name and the field on one line, a hint below."""
        with Horizontal():
            yield Static("", id="edit-name")
            yield Input(compact=True, select_on_focus=True, max_length=FIELD_LONGEST)
        yield Static(_HINT, id="edit-hint", markup=False)

    def open(self, name: str, value: str, write: Callable[[str], Edit], back: Widget) -> None:
        """Edit a value.

        Args:
            name: what it is; visible text.
            value: it, as a person would type it.
            write: makes the edited bytes, or raises ValuesError.
            back: what gets the focus afterwards.
        """
        self._write, self._back = write, back
        self.query_one("#edit-name", Static).update(Content(name))
        self.complain("")
        field = self.query_one(Input)
        field.value = value
        self.display = True
        field.focus()

    def complain(self, sentence: str) -> None:
        """Say what is wrong; with nothing, how it works."""
        hint = self.query_one("#edit-hint", Static)
        hint.set_class(bool(sentence), "-wrong")
        text = f"✕ {visible(sentence)}" if sentence else _HINT
        hint.update(Content(text), layout=False)

    def action_close(self) -> None:
        """Give up, or be done."""
        if self.display:
            self.display = False
            self._write = None
            if self._back is not None:
                self._back.focus()
            self.post_message(self.Closed())

    def on_input_changed(self, event: Input.Changed) -> None:
        """It is this field's own affair."""
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask for it to be written."""
        event.stop()
        if self._write is not None:
            self.post_message(self.Typed(self._write, event.value))
