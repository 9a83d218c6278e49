"""Files that a payload names."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

LARGEST: Final = 64 << 20
"""Bytes of a payload."""


def read_file(path: str) -> bytes:
    """Read a file that a payload names; of one that is too large, a byte more than may be.

    Raises:
        OSError: it cannot be read.
    """
    try:
        found = Path(path).expanduser()
    except RuntimeError as error:  # ~name of nobody here
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), path) from error
    if not (found.is_file() or found.is_dir()) and found.exists():
        raise OSError(errno.EINVAL, "it is no plain file", path)  # it might never end
    with found.open("rb") as file:
        return file.read(LARGEST + 1)
