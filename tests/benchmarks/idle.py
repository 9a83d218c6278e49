"""What ten open, quiet sockets cost."""

from __future__ import annotations

import sys
import time

from tests.benchmarks.terminal import Terminal

_SECONDS = 20


def run() -> list[str]:
    """The share of one core that the workbench uses, empty and with sockets that say nothing."""
    with Terminal([sys.executable, "-m", "sockplay"]) as terminal:
        terminal.seen(b"SOCKETS")
        empty = _share(terminal)
        for _ in range(4):
            terminal.press(b"\x1bOS")
            time.sleep(0.5)
        terminal.seen(b"conn4")
        quiet = _share(terminal)
        terminal.leave()
    return [f"idle: {empty:.2%} of a core empty, {quiet:.2%} with 12 quiet sockets"]


def _share(terminal: Terminal) -> float:
    time.sleep(1)
    before = terminal.cpu_s()
    time.sleep(_SECONDS)
    return (terminal.cpu_s() - before) / _SECONDS
