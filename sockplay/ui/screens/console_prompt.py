"""What is typed at the prompt: entered when it is whole, brought back, gone on with."""

from __future__ import annotations

import asyncio
from collections import deque

from textual import on, work

from sockplay.model.errors import SockplayError
from sockplay.ui.bench import Bench
from sockplay.ui.screens.console_sessions import ConsoleSessions
from sockplay.ui.screens.console_words import UNDER_WAY
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.console.entry import LONGEST, Entry
from sockplay.ui.widgets.console.names import Name
from sockplay.ui.widgets.console.session_pane import SessionPane
from sockplay.ui.widgets.source_area import LONGEST as PROGRAM_LONGEST


class ConsolePrompt(ConsoleSessions):
    """The half of the console that is about the prompt, and about answers to ``input``."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._ahead: deque[str] = deque()
        self._recalled = 0
        self._recalled_text = ""

    @work(group="history", description="read what was entered before")
    @reported
    async def remember(self) -> None:
        """Have what was entered before at hand."""
        await asyncio.to_thread(self.console.load_history)

    @property
    def prompt_pane(self) -> SessionPane:
        """Where the prompt is."""
        return self.panes[self.console.prompt]

    @property
    def waiting(self) -> int:
        """How many entries wait for their turn."""
        return len(self._ahead)

    @on(Entry.Submitted)
    def _entered(self, event: Entry.Submitted) -> None:
        entry = event.entry
        if not entry.is_python:
            self.chosen.answer(entry.text)
            entry.take("")
            self.wake()
            return
        source = entry.text.rstrip(" \t")
        if not source.strip():
            entry.take("")
            return
        verdict = self.console.prompt.check(source)
        if verdict.kind == "incomplete":
            entry.move_cursor(entry.document.end)
            entry.add_line()
            return
        if verdict.kind == "mistake":
            row = min(verdict.line, entry.line_count) or 1
            entry.move_cursor((row - 1, max(0, verdict.column - 1)))
            self.mistake = verdict.sentence
            self.wake()
            return
        entry.take("")
        self._recalled = 0
        self._ahead.append(source)
        self.drain()
        self.wake()

    @on(Entry.Ended)
    def _ended(self, event: Entry.Ended) -> None:
        if not event.entry.is_python:
            self.chosen.answer(None)
            self.wake()

    def drain(self) -> None:
        """Enter what was typed while something ran, as a terminal would."""
        prompt = self.console.prompt
        doing = prompt.state().doing if self._ahead else "running"
        if doing == "input":
            prompt.answer(self._ahead.popleft())
        elif doing not in UNDER_WAY:
            self._enter(self._ahead.popleft())

    def _enter(self, source: str) -> None:
        try:
            self.console.prompt.enter(source)
        except SockplayError as error:
            self.say(error)

    @on(SessionPane.Typed)
    def _typed(self) -> None:
        self.mistake = ""
        if self.prompt_pane.entry.text != self._recalled_text:
            self._recalled = 0
        self.wake()

    @on(Entry.TooLong)
    def _too_long(self, event: Entry.TooLong) -> None:
        where = "the prompt" if self.pane.entry.is_python else "an answer"
        hint = "Give less."
        if self.pane.entry.is_python and event.length <= PROGRAM_LONGEST:
            hint = "F2 begins a program; paste it there."
        elif self.pane.entry.is_python:
            hint = f"A program takes {PROGRAM_LONGEST:,}: run this one with Python itself."
        many = f"{event.length:,} characters are too many for {where}, which takes {LONGEST:,}."
        self.say(SockplayError(f"{many} {hint}"))

    @on(Entry.Recalled)
    def _recall(self, event: Entry.Recalled) -> None:
        history = self.console.history
        at = self._recalled - event.by
        if event.entry.is_python and 0 <= at <= len(history):
            self._recalled = at
            self._recalled_text = history[-at] if at else ""
            event.entry.take(self._recalled_text)

    @on(SessionPane.NamesWanted)
    def _names_wanted(self, event: SessionPane.NamesWanted) -> None:
        found = self.console.prompt.complete(event.source, event.column)
        names = [Name(item.text, item.help) for item in found.items]
        event.pane.offer(event.source, found.start, names)

    def give_up_ahead(self) -> None:
        """Drop what waits for its turn."""
        self._ahead.clear()
