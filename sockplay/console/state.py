"""What an interpreter does, as a view shows it: plain data, raw text of whoever wrote it."""

from __future__ import annotations

from typing import Literal

import msgspec

Doing = Literal["ready", "running", "blocked", "input", "paused", "ended", "failed", "interrupted"]
Kind = Literal["entered", "output", "result", "error", "note"]


class Line(msgspec.Struct, frozen=True):
    """One line of a transcript."""

    kind: Kind
    text: str


class Blocked(msgspec.Struct, frozen=True):
    """A call that waits, and for what."""

    call: str
    waits_for: str
    since_ns: int
    """On the monotonic clock."""
    thread: str = ""
    """The thread's name; empty for the main one."""


class Place(msgspec.Struct, frozen=True):
    """Where a frame of the program is."""

    function: str
    line: int


class Variable(msgspec.Struct, frozen=True):
    """A name of the current frame and what it holds."""

    name: str
    text: str
    """Its repr, shortened."""
    changed: bool
    """Since the last stop."""
    data: bytes | None = None
    """The first bytes of a buffer that calls write into."""
    fresh: tuple[int, int] | None = None
    """Start and end of what the last such call overwrote; the rest of the buffer is stale."""


class InterpreterState(msgspec.Struct, frozen=True):
    """A snapshot of one interpreter."""

    name: str
    doing: Doing
    since_ns: int
    """Since when it does so, on the monotonic clock."""
    line: int | None = None
    """The line of the program that is about to run (paused), runs, or failed."""
    place: tuple[Place, ...] = ()
    """The program's frames, the innermost last."""
    variables: tuple[Variable, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    """Calls that wait, the main thread's first."""
    question: str = ""
    """What ``input`` asks."""
    threads: int = 0
    """How many threads that it started live."""
    waits_outside: bool = False
    """Whether it is in a call of a socket of Python's own, which hears no interruption."""
    is_heard: bool = False
    """Whether it was interrupted where it is, and what it does there has not come back yet."""


class Verdict(msgspec.Struct, frozen=True):
    """Whether a text can be run as it stands; line and column count from 1."""

    kind: Literal["complete", "incomplete", "mistake"]
    line: int = 0
    column: int = 0
    sentence: str = ""


class Completion(msgspec.Struct, frozen=True):
    """A name that fits what was typed, with one line of help."""

    text: str
    help: str


class Completions(msgspec.Struct, frozen=True):
    """What may stand in the place of the text from start to the cursor."""

    start: int
    items: tuple[Completion, ...] = ()
