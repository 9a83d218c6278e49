"""Finding bytes, text and an expression in a session of 1 GiB, beside ``grep -c``."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sockplay.session.finding.pattern import Pattern, parse_pattern
from sockplay.session.finding.search import Search
from sockplay.session.reader import Reader
from tests.benchmarks.figures import Figure, median, skipped
from tests.benchmarks.receivers import installed
from tests.benchmarks.sessions import NEEDLE, record

_CALLS = 1_000_000
_SIZE = 1073
_ROUNDS = 3
_TEXT = NEEDLE.decode()
_EXPRESSIONS = {
    "an expression": "needle-[a-z]+-the",
    "one that begins with a class": "[a-z]eedle-in",
    "one of classes alone": "[m-o][a-f]{2}d[l-n]e-",
}


def run() -> list[Figure]:
    """Each in turns with grep over the same file, which is in the page cache."""
    with tempfile.TemporaryDirectory(prefix="sockplay-bench-") as name:
        path = record(Path(name, "long.session"), _CALLS, _SIZE)
        return [
            _figure("bytes", path, f'"{_TEXT}"', ["-F", _TEXT], "at most 3"),
            *(
                _figure(what, path, f"/{expression}/", ["-E", expression], "at most 10")
                for what, expression in _EXPRESSIONS.items()
            ),
        ]


def _figure(what: str, path: Path, wanted: str, grep: list[str], reach: str) -> Figure:
    case, pattern = f"search 1 GiB for {what}", parse_pattern(wanted)
    pairs = [(_seconds(lambda: _search(path, pattern)), _grep(path, grep)) for _ in range(_ROUNDS)]
    ours, theirs = (median(column) for column in zip(*pairs, strict=True))
    if not installed(("grep",)):
        return skipped(case, f"{ours:.2f} s", "grep -c", reach)
    ratio = median(mine / other for mine, other in pairs)
    return Figure(case, f"{ours:.2f} s", f"grep -c: {theirs:.2f} s", f"{ratio:.2f}", reach)


def _search(path: Path, wanted: Pattern) -> None:
    with closing(Reader(path, ours=False)) as reader:
        search = Search(wanted)
        for _ in search.look(reader):
            pass
    assert len(search.places) >= _CALLS // 10_000, len(search.places)


def _grep(path: Path, grep: list[str]) -> float:
    if not installed(("grep",)):
        return 0.0
    command = ["grep", "-c", "-a", *grep, str(path)]
    # Into a pipe: where nobody hears it, grep stops at the first match.
    return _seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.PIPE))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
