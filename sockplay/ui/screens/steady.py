"""Looks again and again, as a screen that follows something; a look that fails ends nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sockplay.model.errors import SockplayError
from sockplay.ui.screens.reported import reported


class Steady:
    """Says what goes wrong in a look once, however often it goes wrong in the same way.

    Args:
        look: what is done again and again.
        tell: shows what went wrong.
    """

    def __init__(
        self, look: Callable[[], Awaitable[None]], tell: Callable[[SockplayError], None]
    ) -> None:
        self._look = look
        self._tell = tell
        self._told = ""

    @reported
    async def look(self) -> None:
        """Look once."""
        await self._look()
        self._told = ""

    def say(self, error: SockplayError) -> None:
        """Show what went wrong, unless it was the same the last time."""
        if str(error) != self._told:
            self._told = str(error)
            self._tell(error)
