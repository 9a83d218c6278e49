"""The console's panes: one for the prompt, one for each program, kept up to date."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from textual import on, work
from textual.containers import Horizontal
from textual.events import DescendantFocus
from textual.screen import Screen

from sockplay.console.interpreter import Interpreter
from sockplay.console.program import Program
from sockplay.console.state import InterpreterState
from sockplay.model.errors import SockplayError
from sockplay.ui.bench import Bench
from sockplay.ui.screens.console_words import (
    UNDER_WAY,
    program_saying,
    prompt_saying,
    said,
    shown,
    tab_text,
    where,
)
from sockplay.ui.screens.steady import Steady
from sockplay.ui.widgets.console.program_pane import ProgramPane
from sockplay.ui.widgets.console.recent_calls import KEPT, SHOWN_DATA, RecentCalls
from sockplay.ui.widgets.console.session_pane import SessionPane
from sockplay.ui.widgets.console.socket_table import SocketTable
from sockplay.ui.widgets.console.variables import Variables
from sockplay.ui.widgets.pane_bar import PaneBar
from sockplay.values.printable import visible

NEW: Final = "new"
"""The tab that begins another program."""
_FRAME_S: Final = 0.1
_QUEUES_S: Final = 0.4
"""How often queues are looked at while no call is made."""


class ConsoleSessions(Screen[None]):
    """Shows what the interpreters and their sockets do, ten times a second at most."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.console = bench.console
        self.chosen: Interpreter = self.console.prompt
        """The one whose tab is chosen."""
        self.order: list[Interpreter] = [*self.console.programs, self.console.prompt]
        """As they were chosen, the last one last."""
        self.is_both = False
        """Whether both of them are seen."""
        self.mistake = ""
        """Why what stands at the prompt cannot be entered."""
        self.panes: dict[Interpreter, SessionPane] = {}
        self._states: dict[Interpreter, InterpreterState] = {}
        self._versions: dict[Interpreter, int] = {}
        self._newest = -1
        self._looked = 0.0
        self._woken = asyncio.Event()

    @property
    def pane(self) -> SessionPane:
        """The pane of the chosen tab."""
        return self.panes[self.chosen]

    @property
    def before(self) -> Interpreter | None:
        """The one that was chosen before the one that is."""
        return next((one for one in reversed(self.order) if one is not self.chosen), None)

    def state(self, of: Interpreter) -> InterpreterState:
        """What one does, as it was last seen."""
        return self._states.get(of) or of.state()

    # which is seen

    async def add_pane(self, program: Program) -> None:
        """Show a program that was added."""
        pane = ProgramPane(program.name, program.source, program.arguments)
        pane.display = False
        await self.query_one("#panes", Horizontal).mount(pane)
        self.panes[program] = pane

    def choose(self, interpreter: Interpreter) -> None:
        """Turn to a tab."""
        self.order = [*(one for one in self.order if one is not interpreter), interpreter]
        self.chosen = interpreter
        self.show_panes()
        if not self.pane.has_focus_within:
            self.pane.take_focus()
        self.wake()

    def show_panes(self) -> None:
        """Show the chosen pane, and the one before it when both are wanted."""
        seen = {self.chosen, self.before} if self.is_both else {self.chosen}
        first = next(interpreter for interpreter in self.panes if interpreter in seen)
        for interpreter, pane in self.panes.items():
            pane.display = interpreter in seen
            pane.set_class(interpreter is self.chosen, "-chosen")
            pane.set_class(pane.display and interpreter is not first, "-right")
        self.set_class(self.is_both, "-both")
        self._show_tabs()
        self.refresh_bindings()

    @on(DescendantFocus)
    def _focused(self, event: DescendantFocus) -> None:
        for interpreter, pane in self.panes.items():
            if interpreter is not self.chosen and pane in event.widget.ancestors:
                self.choose(interpreter)

    # what they do

    def wake(self) -> None:
        """Look at once rather than in a moment."""
        self._versions.clear()
        self._woken.set()

    @work(group="console", description="follow the console")
    async def follow(self) -> None:
        """Show what has changed, as long as the screen is open."""
        following = Steady(self._show_all, self.say)
        while True:
            await following.look()
            try:
                async with asyncio.timeout(_FRAME_S):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()

    async def _show_all(self) -> None:
        for interpreter in list(self.panes):
            self._show(interpreter)
        self.drain()
        await self._show_record()

    def drain(self) -> None:
        """Enter what was typed while something ran."""

    def _show(self, interpreter: Interpreter) -> None:
        version, before = interpreter.version, self._states.get(interpreter)
        is_new = self._versions.get(interpreter) != version
        if not is_new and before is not None and before.doing not in UNDER_WAY:
            return
        self._versions[interpreter] = version
        state = self._states[interpreter] = interpreter.state()
        pane = self.panes[interpreter]
        if is_new:
            known = pane.transcript.end
            pane.show_lines(*said(interpreter.transcript, known))
        if isinstance(interpreter, Program) and isinstance(pane, ProgramPane):
            saying = program_saying(state)
            place = where(state)
            line = state.line if state.doing in (*UNDER_WAY, "failed") else None
            pane.show_place(line or 0, interpreter.breakpoints, state.doing in UNDER_WAY)
        else:
            place = ""
            saying = prompt_saying(state, pane.entry.line_count, self.waiting, self.mistake)
        pane.show_doing(saying.text, waits=saying.waits, failed=saying.failed)
        pane.show_asking(state.doing == "input")
        if interpreter is self.chosen:
            self.query_one(Variables).show(place, shown(state.variables))
        if before is None or before.doing != state.doing or before.line != state.line:
            self._show_tabs()
            self.refresh_bindings()

    @property
    def waiting(self) -> int:
        """How many entries wait for their turn."""
        return 0

    def _show_tabs(self) -> None:
        tabs = [(str(n), tab_text(self.state(i))) for n, i in enumerate(self.panes)]
        bar = self.query_one("#sessions", PaneBar)
        bar.offer([*tabs, (NEW, "+ program")])
        bar.chosen = str(list(self.panes).index(self.chosen))

    # what their sockets do

    async def _show_record(self) -> None:
        newest = len(self.bench.recorder.index)
        if newest == self._newest and time.monotonic() - self._looked < _QUEUES_S:
            return
        self._looked = time.monotonic()
        self.query_one(SocketTable).show(await self.bench.sockets())
        if newest != self._newest:
            rows = await self.bench.rows(max(1, newest - KEPT + 1), newest, SHOWN_DATA)
            self.query_one(RecentCalls).show(rows)
            self._newest = newest

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self.notify(visible(str(error)), severity="error", markup=False, timeout=8)
