"""What a person does to a program: write or load it, run it, step through it, stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from textual import on, work

from sockplay.console.program import Program
from sockplay.console.program_file import read_program
from sockplay.model.errors import SockplayError
from sockplay.ui.bench import Bench
from sockplay.ui.screens.console_prompt import ConsolePrompt
from sockplay.ui.screens.console_words import UNDER_WAY
from sockplay.ui.screens.prompt import Prompt
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.console.program_area import ProgramArea
from sockplay.ui.widgets.console.program_pane import ProgramPane
from sockplay.ui.widgets.source_area import LONGEST, SourceArea

_PATIENCE_S: Final = 0.5
"""How long a step waits for the one before it, when the key is held down."""
_LOOKS: Final = 50


class ConsolePrograms(ConsolePrompt):
    """The half of the console that is about programs."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._wishes = asyncio.Lock()
        self._removing: Program | None = None

    @property
    def program(self) -> Program | None:
        """The chosen program; None at the prompt."""
        return self.chosen if isinstance(self.chosen, Program) else None

    @property
    def _program_pane(self) -> ProgramPane | None:
        pane = self.panes.get(self.chosen)
        return pane if isinstance(pane, ProgramPane) else None

    # having one

    @work(group="programs", description="begin a program")
    @reported
    async def action_new_program(self) -> None:
        """Have a place for another program, to paste or type it."""
        await self._add(f"program{len(self.console.programs) + 1}.py", "")

    def action_load(self) -> None:
        """Ask for a file with a program."""
        hint = "A file of Python, such as server.py or ~/course/server.py. Nothing runs yet."
        self.app.push_screen(Prompt("Load a program", "", hint, self._load))

    async def _load(self, path: str) -> None:
        name, source = await asyncio.to_thread(read_program, path)
        program = self.program
        if program is not None and self._source_of(program) == "" and not self._is_under_way:
            await self._remove(program)
        await self._add(name, source)

    async def _add(self, name: str, source: str) -> None:
        program = self.console.add_program(name, source)
        await self.add_pane(program)
        self.choose(program)

    @work(group="programs", description="remove a program")
    async def action_remove(self) -> None:
        """Take the chosen program away; asked twice when there is something to lose."""
        program = self.program
        if program is None:
            return
        if self._source_of(program) and self._removing is not program:
            self._removing = program
            sentence = "F12 again takes this program away, with its text and what it printed."
            self.notify(sentence, severity="warning", markup=False)
            return
        await self._remove(program)

    async def _remove(self, program: Program) -> None:
        self.console.remove_program(program)
        pane = self.panes.pop(program)
        self.order.remove(program)
        if self.chosen is program:
            self.choose(self.order[-1])
        self.show_panes()
        await pane.remove()

    async def keep_sources(self) -> None:
        """Let the programs have what was typed, so that leaving the screen loses nothing.

        Raises:
            SockplayError: one cannot take it.
        """
        for interpreter, pane in self.panes.items():
            if isinstance(interpreter, Program) and isinstance(pane, ProgramPane):
                try:
                    await self._give(interpreter, pane)
                except SockplayError as error:
                    self.choose(interpreter)
                    raise SockplayError(f"{interpreter.name}: {error}") from error

    def _source_of(self, program: Program) -> str:
        pane = self.panes[program]
        return pane.area.text if isinstance(pane, ProgramPane) else ""

    # running one

    def action_run(self) -> None:
        """Run it, or go on from where it stands."""
        self._do(Program.run)

    def action_step(self) -> None:
        """Run the next line, and into the functions that it calls."""
        self._do(Program.step, after_the_last=True)

    def action_step_over(self) -> None:
        """Run the next line with all that it calls."""
        self._do(Program.step_over, after_the_last=True)

    def action_pause(self) -> None:
        """Stop it at its next line."""
        self._do(Program.pause)

    @work(group="wishes", description="run a program")
    @reported
    async def action_restart(self) -> None:
        """Make it ready for its first line; what it does now is interrupted."""
        program, pane = self.program, self._program_pane
        if program is not None and pane is not None:
            async with self._wishes:
                await asyncio.to_thread(program.restart, pane.area.text, pane.arguments)
            self.wake()

    @work(group="wishes", description="run a program")
    @reported
    async def _do(self, wish: Callable[[Program], None], after_the_last: bool = False) -> None:
        program, pane = self.program, self._program_pane
        if program is None or pane is None:
            return
        async with self._wishes:
            if after_the_last:
                await self._last_step(program)
            await self._give(program, pane)
            wish(program)
        self.wake()

    async def _last_step(self, program: Program) -> None:
        """Wait for the step before, as when the key is held down."""
        for _ in range(_LOOKS):
            if program.state().doing not in ("running", "blocked"):
                return
            await asyncio.sleep(_PATIENCE_S / _LOOKS)

    async def _give(self, program: Program, pane: ProgramPane) -> None:
        wanted = pane.area.text, pane.arguments
        known = program.source, program.arguments
        if wanted != known and program.state().doing not in UNDER_WAY:
            await asyncio.to_thread(program.change, *wanted)

    @property
    def _is_under_way(self) -> bool:
        return self.state(self.chosen).doing in UNDER_WAY

    # its lines

    def action_break(self) -> None:
        """Stop at the line under the cursor, or no longer."""
        if self.program is not None and (pane := self._program_pane) is not None:
            self._toggle(self.program, pane.area.line)

    @on(ProgramArea.BreakWanted)
    def _break_clicked(self, event: ProgramArea.BreakWanted) -> None:
        event.stop()
        for interpreter, pane in self.panes.items():
            if isinstance(interpreter, Program) and pane in event.area.ancestors:
                self._toggle(interpreter, event.line)

    def _toggle(self, program: Program, line: int) -> None:
        program.toggle_breakpoint(line)
        self.wake()

    @on(SourceArea.TooLong)
    def _source_too_long(self) -> None:
        self.say(SockplayError(f"A program has at most {LONGEST:,} characters. Paste less."))
