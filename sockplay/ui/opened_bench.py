"""What the workbench works with when it shows a recorded session: the record alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.session.capture.read import is_capture
from sockplay.session.marking import write_mark
from sockplay.session.opened import Opened
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.session.version_1 import convert, is_version_1
from sockplay.ui.bench import Bench

T = TypeVar("T")
NOTHING_LIVE: Final = (
    "This is a recorded session: nothing can be started or sent in it. Start sockplay without a "
    "file for that, or have a side of it again (Ctrl+P: replay)."
)
_OPEN_ENDED: Final = (
    "It is still being recorded, or was never closed. This is how it stood; open it again to see "
    "what came since."
)
_FIRST_S: Final = 0.5
"""How long the first calls have to be shown before the reading of all others begins."""
_LOOK_S: Final = 0.1
"""How often the calls made of a file in another form are looked at while it is read."""
_SELDOM_S: Final = 1.0
"""The same, where a look takes long: the reading is what is waited for."""


class OpenedBench(Bench):
    """Asks the record alone; what would need a live socket is refused in a sentence.

    Args:
        path: a session file, or a capture of packets; it may come from anybody.

    Raises:
        SockplayError: it is neither.
    """

    def __init__(self, path: Path) -> None:
        self.opened = Opened(path)
        self._ending = ExitStack()
        self._copy: Recorder | None = None
        """What is made of a file in another form."""
        self._is_capture = is_capture(path)
        stored = path
        if self._is_capture or is_version_1(path):
            folder = self._ending.enter_context(TemporaryDirectory(prefix="sockplay-"))
            self._copy = Recorder(Path(folder, "copy.session"))
            self._ending.callback(self._copy.close)
            stored = self._copy.path
        reader = Reader(stored, ours=False)
        super().__init__(Host(_no_bug), Engine(_NoRecord()), self.opened, reader, saved=True)
        self._openers = ThreadPoolExecutor(1, "sockplay-opening")
        self.opened.read_on(reader, 1)  # what the first screen shows

    @property
    def recorded(self) -> str:
        """That it was recorded before, and how far it was read."""
        opened = self.opened
        if opened.stopped:
            return "recorded, read no further"
        if not opened.reading:
            return "recorded, not whole" if opened.lacking else "recorded"
        share = f" {opened.share:.0%}, Esc stops" if self._copy is not None else ""
        return f"recorded, reading{share}"

    @property
    def reading(self) -> bool:
        """Whether the record is still being read."""
        return self.opened.reading and not self.opened.stopped

    @property
    def marks_are_lost(self) -> str:
        """That a capture, or a session of an older version, is shown as a copy made of it."""
        if self._copy is None:
            return ""
        what = "A capture" if self._is_capture else "A session of version 1"
        return f"{what} keeps no marks: they go when it closes. Save it (Ctrl+S) to keep them."

    @property
    def can_be_stopped(self) -> bool:
        """Whether a file in another form is being read, which may take long."""
        return self._copy is not None and self.reading

    def attach(self) -> None:
        """Begin to read the record, and to tell of it."""
        super().attach()
        self._openers.submit(self._read)

    def detach(self) -> None:
        """Let the file go."""
        self.opened.stop()
        self._openers.shutdown(wait=True)
        super().detach()
        self._ending.close()

    def _read(self) -> None:
        said = ""
        reader = Reader(self._reader.path, ours=True)
        try:
            if self._copy is not None:
                said = self._convert(self._copy, reader)
            else:
                self.opened.first_seen.wait(_FIRST_S)
            self.opened.read_on(reader)
            if self._copy is None and reader.is_open_ended:
                self.opened.lacking = _OPEN_ENDED
        except SockplayError as error:
            said = "" if self.opened.stopped else str(error)
        finally:
            reader.close()
            self.opened.finish(said)

    def _convert(self, copy: Recorder, reader: Reader) -> str:
        due = monotonic() + _LOOK_S

        def tell(done: int, total: int) -> bool:
            nonlocal due
            if (now := monotonic()) > due:
                self.opened.share = done / max(1, total)
                self.opened.read_on(reader)
                took = monotonic() - now
                due = monotonic() + min(max(_LOOK_S, 8 * took), _SELDOM_S)
            return not self.opened.stopped

        if not self._is_capture:
            return convert(self.opened.path, copy, tell)
        from sockplay.session.capture.read import read  # much to load, and few open a capture

        summary = read(self.opened.path, copy, tell)
        self.opened.lacking = replace(summary, stopped="").sentence
        return summary.stopped

    async def sockets(self) -> tuple[SocketInfo, ...]:
        """Every socket that the record tells of."""
        return self.opened.infos

    async def mark(self, seq: int, note: str | None) -> None:
        """Mark a call in the file itself; of one in another form, in what was made of it.

        Raises:
            SockplayError: it cannot be written.
        """
        copy = self._copy
        if copy is None:
            await asyncio.to_thread(write_mark, self._reader.path, seq, note)
        elif not await asyncio.to_thread(copy.mark, seq, note):
            raise SockplayError(copy.problem)

    async def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Refuse it.

        Raises:
            SockplayError: always.
        """
        work.close()
        await asyncio.sleep(0)
        raise SockplayError(NOTHING_LIVE)

    async def ask(self, question: Callable[[], T]) -> T:
        """Refuse it.

        Raises:
            SockplayError: always.
        """
        del question
        await asyncio.sleep(0)
        raise SockplayError(NOTHING_LIVE)


class _NoRecord:
    """Where the calls of an engine go that makes none."""

    def take(self, call: Call) -> bool:
        raise AssertionError(f"a recorded session made a call: {call.op}")

    def commit(self) -> bool:
        return True


def _no_bug(error: BaseException) -> None:
    raise error
