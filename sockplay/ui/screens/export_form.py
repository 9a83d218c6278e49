"""The form that writes the session, or a part of it, in another form."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import ClassVar, Final

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from sockplay.library.files import typed_path
from sockplay.model.errors import SockplayError
from sockplay.session.forms.forms import FORMS, Form, form_of
from sockplay.session.forms.progress import GivenUpError, Tell
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.form_box import FormBox, labelled
from sockplay.values.printable import visible

_LOOK_S: Final = 0.1
_BAR: Final = 30


class Part(msgspec.Struct, frozen=True):
    """A part of a session that can be written."""

    name: str
    seqs: Callable[[], Sequence[int]] | None
    """The numbers of its calls, in order; None for the whole session."""


Write = Callable[[Form, Path, Part, Tell, bool], str]
"""Writes a part in a form to a path, perhaps over a file; in a thread. Gives what was left out."""


class ExportForm(ModalScreen[None]):
    """Stays open until it is written or the person gives up.

    Args:
        parts: what can be written, the whole session first.
        name: what the file is called at first, without its suffix.
        write: writes it; raises SockplayError when it cannot.
    """

    DEFAULT_CSS = """
    ExportForm {
        align: center middle;
        & .field > Input { width: 1fr; }
        & #export-about { color: $sock-muted; margin: 0 0 1 10; height: auto; }
        & #export-progress { height: 1; color: $sock-sent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("enter", "write", "Write", show=False),
    ]

    def __init__(self, parts: Sequence[Part], name: str, write: Write) -> None:
        super().__init__()
        self._parts = parts
        self._called = name
        self._write = write
        self._writing = False
        self._given_up = Event()
        self._done = (0, 1)
        self._over = ""
        """The file that may be written over, once the person was asked."""

    def compose(self) -> ComposeResult:
        """What, in which form, where to."""
        whole = [(str(number), visible(part.name)) for number, part in enumerate(self._parts)]
        forms = [(form.suffix, form.suffix) for form in FORMS]
        with FormBox("Export"):
            yield labelled("calls", Choice(whole, id="export-part"))
            yield labelled("form", Choice(forms, id="export-suffix"))
            yield Static("", id="export-about")
            file = Input(
                f"{self._called}{FORMS[0].suffix}",
                id="export-file",
                compact=True,
                max_length=FIELD_LONGEST,
            )
            yield labelled("file", file)
            yield Static("", id="export-progress")
            yield Static("", id="export-problem", classes="problem")
            with Horizontal(classes="buttons"):
                yield Button("Write ⏎", id="export-write", variant="primary", compact=True)
                yield Button("Cancel", id="export-cancel", compact=True)

    def on_mount(self) -> None:
        """Begin with the form of the file."""
        self._describe()
        self.query_one("#export-suffix").focus()
        self.set_interval(_LOOK_S, self._show_progress)

    def on_unmount(self) -> None:
        """Whoever leaves does not wait for it, and nothing of it stays."""
        self._given_up.set()

    @property
    def form(self) -> Form:
        """The form that is chosen."""
        suffix = self.query_one("#export-suffix", Choice).value
        return next(form for form in FORMS if form.suffix == suffix)

    @on(Choice.Changed, "#export-suffix")
    def _other_form(self) -> None:
        file = self.query_one("#export-file", Input)
        path = Path(file.value)
        if form_of(path) is not None:
            file.value = str(path.with_suffix(self.form.suffix))
        self._describe()

    @on(Input.Changed, "#export-file")
    def _other_file(self, event: Input.Changed) -> None:
        found = form_of(Path(event.value))
        if found is not None and found != self.form:
            self.query_one("#export-suffix", Choice).value = found.suffix
        self._tell("")

    def _describe(self) -> None:
        self.query_one("#export-about", Static).update(Content(visible(self.form.help)))

    # writing

    @on(Input.Submitted)
    @on(Button.Pressed, "#export-write")
    def action_write(self) -> None:
        """Write it; a second wish meanwhile changes nothing."""
        if not self._writing:
            self._writing = True
            self._given_up.clear()
            self._tell("")
            self._try()

    @on(Button.Pressed, "#export-cancel")
    def action_cancel(self) -> None:
        """Give up what is being written; else close."""
        if self._writing:
            self._given_up.set()
        else:
            self.dismiss()

    @work(exclusive=True, group="export", description="export calls")
    async def _try(self) -> None:
        try:
            await self._carry_out()
        finally:
            self._writing = False
            self._show_progress()

    @reported
    async def _carry_out(self) -> None:
        typed = self.query_one("#export-file", Input).value
        path, form = typed_path(typed), self.form
        part = self._parts[int(self.query_one("#export-part", Choice).value)]
        over = self._over == str(path)
        self._over = ""

        def tell(done: int, total: int) -> bool:
            self._done = (done, total)
            return not self._given_up.is_set()

        if await asyncio.to_thread(path.is_dir):
            raise SockplayError(f"{path} is a folder. Name a file in it.")
        if not over and await asyncio.to_thread(path.exists):
            self._over = str(path)
            raise SockplayError(f"{path} exists already. Enter once more writes over it.")
        left_out = await asyncio.to_thread(self._write, form, path, part, tell, over)
        self.notify(visible(f"Written as {path}. {left_out}".strip()), markup=False)
        self.dismiss()

    def _show_progress(self) -> None:
        done, total = self._done
        line = ""
        if self._writing:
            full = _BAR * done // max(1, total)
            line = f"{'█' * full}{'░' * (_BAR - full)} {done / max(1, total):4.0%}  Esc gives up"
        self.query_one("#export-progress", Static).update(line)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong, below the fields."""
        given_up = isinstance(error, GivenUpError)
        self._tell("Given up: nothing of it is left." if given_up else f"✕ {error}")

    def _tell(self, sentence: str) -> None:
        self.query_one("#export-problem", Static).update(Content(visible(sentence)))
