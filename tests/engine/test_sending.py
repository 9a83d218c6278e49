"""Short writes, sends that wait, and peers that never read."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from sockplay.engine.automatic import REPLIES_OWED_MAX, REPLIES_QUEUED_MAX
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.spec import Behaviour, Reply, ServerSpec, Target
from tests.engine.world import (
    ECHO,
    MANUAL,
    Transport,
    World,
    plain_listener,
    read_exactly,
    wait_until,
)

BIG = bytes(range(256)) * (8 << 12)


def blocks(calls: list[Call]) -> int:
    return sum("would block" in call.badges for call in calls)


def is_clogged(world: World, name: str) -> bool:
    return any({"short write", "would block"} & set(c.badges) for c in world.calls(name))


async def clogged(world: World, transport: Transport) -> tuple[str, socket.socket]:
    """A client of ours whose plain peer does not read."""
    plain, spec = transport.plain_server(world, MANUAL)
    client = await world.engine.start_client(spec)
    return client, world.keep((await asyncio.to_thread(plain.accept))[0])


async def test_a_send_to_a_clogged_peer_moves_less(world: World, streaming: Transport) -> None:
    client, peer = await clogged(world, streaming)
    moved = await world.engine.send(Target(client), BIG, "send")
    assert 0 < moved < len(BIG)
    call = world.calls(client, "send")[0]
    assert call.badges == ("short write",)
    assert (call.requested, call.moved, call.data) == (len(BIG), moved, BIG[:moved])
    assert "the rest was not sent" in call.note
    assert await asyncio.to_thread(read_exactly, peer, moved) == BIG[:moved]


async def test_a_sendall_is_the_several_sends_that_it_took(
    world: World, streaming: Transport
) -> None:
    client, peer = await clogged(world, streaming)
    sending = asyncio.create_task(world.engine.send(Target(client), BIG))
    await wait_until(lambda: is_clogged(world, client))
    with pytest.raises(SockplayError, match="bytes to send"):
        await world.engine.shutdown(client, "SHUT_WR")
    assert await asyncio.to_thread(read_exactly, peer, len(BIG)) == BIG
    assert await sending == len(BIG)
    calls = [c for c in world.calls(client, "sendall") if c.moved is not None]
    assert len(calls) > 1
    assert world.went(client) == BIG
    togo = [c.requested or 0 for c in calls]
    assert togo == [len(BIG) - sum(c.moved or 0 for c in calls[:i]) for i in range(len(calls))]
    assert [c.note for c in calls[:1]] == [
        f"Send 1 of this sendall: {len(BIG) - (calls[0].moved or 0):,} bytes to go."
    ]
    assert calls[-1].note == f"Send {len(calls)} of this sendall: done."
    assert [c.badges for c in calls] == [("short write",)] * (len(calls) - 1) + [()]
    assert blocks(world.calls(client)) <= 1


async def test_queued_sends_keep_their_order(world: World, streaming: Transport) -> None:
    client, peer = await clogged(world, streaming)
    parts = [bytes([number]) * 1_000_000 for number in range(1, 9)]
    sending = [asyncio.create_task(world.engine.send(Target(client), part)) for part in parts]
    await wait_until(lambda: is_clogged(world, client))
    whole = b"".join(parts)
    assert await asyncio.to_thread(read_exactly, peer, len(whole)) == whole
    assert await asyncio.gather(*sending) == [1_000_000] * 8
    assert world.went(client) == whole


async def test_nothing_sent_is_a_call_too(world: World) -> None:
    client, _ = await clogged(world, Transport("tcp4", "tcp", "ipv4", "127.0.0.1"))
    assert await world.engine.send(Target(client), b"") == 0
    assert [(c.requested, c.moved) for c in world.calls(client, "sendall")] == [(0, 0)]


async def test_a_peer_that_never_reads_makes_reading_pause_and_loses_nothing(
    world: World,
) -> None:
    _, name, peer = await world.served(Behaviour(65536, Reply("echo")))
    total = 0

    def flood() -> int:
        sent = 0
        peer.settimeout(0.5)
        try:
            while sent < 256 << 20:
                sent += peer.send(BIG[:65536])
        except TimeoutError:
            peer.settimeout(10)
        return sent

    total = await asyncio.to_thread(flood)
    assert total < 256 << 20
    info = world.info(name)
    owed = info.bytes_in - info.bytes_out
    assert REPLIES_OWED_MAX <= owed <= REPLIES_OWED_MAX + 65536
    assert is_clogged(world, name)
    got = await asyncio.to_thread(read_exactly, peer, total)
    await wait_until(lambda: world.info(name).bytes_in == total)
    assert len(got) == total
    assert world.came(name) == world.went(name) == got


async def test_many_small_replies_owed_make_reading_pause_too(world: World) -> None:
    _, name, peer = await world.served(MANUAL)
    reply = b"r" * 4000
    world.engine.set_behaviour(name, Behaviour(1, Reply("payload", b"r")))
    clog = asyncio.create_task(world.engine.send(Target(name), reply * 4000))
    await wait_until(lambda: is_clogged(world, name))
    world.engine.set_behaviour(name, MANUAL)
    await asyncio.to_thread(peer.sendall, bytes(20_000))
    world.engine.set_behaviour(name, Behaviour(1, Reply("payload", b"r")))
    await asyncio.sleep(0.1)
    assert world.info(name).bytes_in <= REPLIES_QUEUED_MAX
    expected = reply * 4000 + b"r" * 20_000
    assert await asyncio.to_thread(read_exactly, peer, len(expected)) == expected
    assert await clog == len(reply) * 4000


async def test_a_reply_to_a_clogged_unix_datagram_peer_waits_without_spinning(
    world: World,
) -> None:
    transport = Transport("unix-dgram", "unix-dgram")
    server = await world.engine.start_server(transport.server(world, ECHO))
    peer = transport.plain_client(world, server)

    def flood() -> int:
        peer.settimeout(0.2)
        for number in range(10_000):
            try:
                peer.send(b"%d" % number)
            except TimeoutError:
                return number
        raise AssertionError("the queue has no limit")

    sent = await asyncio.to_thread(flood)
    await wait_until(lambda: blocks(world.calls(server)) > 0)
    before = time.process_time()
    await asyncio.sleep(0.3)
    assert time.process_time() - before < 0.15
    peer.settimeout(5)
    got = await asyncio.to_thread(lambda: [peer.recv(100) for _ in range(sent)])
    assert got == [b"%d" % number for number in range(sent)]


async def test_an_empty_datagram_that_finds_no_room_waits_for_it(world: World) -> None:
    transport = Transport("unix-dgram", "unix-dgram")
    plain, spec = transport.plain_server(world, MANUAL)
    client = await world.engine.start_client(spec)
    last = asyncio.ensure_future(world.engine.send(Target(client), b""))
    sent = 0
    while await asyncio.wait([last], timeout=0.2) != (set(), {last}):
        sent += 1
        last = asyncio.ensure_future(world.engine.send(Target(client), b""))
        assert sent < 10_000, "the queue has no limit"
    for _ in range(sent + 1):
        assert await asyncio.to_thread(plain.recv, 9) == b""
    assert await last == 0


async def test_a_flood_on_one_connection_does_not_keep_another_waiting(world: World) -> None:
    server, flooded, flooder = await world.served(Behaviour(1))
    other = await world.connect_plain(server)
    name = world.connections(server)[-1].name
    world.engine.set_behaviour(flooded, Behaviour(1))
    world.engine.set_behaviour(name, ECHO)
    stop = False

    def flood() -> None:
        while not stop:
            flooder.sendall(bytes(4096))

    flooding = asyncio.ensure_future(asyncio.to_thread(flood))
    await wait_until(lambda: world.info(flooded).bytes_in > 1000)
    for _ in range(10):
        began = world.info(flooded).bytes_in
        await asyncio.to_thread(other.sendall, b"ping")
        assert await asyncio.to_thread(read_exactly, other, 4) == b"ping"
        assert world.info(flooded).bytes_in >= began
    assert world.info(flooded).recv_queue != 0
    stop = True
    world.engine.set_behaviour(flooded, Behaviour(1 << 20))
    await flooding


async def test_a_send_that_fails_says_why_and_ends_it(world: World) -> None:
    listener, spec = plain_listener(world)
    client = await world.engine.start_client(spec)
    peer = (await asyncio.to_thread(listener.accept))[0]
    world.engine.set_behaviour(client, MANUAL)
    peer.close()
    await world.engine.send(Target(client), b"draws a reset")
    with pytest.raises(SockplayError) as caught:
        await world.engine.send(Target(client), b"x")
    assert caught.value.code in ("EPIPE", "ECONNRESET")
    assert world.info(client).state == "failed"
    assert world.info(client).problem != ""


async def test_sending_to_a_server_without_connections_is_refused(world: World) -> None:
    server = await world.engine.start_server(ServerSpec())
    with pytest.raises(SockplayError, match="no connection yet"):
        await world.engine.send(Target(server), b"x")
    with pytest.raises(SockplayError, match="only accepts"):
        await world.engine.recv(server, 1)
    with pytest.raises(SockplayError, match="There is no socket"):
        await world.engine.send(Target("nobody"), b"x")
