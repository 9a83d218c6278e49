"""What a call costs when there are ten thousand of them, and when there are ten million."""

from __future__ import annotations

import random
import tempfile
import time
from contextlib import closing
from pathlib import Path

from sockplay.session.opened import Opened
from sockplay.session.reader import Reader
from tests.benchmarks.figures import median
from tests.benchmarks.sessions import record

_COUNTS = (10_000, 100_000, 1_000_000, 10_000_000)
_SIZE = 64
_JUMPS = 100


def run() -> list[str]:
    """One line per length: recording and indexing by call, and a screenful anywhere."""
    return [_line(count) for count in _COUNTS]


def _line(count: int) -> str:
    with tempfile.TemporaryDirectory(prefix="sockplay-bench-") as name:
        began = time.perf_counter()
        path = record(Path(name, "a.session"), count, _SIZE)
        recorded = time.perf_counter() - began
        began = time.perf_counter()
        with closing(Reader(path, ours=False)) as reader:
            newest = reader.rows(count - 39, count, 64)
            opened = time.perf_counter() - began
            assert len(newest) == 40
            began = time.perf_counter()
            known = Opened(path)
            known.read_on(reader)
            assert len(known.index) == count
            indexed = time.perf_counter() - began
            jumps, chance = [], random.Random(3)
            for _ in range(_JUMPS):
                seq = chance.randrange(1, count - 40)
                began = time.perf_counter()
                reader.rows(seq, seq + 39, 64)
                jumps.append(time.perf_counter() - began)
    return (
        f"growth, {count:>10,} calls: recorded in {recorded / count * 1e6:.2f} us a call, "
        f"the newest shown in {opened * 1000:.1f} ms, indexed in {indexed / count * 1e6:.3f} us a "
        f"call, a jump {median(jumps) * 1000:.2f} ms"
    )
