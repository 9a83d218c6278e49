"""A session of a million calls and 1 GiB: how soon it is on the screen, and any of its calls."""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from sockplay.session.capture.export import write_packets
from sockplay.session.reader import Reader
from tests.benchmarks.figures import Figure, median, percentile, skipped
from tests.benchmarks.sessions import kept
from tests.benchmarks.terminal import Terminal

_CALLS = 1_000_000
_SIZE = 1073
_ROUNDS = 3
_JUMPS = 200
_SHOWN = 40
_DATA_SHOWN = 64


def run() -> list[Figure]:
    """The first screen beyond an empty app's, the memory, a jump; and tshark's reading of it."""
    path = kept(_CALLS, _SIZE)
    case = f"open {_CALLS:,} calls, {path.stat().st_size / (1 << 30):.1f} GiB"
    rounds = [(_empty(), *_opened(path)) for _ in range(_ROUNDS)]
    empty, first, whole, memory = (median(column) for column in zip(*rounds, strict=True))
    jumps = _jumps(path)
    shown = f"{(first - empty) * 1000:+.0f} ms"
    return [
        Figure(case, shown, f"an empty app: {empty * 1000:.0f} ms", "", "below 500 ms"),
        _beside_tshark(path, whole),
        Figure("   memory", f"{memory:.0f} MB", "", "", "below 150 MB"),
        Figure(
            "   jump to any call",
            f"{median(jumps):.1f} ms, p99 {percentile(jumps, 0.99):.1f}",
            "",
            "",
            "below 16 ms",
        ),
    ]


def _empty() -> float:
    with Terminal([sys.executable, "-m", "sockplay"]) as terminal:
        taken = terminal.seen(b"TIMELINE") - terminal.started
        terminal.leave()
    return taken


def _opened(path: Path) -> tuple[float, float, float]:
    """When the first calls are on the screen, when all are counted, and the memory then in MB."""
    with Terminal([sys.executable, "-m", "sockplay", "open", str(path)]) as terminal:
        first = terminal.seen(b"sendall(") - terminal.started
        whole = terminal.seen(f"{_CALLS:,} calls".encode(), 60) - terminal.started
        memory = terminal.memory_mb()
        terminal.leave()
    return first, whole, memory


def _jumps(path: Path) -> list[float]:
    """Reading a screenful of rows somewhere else, in ms."""
    found, chance = [], random.Random(3)
    with closing(Reader(path, ours=False)) as reader:
        for _ in range(_JUMPS):
            seq = chance.randrange(1, _CALLS - _SHOWN)
            began = time.perf_counter()
            assert len(reader.rows(seq, seq + _SHOWN - 1, _DATA_SHOWN)) == _SHOWN
            found.append((time.perf_counter() - began) * 1000)
    return found


def _beside_tshark(path: Path, whole: float) -> Figure:
    case, shown = "   read to the end, and the app's start", f"{whole:.1f} s"
    if not shutil.which("tshark"):
        return skipped(case, shown, "tshark -r", "")
    with tempfile.TemporaryDirectory(prefix="sockplay-bench-") as name:
        capture = Path(name, "long.pcapng")
        with closing(Reader(path, ours=False)) as reader:
            write_packets(reader, capture, None, over=False)
        began = time.perf_counter()
        subprocess.run(
            ["tshark", "-r", capture],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        taken = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    theirs = f"tshark -r: {taken:.0f} s, {used:.0f} MB"
    return Figure(case, shown, theirs, f"{taken / whole:.0f}")
