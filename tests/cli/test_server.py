from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.running import SOCKPLAY, here, run, server, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")


def talk(port: int, data: bytes, host: str = "127.0.0.1") -> bytes:
    with socket.create_connection((host, port), timeout=10) as peer:
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: peer.recv(4096), b""))


@pytest.mark.parametrize("args", [("0",), ("-s", "localhost", "-p", "0"), ("-s", "127.0.0.1", "0")])
def test_an_echo_server_echoes_and_prints_a_line_for_each_call(args: tuple[str, ...]) -> None:
    with server(*args, "--reply", "echo") as running:
        assert running.address.startswith("127.0.0.1:")
        assert talk(running.port, b"hello") == b"hello"
        code, out, _ = running.end(signal.SIGTERM)
    assert code == 0
    lines = out.decode().splitlines()
    assert any("conn1  ← recv(4096) b'hello'  5/4,096 bytes  0 left" in line for line in lines)
    assert any("conn1  → sendall(b'hello')  5/5 bytes" in line for line in lines)
    assert any("close()" in line for line in lines)


def test_ctrl_c_ends_a_server_with_130() -> None:
    with server("0", "--quiet") as running:
        code, out, err = running.end(signal.SIGINT)
    assert (code, out, err) == (130, b"", b"")


def test_each_line_of_json_is_a_call_and_tells_the_real_port() -> None:
    with server("0", "--json", "--reply", 'u16:258 "안"') as running:
        assert talk(running.port, b"x") == b"\x01\x02" + "안".encode()
        _, out, _ = running.end(signal.SIGTERM)
        calls = [json.loads(line) for line in out.splitlines()]
        listen = next(call for call in calls if call["call"] == "listen")
        assert listen["local"] == running.address
    assert [call["seq"] for call in calls] == list(range(1, len(calls) + 1))


def test_a_recorded_run_shows_as_it_was_printed(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    with server("0", "--json", "--reply", "echo", "--record", path) as running:
        assert talk(running.port, bytes(range(256)) * 30) == bytes(range(256)) * 30
        _, out, _ = running.end(signal.SIGTERM)
    assert here("show", "--json", path).stdout == out
    assert [file.name for file in tmp_path.iterdir()] == ["a.session"]
    received = [json.loads(line) for line in out.splitlines() if json.loads(line)["call"] == "recv"]
    assert bytes.fromhex("".join(call["data"] for call in received)) == bytes(range(256)) * 30


def test_an_existing_file_is_not_recorded_over(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    path.write_text("mine")
    ended = run("server", "0", "--record", path)
    assert ended.returncode == 1
    assert b"exists already" in ended.stderr
    assert path.read_text() == "mine"


def test_a_port_in_use_names_who_holds_it() -> None:
    with server("0") as running:
        ended = run("server", str(running.port))
        assert ended.returncode == 1
        assert ended.stderr.startswith(b"sockplay: 127.0.0.1:")
        if sys.platform == "linux":
            assert f"(pid {running.process.pid})".encode() in ended.stderr


@pytest.mark.parametrize("form", ["--headless", "--hex", "--json"])
def test_bytes_of_a_peer_never_reach_the_terminal_raw(form: str) -> None:
    hostile = b"\x1b]52;c;aGk=\x07\x9b31m\xc2\x9b" + "\u202eabc".encode() + b"\r\x00"
    with server("0", form) as running:
        talk(running.port, hostile)
        _, out, err = running.end(signal.SIGTERM)
    for line in (out + err).decode().split("\n"):
        assert not line or line.isprintable()


def test_a_reader_who_leaves_ends_the_server_quietly() -> None:
    with server("0") as running:
        assert running.process.stdout is not None
        running.process.stdout.close()
        with suppress(ConnectionError):
            talk(running.port, b"x")
        assert running.process.wait(10) == 0
        assert running.process.stderr is not None
        assert running.process.stderr.read() == b""


def test_a_reader_who_stops_reading_does_not_keep_the_server_from_ending() -> None:
    with server("0", "--json") as running:
        address = ("127.0.0.1", running.port)
        with socket.create_connection(address, timeout=0.5) as peer, pytest.raises(TimeoutError):
            peer.sendall(bytes(100 << 20))
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(10) == 0


def test_a_udp_server_answers_each_datagram() -> None:
    with server("--udp", "0", "--reply", "echo") as running:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.settimeout(10)
            peer.sendto(b"hello", ("127.0.0.1", running.port))
            assert peer.recv(100) == b"hello"
        _, out, _ = running.end(signal.SIGTERM)
    assert b"recvfrom(65535) b'hello'" in out


def test_a_unix_server_removes_its_path(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with server("--unix", path, "--reply", "echo") as running:
        assert running.address == str(path)
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(10)
            peer.connect(str(path))
            peer.sendall(b"hello")
            assert peer.recv(100) == b"hello"
        running.end(signal.SIGTERM)
    assert not path.exists()


def test_ipv6_localhost_is_the_ipv6_loopback() -> None:
    if not socket.has_ipv6:
        pytest.skip("this Python has no IPv6")
    with server("0", "-6", "--reply", "echo") as running:
        assert running.address.startswith("[::1]:")
        assert talk(running.port, b"hello", "::1") == b"hello"


def test_the_end_of_the_output_is_said_when_it_cannot_be_written() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(
            [*SOCKPLAY, "server", "0"], stdout=full, stderr=subprocess.PIPE, timeout=15, check=False
        )
    assert ended.returncode == 1
    assert b"Standard output cannot be written: No space left on device." in ended.stderr


@pytest.mark.parametrize("program", ["ncat", "socat"])
def test_other_peoples_clients_are_served(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    with server("0", "--reply", "echo") as running:
        command = {
            "ncat": ["ncat", "127.0.0.1", str(running.port)],
            "socat": ["socat", "-t5", "-", f"TCP:127.0.0.1:{running.port}"],
        }[program]
        ended = subprocess.run(command, input=b"hi", capture_output=True, timeout=10, check=False)
        assert ended.stdout == b"hi"


def test_calls_are_printed_as_they_happen() -> None:
    with server("0", "--reply", "echo") as running, socket.socket() as peer:
        assert running.process.stdout is not None
        peer.connect(("127.0.0.1", running.port))
        seen: list[bytes] = []

        def accepted() -> bool:
            assert running.process.stdout is not None
            seen.append(running.process.stdout.readline())
            return b"accept" in seen[-1]

        wait_until(accepted)
