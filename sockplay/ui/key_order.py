"""Keys act one after another: what one key opens, the next one is typed into.

Textual gives each key to the widget that has the focus when it arrives, while what an earlier key
asked for may still be under way. Typed fast, over a slow line or from a script, ``F2 9000`` would
send 9000 to a peer instead of writing it into the form.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_LEAVE: Final = "ctrl+q"
_ROUNDS: Final = 2
"""A widget tells of a key by a message, and an action may follow from that."""
_PATIENCE_S: Final = 0.5
_LOOKS: Final = 100


class KeyOrder:
    """Holds keys and pastes back until the one before has had its effect.

    Args:
        app: whose keys they are.
        deliver: gives one to Textual.
        ready: waits until the first screen takes keys.
    """

    def __init__(
        self,
        app: App[None],
        deliver: Callable[[events.Event], Awaitable[None]],
        ready: Callable[[], Awaitable[object]],
    ) -> None:
        self._app = app
        self._deliver = deliver
        self._ready = ready
        self._waiting: deque[events.Event] = deque()
        self._task: asyncio.Task[None] | None = None

    def take(self, event: events.Event) -> None:
        """Take one; it is delivered in its turn. Whoever wants to leave need not wait."""
        if isinstance(event, events.Key) and event.key == _LEAVE:
            self._waiting.clear()
        self._waiting.append(event)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        await self._ready()
        try:
            while self._waiting and self._app.is_running:
                before = self._app.screen
                await self._deliver(self._next())
                for _ in range(_ROUNDS):
                    await self._handled()
                if self._app.screen is not before:
                    await self._focused()
        except Exception as error:
            self._app._handle_exception(error)

    def _next(self) -> events.Event:
        from textual.widgets import Input, TextArea  # not before the first paint

        event = self._waiting.popleft()
        if isinstance(event, events.Key) and (late := self._after_escape(event)) is not None:
            self._waiting.appendleft(late)
            return events.Key("escape", None)
        if not isinstance(self._app.focused, Input | TextArea):
            return event
        text = _character(event)
        while text and self._waiting and (more := _character(self._waiting[0])):
            self._waiting.popleft()
            text += more
        # Characters that came while the field was busy are put in at once, as if pasted.
        return events.Paste(text) if len(text) > 1 else event

    def _after_escape(self, event: events.Key) -> events.Key | None:
        """The key that came so soon after Esc that a terminal's Alt looks the same.

        None where the screen means something by Alt and that key.
        """
        alt, _, key = event.key.partition("+")
        if alt != "alt" or not event.is_printable or event.key in self._app.screen.active_bindings:
            return None
        return events.Key(key, event.character)

    async def _handled(self) -> None:
        """Wait until the focused widget and all above it have looked at their messages."""
        node = self._app.focused or self._app.screen
        for pump in node.ancestors_with_self:
            await _fence(pump)

    async def _focused(self) -> None:
        for _ in range(_LOOKS):
            if self._app.focused is not None or not self._app.screen.focus_chain:
                return
            await asyncio.sleep(_PATIENCE_S / _LOOKS)


def _character(event: events.Event) -> str:
    if isinstance(event, events.Key) and event.is_printable and event.character:
        return event.character
    return ""


async def _fence(pump: MessagePump) -> None:
    passed = asyncio.Event()
    if pump.call_later(passed.set):
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await passed.wait()
