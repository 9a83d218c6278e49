"""The timeline with its title, its filter, its search and the names of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.timeline.find_field import Check, FindField, Propose
from sockplay.ui.widgets.timeline.timeline import Timeline
from sockplay.values.errors import ValuesError
from sockplay.values.printable import visible

_TITLE = "TIMELINE"
_FILTER_HINT = "words that a call must hold, or such as size > 4, dir = in, since 2s; Esc ends"
_SEARCH_HINT = 'a text, hex"0d 0a" or /an expression/; Enter goes to the next place, Esc ends'


class TimelinePane(Vertical):
    """Says what the timeline shows, and asks for other calls when something else is typed."""

    DEFAULT_CSS = """
    TimelinePane {
        & #timeline-title { height: 1; padding: 0 1; color: $sock-muted; }
        & #columns { height: 1; color: $sock-muted; text-style: underline; }
        & FindField { display: none; }
        & FindField.-open { display: block; }
        & Timeline { height: 1fr; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end", "End the search or the filter", show=False)
    ]

    class Filtered(Message):
        """Another filter was typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Sought(Message):
        """Something else is to be found."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Found(Message):
        """The next place is to be shown."""

    class SearchEnded(Message):
        """The search is to end: what goes on of it, or all of it."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown = "all sockets"
        self._count = ""
        self._search = ""
        self._filter = FindField(
            "filter",
            _FILTER_HINT,
            self._proposed,
            lambda text: self.check_filter(text),
            field_id="filter",
        )
        self._search_for = FindField(
            "search", _SEARCH_HINT, None, lambda text: self.check_search(text), field_id="search"
        )
        self.propose: Propose = lambda before: (len(before), ())
        """Says what may be typed next in the filter."""
        self.check_filter: Check = str
        """Says what is wrong with a filter that was entered."""
        self.check_search: Check = str
        """Says what is wrong with what was entered to be searched for."""

    def compose(self) -> ComposeResult:
        """Title, fields, column names, rows."""
        yield Static("", id="timeline-title")
        yield Static("", id="columns")
        yield Timeline(id="timeline")

    @property
    def timeline(self) -> Timeline:
        """The rows."""
        return self.query_one(Timeline)

    # the filter

    async def mount_fields(self) -> None:
        """Have the fields, which are not there before the first paint."""
        await self.mount(self._filter, self._search_for, before="#columns")

    def open_filter(self) -> None:
        """Let a filter be typed."""
        self._open(self._filter)

    def offer(self) -> None:
        """Look again what may be typed next in the filter."""
        self._filter.offer()

    def _proposed(self, before: str) -> tuple[int, Sequence[tuple[str, str]]]:
        return self.propose(before)

    def complain(self, error: ValuesError) -> None:
        """Say what is wrong with the filter, until another is typed."""
        self._filter.complain(error)

    @on(FindField.Changed, "#filter-line")
    def _filter_typed(self, event: FindField.Changed) -> None:
        event.stop()
        self.post_message(self.Filtered(event.field.text))

    @on(FindField.Entered, "#filter-line")
    def _filter_entered(self, event: FindField.Entered) -> None:
        event.stop()
        event.field.set_class(bool(event.field.text), "-open")
        self.timeline.focus()

    # the search

    def open_search(self) -> None:
        """Let it be typed what is to be found."""
        self._open(self._search_for)

    def close_search(self) -> None:
        """Take the search away."""
        self._close(self._search_for)

    def complain_of_search(self, error: ValuesError) -> None:
        """Say what is wrong with what is searched for, until something else is."""
        self._search_for.complain(error)

    def describe_search(self, said: str) -> None:
        """Say what the search has found; nothing when there is none."""
        if said != self._search:
            self._search = said
            self._draw_title()

    @on(FindField.Changed, "#search-line")
    def _search_typed(self, event: FindField.Changed) -> None:
        event.stop()
        self.post_message(self.Sought(event.field.text))

    @on(FindField.Entered, "#search-line")
    def _search_entered(self, event: FindField.Entered) -> None:
        event.stop()
        self.timeline.focus()
        if event.field.text:
            self.post_message(self.Found())

    # both

    def describe(self, shown: str, count: str) -> None:
        """Say which calls are shown, and how many they are."""
        if (shown, count) != (self._shown, self._count):
            self._shown, self._count = shown, count
            self._draw_title()

    def on_resize(self) -> None:
        """Fit the title and the column names to the width."""
        self.call_after_refresh(self._draw_title)

    def action_end(self) -> None:
        """End what was opened last: the search, then the filter."""
        if self._search_for.has_class("-open") and not self._filter.has_focus_within:
            self.post_message(self.SearchEnded())
        elif self._filter.has_class("-open"):
            self._close(self._filter)

    def _open(self, field: FindField) -> None:
        field.add_class("-open")
        field.field.focus()

    def _close(self, field: FindField) -> None:
        field.field.value = ""
        field.remove_class("-open")
        self.timeline.focus()

    @on(Timeline.ColumnsChanged)
    @on(Timeline.FollowChanged)
    def _draw_title(self) -> None:
        title = self.query_one("#timeline-title", Static)
        shown = visible(self._shown)
        count = f"  {self._count}" if self._count else ""
        room = max(0, title.content_size.width - len(_TITLE) - 2 - len(count) - 2)
        rights = self._rights()
        right = next((r for r in rights if len(r) + cell_len(shown) <= room), rights[-1])
        # A long filter stands in its field; how many calls there are stands only here.
        shown = fit(shown, max(0, min(cell_len(shown), room - len(right))))
        gap = " " * (2 + max(0, room - cell_len(shown) - len(right)))
        left = f"  {shown}{count}{gap}{right}"
        title.update(
            Content.assemble((_TITLE, "bold $primary"), (left, "$sock-muted")), layout=False
        )
        heading = Content(" " + self.timeline.columns.heading())
        self.query_one("#columns", Static).update(heading, layout=False)

    def _rights(self) -> list[str]:
        """What stands at the right of the title, the longest form first."""
        follow = "following ▼" if self.timeline.follow else "f follows"
        if self._search:
            search = self._search
            return [
                f"{search}   n next   N previous   {follow}",
                f"{search}   n N   {follow}",
                search,
            ]
        return [f"/ filter   {follow}", follow]
