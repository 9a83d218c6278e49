"""Opens what sockplay wrote at first: a row per call, which is copied into today's form."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, get_args

from sockplay.model.call import Badge, Call
from sockplay.model.errors import SockplayError
from sockplay.session.recorder import Recorder
from sockplay.session.schema import check_tables, damaged

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
    "select seq, time, took, socket, op, ifnull(args, ''), requested, moved, remained, data, "
    "offset, size, local, peer, error, ifnull(note, ''), ifnull(badges, '') "
    "from calls join links on links.id = calls.link order by seq"
)
_BATCH: Final = 1000
_BADGES: Final[dict[str, Badge]] = {badge: badge for badge in get_args(Badge)}


def as_version_2(older: sqlite3.Connection, path: Path) -> TemporaryDirectory[str]:
    """Copy a session of version 1; returns a folder that holds nothing but the copy.

    Raises:
        SockplayError: it is damaged.
    """
    check_tables(older, path, TABLES_1)
    folder = TemporaryDirectory(prefix="sockplay-")
    try:
        _check_whole(older, path)
        with closing(Recorder(copy_in(folder))) as recorder:
            for row in older.execute(_CALLS):
                call = _call(row)
                recorder.take(call)
                if call.seq % _BATCH == 0 and not recorder.commit():
                    raise SockplayError(f"{path} cannot be converted: {recorder.problem}")
        if recorder.problem:
            raise SockplayError(f"{path} cannot be converted: {recorder.problem}")
    except (sqlite3.Error, UnicodeError) as error:
        folder.cleanup()
        raise damaged(path, error) from error
    except SockplayError:
        folder.cleanup()
        raise
    return folder


def copy_in(folder: TemporaryDirectory[str]) -> Path:
    """Where the copy is."""
    return Path(folder.name, "copy.session")


def _call(row: tuple[Any, ...]) -> Call:
    badges = tuple(_BADGES[b] for b in row[-1].split(",") if b in _BADGES)
    fields = (*row[:-1], badges)
    return Call(*fields)


def _check_whole(older: sqlite3.Connection, path: Path) -> None:
    """See that calls are numbered 1, 2, 3 and so on, each with a link."""
    (sound,) = older.execute("pragma quick_check(1)").fetchone()
    linked, first, last = older.execute(
        "select count(links.id), ifnull(min(seq), 1), ifnull(max(seq), 0) "
        "from calls left join links on links.id = calls.link"
    ).fetchone()
    if sound != "ok" or first != 1 or linked != last:
        raise SockplayError(f"{path} is damaged, so it is not opened.")
