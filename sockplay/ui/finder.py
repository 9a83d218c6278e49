"""Looks through the record in a thread of its own, so that rows never wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sockplay.session.reader import Reader

T = TypeVar("T")


class Finder:
    """What finding asks the record: one question after another.

    Args:
        open_reader: opens the record, when something is first asked.
    """

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        self._open = open_reader
        self._reader: Reader | None = None
        self._thread = ThreadPoolExecutor(1, "sockplay-finder")

    async def ask(self, question: Callable[[Reader], T]) -> T:
        """Ask the record something that looks through much of it.

        Raises:
            SockplayError: it cannot be read, or the session was left.
        """

        def answer() -> T:
            if self._reader is None:
                self._reader = self._open()
            return question(self._reader)

        return await asyncio.get_running_loop().run_in_executor(self._thread, answer)

    def open_anew(self) -> None:
        """Go on in another file: the record is there from now on."""
        self._thread.submit(self._let_go)

    def close(self) -> None:
        """End what goes on, and let the record go."""
        if (reader := self._reader) is not None:
            reader.interrupt()
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._let_go()

    def _let_go(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = None
