"""Waits for an app in a test as long as it has something to do, and no longer.

Textual's pilot takes the process's use of the processor for a sign, in steps of 20 ms up to a
second: an app that looks at its record every 10 ms never seems idle to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest.mock import patch

_TURNS: Final = 3
"""What has just been called back may wake a task that stands behind us."""


_FRAME_S: Final = 1 / 60
"""Textual lays out and paints so often."""


@contextmanager
def quick() -> Iterator[None]:
    """Have a pilot wait so."""
    with (
        patch("textual.app.wait_for_idle", until_quiet),
        patch("textual.pilot.wait_for_idle", a_frame),
    ):
        yield


async def a_frame(_: float = 0) -> None:
    """Wait until what was done is on the screen too."""
    await asyncio.sleep(_FRAME_S)
    await until_quiet()


async def until_quiet(_: float = 0, max_sleep: float = 1) -> None:
    """Wait until the loop has nothing left to call but what a clock or a file wakes."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    deadline = asyncio.get_running_loop().time() + max_sleep
    quiet = 0
    while quiet < _TURNS and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0)
        quiet = 0 if ready else quiet + 1
