"""What only datagrams do: boundaries, truncation, many peers, refusals that come later."""

from __future__ import annotations

import asyncio
import socket

import pytest

from sockplay.engine.datagram import PEERS_KEPT
from sockplay.model.errors import SockplayError
from sockplay.model.spec import Behaviour, ClientSpec, Reply, ServerSpec, Target
from tests.engine.world import (
    ECHO,
    MANUAL,
    SILENT,
    Transport,
    World,
    port_of,
    wait_until,
)


async def test_a_datagram_longer_than_the_buffer_is_truncated(
    world: World, datagrams: Transport
) -> None:
    server = await world.engine.start_server(datagrams.server(world, Behaviour(4)))
    peer = datagrams.plain_client(world, server)
    await asyncio.to_thread(peer.send, b"helloworld")
    await asyncio.to_thread(peer.send, b"four")
    await wait_until(lambda: len(world.calls(server, "recvfrom")) == 2)
    first, second = world.calls(server, "recvfrom")
    assert (first.data, first.requested, first.moved, first.size) == (b"hell", 4, 4, 10)
    assert first.badges == ("truncated",)
    assert first.note == "The datagram had 10 bytes; 6 of them are gone."
    assert (second.data, second.size, second.badges) == (b"four", 4, ())


async def test_an_empty_datagram_is_no_eof(world: World, datagrams: Transport) -> None:
    server = await world.engine.start_server(datagrams.server(world, ECHO))
    peer = datagrams.plain_client(world, server)
    for data in (b"", b"after", b""):
        await asyncio.to_thread(peer.send, data)
        assert await asyncio.to_thread(peer.recv, 100) == data
    assert [(c.data, c.badges) for c in world.calls(server, "recvfrom")] == [
        (b"", ()),
        (b"after", ()),
        (b"", ()),
    ]
    assert world.info(server).state == "open"


async def test_boundaries_are_kept(world: World, datagrams: Transport) -> None:
    server = await world.engine.start_server(datagrams.server(world, MANUAL))
    peer = datagrams.plain_client(world, server)
    for data in (b"one", b"three"):
        await asyncio.to_thread(peer.send, data)
    first = await world.engine.recv(server, 100)
    assert (first.data, first.left) == (b"one", 5)
    second = await world.engine.recv(server, 100)
    assert (second.data, second.left) == (b"three", 0)


async def test_a_server_answers_the_last_writer_or_the_one_picked(
    world: World, datagrams: Transport
) -> None:
    server = await world.engine.start_server(datagrams.server(world, SILENT))
    with pytest.raises(SockplayError, match="Nobody has written"):
        await world.engine.send(Target(server), b"x")
    first, second = (datagrams.plain_client(world, server) for _ in range(2))
    for number, peer in enumerate((first, second)):
        await asyncio.to_thread(peer.send, b"hello")
        await world.has_read(server, 5 * (number + 1))
    last, earlier = world.info(server).peers
    assert await world.engine.send(Target(server), b"to the last") == 11
    assert await asyncio.to_thread(second.recv, 100) == b"to the last"
    await world.engine.send(Target(server, earlier), b"to the first")
    assert await asyncio.to_thread(first.recv, 100) == b"to the first"
    sent = world.calls(server, "sendto")
    assert [c.peer for c in sent] == [last, earlier]
    assert [c.data for c in sent] == [b"to the last", b"to the first"]
    with pytest.raises(SockplayError, match="has seen no peer"):
        await world.engine.send(Target(server, "nobody"), b"x")


async def test_a_flood_of_peers_does_not_fill_memory(world: World) -> None:
    server = await world.engine.start_server(ServerSpec("udp", behaviour=SILENT))
    for number in range(PEERS_KEPT + 10):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.sendto(b"x", ("127.0.0.1", port_of(world.info(server))))
        await world.has_read(server, number + 1)
    assert len(world.info(server).peers) <= PEERS_KEPT


@pytest.mark.parametrize("behaviour", [SILENT, MANUAL])
async def test_a_refusal_comes_with_a_later_call_and_the_socket_lives_on(
    world: World, behaviour: Behaviour
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        port = gone.getsockname()[1]
    client = await world.engine.start_client(
        ClientSpec("udp", host="127.0.0.1", port=port, behaviour=behaviour)
    )
    await world.engine.send(Target(client), b"anyone?")
    if behaviour is MANUAL:
        with pytest.raises(SockplayError, match="earlier datagram was refused"):
            await world.engine.recv(client, 100)
    else:
        await wait_until(lambda: bool(world.calls(client, "recvfrom")))
    assert [c.error for c in world.calls(client, "recvfrom")] == ["ECONNREFUSED"]
    assert world.info(client).state == "open"
    late = world.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    late.bind(("127.0.0.1", port))
    await world.engine.send(Target(client), b"now?")
    assert await asyncio.to_thread(late.recv, 100) == b"now?"


async def test_a_datagram_that_is_too_long_is_refused_by_the_kernel(world: World) -> None:
    _, client = await world.engine.start_pair(ServerSpec("udp", behaviour=SILENT), SILENT)
    with pytest.raises(SockplayError, match="65,507") as caught:
        await world.engine.send(Target(client), bytes(65_508))
    assert caught.value.code == "EMSGSIZE"
    assert await world.engine.send(Target(client), bytes(65_507)) == 65_507


async def test_datagrams_have_no_stream_to_shut_down(world: World, datagrams: Transport) -> None:
    server = await world.engine.start_server(datagrams.server(world, SILENT))
    with pytest.raises(SockplayError, match="no stream"):
        await world.engine.shutdown(server, "SHUT_WR")
    with pytest.raises(SockplayError, match="no TCP connection"):
        world.engine.abort(server)


async def test_drops_of_the_kernel_are_counted(world: World) -> None:
    server = await world.engine.start_server(ServerSpec("udp", behaviour=MANUAL))
    peer = Transport("udp4", "udp", "ipv4", "127.0.0.1").plain_client(world, server)
    for _ in range(2000):
        await asyncio.to_thread(peer.send, bytes(1400))
    dropped = world.info(server).dropped
    world.engine.set_behaviour(server, Behaviour(65535, Reply("nothing")))
    await wait_until(lambda: world.info(server).recv_queue == 0)
    read = len(world.calls(server, "recvfrom"))
    if dropped is None:
        pytest.skip("this platform does not tell what it drops")
    assert read + dropped == 2000
