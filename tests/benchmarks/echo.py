"""How long 64 B take to a server and back, while the server records."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.figures import Figure, median, percentile, skipped
from tests.benchmarks.receivers import free_port, workbench

_ROUNDS = 5
_TRIPS = 3000
_BARE = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    sock, _ = server.accept()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while data := sock.recv(4096):
        sock.sendall(data)
"""
_OURS = [sys.executable, "-m", "sockplay", "server", "--headless", "--quiet", "--reply", "echo"]


def run() -> list[Figure]:
    """Ours, headless and live, beside a bare loop and ncat, on connections that stay open."""
    rounds: dict[str, list[list[float]]] = {"ours": [], "live": [], "bare": [], "ncat": []}
    with tempfile.TemporaryDirectory(prefix="sockplay-bench-") as folder:
        for turn in range(_ROUNDS):
            command = [*_OURS, "--record", str(Path(folder, f"{turn}.session"))]
            with _server(command, 4) as port:
                rounds["ours"].append(_trips(port))
            with _server([sys.executable, "-c", _BARE], 3) as port:
                rounds["bare"].append(_trips(port))
            if shutil.which("ncat"):
                with _server(["ncat", "-l", "127.0.0.1", "--exec", "/bin/cat", "-k"], 3) as port:
                    rounds["ncat"].append(_trips(port))
            path = Path(folder, f"live{turn}.session")
            with workbench(path, "--bufsize", "4096", "--reply", "echo") as (_, port):
                rounds["live"].append(_trips(port))
    case, bare = "echo of 64 B, recorded", f"recv + sendall: {_shown(rounds['bare'])}"
    ratio = _ratio(rounds, "ours", "bare")
    figures = [
        Figure(case, _shown(rounds["ours"]), bare, ratio, "at most 2"),
        Figure(
            "   live on the screen", _shown(rounds["live"]), bare, _ratio(rounds, "live", "bare")
        ),
    ]
    if not rounds["ncat"]:
        return [*figures, skipped(case, _shown(rounds["ours"]), "ncat -e /bin/cat", "below 1")]
    against, ratio = f"ncat -e /bin/cat: {_shown(rounds['ncat'])}", _ratio(rounds, "ours", "ncat")
    return [*figures, Figure(case, _shown(rounds["ours"]), against, ratio, "below 1")]


def _shown(rounds: list[list[float]]) -> str:
    p99 = median(percentile(trips, 0.99) for trips in rounds)
    return f"{median(median(trips) for trips in rounds):.0f} us (p99 {p99:.0f})"


def _ratio(rounds: dict[str, list[list[float]]], ours: str, theirs: str) -> str:
    pairs = zip(rounds[ours], rounds[theirs], strict=True)
    return f"{median(median(mine) / median(other) for mine, other in pairs):.2f}"


def _trips(port: int) -> list[float]:
    """Round trips in microseconds."""
    data, found = bytes(range(64)), []
    with socket.create_connection(("127.0.0.1", port), 20) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for turn in range(_TRIPS + 100):
            began = time.perf_counter()
            sock.sendall(data)
            came = 0
            while came < len(data):
                came += len(sock.recv(64))
            if turn >= 100:
                found.append((time.perf_counter() - began) * 1e6)
    return found


@contextmanager
def _server(command: list[str], at: int) -> Iterator[int]:
    """Run a command that takes its port in one place."""
    port = free_port()
    process = subprocess.Popen([*command[:at], str(port), *command[at:]], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                break
        yield port
    finally:
        process.kill()
        process.wait()
