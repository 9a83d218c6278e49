"""``recv`` exactly n: the textbook loop, each of its calls made and seen on its own."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError

EXACTLY_MOST: Final = 1 << 40
"""The most bytes one loop may wait for."""
_SHOWN_S: Final = 0.5
"""A loop that is over sooner needs no bar, which would only flicker."""


class Exactly:
    """One such loop.

    Args:
        recv: waits and makes one call with a bufsize.
        total: how many bytes are wanted.
        bufsize: the most that one call asks for.
    """

    def __init__(self, recv: Callable[[int], Awaitable[Call]], total: int, bufsize: int) -> None:
        self._recv = recv
        self._total = total
        self._bufsize = bufsize
        self._got = 0
        self._began = time.monotonic()
        self.given_up = False
        """Set from outside, to have it end before its next call."""

    @property
    def text(self) -> str:
        """What it is and how far it is."""
        return f"recv exactly {self._total:,}, at {self._got:,}"

    @property
    def progress(self) -> tuple[int, int] | None:
        """How far it is and how many bytes it wants, once it takes long."""
        if time.monotonic() - self._began < _SHOWN_S:
            return None
        return self._got, self._total

    async def run(self) -> int:
        """Read until all is there; returns how many calls it took.

        Raises:
            SockplayError: the peer finished before, a call failed, or it was given up.
        """
        calls = 0
        while self._got < self._total:
            if self.given_up:
                raise SockplayError(f"Given up after {self._far}.")
            try:
                call = await self._recv(min(self._bufsize, self._total - self._got))
            except SockplayError as error:
                raise SockplayError(f"{error.sentence} It had {self._far}.", error.code) from error
            calls += 1
            if not call.moved:
                raise SockplayError(
                    f"EOF after {self._far}. The peer finished before it had sent them all."
                )
            self._got += call.moved
        return calls

    @property
    def _far(self) -> str:
        return f"{self._got:,} of {self._total:,} bytes"
