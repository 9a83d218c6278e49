"""Keeps the screen up to date: the timeline from the record, the sockets from the engine."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from textual import on, work

from sockplay.model.call import Row
from sockplay.session.finding.turns import turns
from sockplay.ui.bench import Bench
from sockplay.ui.screens.record_actions import INSPECTED
from sockplay.ui.screens.reported import reported
from sockplay.ui.screens.session_actions import SessionActions
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.ui.widgets.socket_rows import socket_rows
from sockplay.ui.widgets.timeline.timeline import DATA_SHOWN, Timeline

_FRAME_S: Final = 1 / 30
_FLOOD_FRAME_S: Final = 1 / 6
"""While more than a screenful arrives per frame nobody can read it, and drawing takes the time
that the engine needs: at 30 frames a second it moves half as much."""
_ANSWER_S: Final = 0.05
"""So long after a key a flood is not drawn: what the key did is seen first."""
_MOST: Final = 50_000
"""Calls that the timeline takes in a frame: of a recorded session all could come at once."""
_LOOK_S: Final = 0.2
_GAUGES_S: Final = 0.4
"""How often the sockets are looked at: after calls, and when there are none."""


class Following(SessionActions):
    """The half of the workbench that never waits to be asked."""

    def __init__(self, bench: Bench, classes: str | None = None) -> None:
        super().__init__(bench, classes)
        self._look = asyncio.Event()
        self._looking = asyncio.Lock()
        self._flooded = False
        self.typed_at = 0.0
        """When a key was pressed last, by ``time.monotonic``."""

    @abstractmethod
    def show_status(self) -> None:
        """Bring the top line up to date."""

    @abstractmethod
    def show_targets(self) -> None:
        """Say where a send would go."""

    @work(group="record", description="follow the record")
    @reported
    async def follow_record(self) -> None:
        """Give the timeline new calls as they are recorded, a frame's worth at a time."""
        frame = _FRAME_S
        while True:
            await self.bench.changed()
            async with self.showing:
                known = len(self.bench.recorder.index)
                newest = min(known, self.shown + _MOST)
                fresh = newest - self.shown
                if fresh > 0:
                    await self._show_new(newest)
            self.show_status()
            if newest < known:
                self.bench.look_again()
            self._flooded = fresh > self.size.height * frame / _FLOOD_FRAME_S
            hurries = not self._flooded or bool(self.bench.recorded)
            frame = _FRAME_S if hurries else _FLOOD_FRAME_S
            await asyncio.sleep(frame)
            await self._after_keys()

    async def _after_keys(self) -> None:
        if self._flooded and (left := self.typed_at + _ANSWER_S - time.monotonic()) > 0:
            await asyncio.sleep(left)

    async def _show_new(self, newest: int) -> None:
        timeline, first = self.query_one(Timeline), self.shown + 1
        height = max(1, timeline.size.height)
        rows = await self.bench.rows(max(first, newest - height), newest, DATA_SHOWN)
        if first == 1:
            begun = rows if rows[0].call.seq == 1 else await self.bench.rows(1, 1, 0)
            timeline.begin(begun[0].call.time_ns)
        passed: Sequence[int] = range(first, newest + 1)
        if self.filter:
            passed = await self.passed(first, newest)
        timeline.grow(self.bench.entries(passed), rows)
        self.shown = newest
        self.describe_filter()
        self.search_on()
        self._look.set()

    @work(group="sockets", description="follow the sockets")
    @reported
    async def follow_sockets(self) -> None:
        """Look at the sockets after calls, and now and then for their queues."""
        while True:
            began = time.monotonic()
            await self._look_at_sockets()
            self.show_status()
            # Thousands of sockets take a while to ask; the engine has better things to do.
            await asyncio.sleep(max(_LOOK_S, 5 * (time.monotonic() - began)))
            with suppress(TimeoutError):
                async with asyncio.timeout(_GAUGES_S):
                    await self._look.wait()
            self._look.clear()
            await self._after_keys()

    async def _look_at_sockets(self) -> None:
        async with self._looking:
            infos = await self.bench.sockets()
            if infos != self.infos:
                rows = await asyncio.to_thread(socket_rows, infos)  # thousands take a while
                self.infos = infos
                self.query_one(SocketList).show(rows)
                self.show_targets()

    async def _pick(self, name: str) -> None:
        await self._look_at_sockets()
        self.query_one(SocketList).pick(name)

    @on(Timeline.Wanted)
    def _rows_wanted(self, event: Timeline.Wanted) -> None:
        event.stop()
        self._supply(event.runs)

    @work(exclusive=True, group="supply", description="fetch rows")
    @reported
    async def _supply(self, runs: Sequence[tuple[int, int]]) -> None:
        rows: list[Row] = []
        for first, last in runs:
            rows += await self.bench.rows(first, last, DATA_SHOWN)
        timeline, answered = self.query_one(Timeline), dict[int, int | None]()
        if timeline.shows_turns:
            for first, last in runs:
                answered |= await self.bench.read(partial(turns, first=first, last=last))
        timeline.supply(rows, answered)

    @on(Timeline.Selected)
    def _selected(self, event: Timeline.Selected) -> None:
        self._inspect(event.seq)

    @work(exclusive=True, group="inspect", description="inspect a call")
    @reported
    async def _inspect(self, seq: int) -> None:
        # In a flood the next frame is here before this, so that the last call alone is inspected.
        await asyncio.sleep(2 * _FLOOD_FRAME_S if self._flooded else _FRAME_S)
        rows = await self.bench.rows(seq, seq, INSPECTED)
        if rows:
            self.show_call(rows[0])
