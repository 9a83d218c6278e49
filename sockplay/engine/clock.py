"""One clock for all calls: it never runs backwards, whatever is done to the wall clock."""

from __future__ import annotations

import time
from time import monotonic_ns
from typing import Protocol


class Clock(Protocol):
    """Tells the time in ns since the Unix epoch."""

    def now(self) -> int:
        """The time in ns since the Unix epoch."""


class SteadyClock:
    """The wall clock as it stood at the start, carried on by the monotonic one."""

    def __init__(self) -> None:
        self._offset = time.time_ns() - monotonic_ns()

    def now(self) -> int:
        """The time in ns since the Unix epoch."""
        return monotonic_ns() + self._offset
