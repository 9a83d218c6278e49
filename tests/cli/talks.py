"""Conversations to have, each a story of its own."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable

import pytest

from sockplay.model.errors import SockplayError
from sockplay.model.spec import Behaviour, ClientSpec, ServerSpec, Target
from tests.cli.conversations import AUTO, ECHO, HAND, Talk

Scenario = Callable[[Talk], Awaitable[None]]


async def an_echo(talk: Talk) -> None:
    _, cli = await talk.pair(ECHO)
    for data in (b"hello\n", bytes(range(256)), b"\"\"\" \\ {} '''"):
        await talk.engine.send(Target(cli), data)
        await talk.has_read(cli, talk.info(cli).bytes_out)


async def partial_reads(talk: Talk) -> None:
    conn, cli = await talk.pair(HAND)
    await talk.engine.send(Target(cli), b"hello worl")
    for _ in range(3):
        await talk.engine.recv(conn, 4)


async def short_writes(talk: Talk) -> None:
    conn, cli = await talk.pair(HAND)
    data = random.Random(1).randbytes(8_000_000)
    moved = await talk.engine.send(Target(cli), data, "send")
    assert moved < len(data)
    talk.engine.set_behaviour(conn, AUTO)
    await talk.has_read(conn, moved)


async def a_large_echo(talk: Talk) -> None:
    _, cli = await talk.pair(ECHO)
    data = random.Random(2).randbytes(4_000_000)
    sending = asyncio.ensure_future(talk.engine.send(Target(cli), data))
    await talk.has_read(cli, len(data))
    await sending


async def an_end(talk: Talk) -> None:
    conn, cli = await talk.pair(ECHO)
    await talk.engine.send(Target(cli), b"last words")
    await talk.engine.shutdown(cli, "SHUT_WR")
    await talk.until(lambda: talk.info(conn).ended and talk.info(cli).ended)


async def a_half_close(talk: Talk) -> None:
    conn, cli = await talk.pair(Behaviour(4096, keep_open=True), Behaviour(4096, keep_open=True))
    await talk.engine.shutdown(cli, "SHUT_WR")
    await talk.until(lambda: talk.info(conn).state == "peer finished")
    await talk.engine.send(Target(conn), b"I go on")
    await talk.has_read(cli, 7)


async def a_reset(talk: Talk) -> None:
    conn, cli = await talk.pair()
    await talk.engine.send(Target(cli), b"before")
    await talk.has_read(conn, 6)
    talk.engine.abort(cli)
    await talk.until(lambda: talk.info(conn).ended)
    assert "ECONNRESET" in [call.error for call in talk.calls(conn, "recv")]


async def a_reset_by_unread_bytes(talk: Talk) -> None:
    conn, cli = await talk.pair(HAND)
    await talk.engine.send(Target(cli), b"nobody reads this")
    await talk.until(lambda: talk.info(conn).recv_queue)
    talk.engine.close(conn)
    await talk.until(lambda: talk.info(cli).ended)
    assert "ECONNRESET" in [call.error for call in talk.calls(cli, "recv")]


async def a_broken_send(talk: Talk) -> None:
    conn, cli = await talk.pair(HAND, HAND)
    talk.engine.abort(conn)
    with pytest.raises(SockplayError):
        await talk.engine.send(Target(cli), b"too late")


async def a_refused_connection(talk: Talk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(SockplayError):
        await talk.engine.start_client(ClientSpec(host="127.0.0.1", port=port))


async def a_server_that_has_gone(talk: Talk) -> None:
    _, cli = await talk.pair(ECHO)
    port = int(talk.info("srv1").local.rpartition(":")[2])
    talk.engine.close("srv1")
    await talk.until(lambda: talk.info(cli).ended)
    with pytest.raises(SockplayError):
        await talk.engine.start_client(ClientSpec(host="127.0.0.1", port=port))


async def datagrams(talk: Talk) -> None:
    server = ServerSpec("udp", behaviour=ECHO)
    srv, cli = await talk.pair(spec=server)
    for count, data in enumerate((b"one", b"", b"x" * 5000), 1):
        await talk.engine.send(Target(cli), data)
        await talk.answered(cli, count)
    badges = [badge for call in talk.calls(srv) for badge in call.badges]
    assert "truncated" in badges


async def two_datagram_clients(talk: Talk) -> None:
    srv, first = await talk.pair(spec=ServerSpec("udp", behaviour=ECHO))
    port = int(talk.info(srv).local.rpartition(":")[2])
    second = await talk.engine.start_client(
        ClientSpec("udp", host="127.0.0.1", port=port, behaviour=AUTO)
    )
    for turn in range(3):
        for cli in (first, second):
            await talk.engine.send(Target(cli), f"{cli} {turn}".encode())
            await talk.answered(cli, turn + 1)


async def a_refused_datagram(talk: Talk) -> None:
    srv, cli = await talk.pair(spec=ServerSpec("udp", behaviour=HAND))
    talk.engine.close(srv)
    await talk.engine.send(Target(cli), b"anybody?")
    await talk.until(lambda: any(call.error for call in talk.calls(cli)))


async def unix(talk: Talk) -> None:
    path = str(talk.folder / "s'\"\\x")
    _, cli = await talk.pair(spec=ServerSpec("unix", path=path, behaviour=ECHO))
    await talk.engine.send(Target(cli), b"over a path")
    await talk.has_read(cli, 11)


async def unix_datagrams(talk: Talk) -> None:
    server = ServerSpec("unix-dgram", path=str(talk.folder / "d"), behaviour=ECHO)
    _, cli = await talk.pair(spec=server)
    await talk.engine.send(Target(cli), b"over a path")
    await talk.until(lambda: talk.calls(cli, "recvfrom"))


async def ipv6(talk: Talk) -> None:
    _, cli = await talk.pair(spec=ServerSpec(family="ipv6", host="::1", behaviour=ECHO))
    await talk.engine.send(Target(cli), b"over six")
    await talk.has_read(cli, 8)


async def both_families_at_once(talk: Talk) -> None:
    srv = await talk.engine.start_server(ServerSpec(family="both", host="::", behaviour=ECHO))
    for _ in range(2):
        _, cli = await talk.another(srv)
        await talk.engine.send(Target(cli), b"mapped")
        await talk.has_read(cli, 6)


async def several_clients(talk: Talk) -> None:
    _, cli = await talk.pair(ECHO)
    clients = [cli, *[(await talk.another("srv1"))[1] for _ in range(4)]]
    for turn in range(3):
        for name in clients:
            await talk.engine.send(Target(name), f"{name}: {turn}\n".encode())
    for name in clients:
        await talk.has_read(name, talk.info(name).bytes_out)


async def one_to_all(talk: Talk) -> None:
    """What one client says makes the server tell the others, as in a chat."""
    conn, cli = await talk.pair()
    pairs = [await talk.another("srv1") for _ in range(3)]
    await talk.engine.send(Target(cli), b"hello all")
    await talk.has_read(conn, 9)
    for other, _ in pairs:
        await talk.engine.send(Target(other), b"hello all")
    for _, other in pairs:
        await talk.has_read(other, 9)


async def nothing(talk: Talk) -> None:
    del talk


ALL: list[Scenario] = [
    an_echo,
    partial_reads,
    short_writes,
    a_large_echo,
    an_end,
    a_half_close,
    a_reset,
    a_reset_by_unread_bytes,
    a_broken_send,
    a_refused_connection,
    a_server_that_has_gone,
    datagrams,
    two_datagram_clients,
    a_refused_datagram,
    unix,
    unix_datagrams,
    ipv6,
    both_families_at_once,
    several_clients,
    one_to_all,
    nothing,
]
