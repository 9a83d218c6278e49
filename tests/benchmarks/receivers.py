"""Who receives the same bytes: sockplay's live workbench, a bare loop, and other tools."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.terminal import Terminal

_SENDER = """
import socket, sys, time
port, seconds, size = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
sock = socket.create_connection(("127.0.0.1", port))
sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
data, sent, start = (bytes(range(256)) * 256)[:size], 0, time.monotonic()
while time.monotonic() < start + seconds:
    for _ in range(16):
        sock.sendall(data)
    sent += 16 * size
sock.shutdown(socket.SHUT_WR)
sock.settimeout(120)
try:
    while sock.recv(65536):
        pass
except ConnectionResetError:
    pass
print(sent, time.monotonic() - start)
"""
_BARE = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
sock, _ = server.accept()
with open(sys.argv[2], "wb") as file:
    while data := sock.recv(int(sys.argv[3])):
        file.write(data)
sock.close()
"""
Receiver = Callable[[int, Path], "subprocess.Popen[bytes]"]
"""Starts to listen on a port, and writes what comes to a file."""


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def send(port: int, seconds: float, size: int) -> subprocess.Popen[str]:
    """Send messages of a size for so long, then wait until the receiver has closed."""
    return subprocess.Popen(
        [sys.executable, "-c", _SENDER, str(port), str(seconds), str(size)],
        stdout=subprocess.PIPE,
        text=True,
    )


def rate(sender: subprocess.Popen[str]) -> tuple[int, float]:
    """How many bytes a sender sent, and how many a second until all were taken."""
    sent, taken = sender.communicate(timeout=300)[0].split()
    return int(sent), int(sent) / float(taken)


def bare(bufsize: int) -> Receiver:
    """A loop of ``recv`` and ``file.write``."""

    def start(port: int, file: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", _BARE, str(port), str(file), str(bufsize)])

    return start


def _ncat(port: int, file: Path) -> subprocess.Popen[bytes]:
    return _shell(f"ncat -l 127.0.0.1 {port} --hex-dump '{file}' </dev/null >/dev/null")


def _socat(port: int, file: Path) -> subprocess.Popen[bytes]:
    return _shell(f"socat -x -u TCP-LISTEN:{port},bind=127.0.0.1 OPEN:/dev/null 2>'{file}'")


def _hexyl(port: int, file: Path) -> subprocess.Popen[bytes]:
    return _shell(f"nc -l 127.0.0.1 {port} </dev/null | hexyl --color=never >'{file}'")


TOOLS: dict[str, tuple[Receiver, tuple[str, ...], int]] = {
    "ncat --hex-dump": (_ncat, ("ncat",), 20),
    "socat -x": (_socat, ("socat",), 100),
    "nc | hexyl": (_hexyl, ("nc", "hexyl"), 30),
}
"""By name: how it is started, what it needs, and how many times as fast we want to be."""


def installed(needs: tuple[str, ...]) -> bool:
    """Whether all programs of a peer are there."""
    return all(shutil.which(name) for name in needs)


def measure(receiver: Receiver, folder: Path, seconds: float, size: int) -> float:
    """How many bytes a second a receiver takes and writes down."""
    port, file = free_port(), folder / "received"
    process = receiver(port, file)
    try:
        _listens(port)
        with_sender = send(port, seconds, size)
        began = time.monotonic()
        sent, _ = rate(with_sender)
        process.wait(300)
        return sent / (time.monotonic() - began)
    finally:
        process.kill()
        process.wait()
        file.unlink(missing_ok=True)


@contextmanager
def workbench(
    path: Path, *options: str, protocol: tuple[str, ...] = ()
) -> Iterator[tuple[Terminal, int]]:
    """The live workbench in a terminal, with a server that records to a file."""
    port = free_port()
    command = [sys.executable, "-m", "sockplay", "server", str(port), *protocol]
    with Terminal([*command, *options, "--record", str(path)]) as terminal:
        terminal.seen(b"listening" if not protocol else b"udp1")
        time.sleep(1)
        yield terminal, port


def _shell(command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sh", "-c", f"exec {command}" if "|" not in command else command])


def _listens(port: int) -> None:
    """Wait until somebody listens; by looking, since nc takes one connection only."""
    wanted = f":{port:04X} 00000000:0000 0A"
    deadline = time.monotonic() + 20
    while wanted not in Path("/proc/net/tcp").read_text() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.sched_yield()
