"""A socket that a program made has knobs like any other: its sendall goes out in slices."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from sockplay.engine.knobs import turn_knobs
from sockplay.model.knobs import Knobs
from tests.console.by_hand import Bench
from tests.waiting import wait_here_until


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.close()


@pytest.fixture
def peer() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def turned(bench: Bench, peer: socket.socket, knobs: Knobs) -> tuple[Any, str]:
    """A program's socket, connected and hindered, and its name."""
    sock = bench.module.create_connection(peer.getsockname())
    name = bench.names()[-1]
    turn(bench, name, knobs)
    return sock, name


def turn(bench: Bench, name: str, knobs: Knobs) -> None:
    bench.host.ask(lambda: turn_knobs(bench.engine.sockets, name, knobs)).result(10)


def test_a_programs_sendall_goes_out_in_slices(bench: Bench, peer: socket.socket) -> None:
    sock, name = turned(bench, peer, Knobs(slice=4, gap_ms=20))
    for data in (b"hello worl", bytearray(b"hello worl"), memoryview(b"hello worl")):
        before = len(bench.calls(name, "sendall"))
        assert sock.sendall(data) is None
        calls = bench.calls(name, "sendall")[before:]
        assert [(c.requested, c.data) for c in calls] == [
            (4, b"hell"),
            (4, b"o wo"),
            (2, b"rl"),
        ]
        assert calls[1].time_ns + calls[1].took_ns - calls[0].time_ns >= 19_000_000
    with pytest.raises(TypeError, match="bytes-like"):
        sock.sendall("text")
    conn = peer.accept()[0]
    sock.close()
    got = b""
    while part := conn.recv(100):
        got += part
    conn.close()
    assert got == b"hello worl" * 3


def test_a_knob_turned_meanwhile_frees_a_sendall_that_rests(
    bench: Bench, peer: socket.socket
) -> None:
    sock, name = turned(bench, peer, Knobs(slice=1, gap_ms=60_000))
    began = time.monotonic()
    program = threading.Thread(target=sock.sendall, args=(b"hello",))
    program.start()
    wait_here_until(lambda: len(bench.calls(name, "sendall")) == 1)
    turn(bench, name, Knobs())
    program.join(30)
    assert time.monotonic() - began < 30
    assert [c.data for c in bench.calls(name, "sendall")] == [b"h", b"ello"]
    sock.close()


def test_knobs_of_a_socket_that_comes_to_listen_are_those_of_its_connections(bench: Bench) -> None:
    srv = bench.module.socket()
    (name,) = bench.names()
    turn(bench, name, Knobs(slice=3))
    srv.bind(("127.0.0.1", 0))
    srv.listen()
    with socket.create_connection(srv.getsockname()):
        conn, _ = srv.accept()
        assert [info.knobs.slice for info in bench.snapshot()] == [3, 3]
        conn.close()
    srv.close()


def test_a_sendall_that_is_interrupted_while_it_rests_tells_how_far_it_came(
    bench: Bench, peer: socket.socket
) -> None:
    sock, name = turned(bench, peer, Knobs(slice=4, gap_ms=60_000))

    def send() -> None:
        with suppress(KeyboardInterrupt):
            sock.sendall(b"hello worl")

    thread = threading.Thread(target=send)
    thread.start()
    wait_here_until(lambda: bench.calls(name, "sendall"))
    wait_here_until(lambda: bench.waits.interrupt() or not thread.is_alive())
    thread.join()
    wait_here_until(lambda: len(bench.calls(name, "sendall")) == 2)
    last = bench.last(name)
    assert (last.error, last.note) == ("EINTR", "Interrupted; 4 of 10 bytes had been sent.")
    sock.close()
