"""What a person entered at the prompt, kept from run to run."""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from pathlib import Path
from typing import Final

from sockplay.model.errors import SockplayError
from sockplay.session.folder import state_folder

ENTRIES: Final = 1000
_BYTES: Final = 8 << 20
"""As much of the file's end is read at most."""


class History:
    """The last entries, one JSON text per line of a file that only this user can read.

    Several sockplays may write it at once: each adds lines at its end, and only a file that holds
    twice too many is shortened, when it is read.

    Args:
        path: the file; the one of this user unless told.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._entries: deque[str] = deque(maxlen=ENTRIES)
        self._is_told = False

    @property
    def entries(self) -> tuple[str, ...]:
        """The oldest first."""
        with self._lock:
            return tuple(self._entries)

    def load(self) -> str:
        """Read the file; returns what is wrong with it, in a sentence, or nothing."""
        try:
            path = self._file()
            found = _read(path)
            if len(found) > 2 * ENTRIES:
                _shorten(path, found[-ENTRIES:])
        except FileNotFoundError:
            return ""
        except (OSError, SockplayError) as error:
            return self._tell(error)
        with self._lock:
            self._entries = deque([*found, *self._entries], maxlen=ENTRIES)
        return ""

    def add(self, entry: str) -> str:
        """Keep an entry; returns what is wrong with the file, once, or nothing."""
        entry = entry.rstrip("\n")
        with self._lock:
            if not entry.strip() or (self._entries and self._entries[-1] == entry):
                return ""
            self._entries.append(entry)
        try:
            file = os.open(self._file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with open(file, "ab") as stream:
                stream.write(json.dumps(entry).encode() + b"\n")
        except (OSError, SockplayError) as error:
            return self._tell(error)
        return ""

    def _file(self) -> Path:
        return self._path or state_folder() / "console_history"

    def _tell(self, error: OSError | SockplayError) -> str:
        if self._is_told:
            return ""
        self._is_told = True
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return f"What you enter is not kept for the next time: {reason}"


def _read(path: Path) -> list[str]:
    with path.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - _BYTES))
        lines = stream.read().split(b"\n")
    found = []
    for line in lines:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):  # a line that was cut, or somebody else's
            continue
        if isinstance(entry, str):
            found.append(entry)
    return found


def _shorten(path: Path, entries: list[str]) -> None:
    size = path.stat().st_size
    shorter = path.with_name(f"{path.name}-{os.getpid()}")
    file = os.open(shorter, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(file, "wb") as stream:
        stream.writelines(json.dumps(entry).encode() + b"\n" for entry in entries)
    if path.stat().st_size == size:  # else another one has just added to it
        shorter.replace(path)
    else:
        shorter.unlink()
