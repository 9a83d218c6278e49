"""Marks in a session that nobody records any more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sockplay.model.errors import SockplayError
from sockplay.values.printable import visible

_BUSY_S: Final = 1.0


def write_mark(path: Path, seq: int, note: str | None) -> None:
    """Mark a call with a note, perhaps an empty one; None takes the mark away.

    Args:
        path: a session that was opened, and so checked, before.
        seq: the call.
        note: what is noted.

    Raises:
        SockplayError: it cannot be written, or its recording has not ended.
    """
    try:
        with closing(
            sqlite3.connect(
                f"file:{quote(str(path.resolve()), errors='surrogateescape')}?mode=rw",
                uri=True,
                isolation_level=None,
                timeout=_BUSY_S,
            )
        ) as connection:
            # A recorder sets this back when it closes its file (``Recorder.close``).
            if connection.execute("pragma journal_mode").fetchone()[0] == "wal":
                raise SockplayError(
                    f"{path} is still being recorded, or was never closed. Save it (Ctrl+S), and "
                    "mark the copy."
                )
            if note is None:
                connection.execute("delete from marks where seq = ?", (seq,))
            else:
                connection.execute(
                    "insert or replace into marks values (?, ?)", (seq, visible(note))
                )
    except (sqlite3.Error, UnicodeError) as error:
        raise SockplayError(
            f"{path} cannot be marked: {error}. Save it (Ctrl+S), and mark the copy."
        ) from error
