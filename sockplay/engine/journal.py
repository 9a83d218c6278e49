"""Numbers the calls and hands them on, so that none waits in memory for long."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from sockplay.engine.clock import Clock, SteadyClock
from sockplay.model.call import Call

TOGETHER_S: Final = 0.02
"""Calls that follow one another closely are committed together, this often: a commit costs as
much as some twenty calls."""
_LATE_NS: Final = 40_000_000
"""With many busy sockets one turn of the loop takes longer than calls may wait."""


class Sink(Protocol):
    """Takes the calls that the engine makes."""

    def take(self, call: Call) -> bool:
        """Take one call; True when there was no room for it, so that its number is free."""

    def commit(self) -> bool:
        """Keep what was taken; False when it could not be kept yet and must be tried again."""


class Journal:
    """Gives every call its number and time, and has what was made together kept together."""

    retry_s = 0.5

    def __init__(self, sink: Sink, clock: Clock | None = None) -> None:
        self._sink = sink
        self.now = (clock or SteadyClock()).now
        """Tells the time in ns since the Unix epoch."""
        self.seq = 0
        """The number of the last call."""
        self._scheduled = False
        self._next_commit = 0.0
        self._late = 0
        """The time in ns at which calls no longer wait for the loop's turn to end."""

    def next_seq(self) -> int:
        """The number of the next call."""
        self.seq += 1
        return self.seq

    def take(self, call: Call) -> None:
        """Hand a call on, to be committed soon."""
        if self._sink.take(call):
            self.seq -= 1
        if not self._scheduled:
            self._scheduled = True
            loop = asyncio.get_running_loop()
            if loop.time() >= self._next_commit:
                loop.call_soon(self._commit)
            else:
                loop.call_at(self._next_commit, self._commit)
            self._late = call.time_ns + _LATE_NS
        elif call.time_ns > self._late:
            self._late = call.time_ns + _LATE_NS
            self._sink.commit()

    def commit(self) -> None:
        """Have what was handed on kept now, for nothing may come after it."""
        self._sink.commit()

    def _commit(self) -> None:
        loop = asyncio.get_running_loop()
        self._scheduled = not self._sink.commit()
        self._next_commit = loop.time() + (self.retry_s if self._scheduled else TOGETHER_S)
        if self._scheduled:
            loop.call_at(self._next_commit, self._commit)
