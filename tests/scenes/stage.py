"""A workbench on a real engine whose clock and ports are the same in every run."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import struct
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.library.library import Library
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Behaviour, ClientSpec, ServerSpec, Target
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.ui.app import SockplayApp
from sockplay.ui.bench import Bench
from sockplay.ui.screens.workbench import Workbench
from sockplay.ui.widgets.console.program_area import ProgramArea
from sockplay.ui.widgets.console.socket_table import SocketTable
from tests.waiting import wait_until

_BEGINNING = 1_767_355_200_000_000_000
"""12:00:00 UTC."""
_TICK = 250_000
_FIRST_PORT = 50_312
_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


class _Clock:
    """A quarter of a millisecond passes between two looks at it."""

    def __init__(self) -> None:
        self._now = _BEGINNING

    def now(self) -> int:
        self._now += _TICK
        return self._now


class _Ports(socket.socket):
    """Connects from ports in order, where the kernel would choose any."""

    next = _FIRST_PORT

    def connect(self, address: Any) -> None:  # noqa: ANN401
        if self.family == socket.AF_INET and not self.getsockname()[1]:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.bind(("127.0.0.1", _Ports.next))
            _Ports.next += 1
        super().connect(address)


def _blink_not(_: Input | TextArea) -> None:
    """Every picture shows its cursor: with ``cursor_blink`` off a TextArea may paint a line from
    its cache in which the cursor was just away (textual/widgets/_text_area.py, ``render_line``).
    """


class Stage:
    """What a scene acts on."""

    def __init__(self, pilot: Pilot[None], bench: Bench) -> None:
        self.pilot = pilot
        self.bench = bench
        self._peers: list[socket.socket] = []

    @property
    def workbench(self) -> Workbench:
        """The screen."""
        screen = self.pilot.app.screen_stack[0]
        assert isinstance(screen, Workbench)
        return screen

    async def press(self, *keys: str) -> None:
        """Press keys one after another, once the screen shows the sockets that there are."""
        await self._in_step()
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type a text."""
        names = {" ": "space", "\n": "enter"}
        await self.pilot.press(*(names.get(char, char) for char in text))

    async def enter(self, line: str) -> None:
        """Put a line into the console and run it, until it is done or waits."""
        await self.until(lambda stage: isinstance(stage.pilot.app.focused, TextArea))
        prompt, field = self.bench.console.prompt, self.pilot.app.focused
        assert isinstance(field, TextArea)
        entered, field.text = prompt.version, line
        field.move_cursor(field.document.end)
        await self.press("enter")
        done = ("ready", "blocked", "failed")
        await self.until(lambda _: prompt.version > entered and prompt.state().doing in done)

    async def paste(self, source: str) -> None:
        """Begin a program in the console."""
        await self.until(lambda stage: isinstance(stage.pilot.app.focused, TextArea))
        await self.press("f2")
        await self.until(lambda stage: isinstance(stage.pilot.app.focused, ProgramArea))
        self.pilot.app.post_message(Paste(source))
        await self.pilot.pause()

    async def step(self) -> None:
        """Run one line of the program."""
        await self.press("f8")
        programs = self.bench.console
        await self.until(lambda _: bool(programs.programs))
        await self.until(lambda _: programs.programs[0].state().doing == "paused")
        await asyncio.sleep(0.2)

    async def server(self, port: int, **how: Any) -> str:  # noqa: ANN401
        """Start a TCP server, or of another protocol."""
        behaviour = how.pop("behaviour", Behaviour(4096))
        spec = ServerSpec(port=port, behaviour=behaviour, **how)
        return await self.bench.do(self.bench.engine.start_server(spec))

    async def client(self, port: int, **how: Any) -> str:  # noqa: ANN401
        """Start a client of a server here."""
        behaviour = how.pop("behaviour", Behaviour(4096))
        spec = ClientSpec(host="127.0.0.1", port=port, behaviour=behaviour, **how)
        return await self.bench.do(self.bench.engine.start_client(spec))

    async def send(self, name: str, data: bytes) -> None:
        """Have a socket send."""
        await self.bench.do(self.bench.engine.send(Target(name), data))

    async def recv(self, name: str, bufsize: int) -> None:
        """Have a socket receive by hand."""
        await self.bench.do(self.bench.engine.recv(name, bufsize))

    def peer(self, port: int) -> socket.socket:
        """A program outside, connected to a server here."""
        sock = _Ports(socket.AF_INET, socket.SOCK_STREAM)
        sock.connect(("127.0.0.1", port))
        self._peers.append(sock)
        return sock

    async def until(self, holds: Callable[[Stage], bool]) -> None:
        """Wait until something holds."""
        await wait_until(lambda: holds(self), 10)

    async def calls(self, count: int) -> None:
        """Wait until so many calls are on screen."""
        await self.until(lambda stage: stage.workbench.shown >= count)

    async def info(self, holds: Callable[[dict[str, SocketInfo]], bool]) -> None:
        """Wait until the sockets' list shows something."""
        await self.until(lambda stage: holds({i.name: i for i in stage.workbench.infos}))

    async def settle(self) -> None:
        """Wait until the last messages are handled and the gauges were looked at."""
        for _ in range(2):
            await asyncio.sleep(0.2)
            await self._in_step()
        await self.pilot.pause()

    async def _in_step(self) -> None:
        now = await self.bench.sockets()
        await self.until(lambda stage: stage.workbench.infos == now)
        for table in self.pilot.app.screen.query(SocketTable):
            await self.until(lambda _, table=table: table._infos == now)  # type: ignore[misc]

    def picture(self) -> str:
        """The screen as SVG, without the fonts that it would fetch from elsewhere."""
        return _FONTS.sub("", self.pilot.app.export_screenshot(title="sockplay"))

    def end(self) -> None:
        """Reset what is open, so that no port waits in TIME_WAIT for the next run."""
        for sock in self._peers:
            if sock.fileno() < 0:
                continue
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()


@asynccontextmanager
async def on_stage(size: tuple[int, int], theme: str) -> AsyncIterator[Stage]:
    """A stage with nothing on it yet."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    _Ports.next = _FIRST_PORT
    with (
        patch.object(socket, "socket", _Ports),
        patch.object(TextArea, "_toggle_cursor_blink_visible", _blink_not),
        patch.object(Input, "_toggle_cursor", _blink_not),
        tempfile.TemporaryDirectory() as folder,
        patch.dict(os.environ, HOME=folder),
    ):
        async with _running(Path(folder), size, theme) as stage:
            yield stage


@asynccontextmanager
async def _running(folder: Path, size: tuple[int, int], theme: str) -> AsyncIterator[Stage]:
    bugs: list[BaseException] = []
    recorder = Recorder(folder / "scene.session")
    engine = Engine(recorder, _Clock())
    host = Host(bugs.append)
    library = Library(folder / "library")
    bench = Bench(host, engine, recorder, Reader(recorder.path, ours=True), False, library)
    app = SockplayApp(bench)
    app.animation_level = "none"
    host.start()
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            app.theme = theme
            stage = Stage(pilot, bench)
            await stage.until(lambda s: s.workbench.is_ready)
            yield stage
            await bench.ask(lambda: _reset_all(engine))
            stage.end()
            app.exit()
    finally:
        host.ask(engine.close_all).result(5)
        host.stop()
        bench.detach()
        recorder.close()
    assert not bugs


def _reset_all(engine: Engine) -> None:
    for info in engine.snapshot():
        if info.protocol == "tcp" and info.role != "server" and not info.ended:
            engine.abort(info.name)
