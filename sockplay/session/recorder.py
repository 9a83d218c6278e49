"""Writes every call down, in batches, on the thread where the calls are made."""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from sockplay.model.call import Call
from sockplay.session.blocks import MOST_BYTES, MOST_CALLS, pack
from sockplay.session.gap import Gap
from sockplay.session.index import Index
from sockplay.session.kinds import Interned
from sockplay.session.schema import create, go_on
from sockplay.values.printable import visible

BATCH_BYTES: Final = 4 << 20
"""Unwritten bytes that do not wait for the next commit."""
WAITING_BYTES: Final = 16 << 20
"""Unwritten bytes that wait for a disk that takes nothing; what comes then is not recorded."""
_CALL_COST: Final = 500
"""What an unwritten call costs in memory beside its data, in bytes; measured with tracemalloc."""


class Recorder:
    """The one writer of a session file.

    Args:
        path: the file to make.
        on_change: told, on the writer's thread, that the index or the problem has changed.

    Raises:
        SockplayError: the file cannot be made.
    """

    def __init__(self, path: Path, on_change: Callable[[], None] | None = None) -> None:
        self.path = path
        self.index = Index()
        self.problem = ""
        """Why calls cannot be written at the moment; empty when all is well."""
        self._cause = ("", "")
        """The same, as the system says it and by its name."""
        self.on_change = on_change
        self._connection = create(path)
        self._file = _identity(path)
        self._calls: list[Call] = []
        """Those not written yet."""
        self._kinds: list[tuple[int, int]] = []
        """The kinds and flags of the first of them."""
        self._unwritten = 0
        self._interned = Interned()
        self._gap: Gap | None = None
        """What came when no more could wait."""

    def take(self, call: Call) -> bool:
        """Take one call, to be written with the next commit; True when it must be left out.

        The first that is left out gives its number to the row that tells of all of them.
        """
        if (
            self._unwritten > BATCH_BYTES
            and (self.problem or not self.commit())
            and (self._gap is not None or self._unwritten > WAITING_BYTES)
        ):
            return self._leave_out(call)
        self._calls.append(call)
        self._unwritten += len(call.data) + _CALL_COST
        return False

    def commit(self) -> bool:
        """Write what was taken; False when it could not be, and is kept to be tried again."""
        if not self._write():
            return False
        if self._gap is not None:
            gap, self._gap = self._gap, None
            self.take(gap.call())
            return self._write()
        return True

    def mark(self, seq: int, note: str | None) -> bool:
        """Bookmark a call with a note, perhaps an empty one; None takes the mark away.

        False when it could not be written, which ``problem`` explains.
        """
        try:
            if note is None:
                self._connection.execute("delete from marks where seq = ?", (seq,))
            else:
                self._connection.execute(
                    "insert or replace into marks values (?, ?)", (seq, visible(note))
                )
        except sqlite3.Error as error:
            self._say(f"The mark could not be written: {error}. Make room on the disk.")
            return False
        return True

    def go_on_in(self, path: Path) -> None:
        """Go on in a copy of the session, which ``Reader.save_as`` has made at another place.

        Raises:
            SockplayError: it cannot be written.
        """
        connection = go_on(path, self._connection)
        self._connection.close()
        self._connection, self.path, self._file = connection, path, _identity(path)
        self.commit()

    def close(self) -> bool:
        """Write the rest and leave one file behind; False when a part of it is lost."""
        whole = self.commit()
        if not whole:
            lost = len(self._calls) + (self._gap.calls if self._gap else 0)
            self._say(f"The last calls, {lost:,}, are not in the session. {self.problem}")
        try:
            self._connection.execute("pragma journal_mode = delete")
        except sqlite3.Error as error:
            self._say(f"The session could not be tidied up: {error}. Its -wal file belongs to it.")
        self._connection.close()
        return whole

    def _say(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            if self.on_change is not None:
                self.on_change()

    def _leave_out(self, call: Call) -> bool:
        begins = self._gap is None
        if self._gap is None:
            self._gap = Gap(call, *self._cause)
            self._say(f"Calls are not recorded any more. {self.problem}")
        self._gap.add(call)
        return not begins

    def _write(self) -> bool:
        if not self._calls:
            return True
        self._kinds += self._interned.numbers(islice(self._calls, len(self._kinds), None))
        try:
            if _identity(self.path) != self._file:
                raise sqlite3.OperationalError(f"{self.path} is gone")
            self._insert()
        except sqlite3.Error as error:
            self._cause = str(error), getattr(error, "sqlite_errorname", "ENOENT")
            if not self.problem:
                self._say(
                    f"Not recording: {error}. Sockets go on. Make room on the disk, or record to "
                    "another file."
                )
            return False
        self.index.extend(
            array("I", [len(call.data) for call in self._calls]),
            bytes([flags for _, flags in self._kinds]),
        )
        self._calls.clear()
        self._kinds.clear()
        self._interned.written()
        self._unwritten = 0
        self.problem = ""
        if self.on_change is not None:
            self.on_change()
        return True

    def _insert(self) -> None:
        execute, many = self._connection.execute, self._connection.executemany
        execute("begin")
        try:
            many("insert into links values (?, ?, ?, ?)", self._interned.links)
            many("insert into kinds values (?, ?, ?, ?, ?, ?, ?)", self._interned.kinds)
            many("insert into blocks values (?, ?, ?, ?)", self._blocks())
            execute("commit")
        except sqlite3.Error:
            if self._connection.in_transaction:
                execute("rollback")
            raise

    def _blocks(self) -> Iterator[tuple[int, int, bytes, bytes]]:
        start = 0
        while start < len(self._calls):
            end = self._end_of_block(start)
            calls = self._calls[start:end]
            columns = pack(calls, [number for number, _ in self._kinds[start:end]])
            yield calls[0].seq, len(calls), columns, b"".join([call.data for call in calls])
            start = end

    def _end_of_block(self, start: int) -> int:
        end, room = start, MOST_BYTES
        for call in self._calls[start : start + MOST_CALLS]:
            room -= len(call.data)
            if room < 0 and end > start:
                break
            end += 1
        return end


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from one that another program has put in its place."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
