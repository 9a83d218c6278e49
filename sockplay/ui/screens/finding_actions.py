"""What a person does to see some calls alone: a filter, in slices so that the screen goes on."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from array import array
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on, work

from sockplay.session.finding.filter import Filter, matches, parse_filter
from sockplay.session.reader import Reader
from sockplay.ui.bench import Bench
from sockplay.ui.screens.reported import reported
from sockplay.ui.screens.socket_actions import SocketActions
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.ui.widgets.timeline.line_index import LineIndex
from sockplay.ui.widgets.timeline.timeline_pane import TimelinePane
from sockplay.values.errors import ValuesError

if TYPE_CHECKING:
    from sockplay.session.finding.matching import Matcher
    from sockplay.session.finding.message_fields import Decoder

SLICE_S: Final = 0.025
"""How long the record is looked through before others have their turn."""
_SETTLE_S: Final = 0.05
_SLICE: Final = 20_000
"""Calls that are listed in such a time without looking at them."""
_NEAR: Final = 2000
"""Calls before the chosen one, or the newest, that are looked at first."""


class FindingActions(SocketActions):
    """The part of the workbench that chooses which calls the timeline shows."""

    def __init__(self, bench: Bench, classes: str | None = None) -> None:
        super().__init__(bench, classes)
        self.shown = 0
        """The number of the newest call that the timeline was given."""
        self.filter = Filter()
        """What the timeline is filtered by."""
        self.showing = asyncio.Lock()
        """Held while the timeline is given calls."""
        self.marks: dict[int, str] = {}
        """The calls that were marked, each with its note."""
        self._matcher: Matcher | None = None
        self._words = ""
        self._only = ""
        self._seen: Mapping[str, list[str]] = {}

    @abstractmethod
    def decoder(self) -> Decoder:
        """What reads messages by the definitions that are in force now."""

    @abstractmethod
    def searched_anew(self) -> None:
        """Take note that other calls are shown."""

    # what is typed

    def action_filter(self) -> None:
        """Type what calls must be like."""
        from sockplay.session.finding.proposals import proposals  # when there is something to type

        self.go_to("timeline")
        pane = self.query_one(TimelinePane)
        pane.propose = lambda before: proposals(before, self._seen)
        pane.check_filter = parse_filter
        pane.open_filter()
        self._look_what_is_there()

    @work(exclusive=True, group="proposals", description="see what a filter can name")
    @reported
    async def _look_what_is_there(self) -> None:
        from sockplay.session.finding.proposals import seen

        self._seen = await self.bench.finder.ask(lambda reader: seen(reader.kinds()))
        self.query_one(TimelinePane).offer()

    @on(TimelinePane.Filtered)
    def _filtered(self, event: TimelinePane.Filtered) -> None:
        self._read_filter(event.text)

    @work(exclusive=True, group="filter line", description="read a filter")
    @reported
    async def _read_filter(self, text: str) -> None:
        """Filter, once that can be read; until then the filter before goes on."""
        await asyncio.sleep(_SETTLE_S)
        try:
            parse_filter(text)
        except ValuesError as error:
            self.query_one(TimelinePane).complain(error)
            return
        self._words = text
        self.apply_filter()

    def action_filter_socket(self) -> None:
        """Show only the chosen socket's calls, with a server's connections, or all again."""
        target = self.query_one(SocketList).current
        chosen = target.socket if target else ""
        self._only = "" if chosen == self._only else chosen
        self.apply_filter()

    # looking

    @work(exclusive=True, group="filter", description="filter the timeline")
    @reported
    async def apply_filter(self) -> None:
        """Give the timeline the calls that the filter lets through, in the form it has now."""
        pane = self.query_one(TimelinePane)
        wanted = parse_filter(self._words, self._family(self._only))
        look = partial(
            _matcher,
            wanted=wanted,
            marks=dict(self.marks),
            decode=self.decoder() if wanted.wanted else None,
            last=self.shown,
        )
        matcher = await self.bench.finder.ask(look)
        timeline = pane.timeline
        at = self.shown if timeline.follow else (timeline.selected or 1)
        index = timeline.new_index()
        async with self.showing:
            await self._extend(index, matcher, max(1, at - _NEAR), self.shown)
            self.filter, self._matcher = wanted, matcher
            pane.timeline.replace(index)
            self.describe_filter("…")
        index, first = timeline.new_index(), 1
        while first <= self.shown:
            first = await self._extend(index, matcher, first, self.shown)
            self.describe_filter(f"… {first / max(1, self.shown):.0%}")
        async with self.showing:
            while first <= self.shown:
                first = await self._extend(index, matcher, first, self.shown)
            pane.timeline.replace(index)
        self.bench.look_again()
        self.describe_filter()
        self.searched_anew()

    async def _extend(
        self, index: LineIndex, matcher: Matcher | None, first: int, last: int
    ) -> int:
        """Add the wanted calls of a slice of the record; give the number of the call after it."""

        def extend(reader: Reader) -> int:
            after, seqs = _slice(reader, matcher, first, last)
            index.extend(self.bench.entries(seqs))
            return after

        return await self.bench.finder.ask(extend)

    async def passed(self, first: int, last: int) -> Sequence[int]:
        """Those of some new calls that the filter lets through."""
        every: array[int] = array("I")
        while first <= last:
            look = partial(_slice, matcher=self._matcher, first=first, last=last)
            first, seqs = await self.bench.finder.ask(look)
            every.extend(seqs)
        return every

    def _family(self, name: str) -> frozenset[str]:
        children = (info.name for info in self.infos if info.parent == name)
        return frozenset([name, *children] if name else [])

    def describe_filter(self, progress: str = "") -> None:
        """Say which calls the timeline shows."""
        pane = self.query_one(TimelinePane)
        shown = self._only or "all sockets"
        if self.filter.text:
            shown += f" with {self.filter.text}"
        count = f"{len(pane.timeline):,} of {self.shown:,} calls {progress}".rstrip()
        pane.describe(shown, count if self.filter else "")

    @abstractmethod
    def go_to(self, pane: str) -> None:
        """Show a pane and put the focus there."""


def _matcher(
    reader: Reader, wanted: Filter, marks: Mapping[int, str], decode: Decoder | None, last: int
) -> Matcher | None:
    from sockplay.session.finding.matching import Surroundings  # see parse_filter

    if not wanted:
        return None
    ends = [row.call.time_ns for seq in (1, last) for row in reader.rows(seq, seq, 0)] or [0]
    return wanted.matcher(reader, Surroundings(ends[0], ends[-1], marks, decode))


def _slice(
    reader: Reader, matcher: Matcher | None, first: int, last: int
) -> tuple[int, Sequence[int]]:
    """The wanted calls of a slice of the record, and the number of the call after it."""
    if matcher is None:
        after = min(last, first + _SLICE - 1) + 1
        return after, range(first, after)
    found: array[int] = array("I")
    until = time.monotonic() + SLICE_S
    for after, seqs in matches(reader, matcher, first, last):
        found.extend(seqs)
        if time.monotonic() > until:
            return min(after, last + 1), found
    return last + 1, found
