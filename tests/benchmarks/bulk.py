"""A peer sends as fast as loopback takes it, and every recv is recorded and shown live."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from pathlib import Path

from sockplay.session.opened import Opened
from sockplay.session.reader import Reader
from tests.benchmarks.figures import Figure, median, skipped
from tests.benchmarks.receivers import TOOLS, bare, installed, measure, rate, send, workbench

_ROUNDS = 3
_SECONDS = 4.0
_CASES = (
    ("bulk, reads of 64 KiB", 65536, 65536, "0.3"),
    ("messages of 64 B", 64, 65536, "0.6"),
    ("bulk, reads of 256 B", 65536, 256, ""),
)


def run() -> list[Figure]:
    """Ours beside a bare loop in turns, then the tools that write a dump."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="sockplay-bench-") as name:
        folder = Path(name)
        for case, size, bufsize, reach in _CASES:
            pairs = [
                (_ours(folder, size, bufsize), measure(bare(bufsize), folder, _SECONDS, size))
                for _ in range(_ROUNDS)
            ]
            ours, theirs = (median(column) for column in zip(*pairs, strict=True))
            ratio = median(mine / other for mine, other in pairs)
            figures.append(
                Figure(case, _speed(ours), f"recv + write: {_speed(theirs)}", f"{ratio:.2f}", reach)
            )
            if not figures[1:]:
                figures += _tools(folder, case, ours)
    return figures


def _tools(folder: Path, case: str, ours: float) -> list[Figure]:
    figures = []
    for name, (receiver, needs, reach) in TOOLS.items():
        if not installed(needs):
            figures.append(skipped(case, _speed(ours), name, f"{reach}"))
            continue
        theirs = median(measure(receiver, folder, 1.0, 65536) for _ in range(_ROUNDS))
        figures.append(
            Figure(
                case, _speed(ours), f"{name}: {_speed(theirs)}", f"{ours / theirs:.0f}", f"{reach}"
            )
        )
    return figures


def _ours(folder: Path, size: int, bufsize: int) -> float:
    path = folder / "bulk.session"
    with workbench(path, "--bufsize", str(bufsize)) as (terminal, port):
        sent, speed = rate(send(port, _SECONDS, size))
        time.sleep(0.5)
        terminal.leave()
    with closing(Reader(path, ours=True)) as reader:
        known = Opened(path)
        known.read_on(reader)
    moved = known.index.bytes_in
    path.unlink()
    if moved != sent:
        raise AssertionError(f"{sent:,} bytes were sent, and {moved:,} are in the session")
    return speed


def _speed(bytes_a_second: float) -> str:
    return f"{bytes_a_second / 1e6:.1f} MB/s"
