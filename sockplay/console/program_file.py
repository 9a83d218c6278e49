"""Reads a program from a file."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

from sockplay.console.program import SOURCE_CHARS
from sockplay.model.errors import SockplayError


def read_program(path: str) -> tuple[str, str]:
    """The name and the source of a program; waits for the disk.

    Args:
        path: where it is; ``~`` is the person's home.

    Raises:
        SockplayError: it cannot be read, is too long or is no text.
    """
    try:
        file = Path(path).expanduser()
        with file.open("rb") as stream:
            data = stream.read(4 * SOURCE_CHARS + 1)
    except (OSError, ValueError, RuntimeError) as error:  # NUL in a path, no home
        reason = getattr(error, "strerror", None) or str(error)
        raise SockplayError(f"{path} cannot be read: {reason}. Give another path.") from error
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)  # PEP 263
        source = io.TextIOWrapper(io.BytesIO(data), encoding).read()
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise SockplayError(f"{path} is no Python text. Give a .py file.") from error
    if len(source) > SOURCE_CHARS:
        raise SockplayError(f"{path} is longer than 1 MiB. Run it with Python itself.")
    return file.name, source
