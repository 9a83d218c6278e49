"""The hand that makes calls: each line entered at a prompt of its own, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from textual import work
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.ui.bench import Bench
from sockplay.ui.screens.calls_asked import Asked, back
from sockplay.ui.screens.calls_methods import Method
from sockplay.ui.screens.calls_told import told
from sockplay.ui.screens.console_words import UNDER_WAY, prompt_saying
from sockplay.ui.screens.reported import reported
from sockplay.ui.screens.steady import Steady
from sockplay.ui.widgets.calls.method_list import MethodList
from sockplay.ui.widgets.console.transcript import Transcript
from sockplay.values.printable import visible

_FRAME_S: Final = 0.1
_SOCKETS_S: Final = 0.4
"""How often the socket is looked at while no call comes back."""
_IN_LIST: Final = "Letters find a call, Enter opens it. Esc leaves."
_IN_FIELD: Final = "Enter makes the call. Esc: the list of calls."
_IN_FORM: Final = "Enter makes the call, letters find another one. Esc: the list of calls."


class CallsHand(Screen[None]):
    """Makes calls, and shows what they do and return.

    Args:
        bench: where the sockets are.
        socket: whose calls; empty for what makes sockets.
        infos: the sockets that there are, as far as is known.
    """

    def __init__(self, bench: Bench, socket: str, infos: Sequence[SocketInfo]) -> None:
        super().__init__()
        self.bench = bench
        self.socket = socket
        self.hand = bench.console.hand(socket)
        self.infos = infos
        self.reads_itself = False
        """Whether the socket reads by itself, so that nobody else can."""
        self._waited = False
        self._insisted = False
        """Whether another call was wanted while one waits."""
        self._lines: dict[str, str] = {}
        self._seen = -1
        self._looked = 0.0

    @property
    def waits(self) -> bool:
        """Whether a call has not come back yet."""
        return self.hand.state().doing in UNDER_WAY

    def make(self, method: Method, line: str, typed: Mapping[str, str]) -> None:
        """Make a call.

        Args:
            method: what is called.
            line: the Python that does it.
            typed: what the fields hold.

        Raises:
            SockplayError: Python cannot read it, or a name in it is taken.
        """
        if self.waits:
            self._insisted = True
            self._show_waiting()
            return
        names = method.made(typed)
        self._refuse_taken([name for name in names if "name" in method.fields])
        before = len(self.bench.recorder.index), self.hand.transcript.end
        # As at Python's own prompt, an empty line ends a statement that holds others.
        verdict = self.hand.enter(f"{line}\n" if line.startswith("with ") else line)
        if verdict.kind != "complete":
            raise SockplayError(f"Python cannot read this: {verdict.sentence}.")
        self._waited, self._insisted = True, False
        self.refresh_bindings()
        # The app's, as the call goes on when this screen is closed.
        asked = Asked(self.socket, method, names, *before)
        self.app.run_worker(self._until_back(asked), group="calls", description="follow a call")

    @reported
    async def _until_back(self, asked: Asked) -> None:
        made = await back(self.bench, self.hand, asked)
        if self.is_current:
            self.came_back(made)

    def _refuse_taken(self, names: Sequence[str]) -> None:
        space = self.hand.namespace
        taken = {*(info.name for info in self.infos), *space.names, *space.builtins} - {"address"}
        for place, name in enumerate(names):
            if name in taken or name in names[:place]:
                raise SockplayError(f"{name} is the name of something else. Type another one.")

    @work(group="follow", description="follow the calls")
    async def follow(self) -> None:
        """Show what goes on, as long as the screen is open."""
        following = Steady(self._look, self.say)
        while True:
            await following.look()
            await asyncio.sleep(_FRAME_S)

    async def _look(self) -> None:
        if self.waits:
            self._waited = True
            self._show_waiting()
        elif self._waited:
            self._waited = False
            self.say_doing("")
            self.refresh_bindings()
        if self._seen != self.hand.version:
            self._seen = self.hand.version
            transcript = self.hand.transcript
            lines = told(transcript.lines(transcript.first, transcript.end))
            self.query_one(Transcript).show(0, 0, lines)
        if time.monotonic() - self._looked > _SOCKETS_S:
            await self.look_at_sockets()

    def _show_waiting(self) -> None:
        saying = prompt_saying(self.hand.state(), 1, 0, "")
        insisted = "✕ One call at a time. " if self._insisted else ""
        self.say_doing(insisted + saying.text, waits=True, failed=self._insisted)

    @work(group="by-hand", description="read by hand")
    @reported
    async def action_by_hand(self) -> None:
        """Have the socket read only when it is called."""
        engine, name = self.bench.engine, self.socket

        def change() -> None:
            engine.set_behaviour(name, replace(engine.behaviour(name), bufsize=None))

        await self.bench.ask(change)
        await self.look_at_sockets()

    async def look_at_sockets(self) -> None:
        """Show how the socket stands."""
        self._looked = time.monotonic()
        before, self.infos = self.infos, await self.bench.sockets()
        if _open(before) != _open(self.infos):
            self.refresh_bindings()
        self.show_socket()

    def show_socket(self) -> None:
        """Say how the socket stood when it was looked at."""
        info = next((i for i in self.infos if i.name == self.socket), None)
        before, self.reads_itself = self.reads_itself, _reads_itself(info)
        if before != self.reads_itself:
            self.refresh_bindings()
        said = "has ended" if self.socket else "Choose what makes one."
        if info is not None:
            ends = "  ⇄  ".join(filter(None, (info.local, info.peer)))
            reads = "reads by itself" if self.reads_itself else ""
            said = "   ".join(filter(None, (info.protocol, info.state, reads, ends)))
        self.show_text("calls-socket", said)

    def came_back(self, made: str) -> None:
        """A call has come back.

        Args:
            made: the name of the socket that it made; empty where it made none.
        """

    def say_doing(self, sentence: str, *, waits: bool = False, failed: bool = False) -> None:
        """Say what goes on, or what is wrong with a field; nothing stands for what keys do."""
        line = self.query_one("#calls-doing", Static)
        line.set_class(waits, "-waits")
        line.set_class(failed, "-failed")
        self.show_text("calls-doing", sentence or self._hint)

    @property
    def _hint(self) -> str:
        """What the keys do where the focus is."""
        if isinstance(self.focused, MethodList):
            return _IN_LIST
        return _IN_FIELD if isinstance(self.focused, Input) else _IN_FORM

    def show_text(self, name: str, text: str) -> None:
        """Have a line say something; only another text lays the screen out anew."""
        if self._lines.get(name) != text:
            self._lines[name] = text
            self.query_one(f"#{name}", Static).update(Content(visible(text)))

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self.notify(visible(str(error)), severity="error", markup=False, timeout=8)


def _open(infos: Sequence[SocketInfo]) -> list[str]:
    return [info.name for info in infos if not info.ended]


def _reads_itself(info: SocketInfo | None) -> bool:
    is_talker = info is not None and not info.ended and info.role != "server"
    return is_talker and info is not None and info.bufsize is not None
