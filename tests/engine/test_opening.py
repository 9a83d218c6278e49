"""What cannot be started: one plain sentence each, and nothing left behind."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sockplay.engine import resolve
from sockplay.engine.endpoint import Endpoint
from sockplay.model.errors import SockplayError
from sockplay.model.spec import ClientSpec, Protocol, ServerSpec, Target
from tests.engine.refusal import refused
from tests.engine.world import (
    ECHO,
    SILENT,
    Transport,
    World,
    has_ipv6,
    open_files,
    plain_listener,
    port_of,
    wait_until,
)


@contextmanager
def few_files(spare: int) -> Iterator[None]:
    """For a while this process may open only ``spare`` more files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = [os.dup(0)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(used) + 64, hard))
    try:
        while True:
            used.append(os.dup(0))
    except OSError:
        pass
    for _ in range(spare):
        os.close(used.pop())
    try:
        yield
    finally:
        for fd in used:
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
async def test_a_port_that_we_hold_ourselves(world: World, protocol: Protocol) -> None:
    server = await world.engine.start_server(ServerSpec(protocol, behaviour=ECHO))
    port = port_of(world.info(server))
    error = await refused(world, ServerSpec(protocol, port=port))
    assert str(error) == (
        f"127.0.0.1:{port} is held by this sockplay. Choose another one, or port 0 for any free "
        "one. (EADDRINUSE)"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a port")
async def test_a_port_that_another_program_holds(world: World) -> None:
    code = (
        "import socket, sys; s = socket.create_server(('127.0.0.1', 0));"
        "print(s.getsockname()[1], flush=True); sys.stdin.read()"
    )
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    port = int(await holder.stdout.readline())
    error = await refused(world, ServerSpec(port=port))
    assert f"(pid {holder.pid})" in error.sentence
    assert error.code == "EADDRINUSE"
    await holder.communicate(b"")


async def test_a_port_number_that_cannot_be(world: World) -> None:
    for spec in (ServerSpec(port=-1), ServerSpec(port=65536), ClientSpec(port=0)):
        error = await refused(world, spec)
        assert "is not a port to use here" in error.sentence


async def test_nothing_listens(world: World, streaming: Transport) -> None:
    plain, spec = streaming.plain_server(world)
    plain.close()
    error = await refused(world, spec)
    assert error.code == "ECONNREFUSED"
    assert error.sentence.startswith("Nothing listens on ")


async def test_an_address_of_the_other_family(world: World) -> None:
    assert "IPv6 address" in (await refused(world, ServerSpec(host="::1"))).sentence
    assert "IPv4 address" in (await refused(world, ServerSpec("tcp", "ipv6"))).sentence
    assert "Dual-stack" in (await refused(world, ServerSpec("tcp", "both"))).sentence
    error = await refused(world, ClientSpec("tcp", "ipv6", "127.0.0.1"))
    assert "IPv4 address" in error.sentence


async def test_an_address_of_another_computer(world: World) -> None:
    error = await refused(world, ServerSpec(host="192.0.2.1"))
    assert error.code == "EADDRNOTAVAIL"
    assert "192.0.2.1:0 is not an address of this computer" in error.sentence


async def test_a_broadcast_address(world: World) -> None:
    error = await refused(world, ClientSpec("udp", host="255.255.255.255", port=9))
    assert error.code in ("EACCES", "ENETUNREACH")


@pytest.mark.parametrize(
    "host",
    [
        "nohost.invalid",
        "a\0b",
        "\udc80",
        "x" * 300,
        ".",
        "a..b",
        "::1%",
        "fe80::1%\ud800",
    ],
)
async def test_a_name_that_nobody_knows(world: World, host: str) -> None:
    for spec in (ServerSpec("tcp", "any", host), ClientSpec(host=host)):
        error = await refused(world, spec)
        str(error).encode()
    failed = [call for call in world.kept.calls if call.op == "getaddrinfo"]
    assert len(failed) == 2
    assert all(call.error for call in failed)


async def test_no_name_at_all(world: World) -> None:
    assert "needs an address" in (await refused(world, ClientSpec(host=""))).sentence


async def test_each_address_of_a_name_that_is_tried_is_a_call(world: World) -> None:
    listener, spec = plain_listener(world)
    client = await world.engine.start_client(ClientSpec(host="localhost", port=spec.port))
    calls = world.calls(client)
    answers = calls[0].note.split(", ")
    assert calls[0].op == "getaddrinfo"
    tried = [call for call in calls if call.op == "connect"]
    assert [call.peer for call in tried] == answers[: len(tried)]
    assert [call.error for call in tried] == ["ECONNREFUSED"] * (len(tried) - 1) + [None]
    assert len([call for call in calls if call.op == "close"]) == len(tried) - 1
    assert len([call for call in calls if call.op == "socket"]) == len(tried)
    assert world.info(client).peer == f"127.0.0.1:{spec.port}"
    listener.close()
    error = await refused(world, ClientSpec(host="localhost", port=spec.port))
    assert error.code == "ECONNREFUSED"


def link_local() -> str:
    """A link-local address of this computer, with its interface."""
    for row in map(str.split, Path("/proc/net/if_inet6").read_text().splitlines()):
        if row[0].startswith("fe80"):
            return ":".join(row[0][i : i + 4] for i in range(0, 32, 4)) + "%" + row[5]
    pytest.skip("this computer has no link-local address")


async def test_an_address_with_a_scope(world: World) -> None:
    if not has_ipv6():
        pytest.skip("this computer has no ::1")
    host = link_local()
    interface = host.partition("%")[2]
    server, client = await world.engine.start_pair(ServerSpec("tcp", "any", host), SILENT)
    assert f"%{interface}]:" in world.info(server).local
    assert world.info(server).wide
    assert world.info(client).peer == world.info(server).local


async def test_a_client_can_be_closed_while_its_name_is_looked_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(*_: object) -> list[resolve.AddrInfo]:
        loop.call_soon_threadsafe(asked.set)
        asyncio.run_coroutine_threadsafe(answer.wait(), loop).result()
        return []

    monkeypatch.setattr("sockplay.engine.opening.lookup", slow)
    start = asyncio.create_task(world.engine.start_client(ClientSpec(host="slow.invalid")))
    await asked.wait()
    (info,) = world.engine.snapshot()
    assert info.state == "connecting"
    world.engine.close(info.name)
    with pytest.raises(SockplayError, match="was closed"):
        await start
    assert world.engine.snapshot() == ()
    answer.set()
    await asyncio.sleep(0.02)
    assert [call.op for call in world.kept.calls] == []


async def test_cancelling_a_client_while_it_connects_cleans_up(world: World) -> None:
    listener, spec = plain_listener(world, backlog=0)
    filler = world.keep(socket.socket())
    filler.connect(listener.getsockname())
    files = open_files()
    start = asyncio.create_task(world.engine.start_client(spec))
    await wait_until(lambda: open_files() != files)
    await asyncio.sleep(0.02)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert world.engine.snapshot() == ()
    assert open_files() == files
    assert [call.op for call in world.kept.calls] == ["socket", "connect", "close"]
    assert "Given up" in world.kept.calls[1].note


async def test_a_pair_whose_client_fails_leaves_no_server(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(endpoint: Endpoint, spec: ClientSpec) -> None:
        raise SockplayError("No.")

    monkeypatch.setattr("sockplay.engine.opening.connect", refuse)
    with pytest.raises(SockplayError, match="No"):
        await world.engine.start_pair(ServerSpec(), SILENT)
    assert all(info.ended for info in world.engine.snapshot())


async def test_too_many_open_files_to_start(world: World) -> None:
    await asyncio.sleep(0)
    with few_files(0), pytest.raises(SockplayError, match="Too many open files") as caught:
        await world.engine.start_server(ServerSpec())
    assert caught.value.code == "EMFILE"
    assert world.engine.snapshot() == ()


async def test_accept_without_a_file_to_spare_neither_spins_nor_gives_up(world: World) -> None:
    server = await world.engine.start_server(ServerSpec(behaviour=ECHO))
    with few_files(1):
        peer = world.keep(socket.socket())
        peer.connect(("127.0.0.1", port_of(world.info(server))))
        await wait_until(lambda: bool(world.calls(server, "accept")))
        await asyncio.sleep(0.3)
        assert [call.error for call in world.calls(server, "accept")] == ["EMFILE"]
    await wait_until(lambda: len(world.connections(server)) == 1)
    assert len(world.calls(server, "accept")) <= 3
    name = world.connections(server)[0].name
    assert await world.engine.send(Target(name), b"at last") == 7
