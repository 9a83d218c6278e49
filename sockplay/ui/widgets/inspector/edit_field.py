"""A value that is edited in place: what it is, a field with it, and what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.values.errors import ValuesError
from sockplay.values.printable import visible

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

    class Closed(Message):
        """It is gone."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._what = self._origin = ""
        self._write: Callable[[str], Message] | None = None
        self._back: Widget | None = None

    def compose(self) -> ComposeResult:
        """The name and the field on one line, a hint below."""
        with Horizontal():
            yield Static("", id="edit-name")
            yield Input(compact=True, select_on_focus=True, max_length=FIELD_LONGEST)
        yield Static(_HINT, id="edit-hint", markup=False)

    def open(
        self, name: str, origin: str, value: str, write: Callable[[str], Message], back: Widget
    ) -> None:
        """Edit a value.

        Args:
            name: what it is; visible text.
            origin: what it is a value of; visible text.
            value: it, as a person would type it.
            write: makes the message that tells of the edited bytes, or raises ValuesError.
            back: what gets the focus afterwards.
        """
        self._what, self._origin = name, origin
        self._write, self._back = write, back
        self.tell_origin(False)
        self.complain("")
        field = self.query_one(Input)
        field.value = value
        self.display = True
        field.focus()

    def tell_origin(self, needed: bool) -> None:
        """Say what the value is one of, where something else is shown meanwhile."""
        of = f" of {self._origin}" if needed and self._origin else ""
        self.query_one("#edit-name", Static).update(Content(self._what + of))

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
        """Write it."""
        event.stop()
        if self._write is not None:
            self._take(self._write, event.value)

    @work(exclusive=True, group="edit", description="write an edited value")
    async def _take(self, write: Callable[[str], Message], text: str) -> None:
        try:
            edited = await asyncio.to_thread(write, text)
        except ValuesError as error:
            self.complain(error.message)
            return
        if self._write is write:  # it was not given up meanwhile
            self.action_close()
            self.post_message(edited)
