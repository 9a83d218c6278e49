"""Fetches blocks and kinds from a session file, and believes none of them before it is checked."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

from sockplay.model.call import Badge
from sockplay.model.errors import SockplayError
from sockplay.session.blocks import CALL_BYTES, LARGEST_BLOCK, MOST_CALLS, Block, Kind
from sockplay.session.schema import damaged

_BLOCKS: Final = (
    "select first, count, "
    f"case when count between 1 and {MOST_CALLS} and length(columns) = count * {CALL_BYTES} "
    "then columns end, length(data) from blocks "
)
_NAME: Final = 1_000
_TEXT: Final = 16_000
"""Characters of a name or an address, and of arguments or a note; what is longer is cut. In a
hostile file thousands of kinds may share one name of many megabytes."""
_KINDS: Final = (
    f"select kinds.id, substr(socket, 1, {_NAME}), substr(local, 1, {_NAME}), "
    f"substr(peer, 1, {_NAME}), substr(op, 1, {_NAME}), substr(args, 1, {_TEXT}), "
    f"substr(error, 1, {_NAME}), substr(note, 1, {_TEXT}), substr(badges, 1, {_NAME}) "
    "from kinds join links on links.id = kinds.link "
)
_KINDS_READ: Final = 500
_KINDS_KEPT: Final = 2 * MOST_CALLS
_BLOCKS_KEPT: Final = 8
_BLOCKS_READ: Final = 16
_BADGES: Final[dict[str, Badge]] = {badge: badge for badge in get_args(Badge)}


class Stored:
    """The rows of a session file, the last ones used kept in memory.

    No statement is left open between two calls: it would keep SQLite's log from being cut.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._kinds: dict[int, Kind] = {}
        self._blocks: OrderedDict[int, Block] = OrderedDict()

    def select(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        """The rows that a statement finds.

        Raises:
            SockplayError: the file is damaged.
        """
        try:
            return self._connection.execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise SockplayError("The search was stopped.") from error
            raise damaged(self._path, error) from error

    def kind(self, number: int) -> Kind:
        """The kind with a number.

        Raises:
            SockplayError: there is none, so the file is damaged.
        """
        kind = self._kinds.get(number)
        if kind is None:
            if len(self._kinds) > _KINDS_KEPT:
                self._kinds.clear()
            self._kinds.update(self._kinds_after(number - 1))
            kind = self._kinds.get(number)
        if kind is None:
            raise SockplayError(f"{self._path} is damaged: a call in it is of no kind.")
        return kind

    def kinds(self) -> Iterator[Kind]:
        """Every kind, in the order of their numbers.

        Raises:
            SockplayError: the file is damaged.
        """
        last = 0
        while found := self._kinds_after(last):
            yield from found.values()
            last = max(found)

    def _kinds_after(self, number: int) -> dict[int, Kind]:
        found = self.select(
            f"{_KINDS} where kinds.id > ? order by kinds.id limit {_KINDS_READ}", (number,)
        )
        return {row[0]: _kind(*row[1:]) for row in found}

    def block_of(self, seq: int) -> Block | None:
        """The block that holds a call; None when none does.

        Raises:
            SockplayError: the file is damaged there.
        """
        for first, block in self._blocks.items():
            if first <= seq <= block.last:
                self._blocks.move_to_end(first)
                return block
        found = self.select(
            f"{_BLOCKS} where first between 1 and ? order by first desc limit 1", (seq,)
        )
        if not found:
            return None
        block = self._block(*found[0])
        if seq > block.last:
            return None
        self._blocks[block.first] = block
        if len(self._blocks) > _BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        return block

    def blocks(self, first: int) -> Iterator[Block]:
        """The blocks from the one that holds a call on.

        Raises:
            SockplayError: the file is damaged; those before it are sound.
        """
        block = self.block_of(first)
        if block is not None:
            yield block
            first = block.last + 1
        while True:
            statement = f"{_BLOCKS} where first >= ? order by first limit {_BLOCKS_READ}"
            found = self.select(statement, (first,))
            for row in found:
                if row[0] != first:
                    raise self._unsound(first)
                block = self._block(*row)
                first = block.last + 1
                yield block
            if len(found) < _BLOCKS_READ:
                return

    def _block(self, first: int, count: int, columns: object, size: object) -> Block:
        if first < 1 or not isinstance(columns, bytes) or not isinstance(size, int):
            raise self._unsound(first)
        block = Block(first, count, columns, lambda: self._data(first))
        if sum(block.lengths) != size or size > LARGEST_BLOCK:
            raise self._unsound(first)
        try:
            for number in block.used:
                self.kind(number)
        except SockplayError as error:
            raise self._unsound(first) from error
        return block

    def _data(self, first: int) -> bytes:
        try:
            # Ten times as fast as a select, which copies a large value twice.
            with self._connection.blobopen("blocks", "data", first, readonly=True) as blob:
                return blob.read()
        except sqlite3.Error as error:
            raise self._unsound(first) from error

    def _unsound(self, seq: int) -> SockplayError:
        return SockplayError(
            f"{self._path} is damaged at call {seq:,}: only the calls before it can be read."
        )


def _kind(
    socket: object,
    local: object,
    peer: object,
    op: object,
    args: object,
    error: object,
    note: object,
    badges: object,
) -> Kind:
    return Kind(
        _text(socket) or "",
        _text(local),
        _text(peer),
        _text(op) or "",
        _text(args) or "",
        _text(error),
        _text(note) or "",
        tuple(_BADGES[b] for b in (_text(badges) or "").split(",") if b in _BADGES),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None  # damage can turn a text into anything
