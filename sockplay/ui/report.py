"""A report of a bug in sockplay itself: where it happened, and no byte of any payload."""

from __future__ import annotations

import platform
import time
import traceback
from importlib.metadata import version
from pathlib import Path


def write_report(error: BaseException, folder: Path) -> Path:
    """Write the places in the code that led to an exception, without its text or any value.

    An exception's message may quote a payload, and so may local variables: neither is written.

    Raises:
        OSError: it cannot be written.
    """
    path = folder / f"bug-{time.strftime('%Y%m%d-%H%M%S')}.txt"
    lines = [
        f"sockplay {version('sockplay')}, textual {version('textual')}, "
        f"Python {platform.python_version()}, {platform.platform()}",
        "",
    ]
    cause: BaseException | None = error
    while cause is not None:
        lines.append(type(cause).__qualname__)
        lines += [
            f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
            for frame in traceback.extract_tb(cause.__traceback__)
        ]
        cause = cause.__cause__ or cause.__context__
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
