"""The workbench: sockets, timeline, inspector and composer, kept up to date from the record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from sockplay.model.call import Row
from sockplay.model.errors import SockplayError
from sockplay.model.spec import Target
from sockplay.ui.actions import PALETTE, bindings, footer_keys
from sockplay.ui.bench import Bench
from sockplay.ui.screens.record_actions import INSPECTED, RecordActions
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.ui.widgets.pane_bar import PaneBar
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.ui.widgets.status_bar import Status, StatusBar
from sockplay.ui.widgets.timeline import DATA_SHOWN, Timeline
from sockplay.ui.widgets.timeline_pane import TimelinePane

if TYPE_CHECKING:
    from sockplay.ui.widgets.composer import Composer

NARROW: Final = 100
"""Below so many columns one pane is shown at a time."""
HUGE: Final = 170
"""From so many on, the inspector stands beside the timeline."""
_FRAME_S: Final = 1 / 30
_FLOOD_FRAME_S: Final = 1 / 8
"""While more than a screenful arrives per frame nobody can read it, and drawing takes the time
that the engine needs: at 30 frames a second it moves half as much."""
_GAUGES_S: Final = 0.5
PANES: Final = (
    ("sockets", "Sockets"),
    ("timeline", "Timeline"),
    ("inspector", "Inspect"),
    ("composer", "Compose"),
)


class Workbench(RecordActions):
    """The screen that opens. Wide terminals show all panes, narrow ones one at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    def __init__(self, bench: Bench, begin: Callable[[Workbench], None] | None = None) -> None:
        super().__init__(bench, classes="-show-timeline")
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide"), (HUGE, "-huge")]
        self._wanted_name = ""
        self._problem = ""
        self._begin = begin
        self.is_ready = False
        """Whether all panes are there."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take keys once all panes are there."""
        del action, parameters
        return self.is_ready

    def compose(self) -> ComposeResult:
        """The panes."""
        yield StatusBar(id="status")
        yield PaneBar(PANES, "timeline", id="panes")
        with Horizontal(id="upper"):
            with Vertical(id="sockets-pane"):
                yield Static("SOCKETS", classes="title")
                yield SocketList(id="sockets")
            with Vertical(id="middle"):
                yield TimelinePane(id="timeline-pane")
                yield Vertical(id="inspector-pane")
        yield Vertical(id="composer-pane")
        yield KeyBar(footer_keys(), PALETTE, id="keys")

    def on_mount(self) -> None:
        """Be seen first, and get ready then."""
        self.query_one(SocketList).focus()
        self.call_after_refresh(self._get_ready)

    async def _get_ready(self) -> None:
        from sockplay.ui.widgets.composer import Composer
        from sockplay.ui.widgets.inspector import Inspector

        self.inspector = Inspector(id="inspector")
        self.composer = Composer(id="composer")
        await self.query_one("#inspector-pane").mount(self.inspector)
        await self.query_one("#composer-pane").mount(self.composer)
        self.is_ready = True
        self.refresh_bindings()
        self._targets_changed()
        self.bench.attach()
        self._follow_record()
        self._follow_sockets()
        if self._begin is not None:
            self._begin(self)

    # following

    @work(group="record", description="follow the record")
    async def _follow_record(self) -> None:
        while True:
            await self.bench.changed()
            newest = len(self.bench.recorder.index)
            fresh = newest - self.shown
            if fresh:
                await self._show_new(newest)
            self._show_status()
            flooded = fresh > self.size.height
            await asyncio.sleep(_FLOOD_FRAME_S if flooded else _FRAME_S)

    async def _show_new(self, newest: int) -> None:
        timeline, first = self.query_one(Timeline), self.shown + 1
        height = max(1, timeline.size.height)
        rows = await self.bench.rows(max(first, newest - height), newest, DATA_SHOWN)
        if first == 1:
            begun = rows if rows[0].call.seq == 1 else await self.bench.rows(1, 1, 0)
            timeline.begin(begun[0].call.time_ns)
        entries = self.bench.entries(self.shown, newest)
        if wanted := self.filter:
            passed = set(await self.bench.read(lambda r: r.matching(wanted, first - 1)))
            entries = (entry for entry in entries if entry[0] in passed)
        timeline.grow(entries, rows)
        self.shown = newest
        self.describe_filter()

    @work(group="sockets", description="follow the sockets")
    async def _follow_sockets(self) -> None:
        sockets = self.query_one(SocketList)
        while True:
            infos = await self.bench.sockets()
            if infos != self.infos:
                self.infos = infos
                sockets.show(infos)
                self._targets_changed()
            if self._wanted_name and any(i.name == self._wanted_name for i in self.infos):
                sockets.pick(self._wanted_name)
                self._wanted_name = ""
            self._show_status()
            await asyncio.sleep(_GAUGES_S if self._wanted_name == "" else _FRAME_S)

    def _pick_later(self, name: str) -> None:
        self._wanted_name = name

    def _show_status(self) -> None:
        recorder = self.bench.recorder
        if recorder.problem and recorder.problem != self._problem:
            self.say(SockplayError(recorder.problem))
        self._problem = recorder.problem
        draft = self.composer.draft
        self.query_one(StatusBar).status = Status(
            session=self.bench.name,
            problem=recorder.problem,
            sockets=sum(not info.ended for info in self.infos),
            calls=len(recorder.index),
            bytes_out=recorder.index.bytes_out,
            bytes_in=recorder.index.bytes_in,
            order=draft.order,
            encoding=draft.encoding,
        )

    @on(Timeline.Wanted)
    async def _supply(self, event: Timeline.Wanted) -> None:
        event.stop()
        rows: list[Row] = []
        for first, last in event.runs:
            rows += await self.bench.rows(first, last, DATA_SHOWN)
        self.query_one(Timeline).supply(rows)

    @on(Timeline.Selected)
    def _selected(self, event: Timeline.Selected) -> None:
        self._inspect(event.seq)

    @work(exclusive=True, group="inspect", description="inspect a call")
    async def _inspect(self, seq: int) -> None:
        await asyncio.sleep(_FRAME_S)
        rows = await self.bench.rows(seq, seq, INSPECTED)
        if rows:
            self.inspector.show(rows[0])

    @on(SocketList.TargetsChanged)
    def _targets_changed(self) -> None:
        if not self.is_ready:
            return
        targets = self.query_one(SocketList).targets
        self.composer.show_targets([self._target_text(t) for t in targets])

    def _target_text(self, target: Target) -> str:
        info = next((i for i in self.infos if i.name == target.socket), None)
        if target.peer:
            return f"{target.socket} → {target.peer}"
        if info is not None and info.ended:
            return f"{target.socket}, which has ended"
        if info is not None and info.role == "server":
            return f"all of {target.socket}"
        return target.socket

    def on_composer_settings(self) -> None:
        """Show what the composer's settings are now."""
        self._show_status()
        self.inspector.set_encoding(self.composer.draft.encoding)

    def on_composer_wrong(self, event: Composer.Wrong) -> None:
        """Say what cannot be done with what was typed."""
        self.say(SockplayError(event.sentence))

    def on_composer_send(self, event: Composer.Send) -> None:
        """Send to the targets."""
        self._send(event)

    @work(group="send", description="send")
    async def _send(self, event: Composer.Send) -> None:
        targets = self.query_one(SocketList).targets
        if await self.send_to(targets, event.payload.data, event.how):
            self.composer.sent(event.draft)

    # the view

    def on_resize(self) -> None:
        """Take the form that fits."""
        narrow = self.size.width < NARROW
        self.query_one(Timeline).set_narrow(narrow)
        self.query_one(StatusBar).set_class(narrow, "-narrow")

    def action_pane(self, name: str) -> None:
        """Go to a pane."""
        self.query_one(PaneBar).chosen = name
        for pane, _ in PANES:
            self.set_class(pane == name, f"-show-{pane}")
        goal = {"composer": "#editor", "inspector": "#inspect-bytes"}
        self.query_one(goal.get(name, f"#{name}")).focus()

    def go_to(self, pane: str) -> None:
        """Show a pane and put the focus there."""
        self.action_pane(pane)

    @on(PaneBar.Picked)
    def _picked(self, event: PaneBar.Picked) -> None:
        self.action_pane(event.name)

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)

    def key_escape(self) -> None:
        """Leave the composer, so that letters are keys again."""
        if self.focused is not None and self.composer in self.focused.ancestors:
            self.action_pane("timeline")

    def action_filter(self) -> None:
        """Type words that calls must hold."""
        self.action_pane("timeline")
        self.query_one(TimelinePane).open_filter()

    def action_follow(self) -> None:
        """Stay at the newest call, or stop that."""
        timeline = self.query_one(Timeline)
        timeline.follow = not timeline.follow

    # composing and taking away

    def action_send(self) -> None:
        """Send what is composed."""
        self.composer.send()

    def action_mode(self) -> None:
        """Compose in the next form."""
        self.composer.next_mode()

    def action_order(self) -> None:
        """Flip the byte order."""
        self.composer.flip_order()

    def action_how(self) -> None:
        """Change between send and sendall."""
        self.composer.next_how()

    def action_help(self) -> None:
        """Show all keys."""
        from sockplay.ui.screens.help import Help  # as all forms, when it opens: see SocketActions

        self.app.push_screen(Help())
