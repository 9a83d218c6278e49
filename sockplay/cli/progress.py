"""How far something long has come, said on a terminal."""

from __future__ import annotations

import sys
import time
from typing import Final

from sockplay.cli.standard import say_passing

_PATIENCE_S: Final = 0.5
"""Before it has taken so long, nothing is said."""
_STEP_S: Final = 0.1


class Progress:
    """Shows a share in per cent on standard error, if that is a terminal; Ctrl-C gives up.

    Args:
        what: is being done, in a word.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = time.monotonic() + _PATIENCE_S
        self._on = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> bool:
        """Show how much is done, and of how much; it always goes on."""
        now = time.monotonic()
        if self._on and done >= total:
            say_passing("")
        elif self._on and now >= self._next:
            self._next = now + _STEP_S
            say_passing(f"{self._what} {done / total:.0%}, Ctrl-C gives up")
        return True
