"""How the interpreter shares its time between the screen and the engine."""

from __future__ import annotations

import gc
import sys
from typing import Final

from sockplay.ui.screens.workbench import Workbench

_SWITCH_S: Final = 0.0005
"""How soon a thread that waits for the interpreter gets it from one that computes. With Python's
5 ms the engine, which lets go at every system call, stands still while a frame is drawn."""
_SETTLED_S: Final = 2.0
"""After so long all forms are loaded."""


def share_time() -> None:
    """Have threads take turns quickly."""
    sys.setswitchinterval(_SWITCH_S)


def begin_to_rest(workbench: Workbench) -> None:
    """Spare the collector what is loaded for good.

    To look through all of that takes it 50 ms and more, in which neither a key nor a socket is
    answered, and it would do so again and again.
    """
    workbench.set_timer(_SETTLED_S, gc.freeze)
