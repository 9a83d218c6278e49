"""Small files of text: read whole and within bounds, written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from sockplay.model.errors import SockplayError

LARGEST: Final = 1 << 20
"""Bytes of a file that is kept or taken in."""


def refused(error: OSError, path: Path, what: str) -> SockplayError:
    """The sentence for what the system refused to do with a file, such as ``read``."""
    reason = error.strerror or type(error).__name__
    code = errno.errorcode.get(error.errno or 0)
    return SockplayError(f"{path} cannot be {what}: {reason}. Check the path.", code)


@contextmanager
def refusing(path: Path, what: str) -> Iterator[None]:
    """Turn what the system refuses to do with a file, such as ``read``, into a sentence.

    Raises:
        SockplayError: it refused.
    """
    try:
        yield
    except OSError as error:
        raise refused(error, path, what) from error


def typed_path(typed: str) -> Path:
    """The path that a person typed, from the root on.

    Raises:
        SockplayError: it is none.
    """
    text = typed.strip()
    if not text:
        raise SockplayError("A path is missing. Type one.")
    if "\0" in text:
        raise SockplayError("A path has no NUL in it. Type another one.")
    try:
        text.encode("utf-8", "surrogateescape")
        return Path(text).expanduser().absolute()
    except UnicodeEncodeError as error:
        raise SockplayError(f"{text} is no path. Type another one.") from error
    except RuntimeError as error:  # ~name of nobody here
        raise SockplayError(f"{text} names nobody's folder here.") from error
    except OSError as error:  # the folder that this process is in was removed
        raise SockplayError(
            "The folder that sockplay was started in is gone. Type a path that begins with /."
        ) from error


def read_text(path: Path, errors: str = "strict") -> str:
    """Read a file of UTF-8 text, with its line ends as they are.

    Args:
        path: the file.
        errors: what becomes of bytes that are no UTF-8, as Python names it.

    Raises:
        SockplayError: it cannot be read, is too large, or is no text.
    """
    with refusing(path, "read"):
        if path.exists() and not path.is_file():
            raise SockplayError(f"{path} is no plain file. Give another one.")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise SockplayError(f"{path} has more than {LARGEST:,} bytes. Give a smaller file.")
    try:
        return data.decode("utf-8-sig", errors)
    except UnicodeDecodeError as error:
        raise SockplayError(f"{path} is no UTF-8 text. Give a file of text.") from error


def as_utf8(text: str) -> bytes:
    """The bytes of a file of text.

    Raises:
        SockplayError: it holds half a character, which no such file takes, or has more bytes
            than are read again.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise SockplayError(
            "This holds half a character (a lone surrogate), which no file of text takes. "
            r"Write its bytes as \xNN."
        ) from error
    if len(data) > LARGEST:
        raise SockplayError(
            f"This has {len(data):,} bytes, more than {LARGEST:,}. Make it shorter."
        )
    return data


def write_text(path: Path, text: str) -> None:
    """Write a file that this person alone may read; whoever reads it finds the old or the new.

    Raises:
        SockplayError: it cannot be written, is too large, or is no text.
    """
    data = as_utf8(text)
    with refusing(path, "written"), _whole(path) as file:
        file.write(data)


def aside(path: Path) -> Path:
    """Where a file stays when it is replaced or removed: beside it, its name ending in ``~``."""
    return path.with_name(f"{path.name}~")


def copy_aside(path: Path) -> None:
    """Put a copy of a file aside, before it is replaced.

    Raises:
        SockplayError: it is a link, which would be lost, or cannot be copied.
    """
    with refusing(path, "replaced"):
        if path.is_symlink():
            raise SockplayError(
                f"{path} is a link to another file and stays. Change that file, or type another "
                "name."
            )
        with path.open("rb") as old, _whole(aside(path)) as copy:
            shutil.copyfileobj(old, copy)


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes its place only when all of it is written."""
    handle, made = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)
        Path(made).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(made).unlink()
        raise
