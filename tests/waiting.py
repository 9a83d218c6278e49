"""Waits for what sockets and screens do in their own time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


async def wait_until(condition: Callable[[], object], limit_s: float = 20.0) -> None:
    """Wait until something is so; fail when it takes too long."""
    deadline, pause = time.monotonic() + limit_s, 0.002
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(pause)
        pause = min(0.04, 1.5 * pause)  # a look at the whole screen takes what the screen needs


def wait_here_until(condition: Callable[[], object], limit_s: float = 20.0) -> None:
    """The same for a test that has no loop."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
