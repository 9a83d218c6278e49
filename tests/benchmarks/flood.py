"""A peer sends as fast as loopback takes it for 30 s, while somebody types."""

from __future__ import annotations

import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.terminal import Terminal

SECONDS = 30
_SENDER = """
import socket, sys, time
sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
data, sent, end = bytes(range(256)) * 256, 0, time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    sock.sendall(data)
    sent += len(data)
sock.close()
print(sent)
"""


def run() -> list[str]:
    """One row per bufsize: how keys answer, how memory grows, whether the record is whole."""
    return [row for bufsize in (65536, 4096, 256) for row in _flood(bufsize)]


def _flood(bufsize: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "flood.session")
        port = _free_port()
        command = [sys.executable, "-m", "sockplay", "server", str(port)]
        command += ["--bufsize", str(bufsize), "--record", str(path)]
        with Terminal(command) as terminal:
            terminal.seen(b"listening")
            terminal.press(b"4")
            time.sleep(0.5)
            terminal.press(b"typed before ")
            time.sleep(0.5)
            idle = [_key(terminal) for _ in range(20)]
            before = terminal.memory_mb()
            sender = subprocess.Popen(
                [sys.executable, "-c", _SENDER, str(port), str(SECONDS)],
                stdout=subprocess.PIPE,
                text=True,
            )
            busy, most = [], before
            while sender.poll() is None:
                busy.append(_key(terminal))
                most = max(most, terminal.memory_mb())
            sent = int(sender.communicate()[0])
            time.sleep(1)
            terminal.leave()
        with sqlite3.connect(path) as record:
            calls, moved = record.execute(
                "select count(*), sum(length(data)) from calls where op = 'recv'"
            ).fetchone()
    busy.sort()
    p99 = busy[min(len(busy) - 1, int(len(busy) * 0.99))]
    return [
        f"flood, bufsize {bufsize:>6,}: {moved / SECONDS / 1e6:7.1f} MB/s, "
        f"{calls / SECONDS:8,.0f} recv/s, whole: {moved == sent}",
        f"   keys: median {statistics.median(busy):.0f} ms, p99 {p99:.0f} ms of {len(busy)}"
        f" (idle {statistics.median(idle):.0f} ms); "
        f"memory {before:.0f} MB before, {most:.0f} MB at most",
    ]


def _key(terminal: Terminal) -> float:
    answer = terminal.answer_ms(b"Z", b"Z")
    time.sleep(0.1)
    terminal.press(b"\x7f")
    time.sleep(0.1)
    return answer


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
