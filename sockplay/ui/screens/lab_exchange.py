"""The lab's real exchange: a pair of sockets for as long as it takes, on the engine's thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from sockplay.engine.engine import Engine
from sockplay.model.errors import SockplayError
from sockplay.model.spec import Behaviour, ServerSpec, Target
from sockplay.values.lab.length_prefix import Prefix
from sockplay.values.lab.misreadings import OTHER

Tell = Callable[[bytes, int], None]
"""Told all that was heard, and how many more bytes the reader is about to ask for."""
_ACCEPT_LIMIT_S: Final = 5.0
_LOOK_S: Final = 0.005
_ASKED_AT_ONCE: Final = 65_536
"""Bytes of one recv at most; a wrong length may be larger than any memory."""


class Exchange:
    """One message from a client to a server, both its own, which end with it.

    Args:
        engine: makes the calls; all here runs on its loop.
        tell: is told how it goes.
    """

    def __init__(self, engine: Engine, tell: Tell) -> None:
        self._engine = engine
        self._tell = tell
        self._heard = b""
        self.names: tuple[str, ...] = ()
        """Server, client and connection, as soon as they stand."""
        self.given_up = False
        """Whether a person ended the wait."""

    async def number(self, data: bytes) -> None:
        """Send a number and read as many bytes.

        Raises:
            SockplayError: a call failed.
        """
        async with self._pair() as (client, reader):
            await self._engine.send(Target(client), data)
            await self._hear(reader, len(data))

    async def message(self, data: bytes, prefix: Prefix) -> None:
        """Send a message to a reader that takes its length in the other byte order.

        Raises:
            SockplayError: a call failed, or the wait for the rest was given up.
        """
        async with self._pair() as (client, reader):
            await self._engine.send(Target(client), data)
            await self._hear(reader, prefix.size)
            length = prefix.type.decode(self._heard, OTHER[prefix.order])
            await self._hear(reader, length)

    def give_up(self) -> None:
        """End the wait for bytes that nobody sent, once there is one."""
        for info in self._engine.snapshot():
            if info.name in self.names and info.waiting:
                self.given_up = True
                self._engine.stop_waiting(info.name)

    async def _hear(self, reader: str, wanted: int) -> None:
        while wanted:
            self._tell(self._heard, wanted)
            call = await self._engine.recv(reader, min(wanted, _ASKED_AT_ONCE))
            if not call.data:
                raise SockplayError(f"{reader} met the end of the stream. Send again.")
            self._heard += call.data
            wanted -= len(call.data)
        self._tell(self._heard, 0)

    @asynccontextmanager
    async def _pair(self) -> AsyncIterator[tuple[str, str]]:
        engine, by_hand = self._engine, Behaviour(None)
        server, client = await engine.start_pair(ServerSpec("tcp", behaviour=by_hand), by_hand)
        try:
            reader = await self._accepted(server)
            self.names = (server, client, reader)
            yield client, reader
        finally:
            for name in (client, server):
                with suppress(SockplayError):  # a person closed it first
                    engine.close(name)

    async def _accepted(self, server: str) -> str:
        """The connection of a client that the kernel has connected already."""
        try:
            async with asyncio.timeout(_ACCEPT_LIMIT_S):
                while True:
                    for info in self._engine.snapshot():
                        if info.parent == server:
                            return info.name
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            raise SockplayError(
                f"{server} accepted nobody. Close some sockets, and retry."
            ) from None
