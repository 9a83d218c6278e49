"""When the next call may be made and how much it may carry: slices, pauses, a throttle."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Final

_STEPS_PER_S: Final = 10
"""A throttled socket moves a little this often, rather than much and then nothing for long."""


class Pace:
    """The pace of one direction of a socket; as made, it hinders nothing."""

    def __init__(self) -> None:
        self.free = True
        """Whether it hinders nothing, so that nobody needs to ask further."""
        self.most: int | None = None
        """The bytes that the next call may carry; None when there is no limit."""
        self._gap_s = 0.0
        self._rate: int | None = None
        self._next = 0.0
        self._turned = asyncio.Event()

    def turn(self, most: int | None, gap_s: float, rate: int | None) -> None:
        """Take another pace; what waits by the old one need not wait on.

        Args:
            most: bytes that one call may carry.
            gap_s: how long to wait after each call.
            rate: bytes per second.
        """
        step = max(1, rate // _STEPS_PER_S) if rate else None
        self.most = min((limit for limit in (most, step) if limit is not None), default=None)
        self._gap_s, self._rate = gap_s, rate
        self.free = self.most is None and not gap_s
        self._next = 0.0
        self._turned.set()

    @property
    def pause(self) -> float:
        """How many seconds the next call has to wait; 0 for not at all."""
        return max(0.0, self._next - time.monotonic()) if self._next else 0.0

    async def rest(self) -> None:
        """Wait until the next call may be made, by the pace that is in force by then."""
        while pause := self.pause:
            self._turned.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._turned.wait()

    def moved(self, size: int) -> None:
        """So many bytes were moved by a call just now."""
        cost = max(self._gap_s, size / self._rate if self._rate else 0.0)
        self._next = time.monotonic() + cost if cost else 0.0
