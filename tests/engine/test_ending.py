"""How connections end: EOF, half-close, reset, and what is lost."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

import pytest

from sockplay.model.errors import SockplayError
from sockplay.model.spec import Behaviour, HowShut, Reply, ServerSpec, Target
from tests.engine.world import (
    ECHO,
    KEPT_OPEN,
    MANUAL,
    SILENT,
    Transport,
    World,
    plain_listener,
    read_all,
    read_exactly,
    wait_until,
)


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


async def test_eof_is_recorded_and_replies_still_owed_are_sent(
    world: World, streaming: Transport
) -> None:
    server = await world.engine.start_server(streaming.server(world, ECHO))
    peer = streaming.plain_client(world, server)
    data = bytes(range(256)) * 256
    await asyncio.to_thread(peer.sendall, data)
    peer.shutdown(socket.SHUT_WR)
    assert await asyncio.to_thread(read_all, peer) == data
    name = next(info.name for info in world.engine.snapshot() if info.parent == server)
    await wait_until(lambda: world.info(name).state == "closed")
    eof = [call for call in world.calls(name) if "EOF" in call.badges]
    assert [(call.op, call.moved, call.data) for call in eof] == [("recv", 0, b"")]
    assert world.info(server).state == "listening"


async def test_kept_open_it_can_still_send_after_the_peers_eof(
    world: World, streaming: Transport
) -> None:
    server = await world.engine.start_server(streaming.server(world, KEPT_OPEN))
    peer = streaming.plain_client(world, server)
    peer.shutdown(socket.SHUT_WR)
    await wait_until(lambda: [i.state for i in world.connections(server)] == ["peer finished"])
    name = world.connections(server)[0].name
    await world.engine.send(Target(name), b"still here")
    assert await asyncio.to_thread(read_exactly, peer, 10) == b"still here"
    assert world.info(name).state == "peer finished"
    world.engine.set_behaviour(name, ECHO)
    assert world.info(name).state == "closed"


async def test_by_hand_nothing_closes_by_itself(world: World, streaming: Transport) -> None:
    server = await world.engine.start_server(streaming.server(world, MANUAL))
    peer = streaming.plain_client(world, server)
    await wait_until(lambda: len(world.connections(server)) == 1)
    name = world.connections(server)[0].name
    peer.shutdown(socket.SHUT_WR)
    call = await world.engine.recv(name, 10)
    assert (call.moved, call.badges) == (0, ("EOF",))
    assert "The peer finished sending" in call.note
    assert world.info(name).state == "peer finished"
    again = await world.engine.recv(name, 10)
    assert again.badges == ("EOF",)
    await world.engine.send(Target(name), b"bye")
    assert await asyncio.to_thread(read_exactly, peer, 3) == b"bye"


async def test_eof_names_the_client_here_that_finished(world: World) -> None:
    server, client = await world.engine.start_pair(ServerSpec(behaviour=MANUAL), MANUAL)
    await wait_until(lambda: len(world.connections(server)) == 1)
    name = world.connections(server)[0].name
    world.engine.close(client)
    assert (await world.engine.recv(name, 10)).note == f"{client} finished sending."


@pytest.mark.parametrize("behaviour", [ECHO, KEPT_OPEN])
async def test_a_reset_is_no_eof(world: World, behaviour: Behaviour) -> None:
    _, name, peer = await world.served(behaviour)
    reset(peer)
    await wait_until(lambda: world.info(name).ended)
    info = world.info(name)
    assert info.state == "failed"
    assert info.problem == "The peer reset the connection (RST)."
    assert [call.error for call in world.calls(name, "recv")] == ["ECONNRESET"]
    assert not any("EOF" in call.badges for call in world.calls(name))
    assert len(world.calls(name, "close")) == 1


async def test_by_hand_a_reset_connection_stays_to_be_looked_at(world: World) -> None:
    _, name, peer = await world.served(MANUAL)
    reset(peer)
    with pytest.raises(SockplayError, match="reset") as caught:
        await world.engine.recv(name, 10)
    assert caught.value.code == "ECONNRESET"
    assert world.info(name).state == "failed"
    assert world.calls(name, "close") == []
    call = await world.engine.recv(name, 10)
    assert (call.moved, call.badges) == (0, ())
    with pytest.raises(SockplayError) as caught:
        await world.engine.send(Target(name), b"x")
    assert caught.value.code == "EPIPE"


async def test_abort_makes_the_plain_peer_see_a_reset(world: World) -> None:
    server, name, peer = await world.served(SILENT)
    world.engine.abort(name)
    with pytest.raises(ConnectionResetError):
        await asyncio.to_thread(peer.recv, 1)
    assert world.info(name).state == "closed"
    assert [c.op for c in world.calls(name)] == ["setsockopt", "close"]
    others = [await world.connect_plain(server) for _ in range(2)]
    world.engine.abort(server)
    for other in others:
        with pytest.raises(ConnectionResetError):
            await asyncio.to_thread(other.recv, 1)
    with pytest.raises(SockplayError, match="no TCP connection"):
        world.engine.abort(server)


async def test_our_half_close_leaves_the_other_direction_alive(
    world: World, streaming: Transport
) -> None:
    plain, spec = streaming.plain_server(world, SILENT)
    client = await world.engine.start_client(spec)
    peer = world.keep((await asyncio.to_thread(plain.accept))[0])
    await world.engine.send(Target(client), b"question")
    await world.engine.shutdown(client, "SHUT_WR")
    assert world.info(client).state == "we finished"
    assert await asyncio.to_thread(read_all, peer) == b"question"
    await asyncio.to_thread(peer.sendall, b"answer")
    await wait_until(lambda: world.came(client) == b"answer")
    with pytest.raises(SockplayError) as caught:
        await world.engine.send(Target(client), b"more")
    assert caught.value.code == "EPIPE"
    assert world.info(client).state == "we finished"
    await asyncio.to_thread(peer.sendall, b"!")
    await wait_until(lambda: world.came(client) == b"answer!")
    peer.close()
    await wait_until(lambda: world.info(client).state == "closed")


async def test_shutting_down_reading_is_no_eof_of_the_peer(
    world: World, streaming: Transport
) -> None:
    server = await world.engine.start_server(streaming.server(world, ECHO))
    peer = streaming.plain_client(world, server)
    await wait_until(lambda: len(world.connections(server)) == 1)
    name = world.connections(server)[0].name
    await world.engine.shutdown(name, "SHUT_RD")
    await asyncio.sleep(0.02)
    assert world.info(name).state == "open"
    assert world.calls(name, "recv") == []
    await world.engine.send(Target(name), b"still")
    assert await asyncio.to_thread(read_exactly, peer, 5) == b"still"
    world.engine.set_behaviour(name, MANUAL)
    call = await world.engine.recv(name, 4)
    assert (call.data, call.badges) == (b"", ())
    assert "does not mean that the peer finished" in call.note


@pytest.mark.parametrize("how", ["SHUT_RD", "SHUT_WR", "SHUT_RDWR"])
async def test_shutting_down_twice_harms_nothing(world: World, how: HowShut) -> None:
    _, name, _ = await world.served(MANUAL)
    await world.engine.shutdown(name, how)
    with contextlib.suppress(SockplayError):  # macOS says ENOTCONN the second time
        await world.engine.shutdown(name, how)
    assert world.info(name).state == ("open" if how == "SHUT_RD" else "we finished")
    assert [call.args for call in world.calls(name, "shutdown")] == [how, how]


async def test_shutting_down_both_halves_ends_it_in_auto_mode(world: World) -> None:
    _, name, _ = await world.served(ECHO)
    await world.engine.shutdown(name, "SHUT_RDWR")
    assert world.info(name).state == "closed"


async def test_closing_with_unread_bytes_says_so(world: World) -> None:
    _, name, peer = await world.served(MANUAL)
    await asyncio.to_thread(peer.sendall, b"unread")
    await wait_until(lambda: world.info(name).recv_queue == 6)
    world.engine.close(name)
    note = world.calls(name, "close")[0].note
    assert note == "6 bytes were never read, so the kernel sends a reset (RST)."
    with pytest.raises(ConnectionResetError):
        await asyncio.to_thread(peer.recv, 1)


async def test_closing_with_unsent_bytes_says_so(world: World) -> None:
    _, name, _ = await world.served(MANUAL)
    sending = asyncio.create_task(world.engine.send(Target(name), bytes(1 << 24)))
    await wait_until(lambda: bool(world.calls(name, "sendall")))
    world.engine.close(name)
    with pytest.raises(SockplayError, match="before all was sent"):
        await sending
    assert "were never sent" in world.calls(name, "close")[0].note


async def test_closing_a_server_closes_its_connections(world: World, streaming: Transport) -> None:
    server = await world.engine.start_server(streaming.server(world, ECHO))
    peers = [streaming.plain_client(world, server) for _ in range(3)]
    await wait_until(lambda: len(world.connections(server)) == 3)
    world.engine.close(server)
    for peer in peers:
        assert await asyncio.to_thread(read_all, peer) == b""
    assert all(info.state == "closed" for info in world.engine.snapshot())
    with pytest.raises(SockplayError, match="has ended"):
        world.engine.close(server)


async def test_what_a_peer_sent_before_its_reset_is_read_though_a_send_failed(
    world: World,
) -> None:
    listener, spec = plain_listener(world)
    client = await world.engine.start_client(spec)
    world.engine.set_behaviour(client, MANUAL)
    peer = world.keep((await asyncio.to_thread(listener.accept))[0])
    peer.sendall(b"last words")
    await wait_until(lambda: world.info(client).recv_queue == 10)
    reset(peer)
    with pytest.raises(SockplayError) as caught:
        await world.engine.send(Target(client), b"x")
    assert caught.value.code == "ECONNRESET"
    world.engine.set_behaviour(client, Behaviour(4, Reply("echo")))
    await wait_until(lambda: bool(world.calls(client, "close")))
    assert world.came(client) == b"last words"
    assert world.info(client).state == "failed"
    assert len(world.calls(client, "close")) == 1
