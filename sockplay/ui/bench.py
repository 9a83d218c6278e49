"""What the workbench works with: the engine in its thread, the record, a reader of the record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.model.call import Row
from sockplay.model.info import SocketInfo
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder

if TYPE_CHECKING:
    from sockplay.console.console import Console
    from sockplay.library.library import Library

T = TypeVar("T")


class Bench:
    """Commands go to the engine's thread and questions to the reader's, so the screen never waits.

    Args:
        host: runs the engine.
        engine: makes the calls.
        recorder: keeps them.
        reader: reads what is kept, in a thread of its own.
        saved: whether the session has a name that the person gave it.
        library: the person's payloads and definitions; those of this user unless told.
    """

    def __init__(
        self,
        host: Host,
        engine: Engine,
        recorder: Recorder,
        reader: Reader,
        saved: bool,
        library: Library | None = None,
    ) -> None:
        self.host = host
        self.engine = engine
        self.recorder = recorder
        self.saved = saved
        self._library = library
        self._console: Console | None = None
        self.draft = ""
        """What is typed in the console and was not entered."""
        self.left_behind = ""
        """What of the console did not end when it was told to, in a sentence."""
        self._reader = reader
        self._readers = ThreadPoolExecutor(1, "sockplay-reader")
        self._searchers = ThreadPoolExecutor(1, "sockplay-searcher")
        self._searcher: Reader | None = None
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = False

    def attach(self) -> None:
        """Begin to tell the running loop of changes."""
        self._loop = asyncio.get_running_loop()
        self.recorder.on_change = self._wake
        self._changed.set()

    def detach(self) -> None:
        """Tell of no more changes, and let the reader go."""
        if self._console is not None:
            self.left_behind = self._console.close()
        self.recorder.on_change = None
        self._loop = None
        for reader in (self._reader, self._searcher):
            if reader is not None:
                reader.interrupt()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._searchers.shutdown(wait=True, cancel_futures=True)
        for reader in (self._reader, self._searcher):
            if reader is not None:
                reader.close()

    async def changed(self) -> None:
        """Wait until something new is in the record."""
        await self._changed.wait()
        self._changed.clear()
        self._woken = False

    async def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the engine do something; cancelling this cancels that.

        Raises:
            SockplayError: it cannot be done.
        """
        return await asyncio.wrap_future(self.host.submit(work))

    async def ask(self, question: Callable[[], T]) -> T:
        """Ask the engine something on its own thread."""
        return await asyncio.wrap_future(self.host.ask(question))

    def look_again(self) -> None:
        """Act as if something new were in the record."""
        self._changed.set()

    async def read(self, question: Callable[[Reader], T]) -> T:
        """Ask the record something that takes a moment."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, question, self._reader)

    async def search(self, question: Callable[[Reader], T]) -> T:
        """Ask the record something that may take long; what was asked here before is given up.

        Raises:
            SockplayError: it was given up for another question.
        """
        if self._searcher is not None:
            self._searcher.interrupt()

        def answer() -> T:
            if self._searcher is None:
                self._searcher = Reader(self.recorder.path, ours=True)
            return question(self._searcher)

        return await asyncio.get_running_loop().run_in_executor(self._searchers, answer)

    async def in_library(self, work: Callable[[Library], T]) -> T:
        """Look into the library or change it, while the screen goes on.

        Raises:
            SockplayError: it cannot be done.
        """
        return await asyncio.to_thread(lambda: work(self.library))

    async def sockets(self) -> tuple[SocketInfo, ...]:
        """Every socket's state."""
        return await self.ask(self.engine.snapshot)

    async def rows(self, first: int, last: int, data_limit: int) -> list[Row]:
        """The calls numbered first to last, with so many bytes of data."""
        return await self.read(lambda reader: reader.rows(first, last, data_limit))

    @property
    def library(self) -> Library:
        """The person's payloads and definitions."""
        if self._library is None:
            from sockplay.library.library import Library, library_folder  # not before it is seen

            self._library = Library(library_folder())
        return self._library

    @property
    def console(self) -> Console:
        """The interpreters; none is made before the console is first opened."""
        if self._console is None:
            from sockplay.console.console import Console  # not before it is seen

            self._console = Console(self.host, self.engine, lambda: None)
        return self._console

    @property
    def name(self) -> str:
        """What the session is called on the screen."""
        return self.recorder.path.name if self.saved else "unsaved"

    @property
    def path(self) -> Path:
        """Where the session is."""
        return self.recorder.path

    def entries(self, seqs: Iterable[int]) -> Iterator[tuple[int, int, bool]]:
        """Number, size and need of a note's line of some calls.

        The note of a call that moves no bytes has room on the call's own line, unless it says
        what went wrong.
        """
        index = self.recorder.index
        for seq in seqs:
            flags = index.flags[seq - 1]
            noted = flags & index.NOTE and flags & (index.DATA | index.ERROR)
            yield seq, index.sizes[seq - 1], bool(noted)

    def _wake(self) -> None:
        # Called in the engine's thread, perhaps 100,000 times a second: the loop hears it once.
        loop = self._loop
        if loop is not None and not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the screen has gone, and its loop with it
                loop.call_soon_threadsafe(self._changed.set)
