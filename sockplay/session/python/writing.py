"""Puts a program that is made from a session into a file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sockplay.session.forms.file import written
from sockplay.session.forms.progress import Tell
from sockplay.session.python.cast import Sides
from sockplay.session.python.conversation import conversation
from sockplay.session.python.program import program
from sockplay.session.reader import Reader

_NAMED = 8


def write_program(
    reader: Reader,
    target: Path,
    sides: Sides | None = None,
    *,
    tell: Tell | None = None,
    over: bool = False,
) -> str:
    """Write a session as a program that has its conversation again.

    Args:
        reader: the session.
        target: the program's file.
        sides: who plays in it; both if both were recorded, unless told.
        tell: is told how many calls are done, and of how many; says whether to go on.
        over: whether a file that is there already may be written over.

    Returns:
        What it leaves out, as a sentence; empty when that is nothing.

    Raises:
        SockplayError: the session makes no program, the file cannot be written, or it was given
            up.
    """
    talk = conversation(reader, sides, tell)
    with written(target, over) as file:
        file.write(program(talk, reader.path.name).encode())
        mode = os.fstat(file.fileno()).st_mode
        if os.name == "posix" and stat.S_ISREG(mode):
            os.fchmod(file.fileno(), stat.S_IMODE(mode | (mode & 0o444) >> 2))  # may read: may run
    if not talk.left_out:
        return ""
    named = ", ".join(talk.left_out[:_NAMED]) + (", ..." if len(talk.left_out) > _NAMED else "")
    return f"Left out, as the other end is another program: {named}."
