"""Runs the benchmarks that are named, or all."""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module

from tests.benchmarks.figures import Figure, heading, line

BENCHMARKS = (
    *("start", "idle", "bulk", "udp", "echo", "keys", "open", "search"),
    *("connections", "growth", "layouts", "map"),
)
LONG = ("soak",)
"""Those that run only when they are named."""
_MODULES = {"map": "stream_map", "open": "opening"}


def main(names: list[str]) -> int:
    """Print a row or a line or two for each; returns the exit code."""
    unknown = set(names) - set(BENCHMARKS) - set(LONG)
    if unknown:
        known = ", ".join((*BENCHMARKS, *LONG))
        print(f"There is no benchmark {', '.join(unknown)}. Choose from {known}.")
        return 2
    print(f"Python {platform.python_version()} on {platform.platform()}, {os.cpu_count()} cores")
    print(heading())
    for name in names or BENCHMARKS:
        for found in import_module(f"tests.benchmarks.{_MODULES.get(name, name)}").run():
            print(line(found) if isinstance(found, Figure) else found, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
