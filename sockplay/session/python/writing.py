"""Puts a program, or another text made from a session, into a file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from sockplay.model.errors import SockplayError
from sockplay.session.python.cast import Sides
from sockplay.session.python.conversation import conversation
from sockplay.session.python.program import program
from sockplay.session.reader import Reader

_NAMED = 8


def write_program(
    reader: Reader, target: Path, sides: Sides | None = None, over: bool = False
) -> str:
    """Write a session as a program that has its conversation again.

    Args:
        reader: the session.
        target: the program's file.
        sides: who plays in it; both if both were recorded, unless told.
        over: whether a file that is there already may be written over.

    Returns:
        What it leaves out, as a sentence; empty when that is nothing.

    Raises:
        SockplayError: the session makes no program, or the file cannot be written.
    """
    talk = conversation(reader, sides)
    write_text(target, [program(talk, reader.path.name)], over)
    try:
        if os.name == "posix":
            mode = stat.S_IMODE(target.stat().st_mode)
            target.chmod(mode | (mode & 0o444) >> 2)  # who may read it may run it
    except OSError as error:
        raise _unwritable(target, error) from error
    if not talk.left_out:
        return ""
    named = ", ".join(talk.left_out[:_NAMED]) + (", ..." if len(talk.left_out) > _NAMED else "")
    return f"Left out, as the other end is another program: {named}."


def write_text(target: Path, pieces: Iterable[str], over: bool) -> None:
    """Write a text.

    Raises:
        SockplayError: it cannot be written, or is there already and must not be written over.
    """
    try:
        with target.open("w" if over else "x", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
    except FileExistsError as error:
        raise SockplayError(f"{target} exists already. Choose another name.", "EEXIST") from error
    except (OSError, ValueError) as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: Exception) -> SockplayError:
    reason = getattr(error, "strerror", None) or error
    return SockplayError(f"{target} cannot be written: {reason}. Choose another place.")
