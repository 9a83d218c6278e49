"""Where sessions that nobody has saved yet live, and which of them a crash left behind."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import platformdirs

from sockplay.model.errors import SockplayError
from sockplay.session.reader import Reader

_SUFFIX = ".session"


def state_folder() -> Path:
    """The folder of this person's sockplay, made if need be, closed to others.

    Raises:
        SockplayError: it cannot be made.
    """
    folder = Path(platformdirs.user_state_dir("sockplay", appauthor=False))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SockplayError(
            f"The folder {folder} cannot be made: {error.strerror}. Use --record FILE to keep the "
            "session elsewhere."
        ) from error
    return folder


def new_path() -> Path:
    """A name for a new unsaved session that no other process uses."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return state_folder() / f"{stamp}-{os.getpid()}{_SUFFIX}"


def leftovers() -> list[Path]:
    """Unsaved sessions whose process has ended, the newest first; empty ones are removed."""
    found = []
    for path in state_folder().glob(f"*{_SUFFIX}"):
        if _in_use(path):
            continue
        if _is_empty(path):
            remove(path)
        else:
            found.append(path)
    return sorted(found, reverse=True)


def remove(path: Path) -> None:
    """Remove a session with the files that SQLite keeps beside it."""
    for file in _files(path):
        file.unlink(missing_ok=True)


def _files(path: Path) -> list[Path]:
    return [Path(f"{path}{suffix}") for suffix in ("", "-wal", "-shm")]


def _in_use(path: Path) -> bool:
    pid = path.stem.rpartition("-")[2]
    if not pid.isdecimal() or int(pid) == os.getpid():
        return True
    if sys.platform == "win32":
        return _is_open(path)  # os.kill would end that process
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return _is_open(path)  # the folder may be shared with a container, or another computer
    except OSError:
        return True
    return True


def _is_open(path: Path) -> bool:
    """Whether a program has it open, wherever that runs; one that none has is closed properly."""
    try:
        ended = max(file.stat().st_mtime_ns for file in _files(path) if file.exists())
        with closing(
            sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=0)
        ) as file:
            # SQLite refuses it while there is another connection (www.sqlite.org/wal.html).
            file.execute("pragma journal_mode = delete")
        os.utime(path, ns=(ended, ended))
    except (OSError, ValueError, sqlite3.Error) as error:  # it may go at any moment
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
    return False


def _is_empty(path: Path) -> bool:
    try:
        reader = Reader(path, ours=True)
    except SockplayError:
        return False  # damaged: its owner may know better
    try:
        return not reader.rows(1, 1, 0)
    except SockplayError:
        return False
    finally:
        reader.close()
