"""Numbers the calls and hands them on, so that none waits in memory while the loop sleeps."""

from __future__ import annotations

import asyncio
from typing import Protocol

from sockplay.engine.clock import Clock, SteadyClock
from sockplay.model.call import Call


class Sink(Protocol):
    """Takes the calls that the engine makes."""

    def take(self, call: Call) -> None:
        """Take one call."""

    def commit(self) -> bool:
        """Keep what was taken; False when it could not be kept yet and must be tried again."""

    @property
    def behind(self) -> bool:
        """Whether so much is unkept that reading should wait."""


class Journal:
    """Gives every call its number and time, and commits a batch before the loop sleeps."""

    retry_s = 0.5

    def __init__(self, sink: Sink, clock: Clock | None = None) -> None:
        self._sink = sink
        self._clock = clock or SteadyClock()
        self._seq = 0
        self._scheduled = False

    @property
    def behind(self) -> bool:
        """Whether the record lags so far behind that automatic reading should wait."""
        return self._sink.behind

    def now(self) -> int:
        """The time in ns since the Unix epoch."""
        return self._clock.now()

    def next_seq(self) -> int:
        """The number of the next call."""
        self._seq += 1
        return self._seq

    def take(self, call: Call) -> None:
        """Hand a call on; it is committed at the loop's next turn, before the loop can sleep."""
        self._sink.take(call)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._commit)

    def _commit(self) -> None:
        self._scheduled = False
        if not self._sink.commit():
            self._scheduled = True
            asyncio.get_running_loop().call_later(self.retry_s, self._commit)
