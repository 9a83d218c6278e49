"""Writes every call down, in batches, on the thread where the calls are made."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sockplay.model.call import Call, Direction
from sockplay.session.schema import create
from sockplay.values.printable import visible

BEHIND_BYTES: Final = 16 << 20
"""Unwritten bytes at which reading should wait: the disk is full, or gone."""
_CALL_COST: Final = 500
"""What an unwritten call costs in memory beside its data, in bytes; measured with tracemalloc."""
_LINKS_KEPT: Final = 10_000


class Index:
    """What must be known of every call without reading it: 5 bytes each."""

    NOTE: Final = 1
    DATA: Final = 2
    """The call is one that moves bytes, if it succeeds."""
    ERROR: Final = 4

    def __init__(self) -> None:
        self.sizes = array("I")
        """Bytes of data by call; the call with number ``seq`` stands at ``seq - 1``."""
        self.flags = bytearray()
        self.bytes_out = 0
        self.bytes_in = 0

    def __len__(self) -> int:
        return len(self.flags)

    def add(self, size: int, note: bool, direction: Direction | None, error: bool) -> None:
        """Add the next call."""
        if direction == "out":
            self.bytes_out += size
        else:
            self.bytes_in += size
        self.sizes.append(size)
        self.flags.append(note * self.NOTE | bool(direction) * self.DATA | error * self.ERROR)


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
        self.on_change = on_change
        self._connection = create(path)
        self._calls: list[tuple[Call, int]] = []
        """Those not written yet, each with the number of its link."""
        self._unwritten = 0
        self._links: dict[tuple[str, str | None, str | None], int] = {}
        self._new_links: list[tuple[int, str, str | None, str | None]] = []
        self._link_count = 0

    @property
    def behind(self) -> bool:
        """Whether so much is unwritten that reading should wait."""
        return self._unwritten > BEHIND_BYTES

    def take(self, call: Call) -> None:
        """Take one call, to be written with the next commit."""
        self._calls.append((call, self._link(call)))
        self._unwritten += len(call.data) + _CALL_COST

    def commit(self) -> bool:
        """Write what was taken; False when it could not be, and is kept to be tried again."""
        if not self._calls:
            return True
        try:
            self._write()
        except sqlite3.Error as error:
            self._say(f"Not recording, so reading waits: {error}. It goes on when there is room.")
            return False
        for call, _ in self._calls:
            self.index.add(len(call.data), bool(call.note), call.direction, bool(call.error))
        self._calls.clear()
        self._new_links.clear()
        self._unwritten = 0
        self.problem = ""
        if self.on_change is not None:
            self.on_change()
        return True

    def close(self) -> None:
        """Write the rest and leave one file behind."""
        self.commit()
        try:
            self._connection.execute("pragma journal_mode = delete")
        except sqlite3.Error as error:
            self._say(f"The session could not be tidied up: {error}. Its -wal file belongs to it.")
        self._connection.close()

    def _say(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            if self.on_change is not None:
                self.on_change()

    def _write(self) -> None:
        rows = [_row(call, link) for call, link in self._calls]
        execute = self._connection.execute
        execute("begin")
        try:
            self._connection.executemany("insert into links values (?, ?, ?, ?)", self._new_links)
            self._connection.executemany(
                "insert into calls values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
            execute("commit")
        except sqlite3.Error:
            if self._connection.in_transaction:
                execute("rollback")
            raise

    def _link(self, call: Call) -> int:
        key = (call.socket, call.local, call.peer)
        link = self._links.get(key)
        if link is None:
            if len(self._links) >= _LINKS_KEPT:
                self._links.clear()  # forged senders must not fill memory; repeats cost a row each
            self._link_count += 1
            link = self._links[key] = self._link_count
            self._new_links.append((link, call.socket, _storable(call.local), _storable(call.peer)))
        return link


def _row(call: Call, link: int) -> tuple[object, ...]:
    return (
        call.seq,
        call.time_ns,
        call.took_ns,
        link,
        call.op,
        _storable(call.args),
        call.requested,
        call.moved,
        call.left,
        call.size,
        call.offset,
        call.error,
        _storable(call.note),
        ",".join(call.badges) or None,
        call.data,
    )


def _storable(text: str | None) -> str | None:
    r"""Text that SQLite takes: an undecodable file name's bytes are written as ``\xNN``."""
    return visible(text) if text else None
