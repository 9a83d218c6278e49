"""Reads a session file: rows for a view, the data of one call, the calls that match a filter."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sockplay.model.call import Call, Row
from sockplay.model.errors import SockplayError
from sockplay.session.blocks import Block, Kind
from sockplay.session.finding.filter import Filter, matching
from sockplay.session.moves import Move, move
from sockplay.session.schema import (
    TABLES,
    VERSION,
    check_tables,
    make_file,
    open_to_read,
    version_of,
)
from sockplay.session.stored import Stored

ALL: Final = (1 << 63) - 1
"""Above the number of any call."""


class Reader:
    """A read-only view of a session file, on a connection of its own.

    A file is checked as it is read, so that a long one opens as fast as a short one. Where it
    turns out to be damaged, reading raises SockplayError, and what stands before can be read.

    Args:
        path: the session file.
        ours: whether this very process writes it.

    Raises:
        SockplayError: it is no session, or of another version: one of version 1 is converted first.
    """

    def __init__(self, path: Path, ours: bool) -> None:
        self.path = path
        self._connection = open_to_read(path)
        if not ours:
            try:
                self._check()
            except SockplayError:
                self.close()
                raise
        self._stored = Stored(self._connection, path)
        self._stopped = False

    @property
    def is_open_ended(self) -> bool:
        """Whether its recorder has not closed it: it goes on, or was killed."""
        return self._stored.select("pragma journal_mode") == [("wal",)]

    def kind(self, number: int) -> Kind:
        """What a call is apart from its numbers, by the number in its block.

        Raises:
            SockplayError: there is none, so the file is damaged.
        """
        return self._stored.kind(number)

    def kinds_of(self, block: Block) -> dict[int, Kind]:
        """The kinds of a block's calls by their numbers, in the order of first use."""
        return {number: self.kind(number) for number in block.used}

    def kinds(self) -> Iterator[Kind]:
        """Every kind; there may be too many to hold them all."""
        return self._stored.kinds()

    def blocks(self, first: int = 1, last: int = ALL) -> Iterator[Block]:
        """The blocks that hold any of the calls numbered first to last, in order.

        Raises:
            SockplayError: the file is damaged here, or the reading was interrupted.
        """
        self._stopped = False
        for block in self._stored.blocks(max(1, first)):
            if block.first > last:
                return
            if self._stopped:
                raise SockplayError("The search was stopped.")
            yield block

    def marks(self) -> dict[int, str]:
        """The bookmarked calls, each with its note."""
        return dict(self._stored.select("select seq, note from marks order by seq"))

    def rows(self, first: int, last: int, data_limit: int | None = None) -> list[Row]:
        """The calls numbered first to last, with up to ``data_limit`` bytes of data each."""
        found: list[Row] = []
        seq = max(1, first)
        while seq <= last and (block := self._stored.block_of(seq)) is not None:
            for i in range(seq - block.first, min(last, block.last) - block.first + 1):
                call = block.call(i, self.kind(block.kinds[i]), data_limit)
                found.append(Row(call, block.lengths[i]))
            seq = block.last + 1
        return found

    def calls(self) -> Iterator[Call]:
        """Every call in order, whole."""
        for block in self.blocks():
            for i, number in enumerate(block.kinds):
                yield block.call(i, self.kind(number))

    def moves(
        self, sockets: Sequence[str], first: int, last: int, with_data: bool
    ) -> Iterator[Move]:
        """What the calls numbered first to last did, of some sockets."""
        wanted = frozenset(sockets)
        for block in self.blocks(first, last):
            for i in range(max(0, first - block.first), min(len(block), last - block.first + 1)):
                kind = self.kind(block.kinds[i])
                if kind.socket in wanted:
                    yield move(block, i, kind, with_data)

    def peers(self, socket: str) -> list[str]:
        """The addresses that the calls of a socket were made with, in the order of first use."""
        found = self._stored.select(
            "select peer from links where socket = ? group by peer order by min(id)", (socket,)
        )
        return [peer for (peer,) in found if peer]

    def part(self, seq: int, start: int, size: int) -> bytes:
        """Some of the data of a call."""
        block = self._stored.block_of(seq)
        if block is None:
            return b""
        return block.bytes_of(seq - block.first, start + size)[start:]

    def matching(self, wanted: Filter, after: int = 0) -> array[int]:
        """The numbers, above ``after``, of the calls that a filter lets through."""
        return matching(self, wanted, after)

    def save_as(self, path: Path) -> None:
        """Write a copy of the session as it stands now, for its owner alone.

        Raises:
            SockplayError: there is such a file already, or it could not be written.
        """
        make_file(path)
        try:
            self._connection.execute("pragma query_only = off")
            self._connection.execute("vacuum into ?", (str(path.absolute()),))
        except (sqlite3.Error, UnicodeError) as error:
            path.unlink(missing_ok=True)
            raise SockplayError(
                f"{path} cannot be written: {error}. Choose another place."
            ) from error
        finally:
            self._connection.execute("pragma query_only = on")

    def interrupt(self) -> None:
        """Stop a search that runs in another thread."""
        self._stopped = True
        self._connection.interrupt()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _check(self) -> None:
        version = version_of(self._connection, self.path)
        if version != VERSION:
            raise SockplayError(
                f"{self.path} is a session of version {version}; this sockplay reads up to "
                f"{VERSION}. Update it."
            )
        check_tables(self._connection, self.path, TABLES)
