"""Who waits for one socket: several at once and in both directions, over the loop's one callback.

asyncio keeps one reader and one writer for a file descriptor; a second ``add_reader`` would push
the first out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sockplay.engine.endpoint import Endpoint

Way = Literal["read", "write"]


class Readiness:
    """Tells all who wait when a socket can be read or written.

    A socket that reads by itself has the loop's reader for itself: nobody may wait for it then.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._told: dict[Way, list[Callable[[], None]]] = {"read": [], "write": []}
        self._waiting: dict[asyncio.Future[None], tuple[Way, Callable[[], None], str]] = {}

    @property
    def call(self) -> str:
        """The call that has waited longest, as Python writes it; empty when none does."""
        return next((call for _, _, call in self._waiting.values()), "")

    def watch(self, way: Way, callback: Callable[[], None]) -> None:
        """Call back at every turn of the loop at which the socket is ready."""
        told = self._told[way]
        told.append(callback)
        if len(told) == 1:
            loop, sock = self._endpoint.loop, self._endpoint.sock
            (loop.add_reader if way == "read" else loop.add_writer)(sock, self._tell, way)

    def unwatch(self, way: Way, callback: Callable[[], None]) -> None:
        """Call back no more; nothing happens when nobody was to be called."""
        told = self._told[way]
        if callback not in told:
            return
        told.remove(callback)
        if not told and self._endpoint.is_open:
            loop, sock = self._endpoint.loop, self._endpoint.sock
            (loop.remove_reader if way == "read" else loop.remove_writer)(sock)

    async def ready(self, way: Way, call: str, deadline: float | None = None) -> None:
        """Wait until the socket is ready, or until the loop's time ``deadline``.

        Raises:
            TimeoutError: the deadline came first; in the words of CPython's sock_call_ex.
            OSError: the wait was ended from outside.
        """
        settled: asyncio.Future[None] = self._endpoint.loop.create_future()

        def settle() -> None:
            if not settled.done():
                settled.set_result(None)

        self.watch(way, settle)
        self._waiting[settled] = way, settle, call
        try:
            async with asyncio.timeout_at(deadline):
                await settled
        except TimeoutError:
            raise TimeoutError("timed out") from None
        finally:
            self._waiting.pop(settled, None)
            self.unwatch(way, settle)

    def end(self, error: OSError, *ways: Way) -> None:
        """End the waiting in some ways, or in both, with the reason for those who waited."""
        for future, (way, settle, _) in list(self._waiting.items()):
            if way in (ways or ("read", "write")):
                del self._waiting[future]
                self.unwatch(way, settle)
                if not future.done():
                    future.set_exception(error)

    def close(self, error: OSError) -> None:
        """End all waiting with a reason, and call nobody back any more."""
        self.end(error)
        for told in self._told.values():
            told.clear()

    def _tell(self, way: Way) -> None:
        told = self._told[way]
        for callback in tuple(told):
            if callback in told:
                callback()
