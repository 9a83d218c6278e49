"""What engine tests share: a sink that keeps calls, plain socket peers, the transports."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sockplay.engine.engine import Engine
from sockplay.model.call import Call
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Behaviour, ClientSpec, Family, Protocol, Reply, ServerSpec

ECHO = Behaviour(4096, Reply("echo"))
SILENT = Behaviour(4096)
MANUAL = Behaviour(None)
KEPT_OPEN = Behaviour(4096, Reply("echo"), keep_open=True)


async def wait_until(condition: Callable[[], bool], limit_s: float = 20.0) -> None:
    deadline = time.monotonic() + limit_s
    while True:
        if condition():
            return
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.002)


def open_files() -> set[str]:
    """This process's open sockets and pipes; the listing's own folder is none of them."""
    found = set()
    for fd in os.listdir("/proc/self/fd"):
        try:
            found.add(f"{fd} {os.readlink(f'/proc/self/fd/{fd}')}")
        except FileNotFoundError:
            continue
    return {entry for entry in found if "socket:" in entry}


class Kept:
    """A sink that keeps every call in a list."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.uncommitted = 0
        self.commits = 0
        self.refusals = 0
        """How many commits from now on fail."""
        self.full = False
        """Whether calls are left out."""
        self.waits: list[tuple[float, float]] = []
        """When the first call of each commit was taken, and when it was kept."""
        self._since = 0.0

    def take(self, call: Call) -> bool:
        if self.full:
            return True
        if not self.uncommitted:
            self._since = time.monotonic()
        self.calls.append(call)
        self.uncommitted += 1
        return False

    def commit(self) -> bool:
        self.commits += 1
        if self.uncommitted:
            self.waits.append((self._since, time.monotonic()))
        if self.refusals:
            self.refusals -= 1
            return False
        self.uncommitted = 0
        return True


class World:
    """An engine, what it recorded, and how to ask about both."""

    def __init__(self, folder: Path) -> None:
        self.kept = Kept()
        self.engine = Engine(self.kept)
        self.folder = folder
        self.plain: list[socket.socket] = []

    def info(self, name: str) -> SocketInfo:
        return next(info for info in self.engine.snapshot() if info.name == name)

    def has(self, name: str) -> bool:
        return any(info.name == name for info in self.engine.snapshot())

    def calls(self, name: str, *ops: str) -> list[Call]:
        return [c for c in self.kept.calls if c.socket == name and (not ops or c.op in ops)]

    def came(self, name: str) -> bytes:
        return b"".join(c.data for c in self.calls(name) if c.direction == "in")

    def went(self, name: str) -> bytes:
        return b"".join(c.data for c in self.calls(name) if c.direction == "out")

    async def has_read(self, name: str, total: int) -> None:
        """Wait until a socket of ours has read so many bytes."""
        await wait_until(lambda: self.info(name).bytes_in >= total)

    def connections(self, server: str) -> list[SocketInfo]:
        return [i for i in self.engine.snapshot() if i.parent == server and not i.ended]

    def keep(self, sock: socket.socket) -> socket.socket:
        """A plain socket: blocking, with a limit, closed when the test ends."""
        sock.settimeout(10)
        self.plain.append(sock)
        return sock

    async def connect_plain(self, server: str) -> socket.socket:
        """A plain TCP connection to a server of ours, accepted."""
        before = len(self.connections(server))
        port = port_of(self.info(server))
        sock = self.keep(await asyncio.to_thread(socket.create_connection, ("127.0.0.1", port)))
        await wait_until(lambda: len(self.connections(server)) > before)
        return sock

    async def served(self, behaviour: Behaviour) -> tuple[str, str, socket.socket]:
        """A TCP server of ours, its one connection, and the plain peer of that."""
        server = await self.engine.start_server(ServerSpec(behaviour=behaviour))
        peer = await self.connect_plain(server)
        return server, self.connections(server)[-1].name, peer


def port_of(info: SocketInfo) -> int:
    return int(info.local.rpartition(":")[2])


def plain_listener(world: World, backlog: int = 16) -> tuple[socket.socket, ClientSpec]:
    sock = world.keep(socket.create_server(("127.0.0.1", 0), backlog=backlog))
    return sock, ClientSpec(host="127.0.0.1", port=sock.getsockname()[1])


def read_exactly(sock: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = sock.recv(min(size - len(data), 1 << 20))
        if not part:
            break
        data += part
    return bytes(data)


def read_all(sock: socket.socket) -> bytes:
    data = bytearray()
    while part := sock.recv(1 << 16):
        data += part
    return bytes(data)


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Transport:
    """One way to carry bytes, for us and for a plain peer."""

    name: str
    protocol: Protocol
    family: Family = "any"
    host: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> bool:
        return self.protocol in ("tcp", "unix")

    @property
    def unix(self) -> bool:
        return self.protocol in ("unix", "unix-dgram")

    @property
    def needs_ipv6(self) -> bool:
        return ":" in self.host

    @property
    def _kind(self) -> socket.SocketKind:
        return socket.SOCK_STREAM if self.stream else socket.SOCK_DGRAM

    def server(self, world: World, behaviour: Behaviour) -> ServerSpec:
        path = ""
        if self.unix:
            token = secrets.token_hex(4)
            path = f"@{token}" if self.name.endswith("abstract") else str(world.folder / token)
        return ServerSpec(self.protocol, self.family, self.host, 0, path, behaviour)

    def _plain(self, world: World, host: str) -> socket.socket:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.socket(socket.AF_UNIX if self.unix else family, self._kind)
        if self.unix and not self.stream:
            sock.bind(str(world.folder / secrets.token_hex(4)))
        return world.keep(sock)

    def plain_client(self, world: World, server: str) -> socket.socket:
        """A plain socket connected to a server of ours; a dual-stack one over IPv4."""
        info = world.info(server)
        host = "127.0.0.1" if self.family == "both" else self.host
        sock = self._plain(world, host)
        sock.connect(info.local.replace("@", "\0") if self.unix else (host, port_of(info)))
        return sock

    def plain_server(
        self, world: World, behaviour: Behaviour = SILENT
    ) -> tuple[socket.socket, ClientSpec]:
        """A plain socket that listens or is bound, and the client of ours that reaches it."""
        host = "::1" if self.family == "both" else self.host
        if self.unix:
            path = self.server(world, behaviour).path
            sock = world.keep(socket.socket(socket.AF_UNIX, self._kind))
            sock.bind(path.replace("@", "\0"))
            spec = ClientSpec(self.protocol, path=path, behaviour=behaviour)
        else:
            sock = self._plain(world, host)
            sock.bind((host, 0))
            port = sock.getsockname()[1]
            spec = ClientSpec(self.protocol, host=host, port=port, behaviour=behaviour)
        if self.stream:
            sock.listen()
        return sock, spec


TRANSPORTS = [
    Transport("tcp4", "tcp", "ipv4", "127.0.0.1"),
    Transport("tcp6", "tcp", "ipv6", "::1"),
    Transport("tcp-dual", "tcp", "both", "::"),
    Transport("unix", "unix"),
    Transport("unix-abstract", "unix"),
    Transport("udp4", "udp", "ipv4", "127.0.0.1"),
    Transport("udp6", "udp", "ipv6", "::1"),
    Transport("unix-dgram", "unix-dgram"),
    Transport("unix-dgram-abstract", "unix-dgram"),
]
