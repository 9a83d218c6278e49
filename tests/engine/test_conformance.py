"""What every transport must do, with a plain socket as the other end."""

from __future__ import annotations

import asyncio

import pytest

from sockplay.model.spec import Behaviour, Reply, Target
from tests.engine.world import (
    ECHO,
    MANUAL,
    SILENT,
    Transport,
    World,
    open_files,
    port_of,
    read_exactly,
    wait_until,
)

PAYLOAD = bytes(range(256)) * 4


async def test_a_server_shows_the_address_that_it_really_has(
    world: World, transport: Transport
) -> None:
    spec = transport.server(world, ECHO)
    name = await world.engine.start_server(spec)
    info = world.info(name)
    if transport.unix:
        assert info.local == spec.path
    else:
        assert port_of(info) > 0
        assert info.wide == (transport.family == "both")
    assert name.isidentifier()
    assert info.state == ("listening" if transport.stream else "open")


async def test_an_echo_is_recorded_as_the_plain_peer_saw_it(
    world: World, transport: Transport
) -> None:
    server = await world.engine.start_server(transport.server(world, ECHO))
    peer = transport.plain_client(world, server)
    got = b""
    for part in (b"first", b"second", PAYLOAD):
        await asyncio.to_thread(peer.sendall, part)
        got += await asyncio.to_thread(read_exactly, peer, len(part))
    assert got == b"firstsecond" + PAYLOAD
    name = world.connections(server)[0].name if transport.stream else server
    assert world.came(name) == world.went(name) == got
    info = world.info(name)
    assert info.bytes_in == info.bytes_out == len(got)
    assert info.calls == len(world.calls(name))


async def test_a_server_answers_with_a_fixed_payload(world: World, transport: Transport) -> None:
    behaviour = Behaviour(4096, Reply("payload", b"pong"))
    server = await world.engine.start_server(transport.server(world, behaviour))
    peer = transport.plain_client(world, server)
    for _ in range(3):
        await asyncio.to_thread(peer.sendall, b"ping")
        assert await asyncio.to_thread(read_exactly, peer, 4) == b"pong"


@pytest.mark.parametrize("behaviour", [SILENT, Behaviour(4096, Reply("discard"))])
async def test_a_server_that_replies_nothing_still_reads(
    world: World, transport: Transport, behaviour: Behaviour
) -> None:
    server = await world.engine.start_server(transport.server(world, behaviour))
    peer = transport.plain_client(world, server)
    await asyncio.to_thread(peer.sendall, PAYLOAD)
    name = server
    if transport.stream:
        await wait_until(lambda: len(world.connections(server)) == 1)
        name = world.connections(server)[0].name
    await wait_until(lambda: world.info(name).bytes_in == len(PAYLOAD))
    assert world.came(name) == PAYLOAD
    assert world.went(name) == b""


async def test_a_client_talks_to_a_plain_server(world: World, transport: Transport) -> None:
    plain, spec = transport.plain_server(world)
    client = await world.engine.start_client(spec)
    assert await world.engine.send(Target(client), PAYLOAD) == len(PAYLOAD)
    if transport.stream:
        plain = world.keep((await asyncio.to_thread(plain.accept))[0])
        assert await asyncio.to_thread(read_exactly, plain, len(PAYLOAD)) == PAYLOAD
        await asyncio.to_thread(plain.sendall, b"answer")
    else:
        data, sender = await asyncio.to_thread(plain.recvfrom, 65535)
        assert data == PAYLOAD
        await asyncio.to_thread(plain.sendto, b"answer", sender)
    await wait_until(lambda: world.info(client).bytes_in == 6)
    assert world.came(client) == b"answer"
    assert world.went(client) == PAYLOAD
    assert world.info(client).state == "open"


async def test_a_server_keeps_many_peers_apart(world: World, transport: Transport) -> None:
    server = await world.engine.start_server(transport.server(world, ECHO))
    peers = [transport.plain_client(world, server) for _ in range(20)]
    for number, peer in enumerate(peers):
        await asyncio.to_thread(peer.sendall, b"peer %d" % number)
    for number, peer in enumerate(peers):
        expected = b"peer %d" % number
        assert await asyncio.to_thread(read_exactly, peer, len(expected)) == expected
    if transport.stream:
        assert len({info.name for info in world.connections(server)}) == 20
    else:
        assert len(world.info(server).peers) == 20


async def test_sending_to_a_server_reaches_all_its_connections(
    world: World, streaming: Transport
) -> None:
    server = await world.engine.start_server(streaming.server(world, MANUAL))
    peers = [streaming.plain_client(world, server) for _ in range(5)]
    await wait_until(lambda: len(world.connections(server)) == 5)
    assert await world.engine.send(Target(server), b"all") == 15
    one = world.connections(server)[2].name
    assert await world.engine.send(Target(one), b"one") == 3
    for peer in peers:
        assert await asyncio.to_thread(read_exactly, peer, 3) == b"all"
    assert await asyncio.to_thread(read_exactly, peers[2], 3) == b"one"


async def test_a_pair_is_connected(world: World, transport: Transport) -> None:
    server, client = await world.engine.start_pair(transport.server(world, ECHO), SILENT)
    await world.engine.send(Target(client), b"hello")
    await wait_until(lambda: world.info(client).bytes_in == 5)
    assert world.came(client) == b"hello"
    assert server != client


async def test_a_socket_ends_exactly_once(world: World, transport: Transport) -> None:
    before = open_files()
    server, client = await world.engine.start_pair(transport.server(world, ECHO), SILENT)
    await world.engine.send(Target(client), b"hello")
    await wait_until(lambda: world.info(client).bytes_in == 5)
    world.engine.close(server)
    if transport.stream:
        await wait_until(lambda: world.info(client).ended)
    else:
        world.engine.close(client)
    world.engine.close_all()
    for info in world.engine.snapshot():
        assert info.state == "closed"
        assert len(world.calls(info.name, "close")) == 1
        assert world.calls(info.name)[-1].op == "close"
    assert open_files() == before
    assert list(world.folder.iterdir()) == []
