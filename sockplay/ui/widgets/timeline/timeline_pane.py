"""The timeline with its title, its filter and the names of its columns."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.ui.widgets.timeline.timeline import Timeline
from sockplay.values.printable import visible


class TimelinePane(Vertical):
    """Says what the timeline shows, and asks for another filter when one is typed."""

    DEFAULT_CSS = """
    TimelinePane {
        & #timeline-title { height: 1; padding: 0 1; color: $sock-muted; }
        & #columns { height: 1; color: $sock-muted; text-style: underline; }
        & #filter { display: none; margin: 0 1; background: $panel; width: 1fr; }
        & #filter.-open { display: block; }
        & Timeline { height: 1fr; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end_filter", "End the filter", show=False)
    ]

    class Filtered(Message):
        """Other words were typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown = "all sockets"
        self._complaint = ""

    def compose(self) -> ComposeResult:
        """Title, filter, column names, rows."""
        yield Static("", id="timeline-title")
        yield Static("", id="columns")
        yield Timeline(id="timeline")

    @property
    def timeline(self) -> Timeline:
        """The rows."""
        return self.query_one(Timeline)

    def open_filter(self) -> None:
        """Let words be typed."""
        if not self.query("#filter"):
            hint = "words that a call must hold; Esc ends"
            field = Input(placeholder=hint, id="filter", compact=True, max_length=FIELD_LONGEST)
            self.mount(field, before="#columns")
        field = self.query_one("#filter", Input)
        field.add_class("-open")
        field.focus()

    def describe(self, shown: str) -> None:
        """Say which calls are shown."""
        if shown != self._shown:
            self._shown = shown
            self._draw_title()

    def complain(self, sentence: str) -> None:
        """Say what is wrong with the words typed, until others are."""
        self._complaint = sentence
        self._draw_title()

    def on_resize(self) -> None:
        """Fit the title and the column names to the width."""
        self.call_after_refresh(self._draw_title)

    def action_end_filter(self) -> None:
        """Take the filter away."""
        for field in self.query("#filter.-open").results(Input):
            field.value = ""
            field.remove_class("-open")
            self.timeline.focus()

    @on(Timeline.FollowChanged)
    def _draw_title(self) -> None:
        title = self.query_one("#timeline-title", Static)
        right = "/ filter   " + ("following ▼" if self.timeline.follow else "f follows")
        said = (f"  {visible(self._shown)}", "$sock-muted")
        if self._complaint:
            said = (f"  ✕ {visible(self._complaint)}", "$sock-error")
        left = Content.assemble(("TIMELINE", "bold $primary"), said)
        gap = max(2, title.content_size.width - left.cell_length - len(right))
        title.update(Content.assemble(left, " " * gap, right), layout=False)
        heading = Content(" " + self.timeline.columns.heading())
        self.query_one("#columns", Static).update(heading, layout=False)

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._complaint = ""
        self.post_message(self.Filtered(event.value))

    @on(Input.Submitted, "#filter")
    def _done(self, event: Input.Submitted) -> None:
        event.stop()
        event.input.set_class(bool(event.value), "-open")
        self.timeline.focus()
