"""A program: its arguments, its source, what it does, what it says, what it asks."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.ui.widgets.console.entry import Entry
from sockplay.ui.widgets.console.names import Names
from sockplay.ui.widgets.console.program_area import ProgramArea
from sockplay.ui.widgets.console.session_pane import SessionPane
from sockplay.ui.widgets.console.transcript import Transcript
from sockplay.values.printable import visible


class ProgramPane(SessionPane):
    """Shows one program.

    Args:
        called: its name.
        source: its text.
        arguments: what it is started with, as in a shell.
    """

    DEFAULT_CSS = """
    ProgramPane {
        & .head { height: 1; padding: 0 1; background: $surface; }
        & .head > Static { width: auto; color: $sock-muted; }
        &.-chosen .head > .name { color: $primary; }
        & .head > .name { color: $foreground; text-style: bold; margin-right: 2; }
        & .head > Input { width: 1fr; background: $panel; }
        & ProgramArea {
            height: 2fr; background: $background; padding: 0; border: none;
            scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        }
        & ProgramArea:focus { border: none; }
        & Entry { display: none; }
        &.-asks Entry { display: block; }
    }
    """

    def __init__(self, called: str, source: str, arguments: str) -> None:
        super().__init__(("What the program prints stands here.",))
        self._called = called
        self._source = source
        self._arguments = arguments

    def compose(self) -> ComposeResult:
        """The source above, what came of it below."""
        with Horizontal(classes="head"):
            yield Static(Content(visible(self._called)), classes="name")
            yield Static("arguments ")
            yield Input(self._arguments, "none", compact=True, max_length=FIELD_LONGEST)
        yield ProgramArea(self._source)
        yield Static("", classes="doing")
        yield Transcript(self._hint)
        yield Names()
        yield Entry(python=False)

    @property
    def area(self) -> ProgramArea:
        """The source."""
        return self.query_one(ProgramArea)

    @property
    def arguments(self) -> str:
        """What it is to be started with, as typed."""
        return self.query_one(Input).value

    def show_place(self, line: int, breaks: frozenset[int], begun: bool) -> None:
        """Mark where it stands.

        Args:
            line: the line about to run, or where it failed, from 1; 0 for none.
            breaks: the lines to stop at.
            begun: whether it is under way, so that nothing can be changed.
        """
        area = self.area
        area.read_only = begun
        self.query_one(Input).disabled = begun
        area.mark(line, breaks, failed=not begun)

    def show_asking(self, asks: bool) -> None:
        """Let an answer be typed, when it asks for one."""
        if asks != self.has_class("-asks"):
            self.set_class(asks, "-asks")
            if self.has_class("-chosen"):
                self.take_focus()

    def take_focus(self) -> None:
        """Have the keys go to the answer that it asks for, else to its source."""
        (self.entry if self.has_class("-asks") else self.area).focus()
