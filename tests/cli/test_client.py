from __future__ import annotations

import json
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.cli.running import SOCKPLAY, run, server


@contextmanager
def peer(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A plain server that serves one connection; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def accept() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(10)
                serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield str(listener.getsockname()[1])
        finally:
            thread.join()


@contextmanager
def silent_peer() -> Iterator[str]:
    """A server that says nothing until the block ends; its port."""
    leave = threading.Event()

    def serve(_: socket.socket) -> None:
        leave.wait(10)

    with peer(serve) as port:
        yield port
        leave.set()


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_client_sends_what_is_piped_in_and_reads_until_the_end() -> None:
    with server("0", "--reply", "echo") as running:
        ended = run("client", str(running.port), "--json", stdin=b"hello\nworld")
    assert (ended.returncode, ended.stderr) == (0, b"")
    calls = [json.loads(line) for line in ended.stdout.splitlines()]
    received = b"".join(bytes.fromhex(c["data"]) for c in calls if c["call"] == "recv")
    assert received == b"hello\nworld"
    assert calls[-1]["call"] == "close"


def test_payloads_go_first_in_order_and_then_what_is_piped_in() -> None:
    got: list[bytes] = []
    with peer(lambda connection: got.append(read_all(connection))) as port:
        args = ["--send", "u16:1", "--send", "u16le:1", "--send", '"é"']
        ended = run(
            "client", "127.0.0.1", port, *args, "--encoding", "latin-1", "--order", "little",
            "--quiet", stdin=b"rest",
        )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
    assert got == [b"\x01\x00\x01\x00\xe9rest"]


def test_a_long_input_arrives_whole() -> None:
    got: list[bytes] = []
    data = bytes(range(256)) * 40_000
    with peer(lambda connection: got.append(read_all(connection))) as port:
        assert run("client", port, "--quiet", stdin=data).returncode == 0
    assert got == [data]


def test_host_and_port_may_stand_around_options() -> None:
    with peer(lambda connection: connection.sendall(b"bye")) as port:
        assert run("client", "127.0.0.1", "--hex", port).returncode == 0


def test_nobody_listening_is_said_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    ended = run("client", "-s", "127.0.0.1", "-p", str(port))
    assert ended.returncode == 1
    error = ended.stderr.decode()
    assert error.startswith(f"sockplay: Nothing listens on 127.0.0.1:{port}. Start a server there")
    assert error.endswith("(ECONNREFUSED)\n")
    assert error.count("\n") == 1


def test_a_reset_by_the_peer_is_a_failure() -> None:
    def reset(connection: socket.socket) -> None:
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with peer(reset) as port:
        ended = run("client", port, "--send", '"x"')
    assert ended.returncode == 1
    assert b"ECONNRESET" in ended.stderr


def test_a_peer_that_finishes_first_ends_a_client_whose_input_goes_on() -> None:
    with peer(lambda connection: connection.sendall(b"bye")) as port:
        client = subprocess.Popen(
            [*SOCKPLAY, "client", port], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert client.wait(10) == 0
        out, _ = client.communicate()
    assert b"b'bye'" in out


def test_a_silent_peer_is_waited_for_only_as_long_as_was_said() -> None:
    with silent_peer() as port:
        assert run("client", port, "--send", '"x"', "--wait", "0.2").returncode == 0


def test_keep_open_does_not_finish_sending() -> None:
    with silent_peer() as port:
        ended = run("client", port, "--keep-open", "--send", '"x"', "--wait", "0.2")
    assert b"shutdown" not in ended.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")
def test_ctrl_c_ends_a_client_with_130() -> None:
    with silent_peer() as port:
        client = subprocess.Popen(
            [*SOCKPLAY, "client", port], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert client.stdout is not None
        while b"connect(" not in client.stdout.readline():
            continue
        client.send_signal(signal.SIGINT)
        assert client.wait(10) == 130
        client.communicate()


def test_a_udp_client_reads_replies_until_there_is_silence() -> None:
    with server("--udp", "0", "--reply", "echo") as running:
        ended = run("client", "--udp", str(running.port), "--wait", "0.3", stdin=b"hello")
    assert ended.returncode == 0
    assert b"recvfrom(65535) b'hello'" in ended.stdout


def test_a_udp_datagram_that_nobody_takes_is_a_failure() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    ended = run("client", "--udp", "127.0.0.1", port, "--send", '"x"', "--wait", "0.3")
    if sys.platform == "linux":
        assert (ended.returncode, b"ECONNREFUSED" in ended.stderr) == (1, True)


@pytest.mark.parametrize("program", ["ncat", "socat"])
def test_other_peoples_servers_are_talked_to(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = {
        "ncat": ["ncat", "-l", "127.0.0.1", port],
        "socat": ["socat", "-t5", f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr", "-"],
    }[program]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdin is not None
        other.stdin.write(b"from the other")
        other.stdin.close()
        other.stdin = None
        tries = (run("client", "127.0.0.1", port, "--send", '"hi"') for _ in range(20))
        ended = next(tried for tried in tries if b"ECONNREFUSED" not in tried.stderr)
        assert ended.returncode == 0
        assert b"b'from the other'" in ended.stdout
        out, _ = other.communicate(timeout=10)
        assert out == b"hi"
    finally:
        other.kill()
        other.communicate()
