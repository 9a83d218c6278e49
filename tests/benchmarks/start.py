"""How soon the workbench is painted, beside the smallest Textual app."""

from __future__ import annotations

import statistics
import sys

from tests.benchmarks.terminal import Terminal

_ROUNDS = 11
_BARE = """
from textual.app import App
from textual.widgets import Footer, Static
class Bare(App):
    def compose(self):
        yield Static("READY")
        yield Footer()
Bare().run()
"""


def run() -> list[str]:
    """Medians over alternating rounds, and their ratio."""
    bare, ours = [], []
    for _ in range(_ROUNDS):
        bare.append(_first_paint([sys.executable, "-c", _BARE], b"READY"))
        ours.append(_first_paint([sys.executable, "-m", "sockplay"], b"TIMELINE"))
    small, whole = statistics.median(bare), statistics.median(ours)
    return [
        f"first paint: {whole * 1000:.0f} ms, a bare Textual app {small * 1000:.0f} ms, "
        f"ratio {whole / small:.2f}"
    ]


def _first_paint(command: list[str], marker: bytes) -> float:
    with Terminal(command) as terminal:
        return terminal.seen(marker) - terminal.started
