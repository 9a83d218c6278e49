"""The half of the lab that sends for real, and shows what the record says of it."""

from __future__ import annotations

import time
from typing import Final

from msgspec.structs import replace
from textual import work
from textual.message import Message
from textual.screen import Screen

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.session.finding.filter import Filter
from sockplay.session.reader import Reader
from sockplay.ui.bench import Bench
from sockplay.ui.screens.lab_exchange import Exchange
from sockplay.ui.widgets.lab.lab_page import Subject
from sockplay.ui.widgets.lab.readers_page import ReadersPage
from sockplay.ui.widgets.lab.send_page import SendPage, Trial
from sockplay.values.counted import counted

_TICK_S: Final = 1.0


class LabTrials(Screen[None]):
    """Runs one exchange at a time; leaving the screen ends it and closes its sockets."""

    class Heard(Message):
        """A real reader has got this far; made in the engine's thread."""

        def __init__(self, data: bytes, asked: int) -> None:
            super().__init__()
            self.data = data
            self.asked = asked

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.subject: Subject | None = None
        """What is sent; None until a number was typed that fits."""
        self._exchange: Exchange | None = None
        self._trial: Trial | None = None
        self._since = 0
        self._waits_from: float | None = None

    def on_mount(self) -> None:
        """Count the seconds of a wait."""
        self.set_interval(_TICK_S, self._tick)

    @property
    def is_trying(self) -> bool:
        """Whether an exchange is under way."""
        return self._trial is not None and not self._trial.ended

    def action_send(self) -> None:
        """Send the number."""
        if self.subject is not None and not self.is_trying:
            data = self.subject.number.encode(self.subject.order)
            self._try(Trial(self.subject, data))

    def action_wrong(self) -> None:
        """Send a message to a reader that forgot the byte order of its length."""
        if self.subject is not None and not self.is_trying:
            page = self.query_one(ReadersPage)
            self._try(Trial(self.subject, page.message, page.prefix))

    def action_give_up(self) -> None:
        """End the reader's wait."""
        exchange = self._exchange
        if exchange is not None and self.is_trying:
            self.bench.host.ask(exchange.give_up)

    def action_leave(self) -> None:
        """Go back; what is under way is closed."""
        self.workers.cancel_node(self)
        self.dismiss()

    @work(group="trial", description="send for real")
    async def _try(self, trial: Trial) -> None:
        def tell(heard: bytes, asked: int) -> None:
            self.post_message(self.Heard(heard, asked))

        exchange = Exchange(self.bench.engine, tell)
        self._exchange, self._trial = exchange, trial
        self._since = await self.bench.ask(lambda: len(self.bench.recorder.index))
        self.refresh_bindings()
        problem = ""
        try:
            if trial.prefix is None:
                await self.bench.do(exchange.number(trial.data))
            else:
                await self.bench.do(exchange.message(trial.data, trial.prefix))
        except SockplayError as error:
            problem = "" if exchange.given_up else str(error)
        self._trial = replace(self._trial, ended=True, problem=problem)
        self._waits_from = None
        self._show()
        self.refresh_bindings()

    def on_lab_trials_heard(self, event: LabTrials.Heard) -> None:
        """Show what was heard, and who waits."""
        if self._trial is not None and not self._trial.ended:
            self._trial = replace(self._trial, heard=event.data, asked=event.asked)
            self._waits_from = time.monotonic() if event.asked else None
            self._show()

    def _tick(self) -> None:
        if self._waits_from is not None:
            self._show()

    @work(exclusive=True, group="trial-calls", description="show what was sent for real")
    async def _show(self) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        await self.bench.ask(lambda: None)  # the calls are in the record then
        calls = await self.bench.read(lambda reader: _calls(reader, exchange.names, self._since))
        waiting = ""
        if exchange.names and self._waits_from is not None:
            infos = await self.bench.sockets()
            call = next((i.waiting for i in infos if i.name == exchange.names[-1]), "")
            waiting = self._waiting(exchange.names[-1], call)
        if self._trial is not None:
            self.query_one(SendPage).show_trial(self._trial, calls, waiting)

    def _waiting(self, reader: str, call: str) -> str:
        trial, since = self._trial, self._waits_from
        if not call or trial is None or since is None:
            return ""
        seconds = int(time.monotonic() - since)
        what = f"{counted(trial.asked, 'byte')} that nobody sent"
        return f"… {reader} waits in {call}, {seconds} s: {what}. g gives up."


def _calls(reader: Reader, names: tuple[str, ...], since: int) -> list[Call]:
    if not names:
        return []
    found = reader.matching(Filter(frozenset(names)), since)
    return [row.call for seq in found for row in reader.rows(seq, seq)]
