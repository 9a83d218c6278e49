"""One call at a time may wait on a socket, as a blocking program would wait in recv."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError

if TYPE_CHECKING:
    from sockplay.engine.endpoint import Endpoint


class Waiting:
    """Waits until a socket can be read, and can be given up from outside."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._future: asyncio.Future[Call] | None = None
        self._ready: Callable[[], None] | None = None
        self.call = ""
        """The call that waits, as Python writes it; empty when none does."""

    async def readable(self, call: str, read: Callable[[], Call]) -> Call:
        """Make a call as soon as the socket can be read.

        The call is made in the loop's own callback: nothing can come between readiness and it.

        Raises:
            SockplayError: another call waits already, the socket is closed, or it was given up.
        """
        endpoint = self._endpoint
        _ = endpoint.sock
        if self.call:
            raise SockplayError(f"{endpoint.name} already waits in {self.call}. Let it finish.")
        future: asyncio.Future[Call] = endpoint.loop.create_future()

        def ready() -> None:
            self._end()
            if future.done():
                return
            result = read()
            # Readiness can be false, as for a datagram with a wrong checksum; CPython's
            # sock_call_ex waits on then too.
            if result.error == "EAGAIN":
                self._begin(future, call, ready)
            else:
                future.set_result(result)

        self._begin(future, call, ready)
        try:
            return await future
        finally:
            if self._future is future:
                self._end()

    def cancel(self, reason: str) -> None:
        """End the wait, if there is one, with a reason for the one who waits."""
        future = self._future
        if future is not None:
            self._end()
            if not future.done():
                future.set_exception(SockplayError(reason))

    def _begin(self, future: asyncio.Future[Call], call: str, ready: Callable[[], None]) -> None:
        self._future, self.call, self._ready = future, call, ready
        self._endpoint.readiness.watch("read", ready)

    def _end(self) -> None:
        self._future, self.call = None, ""
        if self._ready is not None:
            self._endpoint.readiness.unwatch("read", self._ready)
            self._ready = None
