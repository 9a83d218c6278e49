"""Five thousand clients on one server at once: all are served, and the app answers keys."""

from __future__ import annotations

import resource
import selectors
import socket
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.receivers import workbench
from tests.benchmarks.terminal import Terminal

_COUNT = 5000
_ROUNDS = 5
_KEYS = 30


def run() -> list[Figure]:
    """How long it takes until all have had an answer, and how a key shows meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * _COUNT:
        return [Figure(f"{_COUNT:,} connections", "skipped", f"only {hard:,} files are allowed")]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * _COUNT), hard))
    with tempfile.TemporaryDirectory(prefix="sockplay-bench-") as folder:
        path = Path(folder, "many.session")
        with workbench(path, "--reply", "echo") as (terminal, port):
            terminal.press(b"4")
            time.sleep(0.5)
            terminal.press(b"typed before ")
            idle = _keys(terminal)
            began = time.perf_counter()
            clients = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(_COUNT)]
            connected = time.perf_counter() - began
            rounds = [_round(clients, turn) for turn in range(_ROUNDS)]
            still = _keys(terminal)
            for client in clients:
                client.close()
            terminal.leave()
    return [
        Figure(
            f"{_COUNT:,} connections on one server",
            f"all served in {median(rounds):.2f} s",
            f"connected in {connected:.1f} s",
            "",
            "all served",
        ),
        Figure(
            "   a key meanwhile",
            f"{median(still):.0f} ms, p99 {percentile(still, 0.99):.0f}",
            f"idle: {median(idle):.0f} ms",
            "",
            "within 100 ms",
        ),
    ]


def _round(clients: list[socket.socket], turn: int) -> float:
    """Every client says something of its own and gets it back."""
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for number, client in enumerate(clients):
            said = b"%d of round %d" % (number, turn)
            client.sendall(said)
            selector.register(client, selectors.EVENT_READ, said)
        left = len(clients)
        while left:
            ready = selector.select(60)
            assert ready, f"{left} clients got no answer"
            for key, _ in ready:
                assert isinstance(key.fileobj, socket.socket)
                assert key.fileobj.recv(100) == key.data
                selector.unregister(key.fileobj)
                left -= 1
    return time.perf_counter() - began


def _keys(terminal: Terminal) -> list[float]:
    found = []
    for _ in range(_KEYS):
        found.append(terminal.answer_ms(b"Z", b"Z"))
        time.sleep(0.05)
        terminal.press(b"\x7f")
        time.sleep(0.05)
    return found
