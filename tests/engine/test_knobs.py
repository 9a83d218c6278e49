"""Knobs that make bugs visible: slices, pauses, a stall, a throttle, small buffers; exact reads."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sockplay.engine.knobs import (
    drop_rest,
    granted_to,
    recv_exactly,
    send_rest,
    turn_knobs,
)
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.knobs import Knobs
from sockplay.model.spec import Behaviour, ClientSpec, HowSent, Reply, ServerSpec, Target
from tests.engine.conftest import assert_the_record_is_sound
from tests.engine.world import (
    MANUAL,
    SILENT,
    Transport,
    World,
    plain_listener,
    port_of,
    read_all,
    read_exactly,
    wait_until,
)

OFF = Knobs()
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="as Linux grants buffers")


def turn(world: World, name: str, knobs: Knobs) -> None:
    turn_knobs(world.engine.sockets, name, knobs)


def sizes(calls: list[Call]) -> list[int]:
    return [call.moved for call in calls if call.moved is not None]


async def pair(world: World, reads: Behaviour = SILENT) -> tuple[str, str, str]:
    """A server of ours, its connection, and the client of ours at the other end."""
    server, client = await world.engine.start_pair(ServerSpec(behaviour=reads), MANUAL)
    await wait_until(lambda: bool(world.connections(server)))
    return server, world.connections(server)[0].name, client


async def client_of_plain(world: World, streaming: Transport) -> tuple[str, socket.socket]:
    plain, spec = streaming.plain_server(world, MANUAL)
    client = await world.engine.start_client(spec)
    return client, world.keep((await asyncio.to_thread(plain.accept))[0])


# slices


async def test_each_slice_is_a_send_of_its_own(world: World, streaming: Transport) -> None:
    client, peer = await client_of_plain(world, streaming)
    turn(world, client, Knobs(slice=3))
    assert await world.engine.send(Target(client), b"hello worl") == 10
    calls = world.calls(client, "sendall")
    assert [(c.requested, c.moved, c.data) for c in calls] == [
        (3, 3, b"hel"),
        (3, 3, b"lo "),
        (3, 3, b"wor"),
        (1, 1, b"l"),
    ]
    assert calls[0].note == "Send 1 of this sendall: 7 bytes to go."
    assert calls[-1].note == "Send 4 of this sendall: done."
    assert await asyncio.to_thread(read_exactly, peer, 10) == b"hello worl"


async def test_slices_keep_their_distance(world: World) -> None:
    _, _, client = await pair(world)
    turn(world, client, Knobs(slice=1, gap_ms=30))
    await world.engine.send(Target(client), b"abcd", "send")
    began = [call.time_ns for call in world.calls(client, "send")]
    gaps = [later - before for before, later in pairwise(began)]
    assert len(gaps) == 3
    assert min(gaps) >= 29_000_000


async def test_a_knob_turned_between_slices_frees_what_waits(world: World) -> None:
    _, conn, client = await pair(world)
    turn(world, client, Knobs(slice=1, gap_ms=60_000))
    first = asyncio.create_task(world.engine.send(Target(client), b"abcdef"))
    second = asyncio.create_task(world.engine.send(Target(client), b"ghi"))
    await wait_until(lambda: world.went(client) == b"a")
    turn(world, client, Knobs(slice=4))
    async with asyncio.timeout(10):
        assert [await first, await second] == [6, 3]
    assert sizes(world.calls(client, "sendall")) == [1, 4, 1, 3]
    await world.has_read(conn, 9)
    assert world.came(conn) == b"abcdefghi"


async def test_closing_while_slices_wait_tells_what_is_lost(world: World) -> None:
    _, conn, client = await pair(world)
    turn(world, client, Knobs(slice=4, gap_ms=60_000))
    sending = asyncio.create_task(world.engine.send(Target(client), b"hello worl"))
    await wait_until(lambda: world.went(client) == b"hell")
    with pytest.raises(SockplayError, match="still has 6 bytes to send"):
        await world.engine.shutdown(client, "SHUT_WR")
    world.engine.close(client)
    with pytest.raises(SockplayError, match="closed before all was sent"):
        await sending
    assert world.calls(client, "close")[0].note == "6 bytes were never sent."
    await wait_until(lambda: world.info(conn).ended)
    assert world.came(conn) == b"hell"


async def test_replies_still_owed_leave_in_slices_before_it_closes(world: World) -> None:
    listening = ServerSpec(behaviour=Behaviour(4096, Reply("echo")))
    server = await world.engine.start_server(listening)
    turn(world, server, Knobs(slice=2, gap_ms=5))
    peer = await world.connect_plain(server)
    await asyncio.to_thread(peer.sendall, b"hello worl")
    peer.shutdown(socket.SHUT_WR)
    assert await asyncio.to_thread(read_all, peer) == b"hello worl"
    await wait_until(lambda: world.info("conn1").ended)
    assert sizes(world.calls("conn1", "sendall")) == [2, 2, 2, 2, 2]


async def test_no_datagram_is_sliced(world: World, datagrams: Transport) -> None:
    server = await world.engine.start_server(datagrams.server(world, SILENT))
    with pytest.raises(SockplayError, match="none is sliced"):
        turn(world, server, Knobs(slice=3))
    with pytest.raises(SockplayError, match="no TCP socket"):
        turn(world, server, Knobs(writes="nodelay"))
    assert world.info(server).knobs == OFF


# stall and throttle


async def test_a_stalled_reader_lets_its_queue_grow_until_it_is_released(world: World) -> None:
    server, stalled, peer = await world.served(SILENT)
    other = await world.connect_plain(server)
    reading = world.connections(server)[-1].name
    turn(world, stalled, Knobs(stalled=True))
    await asyncio.to_thread(peer.sendall, b"hello worl")
    peer.shutdown(socket.SHUT_WR)
    await asyncio.to_thread(other.sendall, b"later")
    await world.has_read(reading, 5)
    assert world.calls(stalled, "recv") == []
    assert world.info(stalled).recv_queue in (10, None)
    assert world.info(stalled).knobs.words == ("‖ reading stalled",)
    turn(world, stalled, OFF)
    await wait_until(lambda: world.info(stalled).ended)
    assert sizes(world.calls(stalled, "recv")) == [10, 0]


async def test_the_peer_of_a_stalled_reader_feels_it(world: World) -> None:
    server, conn, peer = await world.served(SILENT)
    turn(world, server, Knobs(stalled=True, rcvbuf=4096))
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    peer.settimeout(0.2)

    def flood() -> int:
        sent = 0
        try:
            while sent < 64 << 20:
                sent += peer.send(bytes(65536))
        except TimeoutError:
            return sent
        raise AssertionError("nothing held it back")

    sent = await asyncio.to_thread(flood)
    assert world.info(conn).bytes_in == 0
    turn(world, server, OFF)
    await world.has_read(conn, sent)


async def test_a_throttled_socket_keeps_to_its_rate(world: World) -> None:
    _, conn, client = await pair(world)
    turn(world, client, Knobs(rate=1000))
    began = time.monotonic()
    assert await world.engine.send(Target(client), bytes(300)) == 300
    assert time.monotonic() - began >= 0.19  # the last of three steps need not be waited for
    assert sizes(world.calls(client, "sendall")) == [100, 100, 100]
    await world.has_read(conn, 300)
    turn(world, client, OFF)
    turn(world, conn, Knobs(rate=1000))
    began = time.monotonic()
    await world.engine.send(Target(client), bytes(300))
    await world.has_read(conn, 600)
    assert time.monotonic() - began >= 0.19
    reads = world.calls(conn, "recv")[-3:]
    assert [(c.requested, c.moved) for c in reads] == [(100, 100)] * 3


async def test_a_throttled_datagram_socket_reads_each_whole(
    world: World, datagrams: Transport
) -> None:
    server = await world.engine.start_server(datagrams.server(world, Behaviour(65535)))
    turn(world, server, Knobs(rate=1000))
    peer = datagrams.plain_client(world, server)
    for _ in range(3):
        await asyncio.to_thread(peer.send, bytes(100))
    began = time.monotonic()
    await world.has_read(server, 300)
    assert time.monotonic() - began >= 0.15
    assert [(c.requested, c.moved) for c in world.calls(server, "recvfrom")] == [(65535, 100)] * 3


# buffers and Nagle


@linux_only
async def test_a_small_buffer_is_a_setsockopt_that_says_what_was_granted(world: World) -> None:
    _, _, client = await pair(world)
    before = granted_to(world.engine.sockets, client)
    assert before is not None
    turn(world, client, Knobs(sndbuf=1))
    now = granted_to(world.engine.sockets, client)
    assert now is not None
    call = world.calls(client, "setsockopt")[0]
    assert call.args == "SOL_SOCKET, SO_SNDBUF, 1"
    assert call.note.startswith(f"{now.sndbuf:,} bytes granted; it had {before.sndbuf:,} at first.")
    assert 1 < now.sndbuf < before.sndbuf
    assert now.rcvbuf == before.rcvbuf
    turn(world, client, OFF)
    after = granted_to(world.engine.sockets, client)
    assert after is not None
    assert now.sndbuf < after.sndbuf <= before.sndbuf
    assert len(world.calls(client, "setsockopt")) == 2


async def test_nagle_and_cork_are_options_of_the_real_socket(world: World) -> None:
    server, conn, client = await pair(world)

    def options(name: str) -> tuple[int, ...]:
        sock = world.engine.sockets.get(name).sock
        names = ["TCP_NODELAY", *(["TCP_CORK"] if hasattr(socket, "TCP_CORK") else [])]
        return tuple(sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, n)) for n in names)

    turn(world, client, Knobs(writes="nodelay"))
    assert options(client)[0] != 0
    if hasattr(socket, "TCP_CORK"):
        turn(world, client, Knobs(writes="cork"))
        assert options(client) == (0, 1)
    turn(world, client, OFF)
    assert not any(options(client))
    assert not any(options(conn))
    assert all(c.op == "setsockopt" for c in world.calls(client) if "TCP_" in c.args)
    assert world.info(server).knobs == OFF


async def test_a_servers_knobs_go_to_connections_that_are_there_and_that_come(
    world: World,
) -> None:
    server, first, _ = await world.served(SILENT)
    knobs = Knobs(slice=2, stalled=True, sndbuf=4096, writes="nodelay")
    turn(world, server, knobs)
    await world.connect_plain(server)
    second = world.connections(server)[-1].name
    for name in (first, second):
        assert world.info(name).knobs == knobs
        assert [c.args for c in world.calls(name, "setsockopt")] == [
            "SOL_SOCKET, SO_SNDBUF, 4096",
            "IPPROTO_TCP, TCP_NODELAY, 1",
        ]
    assert world.info(server).knobs == knobs
    turn(world, server, OFF)
    assert {world.info(name).knobs for name in (server, first, second)} == {OFF}


# the rest of a short send


@linux_only
async def test_the_rest_of_a_short_send_is_sent_by_the_next_ones(world: World) -> None:
    _, conn, client = await pair(world, MANUAL)
    turn(world, client, Knobs(sndbuf=1))
    data = bytes(range(256)) * 400
    moved = await world.engine.send(Target(client), data, "send")
    assert 0 < moved < len(data)
    assert world.info(client).tail == len(data) - moved
    world.engine.set_behaviour(conn, SILENT)
    sends = 1
    left = len(data) - moved
    while left:
        before, left = left, await send_rest(world.engine.sockets, client)
        assert left < before
        assert left == world.info(client).tail
        sends += 1
    await world.has_read(conn, len(data))
    assert world.came(conn) == world.went(client) == data
    assert sends == len(sizes(world.calls(client, "send")))
    with pytest.raises(SockplayError, match="no rest"):
        await send_rest(world.engine.sockets, client)


@linux_only
async def test_a_rest_can_be_forgotten(world: World) -> None:
    _, conn, client = await pair(world, MANUAL)
    turn(world, client, Knobs(sndbuf=1))
    turn(world, conn, Knobs(rcvbuf=1))
    await world.engine.send(Target(client), bytes(1 << 20), "send")
    assert world.info(client).tail > 0
    drop_rest(world.engine.sockets, client)
    assert world.info(client).tail == 0


# exactly


async def test_exactly_ten_are_read_in_as_many_calls_as_it_takes(
    world: World, streaming: Transport
) -> None:
    client, peer = await client_of_plain(world, streaming)
    await asyncio.to_thread(peer.sendall, b"hello world!")
    assert await recv_exactly(world.engine.sockets, client, 10, 4) == 3
    assert [(c.requested, c.data) for c in world.calls(client, "recv")] == [
        (4, b"hell"),
        (4, b"o wo"),
        (2, b"rl"),
    ]
    assert world.info(client).recv_queue in (2, None)


async def test_eof_in_the_middle_tells_how_far_it_came(world: World, streaming: Transport) -> None:
    client, peer = await client_of_plain(world, streaming)
    await asyncio.to_thread(peer.sendall, b"hello ")
    peer.shutdown(socket.SHUT_WR)
    with pytest.raises(SockplayError, match="EOF after 6 of 10 bytes"):
        await recv_exactly(world.engine.sockets, client, 10, 4)
    assert sizes(world.calls(client, "recv")) == [4, 2, 0]


async def test_an_exact_read_shows_how_far_it_is_and_can_be_given_up(world: World) -> None:
    _, conn, client = await pair(world, MANUAL)
    reading = asyncio.create_task(recv_exactly(world.engine.sockets, conn, 10, 4))
    await world.engine.send(Target(client), b"hello ")
    await wait_until(lambda: world.info(conn).exactly == (6, 10))
    assert world.info(conn).waiting == "recv(4)"
    with pytest.raises(SockplayError, match="already waits in recv exactly 10, at 6"):
        await world.engine.recv(conn, 1)
    with pytest.raises(SockplayError, match="already waits in recv exactly 10, at 6"):
        await recv_exactly(world.engine.sockets, conn, 3, 3)
    world.engine.stop_waiting(conn)
    with pytest.raises(SockplayError, match=r"given up\. It had 6 of 10 bytes"):
        await reading
    assert world.info(conn).exactly is None
    assert world.info(conn).waiting == ""
    assert world.info(conn).state == "open"


async def test_an_exact_read_can_be_given_up_between_two_of_its_calls(world: World) -> None:
    _, conn, client = await pair(world, MANUAL)
    await world.engine.send(Target(client), bytes(100))
    take = world.kept.take

    def give_up_after(call: Call) -> bool:
        if call.op == "recv":
            asyncio.get_running_loop().call_soon(world.engine.stop_waiting, conn)
        return take(call)

    world.kept.take = give_up_after  # type: ignore[method-assign]
    with pytest.raises(SockplayError, match=r"Given up after 1 of 100 bytes\."):
        await recv_exactly(world.engine.sockets, conn, 100, 1)
    assert sizes(world.calls(conn, "recv")) == [1]


async def test_a_reset_in_the_middle_of_an_exact_read_keeps_its_errno(world: World) -> None:
    listener, spec = plain_listener(world)
    client = await world.engine.start_client(replace(spec, behaviour=MANUAL))
    peer = (await asyncio.to_thread(listener.accept))[0]
    reading = asyncio.create_task(recv_exactly(world.engine.sockets, client, 10, 10))
    await asyncio.to_thread(peer.sendall, b"hi")
    await world.has_read(client, 2)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    peer.close()
    with pytest.raises(SockplayError, match="It had 2 of 10 bytes") as caught:
        await reading
    assert caught.value.code == "ECONNRESET"


async def test_what_cannot_be_read_exactly_is_refused_in_a_sentence(
    world: World, datagrams: Transport
) -> None:
    sockets = world.engine.sockets
    server = await world.engine.start_server(datagrams.server(world, MANUAL))
    with pytest.raises(SockplayError, match="carries no stream"):
        await recv_exactly(sockets, server, 10, 4)
    _, conn, client = await pair(world)
    with pytest.raises(SockplayError, match="reads by itself"):
        await recv_exactly(sockets, conn, 10, 4)
    with pytest.raises(SockplayError, match="bufsize of 0"):
        await recv_exactly(sockets, client, 10, 0)
    for wrong in (0, -1, 1 << 41):
        with pytest.raises(SockplayError, match="Choose 1 to"):
            await recv_exactly(sockets, client, wrong, 4)


# whatever is turned, no byte is lost, doubled or moved

KNOBS = st.builds(
    Knobs,
    slice=st.sampled_from([None, 1, 7, 100, 5000]),
    gap_ms=st.integers(0, 1),
    stalled=st.booleans(),
    rate=st.sampled_from([None, 30_000, 1_000_000]),
    sndbuf=st.sampled_from([None, 1, 10_000]),
    rcvbuf=st.sampled_from([None, 1, 10_000]),
    writes=st.sampled_from(["nagle", "nodelay"]),
)
PAYLOADS = st.one_of(
    st.binary(max_size=60),
    st.integers(0, 30_000).map(lambda size: bytes(range(256)) * (size // 256)),
)
HOWS: list[HowSent] = ["send", "sendall"]
STEPS = st.lists(
    st.tuples(st.sampled_from(["send", "here", "there"]), KNOBS, PAYLOADS, st.sampled_from(HOWS)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25)
@given(KNOBS, STEPS)
def test_any_knobs_turned_at_any_time_let_every_byte_through_in_order(
    first: Knobs, steps: list[tuple[str, Knobs, bytes, HowSent]]
) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="sp") as folder,
        asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
    ):
        runner.run(_play(World(Path(folder)), first, steps))


async def _play(world: World, first: Knobs, steps: list[tuple[str, Knobs, bytes, HowSent]]) -> None:
    server = await world.engine.start_server(ServerSpec(behaviour=SILENT))
    turn(world, server, first)
    spec = ClientSpec(host="127.0.0.1", port=port_of(world.info(server)), behaviour=SILENT)
    client = await world.engine.start_client(spec)
    await wait_until(lambda: bool(world.connections(server)))
    conn = world.connections(server)[0].name
    sends: list[tuple[bytes, asyncio.Task[int]]] = []
    for what, knobs, data, how in steps:
        if what == "send":
            sending = world.engine.send(Target(client), data, how)
            sends.append((data, asyncio.create_task(sending)))
            await asyncio.sleep(0)
        else:
            turn(world, client if what == "here" else conn, knobs)
            await asyncio.sleep(0.001)
    for name in (client, conn):
        turn(world, name, OFF)
    moved = [await sending for _, sending in sends]
    assert all(
        count == len(data) or call_was_short(world, client)
        for (data, _), count in zip(sends, moved, strict=True)
    )
    expected = b"".join(data[:count] for (data, _), count in zip(sends, moved, strict=True))
    await world.engine.shutdown(client, "SHUT_WR")
    await wait_until(lambda: world.info(conn).ended and world.info(client).ended)
    assert world.went(client) == expected
    assert world.came(conn) == expected
    assert world.calls(conn, "recv")[-1].badges == ("EOF",)
    world.engine.close_all()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert_the_record_is_sound(world)


def call_was_short(world: World, client: str) -> bool:
    return any("short write" in call.badges for call in world.calls(client, "send"))
