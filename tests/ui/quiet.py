"""Waits for an app in a test as long as it has something to do, and paints what a test may see.

Textual's pilot takes the process's use of the processor for a sign, in steps of 20 ms up to a
second: an app that looks at its record every 10 ms never seems idle to it. It also sends a message
to each widget at each key to learn that nearly all of them are idle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch
from weakref import WeakKeyDictionary, WeakSet

from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen

from tests.waiting import wait_until

_TURNS: Final = 3
"""What has just been called back may wake a task that stands behind us."""


_FRAME_S: Final = 1 / 60
"""Textual lays out and paints so often."""

_PAINT_S: Final = 0.5
"""Here it still lays out so often, but paints less: a terminal that nobody sees costs a fifth of
all time. A test that looks at the screen has the whole of it painted for itself."""


@contextmanager
def quick() -> Iterator[None]:
    """Have a pilot wait so."""
    with (
        patch("textual.app.wait_for_idle", until_quiet),
        patch("textual.pilot.wait_for_idle", a_frame),
        patch.object(Pilot, "_wait_for_screen", until_handled),
    ):
        yield


@contextmanager
def painting_seldom() -> Iterator[None]:
    """Have a screen paint so."""
    with patch.object(Screen, "_compositor_refresh", _painting_seldom()):
        yield


async def a_frame(_: float = 0) -> None:
    """Wait until what was done is laid out too."""
    await asyncio.sleep(_FRAME_S)
    await until_quiet()


async def until_quiet(_: float = 0, max_sleep: float = 1) -> None:
    """Wait until the loop has nothing left to call but what a clock or a file wakes."""
    loop = asyncio.get_running_loop()
    ready = loop._ready  # type: ignore[attr-defined]
    deadline = loop.time() + max_sleep
    quiet = 0
    while quiet < _TURNS and loop.time() < deadline:
        await asyncio.sleep(0)
        quiet = 0 if ready else quiet + 1


async def until_handled(pilot: Pilot[None], timeout: float = 30.0) -> bool:  # noqa: ASYNC109
    """Wait until every widget has handled what was sent to it before, or one of them failed."""
    failed: asyncio.Event = pilot.app._exception_event
    busy: list[MessagePump] = [pilot.app]
    if pilot.app.screen_stack:
        busy += pilot.app.screen.walk_children(with_self=True)

    def handled() -> bool:
        busy[:] = [pump for pump in busy if not _is_idle(pump)]
        return not busy or failed.is_set()

    await until_quiet()
    await wait_until(handled, timeout)
    return not busy


def _is_idle(pump: MessagePump) -> bool:
    """Whether its task waits for the next message, or has ended."""
    come: Any = pump._message_queue.ready_event
    return pump._closing or pump._closed or bool(come._waiters and not come.is_set())


def _painting_seldom() -> Callable[[Screen[object]], None]:
    paint = Screen._compositor_refresh
    painted: WeakKeyDictionary[Screen[object], float] = WeakKeyDictionary()
    owed: WeakSet[Screen[object]] = WeakSet()

    def refresh(screen: Screen[object]) -> None:
        loop = asyncio.get_running_loop()
        wait = painted.setdefault(screen, loop.time()) + _PAINT_S - loop.time()
        if wait <= 0 or screen is not screen.app.screen:
            painted[screen] = loop.time()
            paint(screen)
            return
        if screen not in owed:
            owed.add(screen)
            loop.call_later(wait, pay, screen)
        screen._dirty_widgets.clear()  # the compositor knows their regions
        screen.app._update_mouse_over(screen)

    def pay(screen: Screen[object]) -> None:
        owed.discard(screen)
        if screen.is_running and screen.is_current and not screen.app._batch_count:
            refresh(screen)

    return refresh
