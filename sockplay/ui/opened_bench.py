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
from sockplay.ui.bench import Bench

T = TypeVar("T")
NOTHING_LIVE: Final = (
    "This is a recorded session: nothing can be started or sent in it. Start sockplay without a "
    "file for that, or have a side of it again (Ctrl+P: replay)."
)
_FIRST_S: Final = 0.5
"""How long the first calls have to be shown before the reading of all others begins."""
_LOOK_S: Final = 0.1
"""How often the calls made of a capture are looked at while it is read."""


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
        self._made_of_packets: Recorder | None = None
        stored = path
        if is_capture(path):
            folder = self._ending.enter_context(TemporaryDirectory(prefix="sockplay-"))
            self._made_of_packets = Recorder(Path(folder, "capture.session"))
            self._ending.callback(self._made_of_packets.close)
            stored = self._made_of_packets.path
        reader = Reader(stored, ours=False)
        super().__init__(Host(_no_bug), Engine(_NoRecord()), self.opened, reader, saved=True)
        self._openers = ThreadPoolExecutor(1, "sockplay-opening")

    @property
    def recorded(self) -> str:
        """That it was recorded before, and how far it was read."""
        opened = self.opened
        if opened.stopped:
            return "recorded, read no further"
        if not opened.reading:
            return "recorded, not whole" if opened.lacking else "recorded"
        share = f" {opened.share:.0%}, Esc stops" if self._made_of_packets is not None else ""
        return f"recorded, reading{share}"

    @property
    def marks_are_lost(self) -> str:
        """That a capture, or a session of an older version, is shown as a copy made of it."""
        if self._reader.stored_at == self.opened.path:
            return ""
        what = "A capture" if self._made_of_packets is not None else "A session of version 1"
        return f"{what} keeps no marks: they go when it closes. Save it (Ctrl+S) to keep them."

    @property
    def can_be_stopped(self) -> bool:
        """Whether a capture is being read, which may take long."""
        opened = self.opened
        return self._made_of_packets is not None and opened.reading and not opened.stopped

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
        reader = Reader(self._reader.stored_at, ours=True)
        try:
            if self._made_of_packets is not None:
                said = self._read_packets(self._made_of_packets, reader)
            else:
                self.opened.read_on(reader, 1)
                self.opened.first_seen.wait(_FIRST_S)
            self.opened.read_on(reader)
        except SockplayError as error:
            said = str(error)
        finally:
            reader.close()
            self.opened.finish(said)

    def _read_packets(self, recorder: Recorder, reader: Reader) -> str:
        from sockplay.session.capture.read import read  # much to load, and few open a capture

        looked = monotonic()

        def tell(done: int, total: int) -> bool:
            nonlocal looked
            if monotonic() - looked > _LOOK_S:
                self.opened.share = done / max(1, total)
                self.opened.read_on(reader)
                looked = monotonic()
            return not self.opened.stopped

        summary = read(self.opened.path, recorder, tell)
        self.opened.lacking = replace(summary, stopped="").sentence
        return summary.stopped

    async def sockets(self) -> tuple[SocketInfo, ...]:
        """Every socket that the record tells of."""
        return self.opened.infos

    async def mark(self, seq: int, note: str | None) -> None:
        """Mark a call in the file itself; one of a capture, in what was made of it.

        Raises:
            SockplayError: it cannot be written.
        """
        made = self._made_of_packets
        if made is None:
            await asyncio.to_thread(write_mark, self._reader.stored_at, seq, note)
        elif not await asyncio.to_thread(made.mark, seq, note):
            raise SockplayError(made.problem)

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
