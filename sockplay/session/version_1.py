"""Opens what sockplay wrote at first: a row per call, which is recorded again in today's form."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, get_args

import msgspec

from sockplay.model.call import Badge, Call
from sockplay.model.errors import SockplayError
from sockplay.session.forms.progress import Tell, going_on
from sockplay.session.recorder import Recorder
from sockplay.session.schema import check_tables, open_to_read, version_of

TABLES_1: Final = {
    "links": (
        "CREATE TABLE links (id INTEGER PRIMARY KEY, socket TEXT NOT NULL, "
        "local TEXT, peer TEXT) STRICT"
    ),
    "calls": (
        "CREATE TABLE calls (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, "
        "took INTEGER NOT NULL, link INTEGER NOT NULL, op TEXT NOT NULL, args TEXT, "
        "requested INTEGER, moved INTEGER, remained INTEGER, size INTEGER, offset INTEGER, "
        "error TEXT, note TEXT, badges TEXT, data BLOB NOT NULL) STRICT"
    ),
}
_CALLS: Final = (
    "select seq, time, took, links.id, socket, op, ifnull(args, ''), requested, moved, remained, "
    "data, offset, size, local, peer, error, ifnull(note, ''), ifnull(badges, '') "
    "from calls left join links on links.id = calls.link order by seq"
)
_BATCH: Final = 1000
_BADGES: Final[dict[str, Badge]] = {badge: badge for badge in get_args(Badge)}


class _Row(msgspec.Struct, array_like=True):
    """What a row must hold: damage can turn anything into anything."""

    seq: int
    time: int
    took: int
    link: int
    socket: str
    op: str
    args: str
    requested: int | None
    moved: int | None
    left: int | None
    data: bytes
    offset: int | None
    size: int | None
    local: str | None
    peer: str | None
    error: str | None
    note: str
    badges: str


def is_version_1(path: Path) -> bool:
    """Whether a file claims to be such a session."""
    try:
        with closing(open_to_read(path)) as file:
            return version_of(file, path) == 1
    except SockplayError:
        return False


def convert(path: Path, recorder: Recorder, tell: Tell | None = None) -> str:
    """Record the calls of a session of version 1 again.

    Args:
        path: the session.
        recorder: takes the calls.
        tell: is told how many calls are done, and of how many; says whether to go on.

    Returns:
        Where a damaged one stops, in a sentence; empty when it is whole.

    Raises:
        SockplayError: it is none, cannot be recorded, or was given up.
    """
    count = 0
    with closing(open_to_read(path)) as older:
        check_tables(older, path, TABLES_1)
        try:
            (total,) = older.execute("select ifnull(max(seq), 0) from calls").fetchone()
            for row in older.execute(_CALLS):
                recorder.take(_call(row, count + 1))
                count += 1
                if count % _BATCH == 0:
                    _commit(recorder, path)
                    going_on(tell, count, total)
            _commit(recorder, path)
            going_on(tell, total, total)
        except (sqlite3.Error, UnicodeError, msgspec.ValidationError):
            _commit(recorder, path)
            return f"{path} is damaged at call {count + 1:,}: only the calls before it can be read."
    return ""


def _call(row: tuple[object, ...], seq: int) -> Call:
    """Check a row, and make of it the call that it has to be.

    Raises:
        msgspec.ValidationError: it is another one, or none.
    """
    found = msgspec.convert(row, _Row)
    if found.seq != seq:
        raise msgspec.ValidationError
    return Call(
        seq=seq,
        time_ns=found.time,
        took_ns=found.took,
        socket=found.socket,
        op=found.op,
        args=found.args,
        requested=found.requested,
        moved=found.moved,
        left=found.left,
        data=found.data,
        offset=found.offset,
        size=found.size,
        local=found.local,
        peer=found.peer,
        error=found.error,
        note=found.note,
        badges=tuple(_BADGES[b] for b in found.badges.split(",") if b in _BADGES),
    )


def _commit(recorder: Recorder, path: Path) -> None:
    if not recorder.commit():
        raise SockplayError(f"{path} cannot be converted: {recorder.problem}")
