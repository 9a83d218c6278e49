"""The workbench: sockets, timeline, inspector and composer, kept up to date from the record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from sockplay.model.errors import SockplayError
from sockplay.model.spec import Target
from sockplay.ui.actions import PALETTE, bindings, footer_keys
from sockplay.ui.bench import Bench
from sockplay.ui.files import read_file
from sockplay.ui.screens.following import Following
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.ui.widgets.pane_bar import PaneBar
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.ui.widgets.status_bar import Status, StatusBar
from sockplay.ui.widgets.timeline.timeline import Timeline
from sockplay.ui.widgets.timeline.timeline_pane import TimelinePane

if TYPE_CHECKING:
    from sockplay.ui.widgets.composer.composer import Composer

NARROW: Final = 110
"""Below so many columns one pane is shown at a time."""
HUGE: Final = 170
"""From so many on, the inspector stands beside the timeline."""
_FORMS: Final = (
    *(f"ui.screens.{name}" for name in ("chooser", "code", "help", "knobs", "lab", "leftovers")),
    *(f"ui.screens.{name}" for name in ("library", "prompt", "rest", "socket_form")),
    *(f"ui.screens.{name}" for name in ("export_form", "replay_form")),
    *(f"session.finding.{name}" for name in ("language", "matching", "proposals", "search")),
    *(f"ui.{name}" for name in ("clipboard", "palette", "report")),
)
PANES: Final = (
    ("sockets", "Sockets"),
    ("timeline", "Timeline"),
    ("inspector", "Inspect"),
    ("composer", "Compose"),
)


class Workbench(Following):
    """The screen that opens. Wide terminals show all panes, narrow ones one at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    def __init__(self, bench: Bench, begin: Callable[[Workbench], None] | None = None) -> None:
        super().__init__(bench, classes="-show-timeline -wide")  # as most are: styled once then
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide"), (HUGE, "-huge")]
        self._problem = ""
        self._begin = begin
        self.ready = asyncio.Event()
        """Set when all panes are there."""

    @property
    def is_ready(self) -> bool:
        """Whether all panes are there."""
        return self.ready.is_set()

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
        yield KeyBar(footer_keys(bool(self.bench.recorded)), PALETTE, id="keys")

    def on_mount(self) -> None:
        """Be seen first, and get ready then."""
        self.query_one(SocketList).focus()
        self.call_after_refresh(self._get_ready)

    async def _get_ready(self) -> None:
        from sockplay.ui.widgets.composer.composer import Composer
        from sockplay.ui.widgets.inspector.inspector import Inspector

        self.inspector = Inspector(id="inspector")
        self.composer = Composer(
            read_file, lambda: self.query_one(SocketList).targets, id="composer"
        )
        await self.query_one(TimelinePane).mount_fields()
        await self.query_one("#inspector-pane").mount(self.inspector)
        await self.query_one("#composer-pane").mount(self.composer)
        self.ready.set()
        self.refresh_bindings()
        self.show_targets()
        self.bench.attach()
        self.read_marks()
        self.follow_record()
        self.follow_sockets()
        if self._begin is not None:
            self._begin(self)
        self.import_forms()
        self.call_after_refresh(self.definitions_changed)

    # telling

    def show_status(self) -> None:
        """Bring the top line up to date."""
        recorder = self.bench.recorder
        if recorder.problem and not self._problem:  # one disk that is full is told once
            self.say(SockplayError(recorder.problem))
        self._problem = recorder.problem
        draft = self.composer.draft
        self.query_one(StatusBar).status = Status(
            session=self.bench.name,
            problem=recorder.problem,
            recorded=self.bench.recorded,
            sockets=sum(not info.ended for info in self.infos),
            calls=len(recorder.index),
            bytes_out=recorder.index.bytes_out,
            bytes_in=recorder.index.bytes_in,
            order=draft.order,
            encoding=draft.encoding,
        )

    @on(SocketList.TargetsChanged)
    def show_targets(self) -> None:
        """Say where a send would go."""
        if not self.is_ready:
            return
        targets = self.query_one(SocketList).targets
        self.composer.bar.show_targets([self._target_text(t) for t in targets])

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
        self.show_status()
        self.inspector.set_encoding(self.composer.draft.encoding)
        self.show_again()

    def on_composer_wrong(self, event: Composer.Wrong) -> None:
        """Say what cannot be done with what was typed."""
        self.say(SockplayError(event.sentence))

    def on_composer_send(self, event: Composer.Send) -> None:
        """Send to the targets."""
        targets = event.targets
        names = {target.socket for target in targets}
        streams = any(info.stream for info in self.infos if info.name in names)
        if not event.payload.data and (streams or not targets):
            self.composer.take_back(event.draft)
            self.say(SockplayError("There is nothing to send yet. Type something first."))
        else:
            self._send(event)

    @work(group="send", description="send")
    async def _send(self, event: Composer.Send) -> None:
        self.composer.sent(event.draft)
        if not await self.send_to(event.targets, event.payload.data, event.how):
            self.composer.take_back(event.draft)

    # the view

    def on_resize(self) -> None:
        """Take the form that fits."""
        narrow = self.size.width < NARROW
        if self.query_one(Timeline).set_narrow(narrow):
            self.apply_filter()
        self.query_one(StatusBar).set_class(narrow, "-narrow")

    def action_pane(self, name: str) -> None:
        """Go to a pane."""
        if not self.is_ready:
            return
        self.query_one(PaneBar).chosen = name
        shown = {f"-show-{pane}": pane == name for pane, _ in PANES}
        self.update_classes(shown, update=self.size.width < NARROW)  # a wide one shows them all
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
        if self.is_ready and self.focused is not None and self.composer in self.focused.ancestors:
            self.action_pane("timeline")

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
        self.composer.step("mode")

    def action_order(self) -> None:
        """Flip the byte order."""
        self.composer.step("order")

    def action_how(self) -> None:
        """Change between send and sendall."""
        self.composer.step("how")

    def action_help(self) -> None:
        """Show all keys."""
        from sockplay.ui.screens.help import Help  # as all forms, when it opens: see SocketActions

        self.app.push_screen(Help())

    @work(description="have the forms at hand")
    async def import_forms(self) -> None:
        """Have every form at hand, for none could be read once this process is out of files."""
        for name in _FORMS:
            await asyncio.sleep(0.03)  # keys and calls come before
            import_module(f"sockplay.{name}")
