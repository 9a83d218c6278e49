"""Runs the benchmarks that are named, or all."""

from __future__ import annotations

import platform
import sys

from tests.benchmarks import flood, idle, layouts, start, stream_map

BENCHMARKS = {
    "start": start.run,
    "idle": idle.run,
    "flood": flood.run,
    "layouts": layouts.run,
    "map": stream_map.run,
}


def main(names: list[str]) -> int:
    """Print a line or two for each; returns the exit code."""
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. Choose from {', '.join(BENCHMARKS)}.")
        return 2
    print(f"Python {platform.python_version()} on {platform.platform()}")
    for name in names or BENCHMARKS:
        for line in BENCHMARKS[name]():
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
