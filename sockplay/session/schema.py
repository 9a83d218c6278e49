"""The form of a session file: SQLite, a row for the calls of a commit, and the way to open one."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sockplay.model.errors import SockplayError
from sockplay.session.blocks import LARGEST_BLOCK

APPLICATION_ID: Final = 0x50_4C_41_59
"""``PLAY``, where file(1) and ``pragma application_id`` look for it."""
VERSION: Final = 2
TABLES: Final = {
    "links": (
        "CREATE TABLE links (id INTEGER PRIMARY KEY, socket TEXT NOT NULL, "
        "local TEXT, peer TEXT) STRICT"
    ),
    "kinds": (
        "CREATE TABLE kinds (id INTEGER PRIMARY KEY, link INTEGER NOT NULL, op TEXT NOT NULL, "
        "args TEXT NOT NULL, error TEXT, note TEXT NOT NULL, badges TEXT NOT NULL) STRICT"
    ),
    # The data stands last: who reads the columns alone does not read it from the disk.
    "blocks": (
        "CREATE TABLE blocks (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, "
        "columns BLOB NOT NULL, data BLOB NOT NULL) STRICT"
    ),
    "marks": "CREATE TABLE marks (seq INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT",
}
_SINCE: Final = (
    (
        "select ifnull(max(id), 0) from links",
        "select * from links where id > ?",
        "insert into links values (?, ?, ?, ?)",
    ),
    (
        "select ifnull(max(id), 0) from kinds",
        "select * from kinds where id > ?",
        "insert into kinds values (?, ?, ?, ?, ?, ?, ?)",
    ),
    (
        "select ifnull(max(first), 0) from blocks",
        "select * from blocks where first > ?",
        "insert into blocks values (?, ?, ?, ?)",
    ),
    (
        "select 0",
        "select * from marks where seq > ?",
        "insert or replace into marks values (?, ?)",
    ),
)
"""How a copy gets what came since: its last row, the later ones, and how they are added."""
_SPARE: Final = 1 << 20
"""Bytes of a row beside the data of its block."""
_FORM: Final = (
    # Large pages: a block's data is spread over few of them, which costs a third of the time.
    "page_size = 65536",
    f"application_id = {APPLICATION_ID}",
    f"user_version = {VERSION}",
)
_WRITING: Final = (
    "journal_mode = wal",
    # A killed process loses nothing by this, since the system has what was written; a power cut
    # may. Waiting for the disk would stop the sockets for a tenth of a second at a time.
    "synchronous = off",
    "wal_autocheckpoint = 128",
)


def create(path: Path) -> sqlite3.Connection:
    """Make a new session file that only its owner can read, and open it for the recorder.

    Raises:
        SockplayError: it exists, or cannot be made there.
    """
    make_file(path)
    try:
        connection = _to_write(path, (*_FORM, *_WRITING))
        for statement in TABLES.values():
            connection.execute(statement)
    except sqlite3.Error as error:
        path.unlink(missing_ok=True)
        raise SockplayError(f"{path} cannot be written: {error}. Choose another place.") from error
    return connection


def go_on(path: Path, before: sqlite3.Connection) -> sqlite3.Connection:
    """Open a copy of a session for the recorder, and add what was written since it was made.

    Args:
        path: the copy.
        before: where the recorder has written so far.

    Raises:
        SockplayError: it cannot be written, or what came since cannot be read.
    """
    connection: sqlite3.Connection | None = None
    try:
        connection = _to_write(path, _WRITING)
        connection.execute("begin")
        for newest, rows, insert in _SINCE:
            (last,) = connection.execute(newest).fetchone()
            connection.executemany(insert, before.execute(rows, (last,)))
        connection.execute("commit")
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise SockplayError(f"{path} cannot be written: {error}. Choose another place.") from error
    return connection


def _to_write(path: Path, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    # The recorder is made where the view is and used where the sockets are, never in both at once.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in pragmas:
            connection.execute(f"pragma {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
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


def check_is_file(path: Path) -> None:
    """See that a file is there that can be read from any place: no folder, no pipe.

    Raises:
        SockplayError: it is none, or is missing.
    """
    if os.path.isfile(path):  # unlike Path.is_file it never raises before Python 3.14
        return
    if os.path.isdir(path):
        raise SockplayError(f"{path} is a folder. Name a file in it.", "EISDIR")
    if os.path.exists(path):
        raise SockplayError(f"{path} is no regular file. Name a file on disk.")
    raise SockplayError(f"There is no file {path}. Check the name.", "ENOENT")


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a database file read-only, as hostile input: nothing in it is executed or believed.

    Raises:
        SockplayError: it is missing, or cannot be opened.
    """
    check_is_file(path)
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
        connection.execute("pragma cell_size_check = on")
        connection.execute("pragma mmap_size = 0")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_BLOCK + _SPARE)
    except sqlite3.Error as error:
        connection.close()
        raise damaged(path, error) from error
    return connection


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """Which version of a session a database claims to be.

    Raises:
        SockplayError: it is none, or is damaged.
    """
    try:
        (found,) = connection.execute("pragma application_id").fetchone()
        (version,) = connection.execute("pragma user_version").fetchone()
    except sqlite3.Error as error:
        raise damaged(path, error) from error
    if found != APPLICATION_ID:
        raise SockplayError(f"{path} is a database, but no sockplay session.")
    return int(version)


def check_tables(connection: sqlite3.Connection, path: Path, tables: dict[str, str]) -> None:
    """See that a session has the tables of its version, and nothing else.

    Raises:
        SockplayError: it has others, or is damaged.
    """
    try:
        found = dict(connection.execute("select name, sql from sqlite_schema"))
    except (sqlite3.Error, UnicodeError) as error:
        raise damaged(path, error) from error
    if found != tables:
        raise SockplayError(f"{path} has other tables than a session has. It is not opened.")


def damaged(path: Path, error: sqlite3.Error | UnicodeError) -> SockplayError:
    """Say that SQLite could not read a session file, or that text in it is none."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        return SockplayError(
            f"{path} is neither a session nor a capture, or damaged. Unpack a compressed one "
            "first; of other captures Wireshark's editcap makes a pcapng."
        )
    return SockplayError(f"{path} is no sockplay session, or is damaged: {error}.")
