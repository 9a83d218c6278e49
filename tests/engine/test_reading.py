"""Reading by itself and by hand."""

from __future__ import annotations

import asyncio
import socket
from itertools import pairwise

import pytest

from sockplay.engine import kernel
from sockplay.engine.automatic import SECOND_LOOKS
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.spec import MAX_BUFSIZE, Behaviour, ServerSpec, Target
from tests.engine.world import (
    ECHO,
    MANUAL,
    Transport,
    World,
    plain_listener,
    read_exactly,
    wait_until,
)


async def queued(world: World, transport: Transport, data: bytes) -> str:
    """A connection of ours that reads by hand and has all of ``data`` in its queue."""
    server = await world.engine.start_server(transport.server(world, MANUAL))
    peer = transport.plain_client(world, server)
    await asyncio.to_thread(peer.sendall, data)
    await wait_until(lambda: len(world.connections(server)) == 1)
    name = world.connections(server)[0].name
    await wait_until(lambda: world.info(name).recv_queue == len(data))
    return name


async def test_ten_queued_bytes_take_three_reads_of_four(
    world: World, streaming: Transport
) -> None:
    name = await queued(world, streaming, b"helloworld")
    world.engine.set_behaviour(name, Behaviour(4))
    await wait_until(lambda: world.info(name).bytes_in == 10)
    reads = world.calls(name, "recv")
    assert [call.data for call in reads] == [b"hell", b"owor", b"ld"]
    assert [call.requested for call in reads] == [4, 4, 4]
    assert [call.left for call in reads] == [6, 2, 0]
    assert [call.offset for call in reads] == [0, 4, 8]
    assert [call.badges for call in reads] == [("cut by bufsize",), ("cut by bufsize",), ()]


async def test_a_recv_by_hand_reads_exactly_what_it_asks_for(
    world: World, streaming: Transport
) -> None:
    name = await queued(world, streaming, b"helloworld")
    call = await world.engine.recv(name, 3)
    assert (call.data, call.left, call.badges) == (b"hel", 7, ("cut by bufsize",))
    call = await world.engine.recv(name, 7)
    assert (call.data, call.left, call.badges) == (b"loworld", 0, ())
    assert world.calls(name, "recv")[-1] is call


async def test_nothing_reads_until_a_person_says_so(world: World, streaming: Transport) -> None:
    name = await queued(world, streaming, b"hello")
    await asyncio.sleep(0.05)
    assert world.calls(name) == []
    assert world.info(name).recv_queue == 5


async def test_a_recv_by_hand_waits_for_data(world: World) -> None:
    _, name, peer = await world.served(MANUAL)
    recv = asyncio.create_task(world.engine.recv(name, 4))
    await wait_until(lambda: world.info(name).waiting == "recv(4)")
    await asyncio.to_thread(peer.sendall, b"late")
    assert (await recv).data == b"late"
    assert world.info(name).waiting == ""


async def test_a_recv_that_waits_can_be_given_up_and_made_again(world: World) -> None:
    _, name, peer = await world.served(MANUAL)
    recv = asyncio.create_task(world.engine.recv(name, 4))
    await wait_until(lambda: world.info(name).waiting != "")
    with pytest.raises(SockplayError, match=r"already waits in recv\(4\)"):
        await world.engine.recv(name, 8)
    world.engine.stop_waiting(name)
    with pytest.raises(SockplayError, match="given up"):
        await recv
    assert world.calls(name, "recv") == []
    await asyncio.to_thread(peer.sendall, b"late")
    assert (await world.engine.recv(name, 4)).data == b"late"


async def test_a_cancelled_recv_leaves_its_bytes_in_the_queue(world: World) -> None:
    _, name, peer = await world.served(MANUAL)
    recv = asyncio.create_task(world.engine.recv(name, 4))
    await wait_until(lambda: world.info(name).waiting != "")
    recv.cancel()
    with pytest.raises(asyncio.CancelledError):
        await recv
    assert world.info(name).waiting == ""
    await asyncio.to_thread(peer.sendall, b"late")
    assert (await world.engine.recv(name, 4)).data == b"late"


async def test_switching_to_auto_ends_a_recv_that_waits(world: World) -> None:
    _, name, peer = await world.served(MANUAL)
    recv = asyncio.create_task(world.engine.recv(name, 4))
    await wait_until(lambda: world.info(name).waiting != "")
    world.engine.set_behaviour(name, ECHO)
    with pytest.raises(SockplayError, match="reads by itself now"):
        await recv
    await asyncio.to_thread(peer.sendall, b"hello")
    assert await asyncio.to_thread(read_exactly, peer, 5) == b"hello"


