"""A workbench on the test's loop with a real engine in its thread, and ways to look at it."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from textual import events
from textual.app import App
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

import sockplay.ui.app
from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.model.call import Call
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Target
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.ui.app import SockplayApp
from sockplay.ui.bench import Bench
from sockplay.ui.screens.workbench import Workbench
from sockplay.ui.widgets.composer.composer import Composer
from sockplay.ui.widgets.inspector.inspector import Inspector
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.ui.widgets.timeline.timeline import Timeline
from tests.ui.quiet import painting_seldom, quick
from tests.waiting import wait_until

_SGR = re.compile(r"\x1b\[[0-9;:]*m")
_MOVE = re.compile(r"\x1b\[[0-9;]*H")


class CopyingApp(SockplayApp):
    """Keeps what would go to the terminal's clipboard."""

    CSS_PATH = str(Path(sockplay.ui.app.__file__).with_name("sockplay.tcss"))
    copied = ""

    @property
    def keys_taken(self) -> bool:
        """Whether each key has had its turn, and what it opened has the focus."""
        return self._keys._task is None or self._keys._task.done()

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text


class Desk:
    """A running workbench."""

    def __init__(
        self, app: CopyingApp, pilot: Pilot[None], bench: Bench, bugs: list[BaseException]
    ) -> None:
        self.app = app
        self.pilot = pilot
        self.bench = bench
        self.bugs = bugs
        self.engine = bench.engine
        self.record = Reader(bench.path, ours=True)
        self.plain: list[socket.socket] = []

    # what is there

    @property
    def workbench(self) -> Workbench:
        return next(s for s in self.app.screen_stack if isinstance(s, Workbench))

    @property
    def is_home(self) -> bool:
        """Whether nothing lies over the workbench."""
        return isinstance(self.app.screen, Workbench)

    @property
    def timeline(self) -> Timeline:
        return self.workbench.query_one(Timeline)

    @property
    def sockets(self) -> SocketList:
        return self.workbench.query_one(SocketList)

    @property
    def composer(self) -> Composer:
        return self.workbench.query_one(Composer)

    @property
    def inspector(self) -> Inspector:
        return self.workbench.query_one(Inspector)

    @property
    def editor(self) -> TextArea:
        return self.workbench.query_one(TextArea)

    @property
    def toasts(self) -> list[str]:
        return [notice.message for notice in self.app._notifications]

    def info(self, name: str) -> SocketInfo:
        """A socket as the screen has it; KeyError when it has it not yet."""
        return {info.name: info for info in self.workbench.infos}[name]

    def has(self, name: str) -> bool:
        return any(info.name == name for info in self.workbench.infos)

    def calls(self, name: str = "", *ops: str) -> list[Call]:
        """What is recorded, of one socket and of some kinds of calls."""
        return [
            call
            for call in self.record.calls()
            if name in ("", call.socket) and (not ops or call.op in ops)
        ]

    def came(self, name: str) -> bytes:
        """All that a socket has read."""
        return b"".join(call.data for call in self.calls(name) if call.direction == "in")

    @property
    def seen(self) -> str:
        """The text on the screen."""
        return terminal_text(self.app)

    # what is done

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await wait_until(lambda: self.app.bug is not None or self.app.keys_taken)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Fill in the focused field."""
        field = self.app.focused
        assert isinstance(field, Input | TextArea)
        if isinstance(field, Input):
            field.value = text
        else:
            field.text = text

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object], limit_s: float = 20.0) -> None:
        """Wait until something holds; what is not on the screen yet does not."""

        def holds() -> object:
            with suppress(KeyError):
                return self.app.bug is not None or condition()
            return False

        await wait_until(holds, limit_s)
        assert self.app.bug is None
        if not self.bench.recorded:
            await self.bench.ask(lambda: None)  # what was waited for is in the record then

    async def run(self, action: str) -> None:
        """What the palette does."""
        await self.workbench.run_action(action)

    async def sees(self, text: str) -> None:
        """Wait until a text is on the screen."""
        await self.until(lambda: text in self.seen)

    async def hears(self, text: str) -> None:
        """Wait for a toast."""
        await self.until(lambda: any(text in toast for toast in self.toasts))

    async def pair(self, protocol: str = "tcp") -> None:
        """Have a server and a client that is chosen."""
        await self.run(f"pair('{protocol}')")
        client = {"tcp": "cli1", "udp": "udp2", "unix": "cli1"}[protocol]
        await self.until(lambda: self.sockets.current == Target(client))

    async def pick(self, name: str) -> None:
        """Choose a socket."""
        await self.until(lambda: self.has(name))
        self.sockets.pick(name)
        await self.until(lambda: self.sockets.current == Target(name))

    async def by_hand(self, name: str) -> None:
        """Have a socket read only when told to."""
        await self.pick(name)
        await self.run("reads")
        await self.until(lambda: self.info(name).bufsize is None)

    async def send(self, text: str) -> None:
        """Send a text to the chosen target."""
        self.editor.text = text
        await self.run("send")
        history = self.composer.history
        await self.until(lambda: bool(history) and history[-1].source == text)

    async def is_sound(self) -> None:
        """It still answers and can be seen, and no bug was met."""
        await self.until(lambda: self.seen)
        self.app.set_focus(None)
        while not self.is_home:
            self.app.pop_screen()
        await self.press("2")
        await self.until(lambda: self.timeline.has_focus)
        assert self.app.bug is None
        assert self.bugs == []

    # peers that are not ours

    def keep(self, sock: socket.socket) -> socket.socket:
        sock.settimeout(5)
        self.plain.append(sock)
        return sock

    async def got(self, peer: socket.socket) -> bytes:
        """What a peer receives next."""
        return await asyncio.to_thread(peer.recv, 99)

    async def connect(self, server: str) -> socket.socket:
        """A plain TCP connection to a server of ours, accepted."""
        await self.until(lambda: self.has(server))
        port = int(self.info(server).local.rpartition(":")[2])
        before = len(self.children(server))
        sock = self.keep(await asyncio.to_thread(socket.create_connection, ("127.0.0.1", port)))
        await self.until(lambda: len(self.children(server)) > before)
        return sock

    def children(self, server: str) -> list[SocketInfo]:
        return [info for info in self.workbench.infos if info.parent == server]


def terminal_text(app: App[None]) -> str:
    """What the driver would write for a whole new frame, less colours and cursor moves."""
    update = app.screen._compositor.render_update(True, app._background_screens)
    assert update is not None
    written = update.render_segments(app.console)  # type: ignore[union-attr]
    return _MOVE.sub("", _SGR.sub("", written))


def engine_threads() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name.startswith("sockplay")]


@asynccontextmanager
async def at_work(
    folder: Path,
    size: tuple[int, int] = (110, 32),
    hook: Callable[[Message], None] | None = None,
    session: str = "play.sockplay",
    saved: bool = True,
) -> AsyncIterator[Desk]:
    """A workbench from its start to its end; nothing of it may survive."""
    recorder = Recorder(folder / session)
    engine = Engine(recorder)
    bugs: list[BaseException] = []

    def on_bug(error: BaseException) -> None:
        bugs.append(error)
        app.report_engine_bug(error)

    host = Host(on_bug)
    bench = Bench(host, engine, recorder, Reader(recorder.path, ours=True), saved)
    app = CopyingApp(bench)
    app.animation_level = "none"
    host.start()
    desk: Desk | None = None
    try:
        with quick(), painting_seldom():
            async with app.run_test(size=size, notifications=True, message_hook=hook) as pilot:
                desk = Desk(app, pilot, bench, bugs)
                await desk.until(lambda: desk is not None and desk.workbench.is_ready)
                try:
                    yield desk
                finally:
                    app.exit()
    finally:
        if desk is not None:
            desk.record.close()
            for sock in desk.plain:
                sock.close()
        bench.detach()
        host.ask(engine.close_all).result(5)
        host.stop()
        recorder.close()
    await wait_until(lambda: engine_threads() == [])  # a look-up's thread may be at its end
