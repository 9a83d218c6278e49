"""A replay as it goes: what came back then and what comes back now, step by step."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sockplay.engine.host import Host
from sockplay.engine.replaying import Pace, replay
from sockplay.model.errors import SockplayError
from sockplay.model.spec import ClientSpec, ServerSpec
from sockplay.session.comparing.turns import HEAD
from sockplay.session.comparing.window import window
from sockplay.session.recorder import Recorder
from sockplay.session.replay.lines import step_text
from sockplay.session.replay.score import Outcome, Score, back_text
from sockplay.session.replay.wish import place
from sockplay.ui.screens.compare import CompareScreen
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.compare.pairs_view import PairRow, PairsView
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.values.printable import visible, visible_bytes
from sockplay.values.reading.field_pairs import Meaning

_LOOK_S: Final = 0.1
_KEYS: Final = {
    "replay-leave": "Esc", "replay-go": "Enter", "replay-enter": "Enter", "replay-look": "Space",
    "replay-open": "o", "replay-next": "n", "replay-previous": "p", "palette": "^P",
}  # fmt: skip


class ReplayScreen(Screen[None]):
    """Runs on an engine and a record of its own, which end with the screen.

    Args:
        score: the side that is had again.
        wish: the client or server that has it.
        speed: how many times as fast as then.
        by_step: whether Enter takes each step.
        patience_s: how long the peer may owe an answer in silence.
        meaning: the definition of its messages, if one is in force.
    """

    DEFAULT_CSS = """
    ReplayScreen {
        background: $background;
        & #replay-title { height: 1; padding: 0 1; background: $surface; }
        & PairsView { height: 1fr; }
        & #replay-note { height: auto; padding: 0 1; color: $sock-muted; background: $surface; }
        & #replay-note.-failed { color: $sock-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, id="replay-leave"),
        Binding("enter", "go", "next step", show=False, id="replay-go", priority=True),
        Binding("enter", "look", "side by side", show=False, id="replay-enter", priority=True),
        Binding("space", "peek", "side by side", show=False, id="replay-look"),
        Binding("space", "look", show=False),
        Binding("o", "open", "its calls", show=False, id="replay-open"),
        Binding("n", "step(1)", "next difference", show=False, id="replay-next"),
        Binding("p", "step(-1)", "previous", show=False, id="replay-previous"),
    ]

    def __init__(
        self,
        score: Score,
        wish: ClientSpec | ServerSpec,
        speed: float,
        by_step: bool,
        patience_s: float,
        meaning: Meaning | None = None,
    ) -> None:
        super().__init__()
        self.score = score
        self._wish = wish
        self._pace = Pace(speed, self._asked if by_step else None, patience_s)
        self._meaning = meaning
        self._host = Host(self._bug)
        self._go = asyncio.Event()
        """Belongs to the engine's loop."""
        self._asks = False
        self._playing: Future[None] | None = None
        self._folder = TemporaryDirectory(prefix="sockplay-")
        self._recorder: Recorder | None = None
        self._shown = -1
        self._rows: list[PairRow] = []
        self._failed = ""
        self._told_last = ""

    def compose(self) -> ComposeResult:
        """The steps, and how it goes."""
        side = self.score.side
        what = "as a server at" if side.serves else "as a client of"
        title = Content.assemble(
            ("REPLAY", "bold $primary"),
            f"  {visible(side.info.name)} again, {what} {visible(place(self._wish))}",
        )
        yield Static(title, id="replay-title")
        yield PairsView("step", "came back then", "comes back now", id="replay-steps")
        yield Static("", id="replay-note")
        yield KeyBar(_KEYS, "palette", id="replay-keys")

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(PairsView).focus()
        self.set_interval(_LOOK_S, self._show)
        self._play()

    async def on_unmount(self) -> None:
        """End it: its sockets close, its record goes."""
        await asyncio.to_thread(self._end)

    @work(exclusive=True, group="replay", description="have a side again")
    @reported
    async def _play(self) -> None:
        await asyncio.to_thread(self._host.start)
        self._recorder = Recorder(Path(self._folder.name, "replay.session"))
        playing = replay(self._wish, self.score, self._pace, self._recorder)
        self._playing = self._host.submit(playing)
        await asyncio.wrap_future(self._playing)
        self._show()
        self.query_one(PairsView).begin()

    def _end(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
        self._host.stop()
        if self._recorder is not None:
            self._recorder.close()
        self._folder.cleanup()

    async def _asked(self) -> None:
        self._asks = True
        await self._go.wait()
        self._go.clear()
        self._asks = False

    # how it goes

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys that do something now."""
        del parameters
        return {
            "go": self._asks,
            "look": not self._asks and bool(self._rows),
            "peek": self._asks and bool(self._rows),
            "open": self._recorder is not None,
            "step": any(row.likeness != "same" for row in self._rows),
        }.get(action, True)

    def _show(self) -> None:
        outcomes = self.score.outcomes
        if len(outcomes) != self._shown:
            self._shown = len(outcomes)
            view = self.query_one(PairsView)
            at_end = view.cursor >= view.count - 1
            self._rows += map(_row, self._told[len(self._rows) :])
            view.show(self._rows)
            if at_end:
                view.go(view.count - 1)
        if self._said != self._told_last:
            self._told_last = self._said
            note = self.query_one("#replay-note", Static)
            note.set_class(self._said.startswith("✕"), "-failed")
            note.update(Content(visible(self._said)))
            self.refresh_bindings()

    @property
    def _told(self) -> list[Outcome]:
        """The outcomes that say anything: most sides begin by sending."""
        outcomes = self.score.outcomes[: self._shown]
        first = outcomes[:1]
        return outcomes if first and (first[0].then or first[0].now) else outcomes[1:]

    @property
    def _said(self) -> str:
        taken, total = len(self.score.outcomes), len(self.score.side.steps)
        differing = sum(not outcome.alike for outcome in self.score.outcomes)
        told = f"{taken:,} of {total:,} steps, {differing:,} differ{'s' * (differing == 1)}"
        if self._failed or self.score.problem:
            problem = f"✕ {self._failed or self.score.problem}"
            return f"{problem}   {told}" if taken else problem
        if self._playing is not None and self._playing.done():
            return told if differing else f"All came back as it did then, in {total:,} steps."
        step = self.score.step
        if self._asks and step is not None:
            return f"Enter: {step_text(step)}   {told}"
        if isinstance(self._wish, ServerSpec) and not taken:
            return f"Waiting for a client at {place(self._wish)}. Esc gives up."
        return f"{told}   Esc gives up"

    def action_go(self) -> None:
        """Take the next step, which is waited for."""
        self._host.ask(self._go.set)

    def action_peek(self) -> None:
        """Look at a step while Enter takes the next one."""
        self.action_look()

    def action_look(self) -> None:
        """Show what came back then and now side by side."""
        if told := self._told:
            outcome = told[self.query_one(PairsView).cursor]
            part = window(outcome.then, outcome.now)
            after = f"after {step_text(outcome.step)}{part.words}"
            meaning = None if part.start else self._meaning
            self.app.push_screen(
                CompareScreen(f"then, {after}", part.left, f"now, {after}", part.right, meaning)
            )

    def action_step(self, way: int) -> None:
        """Go to the next step that differs, or the one before."""
        self.query_one(PairsView).step(way)

    @work(exclusive=True, group="open", description="open the record of a replay")
    @reported
    async def action_open(self) -> None:
        """Open the record of what happens now over this screen."""
        from sockplay.ui.opened_bench import OpenedBench
        from sockplay.ui.screens.recorded_workbench import RecordedWorkbench

        if self._recorder is None:
            raise SockplayError("Nothing has happened yet.")
        await asyncio.wrap_future(self._host.ask(self._recorder.commit))
        bench = await asyncio.to_thread(OpenedBench, self._recorder.path)
        self.app.push_screen(RecordedWorkbench(bench, owns=True))

    def action_leave(self) -> None:
        """Go back; what still runs ends."""
        self.dismiss()

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self._failed = str(error)
        self._show()

    def _bug(self, error: BaseException) -> None:
        report = getattr(self.app, "report_engine_bug", None)
        if report is not None:
            report(error)


def _row(outcome: Outcome) -> PairRow:
    return PairRow(
        "same" if outcome.alike else "changed",
        step_text(outcome.step),
        _back(outcome.then, outcome.then_ended),
        _back(outcome.now, outcome.now_ended),
    )


def _back(data: bytes, ended: bool) -> str:
    return f"{back_text(data, ended)}  {visible_bytes(data[:HEAD])}".rstrip()
