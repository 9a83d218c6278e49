"""What the workbench works with: the engine in its thread, the record, a reader of the record."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.model.call import Row
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.session.index import Index
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.session.selection import Selection
from sockplay.ui.finder import Finder

if TYPE_CHECKING:
    from sockplay.console.console import Console
    from sockplay.library.library import Library

T = TypeVar("T")
_LONG_AT_ONCE: Final = 4
"""Saves and the like that go on at the same time; others wait for one of them."""


class Record(Protocol):
    """A session that is recorded, or was, as far as its calls are known."""

    path: Path
    index: Index
    problem: str
    on_change: Callable[[], None] | None

    def commit(self) -> bool:
        """Write what is not written yet; False when it could not be."""


_NOTED = bytes(
    bool(flags & Index.NOTE and flags & (Index.DATA | Index.ERROR)) for flags in range(256)
)
"""By a call's flags, whether its note needs a line of its own."""


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
        recorder: Record,
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
        self.gauged: dict[tuple[str, str], deque[int | None]] = {}
        """Queues as they were lately, by socket and queue, whenever they were looked at."""
        self.left_behind = ""
        """What of the console did not end when it was told to, in a sentence."""
        self._reader = reader
        self._readers = ThreadPoolExecutor(1, "sockplay-reader")
        self.finder = Finder(self.reader_again)
        self._long = ThreadPoolExecutor(_LONG_AT_ONCE, "sockplay-long")
        self._readers_apart: set[Reader] = set()
        self._lock = Lock()
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
        with self._lock:
            for reader in (self._reader, *self._readers_apart):
                reader.interrupt()
        self.finder.close()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._long.shutdown(wait=True, cancel_futures=True)
        self._reader.close()

    async def changed(self) -> None:
        """Wait until something new is in the record."""
        await self._changed.wait()
        self._changed.clear()
        self._woken = False

    async def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the engine do something; its calls are in the record when it is done.

        Cancelling this cancels that.

        Raises:
            SockplayError: it cannot be done.
        """
        result = await asyncio.wrap_future(self.host.submit(work))
        await self.ask(lambda: None)
        return result

    async def ask(self, question: Callable[[], T]) -> T:
        """Ask the engine something on its own thread; what it did before is then in the record."""

        def answer() -> T:
            self.engine.journal.commit()
            return question()

        return await asyncio.wrap_future(self.host.ask(answer))

    async def go_on_in(self, path: Path) -> None:
        """Copy what was recorded to another file, and go on recording there.

        Raises:
            SockplayError: that file cannot be written, or nothing is being recorded.
        """
        recorder = self.recorder
        if not isinstance(recorder, Recorder):
            raise SockplayError("This session was recorded before. Save it with Ctrl+S instead.")
        try:
            await self.read_apart(lambda reader: reader.save_as(path))
        except SockplayError as error:
            if error.code != "ENOENT":
                raise
            # Its file is gone: only who has it open still reads it.
            await self.read(lambda reader: reader.save_as(path))
        await self.ask(lambda: recorder.go_on_in(path))
        self.saved = True
        before, self._reader = self._reader, Reader(path, ours=True)
        self.finder.open_anew()
        await asyncio.get_running_loop().run_in_executor(self._readers, before.close)

    def look_again(self) -> None:
        """Act as if something new were in the record."""
        self._changed.set()

    async def read(self, question: Callable[[Reader], T]) -> T:
        """Ask the record something that takes a moment."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, question, self._reader)

    async def read_apart(self, question: Callable[[Reader], T]) -> T:
        """Ask the record something that may take long: nothing else waits for it, or ends it.

        Raises:
            SockplayError: it cannot be read, or the session was left.
        """

        def answer() -> T:
            with closing(self.reader_again()) as reader:
                with self._lock:
                    self._readers_apart.add(reader)
                try:
                    return question(reader)
                finally:
                    with self._lock:
                        self._readers_apart.remove(reader)

        return await asyncio.get_running_loop().run_in_executor(self._long, answer)

    def reader_again(self, seqs: Sequence[int] | None = None) -> Reader:
        """Another reader of the record, of some of its calls; for a thread of one's own.

        Raises:
            SockplayError: it cannot be read.
        """
        if seqs is None:
            return Reader(self._reader.path, ours=True)
        return Selection(self._reader.path, seqs)

    async def in_library(self, work: Callable[[Library], T]) -> T:
        """Look into the library or change it, while the screen goes on.

        Raises:
            SockplayError: it cannot be done.
        """
        return await asyncio.to_thread(lambda: work(self.library))

    async def mark(self, seq: int, note: str | None) -> None:
        """Mark a call with a note, perhaps an empty one; None takes the mark away.

        Raises:
            SockplayError: it cannot be written.
        """
        recorder = self.recorder
        assert isinstance(recorder, Recorder), "an opened session is marked in another way"
        if not await self.ask(lambda: recorder.mark(seq, note)):
            raise SockplayError(recorder.problem)

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

            self._console = Console(self.host, self.engine)
        return self._console

    @property
    def waiting(self) -> tuple[str, bool] | None:
        """A call by hand that waits, and whether the console made it; None when none does."""
        return self._console.waiting if self._console is not None else None

    @property
    def recorded(self) -> str:
        """What is said of a session that was recorded before; empty while it is being made."""
        return ""

    @property
    def marks_are_lost(self) -> str:
        """Why marks made now are not kept, in a sentence; empty where they are."""
        return ""

    @property
    def name(self) -> str:
        """What the session is called on the screen."""
        return self.recorder.path.name if self.saved else "unsaved"

    @property
    def path(self) -> Path:
        """Where the session is."""
        return self.recorder.path

    def entries(self, seqs: Sequence[int]) -> tuple[Sequence[int], Sequence[int], bytearray]:
        """Number, size and need of a note's line of some calls, by column.

        The note of a call that moves no bytes has room on the call's own line, unless it says
        what went wrong.
        """
        index = self.recorder.index
        sizes: Sequence[int]
        if isinstance(seqs, range):
            sizes = index.sizes[seqs.start - 1 : seqs.stop - 1]
            flags = index.flags[seqs.start - 1 : seqs.stop - 1]
        else:
            sizes = [index.sizes[seq - 1] for seq in seqs]
            flags = bytearray(index.flags[seq - 1] for seq in seqs)
        return seqs, sizes, flags.translate(_NOTED)

    def _wake(self) -> None:
        # Called in the engine's thread, perhaps 100,000 times a second: the loop hears it once.
        loop = self._loop
        if loop is not None and not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the screen has gone, and its loop with it
                loop.call_soon_threadsafe(self._changed.set)
