"""Programs that people really use, at the other end: what they sent is what was recorded."""

from __future__ import annotations

import asyncio
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sockplay.model.spec import Behaviour, ClientSpec, Protocol, Reply, ServerSpec, Target
from tests.engine.world import KEPT_OPEN, SILENT, World, has_ipv6, port_of, wait_until

HELLO = b"hello \x00\xff\n"


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[Process]:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def told(process: Process, size: int) -> bytes:
    assert process.stdout is not None
    async with asyncio.timeout(10):
        return await process.stdout.readexactly(size)


def tell(process: Process, data: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(data)


CLIENTS: list[tuple[Protocol, str, str]] = [
    ("tcp", "127.0.0.1", "ncat {host} {port}"),
    ("tcp", "127.0.0.1", "nc {host} {port}"),
    ("tcp", "127.0.0.1", "socat - TCP4:{host}:{port}"),
    ("tcp", "::1", "ncat -6 {host} {port}"),
    ("tcp", "::1", "nc -6 {host} {port}"),
    ("tcp", "::1", "socat - TCP6:[{host}]:{port}"),
    ("udp", "127.0.0.1", "ncat -u {host} {port}"),
    ("udp", "127.0.0.1", "nc -u {host} {port}"),
    ("udp", "127.0.0.1", "socat - UDP4:{host}:{port}"),
    ("udp", "::1", "ncat -6 -u {host} {port}"),
    ("udp", "::1", "socat - UDP6:[{host}]:{port}"),
    ("unix", "", "ncat -U {path}"),
    ("unix", "", "nc -U {path}"),
    ("unix", "", "socat - UNIX-CONNECT:{path}"),
    ("unix-dgram", "", "socat - UNIX-SENDTO:{path},bind={path}.client"),
]


@pytest.mark.parametrize(("protocol", "host", "command"), CLIENTS, ids=lambda v: str(v))
async def test_a_program_talks_to_our_echo_server(
    world: World, protocol: Protocol, host: str, command: str
) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("this computer has no ::1")
    path = str(world.folder / "s")
    server = await world.engine.start_server(ServerSpec(protocol, "any", host, 0, path, KEPT_OPEN))
    port = 0 if path == world.info(server).local else port_of(world.info(server))
    line = command.format(host=host, port=port, path=path)
    async with running(*line.split()) as program:
        tell(program, HELLO)
        assert await told(program, len(HELLO)) == HELLO
        streams = world.connections(server)
        name = streams[0].name if streams else server
        assert world.came(name) == world.went(name) == HELLO


SERVERS: list[tuple[Protocol, str, str]] = [
    ("tcp", "127.0.0.1", "ncat -l {host} {port}"),
    ("tcp", "127.0.0.1", "nc -l {host} {port}"),
    ("tcp", "127.0.0.1", "socat - TCP4-LISTEN:{port},bind={host}"),
    ("tcp", "::1", "ncat -6 -l {host} {port}"),
    ("tcp", "::1", "socat - TCP6-LISTEN:{port},bind=[{host}]"),
    ("unix", "", "ncat -l -U {path}"),
    ("unix", "", "nc -l -U {path}"),
    ("unix", "", "socat - UNIX-LISTEN:{path}"),
]


async def free_port(world: World, host: str) -> int:
    """A port that was free a moment ago."""
    server = await world.engine.start_server(ServerSpec("tcp", "any", host))
    port = port_of(world.info(server))
    world.engine.close(server)
    return port


@pytest.mark.parametrize(("protocol", "host", "command"), SERVERS, ids=lambda v: str(v))
async def test_our_client_talks_to_a_program(
    world: World, protocol: Protocol, host: str, command: str
) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("this computer has no ::1")
    path = str(world.folder / "s")
    port = await free_port(world, host) if host else 1
    line = command.format(host=host, port=port, path=path)
    async with running(*line.split()) as program:
        await wait_until(lambda: Path(path).exists() or listens(protocol, port))
        client = await world.engine.start_client(
            ClientSpec(protocol, host=host, port=port, path=path, behaviour=SILENT)
        )
        await world.engine.send(Target(client), HELLO)
        assert await told(program, len(HELLO)) == HELLO
        tell(program, b"answer")
        await wait_until(lambda: world.info(client).bytes_in == 6)
        assert world.came(client) == b"answer"
        assert world.went(client) == HELLO


def listens(protocol: Protocol, port: int) -> bool:
    tables = "".join(Path("/proc/net", table).read_text() for table in ("tcp", "tcp6"))
    return protocol == "tcp" and any(
        fields[1].endswith(f":{port:04X}") and fields[3] == "0A"
        for fields in map(str.split, tables.splitlines())
        if len(fields) > 3
    )


async def test_curl_gets_a_page_from_a_fixed_reply(world: World) -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    server = await world.engine.start_server(
        ServerSpec(behaviour=Behaviour(4096, Reply("payload", page)))
    )
    url = f"http://127.0.0.1:{port_of(world.info(server))}/page"
    async with running("curl", "-s", "--noproxy", "*", url) as curl:
        out, _ = await asyncio.wait_for(curl.communicate(), 10)
    assert out == b"hello"
    name = next(info.name for info in world.engine.snapshot() if info.parent == server)
    await wait_until(lambda: world.info(name).ended)
    assert world.came(name).startswith(b"GET /page HTTP/1.1\r\n")
    assert world.went(name) == page


async def test_dig_asks_our_udp_server(world: World) -> None:
    server = await world.engine.start_server(ServerSpec("udp", behaviour=KEPT_OPEN))
    port = str(port_of(world.info(server)))
    command = ("dig", "@127.0.0.1", "-p", port, "+tries=1", "+time=1", "example.test")
    async with running(*command) as dig:
        await asyncio.wait_for(dig.communicate(), 10)
    assert b"\x07example\x04test\x00" in world.came(server)
    assert world.came(server) == world.went(server)
    assert len(world.calls(server, "recvfrom")) == len(world.calls(server, "sendto"))
