"""A one-line question over the workbench: a bufsize, a file name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from sockplay.model.errors import SockplayError
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.values.printable import visible

Act = Callable[[str], Awaitable[None]]


class Prompt(ModalScreen[None]):
    """Asks for one line and acts on it; stays open with what was typed while that fails.

    Args:
        title: what it is about, as a person reads it.
        value: what the field holds at first.
        hint: one line below the field.
        act: does it; raises SockplayError when it cannot be done.
        python: the Python that does what is typed; raises SockplayError when there is none.
    """

    DEFAULT_CSS = """
    Prompt {
        align: center middle;
        & > Vertical {
            width: 60;
            max-width: 100%;
            height: auto;
            background: $surface;
            border: round $primary 60%;
            border-title-color: $primary;
            padding: 0 1;
        }
        & Input { background: $panel; margin: 1 0; }
        & #hint { color: $sock-muted; height: auto; }
        & #problem { color: $sock-error; height: auto; }
        & #python { color: $sock-muted; height: auto; margin-top: 1; }
        &.-python > Vertical { width: 72; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("f8", "copy", "Copy the Python", show=False),
    ]

    def __init__(
        self,
        title: str,
        value: str,
        hint: str,
        act: Act,
        python: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(classes="" if python is None else "-python")
        self._python = python
        self._title = title
        self._value = value
        self._hint = hint
        self._act = act
        self._trying = False
        self._early: list[events.Key] = []

    def compose(self) -> ComposeResult:
        """A title, a field, a hint."""
        with Vertical() as box:
            box.border_title = Content(visible(self._title))
            yield Input(self._value, compact=True, select_on_focus=True, max_length=FIELD_LONGEST)
            yield Static(Content(visible(f"{self._hint} Esc closes.")), id="hint")
            if self._python is not None:
                yield Static("", id="python")
            yield Static("", id="problem")

    def on_mount(self) -> None:
        """Show what the field's first value does."""
        self._show_python()

    @on(Input.Changed)
    def _show_python(self) -> None:
        if self._python is not None:
            lines = [visible(line) for line in self._written().split("\n")]
            self.query_one("#python", Static).update(Content("\n".join(lines)))

    def _written(self) -> str:
        try:
            return self._python(self.query_one(Input).value) if self._python else ""
        except SockplayError:
            return ""

    @work(exclusive=True, group="copy", description="copy the Python")
    async def action_copy(self) -> None:
        """Copy the Python that is shown."""
        if written := self._written():
            from sockplay.ui.clipboard import copy_line  # when there is something to copy

            await copy_line(self.app, written)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if not self._trying:
            self._trying = True
            self._try(event.value)

    @work(exclusive=True, group="prompt", description="act on a prompt")
    async def _try(self, value: str) -> None:
        try:
            await self._carry_out(value)
        finally:
            self._trying = False

    @reported
    async def _carry_out(self, value: str) -> None:
        self._early.clear()
        await self._act(value)
        self.dismiss()
        for key in self._early:
            self.app.post_message(events.Key(key.key, key.character))

    def on_key(self, event: events.Key) -> None:
        """Keep what is pressed while it acts for the screen below, unless it gives up."""
        if self._trying and event.key != "escape":
            event.stop()
            event.prevent_default()
            self._early.append(event)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong, below the field."""
        self.query_one("#problem", Static).update(Content(visible(f"✕ {error}")))

    def action_cancel(self) -> None:
        """Give up."""
        self.dismiss()
