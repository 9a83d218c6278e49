"""The form of a session file: SQLite, one row per call, and the checks on a file from outside."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sockplay.model.errors import SockplayError

APPLICATION_ID: Final = 0x50_4C_41_59
"""``PLAY``, where file(1) and ``pragma application_id`` look for it."""
VERSION: Final = 1
TABLES: Final = {
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
_LARGEST_VALUE: Final = 1 << 28
"""Bytes; no call holds more, so a file that claims more is not ours."""


def create(path: Path) -> sqlite3.Connection:
    """Make a new session file that only its owner can read, and open it for the recorder.

    Raises:
        SockplayError: it exists, or cannot be made there.
    """
    make_file(path)
    # The recorder is made where the view is and used where the sockets are, never in both at once.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute("pragma wal_autocheckpoint = 4000")
        for statement in TABLES.values():
            connection.execute(statement)
    except sqlite3.Error as error:
        connection.close()
        path.unlink(missing_ok=True)
        raise SockplayError(f"{path} cannot be written: {error}. Choose another place.") from error
    return connection


def make_file(path: Path) -> None:
    """Make an empty file that only its owner can read.

    Raises:
        SockplayError: it exists, or cannot be made there.
    """
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise SockplayError(
            f"{path} exists already. Choose another name, or remove it first.", "EEXIST"
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SockplayError(f"{path} cannot be written: {reason}. Choose another place.") from error


def open_to_read(path: Path, ours: bool) -> sqlite3.Connection:
    """Open a session file read-only; one that is not ``ours`` is hostile input and checked whole.

    Raises:
        SockplayError: it is missing, damaged, of a later version, or no session at all.
    """
    if not os.path.isfile(path):  # unlike Path.is_file it never raises before Python 3.14
        raise SockplayError(f"There is no file {path}. Check the name.", "ENOENT")
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.resolve()), errors='surrogateescape')}?mode=ro",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise damaged(path, error) from error
    try:
        connection.execute("pragma query_only = on")
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma mmap_size = 0")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
        if not ours:
            connection.execute("pragma cell_size_check = on")
            _check(connection, path)
    except (sqlite3.Error, UnicodeError, SockplayError) as error:
        connection.close()
        raise error if isinstance(error, SockplayError) else damaged(path, error) from error
    return connection


def damaged(path: Path, error: sqlite3.Error | UnicodeError) -> SockplayError:
    """Say that SQLite could not read a session file, or that text in it is none."""
    return SockplayError(f"{path} is no sockplay session, or is damaged: {error}.")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    def pragma(name: str) -> object:
        return connection.execute(f"pragma {name}").fetchone()[0]

    if pragma("application_id") != APPLICATION_ID:
        raise SockplayError(f"{path} is a database, but no sockplay session.")
    version = pragma("user_version")
    if version != VERSION:
        raise SockplayError(
            f"{path} is a session of version {version}; this sockplay reads {VERSION}. Update it."
        )
    if dict(connection.execute("select name, sql from sqlite_schema")) != TABLES:
        raise SockplayError(f"{path} has other tables than a session has. It is not opened.")
    if pragma("quick_check(1)") != "ok" or not _is_whole(connection):
        raise SockplayError(f"{path} is damaged, so it is not opened.")


def _is_whole(connection: sqlite3.Connection) -> bool:
    """Whether calls are numbered 1, 2, 3 and so on, each with a link: views rely on it."""
    linked, first, last = connection.execute(
        "select count(links.id), ifnull(min(seq), 1), ifnull(max(seq), 0) "
        "from calls left join links on links.id = calls.link"
    ).fetchone()
    return bool(first == 1 and linked == last)
