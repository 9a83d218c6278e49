"""Has conversations on real sockets, records and exports them, and has them again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from sockplay.cli.main import run as sockplay
from sockplay.engine.engine import Engine
from sockplay.model.call import Call
from sockplay.model.spec import Behaviour, ClientSpec, Reply, ServerSpec
from sockplay.session.recorder import Recorder
from tests.engine.world import Kept, World

AUTO = Behaviour(4096)
HAND = Behaviour(None)
ECHO = Behaviour(4096, Reply("echo"))


class Recorded(Kept):
    """Keeps calls in a list and in a session."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.recorder = Recorder(path)

    def take(self, call: Call) -> bool:
        super().take(call)
        return self.recorder.take(call)

    def commit(self) -> bool:
        return super().commit() and self.recorder.commit()


class Talk(World):
    """A world whose calls go to a session too."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.session = folder / "talk.session"
        self.recorded = self.kept = Recorded(self.session)
        self.engine = Engine(self.kept)

    async def pair(
        self, server: Behaviour = AUTO, client: Behaviour = AUTO, spec: ServerSpec | None = None
    ) -> tuple[str, str]:
        """A server and a client; returns the names of the connection and of the client."""
        wanted = spec or ServerSpec(behaviour=server)
        srv, cli = await self.engine.start_pair(wanted, client)
        if wanted.protocol in ("udp", "unix-dgram"):
            return srv, cli
        await self.until(lambda: self.accepted(srv))
        return self.accepted(srv)[-1], cli

    async def another(self, server: str, behaviour: Behaviour = AUTO) -> tuple[str, str]:
        """One more client of a server."""
        before = len(self.accepted(server))
        port = int(self.info(server).local.rpartition(":")[2])
        cli = await self.engine.start_client(
            ClientSpec(host="127.0.0.1", port=port, behaviour=behaviour)
        )
        await self.until(lambda: len(self.accepted(server)) > before)
        return self.accepted(server)[-1], cli

    def accepted(self, server: str) -> list[str]:
        """The connections that a server has accepted; some may have ended."""
        calls = self.calls(server, "accept")
        return [call.note.partition(", ")[0] for call in calls if not call.error]

    async def answered(self, name: str, count: int) -> None:
        """Wait until so many datagrams have come."""
        await self.until(lambda: len(self.calls(name, "recvfrom")) >= count)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something is so."""
        for _ in range(5000):
            if holds():
                return
            await asyncio.sleep(0.002)
        raise AssertionError("it did not come true in time")


def had(folder: Path, scenario: Callable[[Talk], Awaitable[None]]) -> Path:
    """Have a conversation to its end; returns its session."""

    async def have() -> Path:
        talk = Talk(folder)
        try:
            await scenario(talk)
        finally:
            talk.engine.close_all()
            for sock in talk.plain:
                sock.close()
            await asyncio.sleep(0)
            talk.recorded.recorder.close()
        return talk.session

    return asyncio.run(have())


def exported(session: Path, *options: str) -> Path:
    """The program that a session makes."""
    program = session.with_suffix(".py")
    assert sockplay(["export", "--force", str(session), "-o", str(program), *options]) == 0
    return program


def again(program: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; what its source is warned of is an error."""
    return subprocess.run(
        [sys.executable, "-W", "error::SyntaxWarning", str(program), "--timeout", "5", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