async def test_switching_to_auto_as_data_comes_loses_no_byte(world: World) -> None:
    for turns in range(6):
        _, name, peer = await world.served(MANUAL)
        recv = asyncio.create_task(world.engine.recv(name, 2))
        await asyncio.sleep(0)
        await asyncio.to_thread(peer.sendall, b"hello")
        for _ in range(turns):
            await asyncio.sleep(0)
        world.engine.set_behaviour(name, ECHO)
        await asyncio.gather(recv, return_exceptions=True)
        await asyncio.to_thread(peer.sendall, b"more")
        await world.has_read(name, 9)
        assert world.came(name) == b"hellomore"


async def test_a_recv_by_hand_is_refused_while_it_reads_by_itself(world: World) -> None:
    _, name, _ = await world.served(ECHO)
    with pytest.raises(SockplayError, match="reads by itself"):
        await world.engine.recv(name, 4)


async def test_closing_ends_a_recv_that_waits(world: World) -> None:
    _, name, _ = await world.served(MANUAL)
    recv = asyncio.create_task(world.engine.recv(name, 4))
    await wait_until(lambda: world.info(name).waiting != "")
    world.engine.close(name)
    with pytest.raises(SockplayError, match="was closed"):
        await recv


async def test_a_server_passes_its_new_behaviour_to_its_connections(world: World) -> None:
    server, name, peer = await world.served(MANUAL)
    await asyncio.to_thread(peer.sendall, b"hello")
    world.engine.set_behaviour(server, ECHO)
    assert await asyncio.to_thread(read_exactly, peer, 5) == b"hello"
    assert world.engine.behaviour(name) == world.engine.behaviour(server) == ECHO


@pytest.mark.parametrize("bufsize", [0, -1, MAX_BUFSIZE + 1])
async def test_a_bufsize_that_no_recv_takes_is_refused(world: World, bufsize: int) -> None:
    _, name, _ = await world.served(MANUAL)
    with pytest.raises(SockplayError, match="bufsize"):
        await world.engine.recv(name, bufsize)
    with pytest.raises(SockplayError, match="bufsize"):
        world.engine.set_behaviour(name, Behaviour(bufsize))
    with pytest.raises(SockplayError, match="bufsize"):
        await world.engine.start_server(ServerSpec(behaviour=Behaviour(bufsize)))


async def test_without_fionread_it_reads_on_all_the_same(
    world: World, streaming: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await queued(world, streaming, b"helloworld")
    monkeypatch.setattr(kernel, "HAS_IOCTL", False)
    world.engine.set_behaviour(name, Behaviour(4))
    await wait_until(lambda: world.info(name).bytes_in == 10)
    assert world.came(name) == b"helloworld"
    assert {call.left for call in world.calls(name, "recv")} == {None}
    assert {call.badges for call in world.calls(name, "recv")} == {()}
    assert world.info(name).recv_queue is None


async def test_a_connecting_client_refuses_every_wish_but_to_be_closed(world: World) -> None:
    listener, spec = plain_listener(world, backlog=0)
    filler = world.keep(await asyncio.to_thread(socket.socket))
    filler.connect(listener.getsockname())
    start = asyncio.create_task(world.engine.start_client(spec))
    await wait_until(lambda: bool(world.engine.snapshot()))
    name = world.engine.snapshot()[0].name
    world.engine.set_behaviour(name, ECHO)
    await asyncio.sleep(0.05)
    assert world.info(name).state == "connecting"
    for wish in (
        world.engine.send(Target(name), b"hello"),
        world.engine.recv(name, 4),
        world.engine.shutdown(name, "SHUT_WR"),
    ):
        with pytest.raises(SockplayError, match=r"is still connecting|reads by itself"):
            await wish
    world.engine.close(name)
    with pytest.raises(SockplayError, match="was closed"):
        await start
    assert not world.has(name)
    assert [c.error for c in world.calls(name, "connect")] == ["EINPROGRESS"]
    assert len(world.calls(name, "close")) == 1


async def test_who_asks_again_at_once_is_answered_a_few_times_before_others_have_their_turn(
    world: World,
) -> None:
    _, conn, asker = await world.served(ECHO)
    take, turns = world.kept.take, [0]

    def ask_again(call: Call) -> bool:
        if call.op == "sendall" and len(world.calls(conn, "sendall")) < 19:
            asker.send(b"?")
        return take(call)

    def turn() -> None:
        turns.append(len(world.calls(conn, "recv")))
        if turns[-1] < 20:
            asyncio.get_running_loop().call_soon(turn)

    world.kept.take = ask_again  # type: ignore[method-assign]
    turn()
    asker.send(b"?")
    await wait_until(lambda: turns[-1] == 20)
    assert max(after - before for before, after in pairwise(turns)) == SECOND_LOOKS + 1
    assert [call.data for call in world.calls(conn)] == [b"?"] * 40
