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
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from textual.worker import WorkerState

from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.library.library import Library
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Behaviour, ClientSpec, ServerSpec, Target
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.ui.app import SockplayApp
from sockplay.ui.bench import Bench
from sockplay.ui.screens import calls_hand, code, console_sessions, following, stream_map
from sockplay.ui.screens.workbench import Workbench
from sockplay.ui.widgets.console.program_area import ProgramArea
from sockplay.ui.widgets.console.socket_table import SocketTable
from tests.ui.quiet import quick
from tests.waiting import wait_until

_BEGINNING = 1_767_355_200_000_000_000
"""12:00:00 UTC."""
_TICK = 250_000
_FIRST_PORT = 30_312
"""Below those that a kernel hands out: one that somebody had a minute ago may not be bound."""
_LOOK_S = 0.05
"""How often what follows something looks at it here."""
_LOOKS = (
    (following, "_LOOK_S"),
    (following, "_GAUGES_S"),
    (calls_hand, "_FRAME_S"),
    (calls_hand, "_SOCKETS_S"),
    (console_sessions, "_FRAME_S"),
    (console_sessions, "_QUEUES_S"),
    (stream_map, "LOOK_S"),
    (code, "_LOOK_S"),
)
_ENDLESS = ("record", "sockets", "console", "follow", "map", "preview", "decode", "choosing")
"""Groups of workers that go on as long as their screen is open, or wait for a person."""
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
        await self.until(lambda stage: not stage.works)
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
        await self._calm()

    async def paste(self, source: str) -> None:
        """Begin a program in the console."""
        await self.until(lambda stage: isinstance(stage.pilot.app.focused, TextArea))
        await self.press("f2")
        await self.until(lambda stage: isinstance(stage.pilot.app.focused, ProgramArea))
        self.pilot.app.post_message(Paste(source))
        await self.pilot.pause()

    async def step(self) -> None:
        """Run one line of the program."""
        programs = self.bench.console
        before = max((program.version for program in programs.programs), default=0)
        await self.press("f8")
        await self.until(lambda _: any(p.version > before for p in programs.programs))
        await self.until(lambda _: programs.programs[0].state().doing == "paused")
        await self._calm()

    async def _calm(self) -> None:
        """Wait until no interpreter has anything new to tell, for a key goes to what is shown."""
        console, told, same = self.bench.console, [-1], 0
        while same < 3:
            await asyncio.sleep(_LOOK_S)
            await self.until(lambda stage: not stage.works)
            now = [session.version for session in (console.prompt, *console.programs)]
            told, same = now, same + 1 if now == told else 0

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
        """Wait until what was begun is done, and two looks later the screen is still the same."""
        last, same = "", 0
        async with asyncio.timeout(30):
            while same < 2 or self.works:
                await asyncio.sleep(_LOOK_S)
                await self.until(lambda stage: not stage.works)
                await self._in_step()
                await self.pilot.pause()
                now = self._frame()
                last, same = now, same + 1 if now == last else 0

    @property
    def works(self) -> bool:
        """Whether something is under way that will end."""
        doing = (WorkerState.PENDING, WorkerState.RUNNING)
        return (
            self.workbench.shown < len(self.bench.recorder.index)
            or self.workbench.composer._edits.is_set()
            or self.workbench.inspector._stale.is_set()
            or any(
                worker.state in doing and worker.group not in _ENDLESS
                for worker in self.pilot.app.workers
            )
        )

    def _frame(self) -> str:
        """What a terminal would show."""
        app: App[None] = self.pilot.app
        update = app.screen._compositor.render_update(full=True)
        return "" if update is None else update.render_segments(app.console)  # type: ignore[union-attr]

    async def _in_step(self) -> None:
        for _ in range(1000):  # what the sockets are changes in the kernel's own time
            if self._shows(await self.bench.sockets()):
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the screen does not show the sockets that there are")

    def _shows(self, infos: tuple[SocketInfo, ...]) -> bool:
        tables = self.pilot.app.screen.query(SocketTable)
        return all(shown == infos for shown in (self.workbench.infos, *(t._infos for t in tables)))

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
        quick(),
        ExitStack() as looks,
        tempfile.TemporaryDirectory() as folder,
        patch.dict(os.environ, HOME=folder),
    ):
        for module, name in _LOOKS:
            looks.enter_context(patch.object(module, name, _LOOK_S))
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
            try:
                yield stage
            finally:
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
