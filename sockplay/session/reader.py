"""Reads a session file: rows for a view, the data of one call, the calls that match a filter."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from sockplay.model.call import Badge, Call, Row, direction_of
from sockplay.model.errors import SockplayError
from sockplay.session.filters import Filter
from sockplay.session.recorder import Index
from sockplay.session.schema import damaged, make_file, open_to_read

_COLUMNS: Final = (
    "select seq, time, took, socket, op, args, requested, moved, remained, size, offset, "
    "local, peer, error, note, badges, substr(data, 1, ?), length(data) "
    "from calls join links on links.id = calls.link"
)
_INDEXED: Final = "select length(data), note, op, error from calls order by seq"
_MOVES: Final = (
    "select seq, socket, ifnull(peer, ''), op, ifnull(args, ''), moved, offset, size, error, "
    "ifnull(badges, ''), ifnull(note, ''), case when ? then data else x'' end "
    "from calls join links on links.id = calls.link where seq between ? and ? and link in "
    "(select id from links where socket in ({})) order by seq"
)
_BADGES: Final[dict[str, Badge]] = {badge: badge for badge in get_args(Badge)}
_WHOLE: Final = (1 << 31) - 1
"""The most that substr() takes: before SQLite 3.44 it reads a C int, which 1 << 31 overflows."""
_PAGE: Final = 500


class Move(msgspec.Struct, frozen=True):
    """What a call did to its socket's streams, in the terms of ``Call``."""

    seq: int
    socket: str
    peer: str
    op: str
    args: str
    moved: int | None
    offset: int | None
    size: int | None
    error: str | None
    badges: str
    note: str
    data: bytes

    @property
    def peeked(self) -> bool:
        """Whether it left in the queue what it read."""
        return "MSG_PEEK" in self.args


class Reader:
    """A read-only view of a session file, on a connection of its own.

    Reading a file that turns out to be damaged raises SockplayError too.

    Args:
        path: the session file.
        ours: whether this very process writes it; any other file is checked first.

    Raises:
        SockplayError: it is no session, or is damaged.
    """

    def __init__(self, path: Path, ours: bool) -> None:
        self.path = path
        self._connection = open_to_read(path, ours)

    def rows(self, first: int, last: int, data_limit: int = _WHOLE) -> list[Row]:
        """The calls numbered first to last, with up to ``data_limit`` bytes of data each."""
        found = self._select(
            f"{_COLUMNS} where seq between ? and ? order by seq", (data_limit, first, last)
        )
        return [_row(values) for values in found]

    def calls(self) -> Iterator[Call]:
        """Every call in order, whole; pages of them, so that no read holds up the writer long."""
        last, before = 0, -1
        while last != before:
            before = last
            for values in self._select(
                f"{_COLUMNS} where seq > ? order by seq limit {_PAGE}", (_WHOLE, last)
            ):
                call = _row(values).call
                last = call.seq
                yield call

    def moves(
        self, sockets: Sequence[str], first: int, last: int, with_data: bool
    ) -> Iterator[Move]:
        """What the calls numbered first to last did, of some sockets."""
        statement = _MOVES.format(", ".join("?" * len(sockets)))
        for values in self._select(statement, (with_data, first, last, *sockets)):
            yield Move(*values)

    def peers(self, socket: str) -> list[str]:
        """The addresses that the calls of a socket were made with, in the order of first use."""
        found = self._select("select distinct peer from links where socket = ?", (socket,))
        return [peer for (peer,) in found if peer]

    def sockets_between(self, local: str, peer: str) -> list[str]:
        """The names of the sockets that had these two addresses, in the order of first use."""
        found = self._select(
            "select distinct socket from links where local = ? and peer = ?", (local, peer)
        )
        return [socket for (socket,) in found]

    def part(self, seq: int, start: int, size: int) -> bytes:
        """Some of the data of a call."""
        found = self._select(
            "select substr(data, ?, ?) from calls where seq = ?", (start + 1, size, seq)
        )
        return next((bytes(data) for (data,) in found), b"")

    def matching(self, wanted: Filter, after: int = 0) -> array[int]:
        """The numbers, above ``after``, of the calls that a filter lets through."""
        where, values = wanted.sql()
        found = self._select(
            "select seq from calls join links on links.id = calls.link "
            f"where seq > ? and {where} order by seq",
            (after, *values),
        )
        return array("I", (seq for (seq,) in found))

    def index(self) -> Index:
        """What must be known of every call, for a session that is not being recorded."""
        index = Index()
        for size, note, op, error in self._select(_INDEXED):
            index.add(size, bool(note), direction_of(op), bool(error))
        return index

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
        self._connection.interrupt()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _select(self, statement: str, values: tuple[object, ...] = ()) -> Iterator[Any]:
        try:
            yield from self._connection.execute(statement, values)
        except (sqlite3.Error, UnicodeError) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise SockplayError("The search was stopped.") from error
            raise damaged(self.path, error) from error


def _row(values: tuple[object, ...]) -> Row:
    data, length = values[16], values[17]
    return Row(_call(values, data if isinstance(data, bytes) else b""), _number(length) or 0)


def _call(v: tuple[object, ...], data: bytes) -> Call:
    return Call(
        seq=_number(v[0]) or 0,
        time_ns=_number(v[1]) or 0,
        took_ns=_number(v[2]) or 0,
        socket=_text(v[3]) or "",
        op=_text(v[4]) or "",
        args=_text(v[5]) or "",
        requested=_number(v[6]),
        moved=_number(v[7]),
        left=_number(v[8]),
        size=_number(v[9]),
        offset=_number(v[10]),
        local=_text(v[11]),
        peer=_text(v[12]),
        error=_text(v[13]),
        note=_text(v[14]) or "",
        badges=tuple(_BADGES[b] for b in (_text(v[15]) or "").split(",") if b in _BADGES),
        data=data,
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
