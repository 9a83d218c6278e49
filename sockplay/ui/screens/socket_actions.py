"""What a person does to sockets: start, read, shut, close. Each is one command to the engine."""

from __future__ import annotations

import asyncio
import os
import tempfile
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual import work
from textual.screen import Screen

from sockplay.engine.knobs import recv_exactly
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.spec import (
    DEFAULT_BUFSIZE,
    DEFAULT_PORT,
    WHOLE_DATAGRAM,
    Behaviour,
    ClientSpec,
    Family,
    HowSent,
    HowShut,
    Protocol,
    ServerSpec,
    Target,
)
from sockplay.ui.bench import Bench
from sockplay.ui.screens.recv_wish import recv_wish
from sockplay.ui.screens.reported import reported
from sockplay.ui.screens.socket_values import LOOPBACK, SocketValues
from sockplay.ui.widgets.cells import size_text
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.values.printable import visible

if TYPE_CHECKING:
    from sockplay.ui.widgets.composer.composer import Composer
    from sockplay.ui.widgets.inspector.inspector import Inspector


class SocketActions(Screen[None]):
    """The half of the workbench that commands sockets.

    Forms are imported when they open: all at the start they would put off the first paint. So
    would the inspector and the composer, which are there soon after it; no action runs before.
    """

    inspector: Inspector
    composer: Composer

    def __init__(self, bench: Bench, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.bench = bench
        self.infos: tuple[SocketInfo, ...] = ()
        self._server_values = SocketValues()
        self._client_values = SocketValues(family="any", host="localhost", port=str(DEFAULT_PORT))
        self._bufsize = "4"
        self._pairs = 0

    # starting

    @work(group="commands", description="start what the command line asked for")
    async def begin(
        self, starts: Sequence[ServerSpec | ClientSpec], sends: Sequence[bytes]
    ) -> None:
        """Start servers and clients, and have the first of them send."""
        for number, spec in enumerate(starts):
            try:
                name = await self._start(spec)
                for data in sends if number == 0 else ():
                    await self.send_to([Target(name)], data, "sendall")
            except SockplayError as error:
                self.say(error)

    def action_new_server(self) -> None:
        """Open the form for a server."""
        from sockplay.ui.screens.socket_form import SocketForm

        async def start(values: SocketValues) -> None:
            await self._start(values.server())
            family: Family = (
                "ipv6" if values.family == "ipv6" else "ipv4"
            )  # being open must not stick
            self._server_values = replace(values, family=family, host=LOOPBACK[family])

        self.app.push_screen(SocketForm(True, self._server_values, start))

    def action_new_client(self) -> None:
        """Open the form for a client, proposing the newest server of ours."""
        from sockplay.ui.screens.socket_form import SocketForm

        async def start(values: SocketValues) -> None:
            await self._start(values.client())
            self._client_values = values

        self.app.push_screen(SocketForm(False, self._likely_client(), start))

    async def action_pair(self, protocol: Protocol) -> None:
        """Start a server and a client that is connected to it."""
        datagrams = protocol in ("udp", "unix-dgram")
        reads = Behaviour(WHOLE_DATAGRAM if datagrams else DEFAULT_BUFSIZE)
        self._pairs += 1
        path = f"{tempfile.gettempdir()}/sockplay-{os.getpid()}-{self._pairs}.sock"
        spec = ServerSpec(protocol, path=path, behaviour=reads)

        try:
            _, client = await self.bench.do(self.bench.engine.start_pair(spec, reads))
        except SockplayError as error:
            self.say(error)
        else:
            await self._pick(client)  # before the next key, which is meant for it

    async def _start(self, spec: ServerSpec | ClientSpec) -> str:
        engine = self.bench.engine
        starting = (
            engine.start_server(spec) if isinstance(spec, ServerSpec) else engine.start_client(spec)
        )
        name = await self.bench.do(starting)
        await self._pick(name)
        return name

    @abstractmethod
    async def _pick(self, name: str) -> None:
        """Put the cursor on a socket that was just made."""

    def _likely_client(self) -> SocketValues:
        for info in reversed(self.infos):
            if info.state == "listening" or (info.role == "datagram" and not info.peer):
                host, _, port = info.local.rpartition(":")
                if info.protocol in ("unix", "unix-dgram"):
                    return replace(self._client_values, protocol=info.protocol, path=info.local)
                host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host.strip("[]"), host.strip("[]"))
                return replace(self._client_values, protocol=info.protocol, host=host, port=port)
        return self._client_values

    # the chosen socket

    def _chosen(self, wanted: str) -> SocketInfo | None:
        target = self.query_one(SocketList).current
        info = next((i for i in self.infos if target and i.name == target.socket), None)
        if info is None:
            self.say(SockplayError(f"Pick a socket to {wanted} first."))
        return info

    def action_recv(self) -> None:
        """Ask for a bufsize and make one recv with it."""
        from sockplay.ui.screens.prompt import Prompt

        info = self._chosen("read")
        if info is None:
            return
        if info.role == "server":
            self.say(SockplayError(f"{info.name} only accepts. Pick one of its connections."))
            return
        queued = "unknown" if info.recv_queue is None else size_text(info.recv_queue)
        now = f"{queued} queued now" if info.stream else f"next datagram: {queued}"
        hint = f"{now}. Enter makes one recv; it waits when nothing is queued."
        if info.stream:
            hint += " `exactly 10` loops until it has 10 bytes, `exactly 10 by 4` asks for 4 at"
            hint += " most each time."
        if info.bufsize is not None and not info.ended:
            hint += " It reads by itself now; this sets it to read by hand."
        hint += " F8 copies the Python."

        async def act(typed: str) -> None:
            wish = recv_wish(typed, info.stream)
            self._bufsize = typed
            if info.bufsize is not None:
                await self._set_bufsize(info.name, None)
            if wish.total is None:
                self._command(self.bench.engine.recv(info.name, wish.bufsize))
            else:
                self._recv_exactly(info.name, wish.total, wish.bufsize)

        def python(typed: str) -> str:
            return recv_wish(typed, info.stream).python(info.name, info.stream)

        title = f"{info.name}: recv bufsize"
        self.app.push_screen(Prompt(title, self._bufsize, hint, act, python))

    @work(group="commands", description="read exactly so many bytes")
    @reported
    async def _recv_exactly(self, name: str, total: int, bufsize: int) -> None:
        sockets = self.bench.engine.sockets
        calls = await self.bench.do(recv_exactly(sockets, name, total, bufsize))
        took = f"{calls:,} recvs" if calls != 1 else "one recv"
        self.notify(f"{name} has its {total:,} bytes, in {took}.", markup=False)

    def action_stop_waiting(self) -> None:
        """End a recv that waits."""
        if info := self._chosen("stop waiting on"):
            self._on_engine(lambda: self.bench.engine.stop_waiting(info.name))

    @work(group="commands", description="change the read mode")
    @reported
    async def action_reads(self) -> None:
        """Change between reading by itself and by hand."""
        info = self._chosen("change")
        if info is None:
            return
        datagrams = not info.stream
        default = WHOLE_DATAGRAM if datagrams else DEFAULT_BUFSIZE
        await self._set_bufsize(info.name, default if info.bufsize is None else None)

    async def _set_bufsize(self, name: str, bufsize: int | None) -> None:
        engine = self.bench.engine

        def change() -> None:
            engine.set_behaviour(name, replace(engine.behaviour(name), bufsize=bufsize))

        await self.bench.ask(change)

    def action_shut(self, how: HowShut) -> None:
        """Shut down one half of the chosen connection, or both."""
        if info := self._chosen("shut down"):
            self._command(self.bench.engine.shutdown(info.name, how))

    def action_close(self) -> None:
        """Close the chosen socket."""
        if info := self._chosen("close"):
            self._on_engine(lambda: self.bench.engine.close(info.name))

    def action_abort(self) -> None:
        """Reset the chosen connection."""
        if info := self._chosen("reset"):
            self._on_engine(lambda: self.bench.engine.abort(info.name))

    def action_clear_ended(self) -> None:
        """Take ended sockets out of the list."""
        self._on_engine(self.bench.engine.forget_ended)

    def action_mark(self) -> None:
        """Mark the chosen socket as a target."""
        self.query_one(SocketList).action_mark()

    # carrying out

    async def send_to(self, targets: list[Target], data: bytes, how: HowSent) -> bool:
        """Send to all targets at once; says what went wrong, and returns whether any took it."""
        if not targets:
            self.say(SockplayError("There is nobody to send to. Start a socket, or pick one."))
            return False
        engine = self.bench.engine
        outcomes = await asyncio.gather(
            *(self.bench.do(engine.send(target, data, how)) for target in targets),
            return_exceptions=True,
        )
        for target, outcome in zip(targets, outcomes, strict=True):
            if isinstance(outcome, SockplayError):
                self.say(outcome)
            elif isinstance(outcome, BaseException):
                raise outcome
            elif how == "send" and outcome < len(data):
                took = f"{target.socket}: send took {outcome:,} of {len(data):,} bytes."
                notice = f"{took} The rest is kept: Ctrl+N sends it, and shows the loop."
                self.notify(notice, severity="warning", markup=False, timeout=8)
        return any(isinstance(outcome, int) for outcome in outcomes)

    @work(group="commands", description="command a socket")
    @reported
    async def _command(self, doing: Coroutine[Any, Any, object]) -> None:
        await self.bench.do(doing)

    @work(group="commands", description="command a socket")
    @reported
    async def _on_engine(self, question: Callable[[], object]) -> None:
        await self.bench.ask(question)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self.notify(visible(str(error)), severity="error", markup=False, timeout=8)
