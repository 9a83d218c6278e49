"""The workbench on a recorded session: everything that looks works, nothing is started or sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType

from sockplay.model.errors import SockplayError
from sockplay.ui.bench import Bench
from sockplay.ui.opened_bench import NOTHING_LIVE, OpenedBench
from sockplay.ui.screens.workbench import NARROW, Workbench
from sockplay.ui.widgets.status_bar import Status, StatusBar
from sockplay.ui.widgets.timeline.timeline import DATA_SHOWN, Timeline
from sockplay.values.printable import visible


class RecordedWorkbench(Workbench):
    """Begins at the first call, and says so where a live socket would be needed.

    Args:
        bench: the session.
        begin: called once all panes are there.
        owns: whether the session is let go with this screen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before all others, that the timeline has for this key: but only while a capture is read.
        Binding("escape", "stop_reading", "Read no further", show=False, priority=True)
    ]

    def __init__(
        self,
        bench: Bench,
        begin: Callable[[Workbench], None] | None = None,
        owns: bool = False,
    ) -> None:
        super().__init__(bench, begin)
        self._owns = owns
        self._looked = asyncio.Event()
        """Set whenever the timeline may have grown."""
        self._lacking = ""
        """What the person was told that a capture lacks."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Have the key that stops the reading work only while there is something to stop."""
        if action == "stop_reading":
            bench, on_top = self.bench, self.app.screen is self
            return on_top and isinstance(bench, OpenedBench) and bench.can_be_stopped
        return super().check_action(action, parameters)

    def action_stop_reading(self) -> None:
        """Read no further in a capture; what was read stays."""
        if isinstance(self.bench, OpenedBench):
            self.bench.opened.stop()

    @on(events.Mount)
    async def _show_at_once(self) -> None:
        """Never look as if it were being recorded, and have the first calls on the first screen."""
        bench = self.bench
        self.query_one(StatusBar).status = Status(session=bench.name, recorded=bench.recorded)
        timeline = self.query_one(Timeline)
        timeline.set_narrow(self.app.size.width < NARROW)  # before there is anything to lay anew
        if known := len(bench.recorder.index):
            await self._show_new(known)
            await self._look_at_sockets()

    def show_status(self) -> None:
        """Bring the top line up to date, and say once what a capture lacks."""
        super().show_status()
        self._looked.set()
        bench = self.bench
        if isinstance(bench, OpenedBench) and bench.opened.lacking != self._lacking:
            self._lacking = bench.opened.lacking
            self.notify(visible(self._lacking), markup=False, timeout=10)

    async def _show_new(self, newest: int) -> None:
        timeline = self.query_one(Timeline)
        if not self.shown:
            timeline.follow = False
            timeline.supply(await self.bench.rows(1, min(newest, self.app.size.height), DATA_SHOWN))
        await super()._show_new(newest)
        if self.is_ready:
            self._choose_first()
        if isinstance(self.bench, OpenedBench):
            self.call_after_refresh(self.bench.opened.first_seen.set)

    async def _until_shown(self, seq: int) -> None:
        bench = self.bench
        while self.shown < seq and (
            self.shown < len(bench.recorder.index)
            or (isinstance(bench, OpenedBench) and bench.reading)
        ):
            self._looked.clear()
            await self._looked.wait()

    async def _get_ready(self) -> None:
        await super()._get_ready()
        self._choose_first()

    def _choose_first(self) -> None:
        timeline = self.query_one(Timeline)
        if timeline.cursor < 0 and len(timeline):
            timeline.go(0)

    async def on_unmount(self) -> None:
        """Let the file go, when it was opened over another session."""
        if self._owns:
            await asyncio.to_thread(self.bench.detach)

    def action_new_server(self) -> None:
        """Refuse it."""
        self._refuse()

    def action_new_client(self) -> None:
        """Refuse it."""
        self._refuse()

    def action_recv(self) -> None:
        """Refuse it."""
        self._refuse()

    def action_kernel(self) -> None:
        """Refuse it."""
        self._refuse()

    def action_knobs(self) -> None:
        """Refuse it."""
        self._refuse()

    def action_console(self) -> None:
        """Refuse it."""
        self._refuse()

    def action_calls(self) -> None:
        """Refuse it."""
        self._refuse()

    def _refuse(self) -> None:
        self.say(SockplayError(NOTHING_LIVE))
