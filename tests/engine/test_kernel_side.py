"""What the kernel tells of sockets: its queues, TCP's numbers, and what is left after a close."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.engine import kernel
from sockplay.engine.addresses import address_text
from sockplay.engine.kernel_side.other_end import left_behind, other_end, peer_program
from sockplay.engine.kernel_side.places import place
from sockplay.engine.kernel_side.reading import read, read_open
from sockplay.engine.kernel_side.tcp_info import tcp_info, tcp_numbers
from sockplay.model.info import SocketInfo
from sockplay.model.kernel_state import Left
from sockplay.model.spec import ClientSpec, ServerSpec
from tests.engine.world import KEPT_OPEN, MANUAL, SILENT, World, has_ipv6, port_of, wait_until
from tests.waiting import wait_here_until

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def ends(stack: ExitStack) -> Ends:
    """The client's end and the server's end of a TCP connection that nobody reads."""
    return connection(stack, "127.0.0.1")


def connection(stack: ExitStack, host: str) -> Ends:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = stack.enter_context(socket.create_server((host, 0), family=family))
    client = stack.enter_context(socket.create_connection(server.getsockname()[:2]))
    accepted, _ = server.accept()
    return client, stack.enter_context(accepted)


def stuff(sock: socket.socket) -> int:
    """Send until the kernel takes no more; returns how much it took."""
    sock.setblocking(False)
    moved = 0
    try:
        while True:
            moved += sock.send(bytes(1 << 16))
    except BlockingIOError:
        return moved


def ss(sock: socket.socket) -> str:
    """What ``ss -tnmiO`` tells of a connection, in one line."""
    if shutil.which("ss") is None:
        pytest.skip("ss is not installed (Debian: iproute2)")
    (_, here), (_, there) = sock.getsockname()[:2], sock.getpeername()[:2]
    command = ["ss", "-HtnmiO", "sport", "=", str(here), "and", "dport", "=", str(there)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return next(line for line in told if line)


def told(line: str, pattern: str) -> list[int]:
    found = re.search(pattern, line)
    assert found, f"ss says nothing of {pattern}: {line}"
    return [int(number) for number in found.groups()]


# numbers against ss, which asks the kernel in its own way


def test_queues_and_memory_are_what_ss_says(ends: Ends) -> None:
    client, accepted = ends
    moved = stuff(client)
    wait_here_until(lambda: 0 < (kernel.unsent(client) or 0) < moved)
    for sock in (client, accepted):
        # What the kernel does on its own between the two looks is over once both agree.
        def agree(sock: socket.socket = sock) -> bool:
            state, line = read(sock), ss(sock)
            received, sent = told(line, r"^\S+\s+(\d+)\s+(\d+)")
            r, rb, t, tb = told(line, r"skmem:\(r(\d+),rb(\d+),t(\d+),tb(\d+)")
            (d,) = told(line, r",d(\d+)\)")
            return (
                (state.recv_queue, state.send_queue) == (received, sent)
                and (state.recv_memory, state.recv_buffer) == (r, rb)
                and (state.send_memory, state.send_buffer, state.drops) == (t, tb, d)
            )

        wait_here_until(agree)


def test_numbers_of_tcp_are_what_ss_says(ends: Ends) -> None:
    client, accepted = ends
    client.sendall(b"hello worl" * 1000)
    accepted.recv(100)
    accepted.sendall(b"yes")
    client.recv(3)

    def agree() -> bool:
        state, line = read(client), ss(client)
        rtt, var = re.search(r" rtt:([\d.]+)/([\d.]+)", line).groups()  # type: ignore[union-attr]
        words = {
            "mss": state.send_mss,
            "pmtu": state.path_mtu,
            "rcvmss": state.recv_mss,
            "advmss": state.advertised_mss,
            "cwnd": state.cwnd,
            "bytes_sent": state.bytes_sent,
            "bytes_acked": state.bytes_acked,
            "bytes_received": state.bytes_received,
            "segs_out": state.segments_out,
            "segs_in": state.segments_in,
            "rcv_space": state.recv_space,
            "rcv_ssthresh": state.recv_window_limit,
        }
        said = {word: told(line, rf" {word}:(\d+)")[0] for word in words}
        assert state.rtt_us is not None
        assert state.rtt_var_us is not None
        times = (round(float(rtt) * 1000), round(float(var) * 1000))
        name = f" {state.congestion} "
        return said == words and times == (state.rtt_us, state.rtt_var_us) and name in line

    wait_here_until(agree)
    assert read(client).tcp_state == "ESTABLISHED"
    assert ss(client).startswith("ESTAB")


# queues that are really filled


def test_bytes_that_nobody_reads_are_in_the_receive_queue(ends: Ends) -> None:
    client, accepted = ends
    client.sendall(b"hello worl")
    wait_here_until(lambda: read(accepted).recv_queue == 10)
    accepted.recv(4)
    assert read(accepted).recv_queue == 6
    assert read(client).recv_queue == 0


def test_bytes_that_the_peer_has_no_room_for_are_sent_and_not_sent(ends: Ends) -> None:
    client, accepted = ends
    moved = stuff(client)

    def all_there() -> bool:
        here, there = read(client), read(accepted)
        assert here.send_queue is not None
        assert there.recv_queue is not None
        return here.send_queue + there.recv_queue == moved

    wait_here_until(all_there)
    state = read(client)
    assert state.not_sent is not None
    assert state.send_queue is not None
    assert 0 < state.not_sent <= state.send_queue


def test_connections_that_nobody_accepts_fill_the_backlog(stack: ExitStack) -> None:
    server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=2))
    for waiting in range(3):
        state = read(server)
        assert (state.kind, state.tcp_state) == ("tcp listening", "LISTEN")
        assert (state.accept_queue, state.backlog) == (waiting, 2)
        stack.enter_context(socket.create_connection(server.getsockname()))
        wait_here_until(lambda wanted=waiting + 1: read(server).accept_queue == wanted)  # type: ignore[misc]
    stack.enter_context(server.accept()[0])
    assert read(server).accept_queue == 2


def test_unix_connections_that_nobody_accepts_fill_the_backlog(
    stack: ExitStack, folder: Path
) -> None:
    server = stack.enter_context(socket.socket(socket.AF_UNIX))
    server.bind(str(folder / "s"))
    server.listen(3)
    for waiting in range(4):
        state = read(server)
        assert (state.kind, state.accept_queue, state.backlog) == ("unix listening", waiting, 3)
        stack.enter_context(socket.socket(socket.AF_UNIX)).connect(server.getsockname())
    stack.enter_context(server.accept()[0])
    assert read(server).accept_queue == 3


def test_datagrams_without_room_are_counted(stack: ExitStack) -> None:
    receiver = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    receiver.bind(("127.0.0.1", 0))
    sender = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    for _ in range(50):
        sender.sendto(bytes(1000), receiver.getsockname())
    receiver.setblocking(False)
    state = read(receiver)
    came = 0
    try:
        while receiver.recv(2000):
            came += 1
    except BlockingIOError:
        pass
    assert came + (state.drops or 0) == 50
    assert came
    assert (state.kind, state.recv_queue) == ("udp", 1000)
    assert (state.recv_memory or 0) > 1000 * came


# buffers and options


def test_linux_grants_twice_what_was_asked(ends: Ends) -> None:
    client, _ = ends
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 50_000)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 40_000)
    state = read(client)
    assert (state.recv_buffer, state.send_buffer) == (100_000, 80_000)


def test_options_in_force_are_told(ends: Ends) -> None:
    client, _ = ends
    before = read(client)
    assert (before.nodelay, before.cork, before.keepalive, before.linger) == (
        *(False, False, False),
        "off",
    )
    for level, option, value in (
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.IPPROTO_TCP, socket.TCP_CORK, 1),
        (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 4321),
        (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 11),
        (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 12),
        (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 13),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        (socket.SOL_SOCKET, socket.SO_REUSEADDR, 1),
        (socket.SOL_SOCKET, socket.SO_OOBINLINE, 1),
        (socket.SOL_SOCKET, socket.SO_RCVLOWAT, 7),
        (socket.IPPROTO_IP, socket.IP_TTL, 9),
        (socket.IPPROTO_IP, socket.IP_TOS, 16),
    ):
        client.setsockopt(level, option, value)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 5))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", 2, 500_000))
    state = read(client)
    assert (state.nodelay, state.cork, state.keepalive) == (True, True, True)
    assert (state.reuse_address, state.out_of_band_inline) == (True, True)
    assert (state.user_timeout_ms, state.keepalive_idle_s) == (4321, 11)
    assert (state.keepalive_interval_s, state.keepalive_count) == (12, 13)
    assert (state.recv_low_water, state.ttl, state.tos) == (7, 9, 16)
    assert (state.linger, state.recv_timeout_us) == ("on, 5 s", 2_500_000)
    assert state.v6_only == "this is IPv4"


def test_an_error_that_waits_is_not_taken_by_looking(stack: ExitStack) -> None:
    refused = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    gone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    gone.bind(("127.0.0.1", 0))
    refused.connect(gone.getsockname())
    gone.close()
    refused.send(b"anybody?")
    read(refused)
    with pytest.raises(ConnectionRefusedError):
        refused.recv(1)


@given(st.integers(0, 400))
def test_a_kernel_with_a_shorter_struct_tells_what_it_has(size: int) -> None:
    whole = bytes(range(256)) * 2
    all_numbers = tcp_numbers(whole)
    some = tcp_numbers(whole[:size])
    assert some.items() <= all_numbers.items()
    assert ("peer_window" in some) == (size >= 232)
    assert ("retransmits" in some) == (size >= 104)


def test_a_platform_that_tells_nothing_gives_no_number(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = ends
    monkeypatch.setattr(kernel, "ON_LINUX", False)
    state = read(client)
    for field in ("tcp_state", "rtt_us", "cwnd", "send_queue", "not_sent", "drops", "congestion"):
        assert getattr(state, field) is None, field
    assert (state.recv_queue, state.nodelay) == (0, False)
    info = told_as(client)
    assert left_behind(info) is None
    assert peer_program(info, None) is None


# the other end, and what is left


def told_as(sock: socket.socket) -> SocketInfo:
    (host, here), (_, there) = sock.getsockname()[:2], sock.getpeername()[:2]
    return SocketInfo("x", "tcp", "client", "open", f"{host}:{here}", f"{host}:{there}")


@pytest.mark.parametrize("first", ["cli1", "conn1"])
async def test_time_wait_lands_on_the_end_that_closes_first(world: World, first: str) -> None:
    server = await world.engine.start_server(ServerSpec(behaviour=MANUAL))
    await world.engine.start_client(ClientSpec(port=port_of(world.info(server)), behaviour=MANUAL))
    await wait_until(lambda: world.has("conn1"))
    second = "conn1" if first == "cli1" else "cli1"
    sockets = world.engine.sockets

    def state(name: str) -> str | None:
        found = read_open(sockets, name)
        left = left_behind(world.info(name)) if found is None else None
        return found.tcp_state if found else left.tcp_state if left else None

    assert (state(first), state(second)) == ("ESTABLISHED", "ESTABLISHED")
    world.engine.close(first)
    await wait_until(lambda: (state(first), state(second)) == ("FIN-WAIT-2", "CLOSE-WAIT"))
    world.engine.close(second)
    await wait_until(lambda: (state(first), state(second)) == ("TIME-WAIT", "CLOSED"))
    left = left_behind(world.info(first))
    assert left is not None
    assert left.remaining_ms is not None
    assert 50_000 < left.remaining_ms <= 60_000  # TCP_TIMEWAIT_LEN of include/net/tcp.h


async def test_nothing_is_left_after_a_reset(world: World) -> None:
    server, name, _ = await world.served(MANUAL)
    world.engine.abort(name)
    assert left_behind(world.info(name)) == Left("CLOSED")
    assert read_open(world.engine.sockets, name) is None
    assert read_open(world.engine.sockets, server) is not None
    assert peer_program(world.info(name), None) == "none: it has ended there"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "::"])
async def test_the_other_end_is_found_when_it_is_here(world: World, host: str) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("this computer has no ::1")
    family = "both" if host == "::" else "any"
    server = await world.engine.start_server(
        ServerSpec("tcp", family, host, behaviour=KEPT_OPEN)  # type: ignore[arg-type]
    )
    port = port_of(world.info(server))
    there = "127.0.0.1" if host == "::" else host  # IPv4 at an IPv6 socket: ::ffff:127.0.0.1
    client = await world.engine.start_client(ClientSpec(host=there, port=port, behaviour=SILENT))
    await wait_until(lambda: bool(world.connections(server)))
    infos = world.engine.snapshot()
    for one, other in ((client, "conn1"), ("conn1", client)):
        found = other_end(infos, one)
        assert found is not None
        assert found.name == other
        left = left_behind(world.info(one))
        assert left == Left("ESTABLISHED")
    assert other_end(infos, server) is None
    assert other_end(infos, "nobody") is None


@pytest.mark.parametrize(
    ("address", "family"),
    [
        (("127.0.0.1", 9000), socket.AF_INET),
        (("::1", 9000, 0, 0), socket.AF_INET6),
        (("fe80::1", 9000, 0, 1), socket.AF_INET6),
        (("::ffff:192.0.2.7", 9000, 0, 0), socket.AF_INET),
    ],
)
def test_a_place_is_read_back_from_its_text(
    address: tuple[str, int], family: socket.AddressFamily
) -> None:
    found = place(address_text(address))
    assert found is not None
    assert (found.family, found.port) == (family, 9000)
    assert socket.inet_ntop(family, found.packed) == address[0].removeprefix("::ffff:")
    assert found.interface == (address[3] if len(address) == 4 else 0)


@pytest.mark.parametrize("text", ["", "(unnamed)", "/tmp/a:9000", "localhost:9000", "1.2.3.4:x"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert place(text) is None


async def test_a_udp_client_has_its_server_as_the_other_end(world: World) -> None:
    server = await world.engine.start_server(ServerSpec("udp", behaviour=SILENT))
    port = port_of(world.info(server))
    client = await world.engine.start_client(ClientSpec("udp", host="127.0.0.1", port=port))
    found = other_end(world.engine.snapshot(), client)
    assert found is not None
    assert found.name == server
    assert peer_program(world.info(client), None) == "this sockplay"
    assert left_behind(world.info(client)) is None


async def test_the_program_of_a_peer_is_named(world: World) -> None:
    server = await world.engine.start_server(ServerSpec(behaviour=SILENT))
    port = port_of(world.info(server))
    script = f"import socket; s = socket.create_connection(('127.0.0.1', {port})); input()"
    peer = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdin=subprocess.PIPE)
    try:
        await wait_until(lambda: bool(world.connections(server)))
        info = world.connections(server)[0]
        program = await asyncio.to_thread(peer_program, info, None)
        assert program is not None
        assert program.startswith("python")
        assert program.endswith(f" (pid {peer.pid})")
    finally:
        await peer.communicate(b"\n")


async def test_a_connection_that_waits_for_an_accept_has_no_program_yet(world: World) -> None:
    plain = world.keep(socket.create_server(("127.0.0.1", 0)))
    port = plain.getsockname()[1]
    client = await world.engine.start_client(ClientSpec(host="127.0.0.1", port=port))
    info = world.info(client)
    assert peer_program(info, None) == "none yet: it waits for an accept"
    world.keep(plain.accept()[0])
    assert peer_program(info, None) == "this sockplay"


async def test_a_unix_peer_is_told_by_its_credentials(world: World) -> None:
    path = str(world.folder / "s")
    await world.engine.start_server(ServerSpec("unix", path=path, behaviour=SILENT))
    client = await world.engine.start_client(ClientSpec("unix", path=path))
    await wait_until(lambda: world.has("conn1"))
    sockets = world.engine.sockets
    for name in (client, "conn1"):
        state = read_open(sockets, name)
        assert state is not None
        assert (state.kind, state.tcp_state) == ("unix", None)
        assert peer_program(world.info(name), state.peer_pid) == "this sockplay"
    infos = world.engine.snapshot()
    ends = [other_end(infos, name) for name in (client, "conn1", "srv1", "nobody")]
    assert [end.name if end else None for end in ends] == ["conn1", client, None, None]
    listening = read_open(sockets, "srv1")
    assert listening is not None
    assert (listening.kind, listening.peer_pid) == ("unix listening", None)


def test_tcp_info_is_as_long_as_the_kernel_says(ends: Ends) -> None:
    info = tcp_info(ends[0])
    assert len(info) >= 232
    assert tcp_numbers(info)["advertised_mss"] > 0
