"""What an error looks like to the person whose code raised it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_OURS: Final = str(Path(__file__).parent.parent)


def report(error: BaseException) -> str:
    """An error as Python's own prompt shows it, without the frames of sockplay."""
    # Lines are read once our frames are out: an interruption may fall into reading a file.
    shown = traceback.TracebackException.from_exception(error, lookup_lines=False)
    _leave_ours_out(shown)
    lines = shown.format() if shown.stack else shown.format_exception_only()
    return "".join(lines).rstrip("\n")


def _leave_ours_out(shown: traceback.TracebackException) -> None:
    seen: set[int] = set()
    rest: list[traceback.TracebackException | None] = [shown]
    while rest:
        one = rest.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.stack = traceback.StackSummary.from_list(list(_theirs(one.stack)))
        if one.__context__ is not None and not _is_theirs(one.__context__):
            one.__context__ = None
        rest += [one.__cause__, one.__context__, *(one.exceptions or ())]


def _theirs(stack: traceback.StackSummary) -> Iterator[traceback.FrameSummary]:
    """The frames of a program and of what it calls, without ours and what those call."""
    inside = False
    for frame in stack:
        if frame.filename.startswith(_OURS):
            inside = True
        elif frame.filename.startswith("<") or not inside:  # a program's source is no file
            inside = False
            yield frame


def _is_theirs(context: traceback.TracebackException) -> bool:
    return any(not frame.filename.startswith(_OURS) for frame in context.stack)
