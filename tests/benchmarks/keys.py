"""How soon a key shows while a peer floods, and the memory that the calls take."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.receivers import rate, send, workbench
from tests.benchmarks.terminal import Terminal

_SECONDS = 20.0


def run() -> list[Figure]:
    """One row per bufsize."""
    return [row for bufsize in (65536, 256) for row in _flood(bufsize)]


def _flood(bufsize: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sockplay-bench-") as folder:
        path = Path(folder, "keys.session")
        with workbench(path, "--bufsize", str(bufsize)) as (terminal, port):
            terminal.press(b"4")
            time.sleep(0.5)
            terminal.press(b"typed before ")
            time.sleep(0.5)
            idle = [_key(terminal) for _ in range(40)]
            sender, busy, grown = send(port, _SECONDS, 65536), [], []
            half = time.monotonic() + _SECONDS / 2
            while sender.poll() is None:
                busy.append(_key(terminal))
                if time.monotonic() > half:
                    grown.append((_count(path), terminal.memory_mb()))
            rate(sender)
            terminal.leave()
    case = f"a key while it floods, {bufsize:,} B"
    (early, before), (calls, after) = grown[0], grown[-1]
    rows = [
        Figure(
            case,
            f"{median(busy):.0f} ms, p99 {percentile(busy, 0.99):.0f} of {len(busy)}",
            f"idle: {median(idle):.0f} ms, p99 {percentile(idle, 0.99):.0f}",
            f"{median(busy) / median(idle):.1f}",
            "p99 below 50 ms",
        )
    ]
    if bufsize == 256:
        shown = f"{(after - before) * 1e6 / (calls - early):.0f} B, {after:.0f} MB in all"
        rows.append(Figure(f"   memory by call, {calls:,} calls", shown, "", "", "below 32 B"))
    return rows


def _count(path: Path) -> int:
    """How many calls are recorded by now."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as record:
        count: int = record.execute("select max(first + count - 1) from blocks").fetchone()[0]
        return count


def _key(terminal: Terminal) -> float:
    answer = terminal.answer_ms(b"Z", b"Z")
    time.sleep(0.1)
    terminal.press(b"\x7f")
    time.sleep(0.1)
    return answer
