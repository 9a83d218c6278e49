"""What a person does to find bytes: search, go to the next place and the one before."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on, work

from sockplay.session.reader import Reader
from sockplay.ui.bench import Bench
from sockplay.ui.screens.finding_actions import SLICE_S, FindingActions
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.timeline.timeline_pane import TimelinePane
from sockplay.values.errors import ValuesError

if TYPE_CHECKING:
    from sockplay.session.finding.pattern import Pattern
    from sockplay.session.finding.search import Search

_SETTLE_S: Final = 0.1
_END: Final = 1 << 62
"""An offset that no call reaches."""


class SearchActions(FindingActions):
    """The part of the workbench that finds bytes in the calls that are shown."""

    def __init__(self, bench: Bench, classes: str | None = None) -> None:
        super().__init__(bench, classes)
        self._search: Search | None = None
        self._place: tuple[int, int] | None = None
        """The current one of the places."""
        self._under_way: Search | None = None
        self._stopped = False
        """Whether it was given up before it came to the end."""
        self._wants_next = False
        """Whether Enter was pressed before the search came as far as the chosen call."""

    def action_search(self) -> None:
        """Type bytes or a text that is to be found."""
        from sockplay.session.finding.pattern import parse_pattern  # see action_filter

        self.go_to("timeline")
        pane = self.query_one(TimelinePane)
        pane.check_search = lambda text: parse_pattern(text, self.composer.draft.encoding)
        pane.open_search()

    @on(TimelinePane.Sought)
    def _sought(self, event: TimelinePane.Sought) -> None:
        self._search, self._wants_next = None, False
        self._look_for(event.text)

    @on(TimelinePane.Found)
    def _find(self) -> None:
        self._wants_next = True
        self._go_if_wanted()

    @on(TimelinePane.SearchEnded)
    def _given_up(self) -> None:
        if self._under_way:
            self.workers.cancel_group(self, "search")
            self._under_way, self._stopped = None, True
            self._describe_search(", stopped")
        else:
            self._end_search()
            self.query_one(TimelinePane).close_search()

    @work(exclusive=True, group="search", description="search the record")
    @reported
    async def _look_for(self, text: str) -> None:
        from sockplay.session.finding.pattern import parse_pattern  # when something is typed

        await asyncio.sleep(_SETTLE_S)
        try:
            pattern = parse_pattern(text, self.composer.draft.encoding)
        except ValuesError as error:
            self.query_one(TimelinePane).complain_of_search(error)
            return
        if pattern:
            await self._search_for(pattern)
        else:
            self._end_search()

    def _end_search(self) -> None:
        self.workers.cancel_group(self, "search")
        self._search = self._under_way = self._place = None
        self._wants_next = False
        pane = self.query_one(TimelinePane)
        pane.timeline.show_found({})
        pane.describe_search("")
        self.light_found(None)

    def searched_anew(self) -> None:
        """Search the calls that are shown now."""
        if self._search is not None:
            self._search_again(self._search.pattern)

    @work(exclusive=True, group="search", description="search other calls")
    @reported
    async def _search_again(self, pattern: Pattern) -> None:
        await self._search_for(pattern)

    def search_on(self) -> None:
        """Search the calls that came since."""
        if self._search is not None and not (self._under_way or self._stopped):
            self._go_on(self._search)

    @work(exclusive=True, group="search", description="search new calls")
    @reported
    async def _go_on(self, search: Search) -> None:
        await self._run(search)

    async def _search_for(self, pattern: Pattern) -> None:
        from sockplay.session.finding.search import Search

        self._search, self._place, self._stopped = Search(pattern, self._matcher), None, False
        await self._run(self._search)

    async def _run(self, search: Search) -> None:
        pane = self.query_one(TimelinePane)
        self._under_way = search
        if search.next == 1:
            self._describe_search(", 0%")
        try:
            while search.next <= self.shown and not search.is_full:
                look = partial(_slice, search=search, last=self.shown)
                if not await self.bench.finder.ask(look):
                    break
                pane.timeline.show_found(search.spans)
                self._go_if_wanted()
                self._describe_search(f", {min(1, search.next / max(1, self.shown)):.0%}")
        finally:
            if self._under_way is search:
                self._under_way = None
        pane.timeline.show_found(search.spans)
        self._describe_search("")
        self._go_if_wanted()

    def _go_if_wanted(self) -> None:
        search = self._search
        if self._wants_next and search is not None:
            seq = self.query_one(TimelinePane).timeline.selected or 0
            if search.next > self.shown or (search.places and search.places[-1][0] >= seq):
                self._wants_next = False
                self.action_find(1)

    def action_find(self, by: int) -> None:
        """Go to the next place, or with -1 to the one before; round the ends."""
        search, pane = self._search, self.query_one(TimelinePane)
        if search is None:
            if not self._wants_next:  # else Enter was pressed, and it is about to begin
                self.action_search()
            return
        seq = pane.timeline.selected
        if not search.places or seq is None:
            return  # the title tells it
        at = self._place if self._place and self._place[0] == seq else None
        found = search.beside(*(at or (seq, -1 if by > 0 else _END)), by)
        self._place = place = search.places[found]
        pane.timeline.choose(place[0])
        self._describe_search("")
        if place[0] == seq:
            self.light_found(seq)

    def light_found(self, seq: int | None) -> None:
        """Have the inspector, which shows a call, show what was found in it."""
        search, place = self._search, self._place
        spans = search.spans.get(seq, ()) if search and seq is not None else ()
        for view in self.query("#inspect-bytes").results(HexView):
            view.show_found(tuple(spans))
            if place is not None and place[0] == seq and place[1] < len(view.data):
                ends = (end for start, end in spans if start == place[1])
                view.select(place[1], next(ends, place[1] + 1))

    def _describe_search(self, progress: str) -> None:
        search = self._search
        if search is None:
            return
        count = f"{len(search.places):,}" + (" and more" if search.is_full else "")
        which = f"{count} found"
        if not search.places and self._matcher is not None:
            which += " in the calls shown"
        if self._place is not None:
            which = f"{bisect_left(search.places, self._place) + 1:,} of {count}"
        self.query_one(TimelinePane).describe_search(which + progress)


def _slice(reader: Reader, search: Search, last: int) -> bool:
    """Search a slice of the record; False when there was nothing new in it."""
    until, before = time.monotonic() + SLICE_S, search.next
    for _ in search.look(reader, last):
        if time.monotonic() > until:
            break
    return search.next > before
