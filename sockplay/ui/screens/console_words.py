"""What the console's screen says of an interpreter, in a line, in a tab, above its variables."""

from __future__ import annotations

import time
from typing import Final

import msgspec

from sockplay.console.state import Blocked, InterpreterState, Variable
from sockplay.console.transcript import Transcript
from sockplay.ui.widgets.console.transcript import Said
from sockplay.ui.widgets.console.variables import Shown
from sockplay.values.printable import short, visible

UNDER_WAY: Final = frozenset({"running", "blocked", "input", "paused"})
_WHOLE: Final = "<module>"
"""What Python calls the code outside of every function."""
_NS: Final = 1_000_000_000
_GLYPHS: Final = {
    "ready": "",
    "running": "…",
    "blocked": "◷",
    "input": "?",
    "paused": "▶",
    "ended": "∎",
    "failed": "✕",
    "interrupted": "✕",
}
_AT_REST: Final = {
    "ready": "F5 runs it, F8 steps line by line, F9 marks a line to stop at.",
    "ended": "∎ ended. F5 runs it again, F8 steps through it again.",
    "failed": "✕ failed, as the last lines say. F5 runs it again, F8 steps.",
    "interrupted": "✕ interrupted. F5 runs it again, F8 steps through it again.",
}
_OUTSIDE: Final = "◷ in a socket of Python's own: Ctrl+C is heard only when its call comes back."
_READY: Final = "Enter runs it, Tab completes names, Up brings back what was entered."


class Saying(msgspec.Struct, frozen=True):
    """A line about what goes on."""

    text: str
    waits: bool = False
    """Whether it goes on only when something happens."""
    failed: bool = False


def tab_text(state: InterpreterState) -> str:
    """The name in the tab, with what it does as one sign."""
    glyph = _GLYPHS[state.doing]
    line = str(state.line) if state.doing == "paused" else ""
    return " ".join(part for part in (short(state.name), glyph + line) if part)


def program_saying(state: InterpreterState) -> Saying:
    """What a program does now."""
    if state.doing == "paused":
        function = visible(state.place[-1].function) if state.place else "?"
        inside = "" if function == _WHOLE else f", in {function}"
        keys = "F8 next line, F10 steps over calls, F5 goes on."
        return Saying(f"▶ before line {state.line}{inside}. {keys}", waits=True)
    if state.doing in _AT_REST:
        return Saying(_AT_REST[state.doing], failed=state.doing == "failed")
    return _busy(state, "Ctrl+C interrupts, F7 pauses.")


def prompt_saying(state: InterpreterState, lines: int, ahead: int, mistake: str) -> Saying:
    """What the prompt does now.

    Args:
        state: the prompt's.
        lines: how many lines are typed and not entered.
        ahead: how many entries wait for their turn.
        mistake: why they cannot be entered; empty when nothing is known against it.
    """
    if mistake:
        return Saying(visible(f"✕ {mistake}"), failed=True)
    if state.doing in UNDER_WAY:
        keys = "Ctrl+C interrupts." if not ahead else f"{ahead} more wait. Ctrl+C drops all."
        return _busy(state, keys)
    if lines > 1:
        return Saying(
            f"{lines} lines, none has run. Enter at the end runs them, Ctrl+J adds a line, "
            "Ctrl+C empties.",
            waits=True,
        )
    return Saying(_READY)


def where(state: InterpreterState) -> str:
    """Whose variables a program's are: the innermost function, and who called it."""
    return " ‹ ".join(
        f"line {place.line}" if place.function == _WHOLE else f"{place.function} line {place.line}"
        for place in reversed(state.place)
    )


def shown(variables: tuple[Variable, ...]) -> list[Shown]:
    """The variables for their table."""
    return [
        Shown(v.name, v.text, v.changed, v.data if v.fresh else None, v.fresh or (0, 0))
        for v in variables
    ]


def said(transcript: Transcript, known: int) -> tuple[int, int, list[Said]]:
    """What is new in a transcript: the oldest line kept, the first of these lines, the lines.

    Args:
        transcript: where to look.
        known: how many lines were known; the last of them may have grown.
    """
    first = transcript.first
    start = max(first, known - 1, 0)
    lines = transcript.lines(start, transcript.end)
    return first, start, [Said(line.kind, line.text) for line in lines]


def _busy(state: InterpreterState, keys: str) -> Saying:
    if state.doing == "input":
        question = f": {short(state.question)}" if state.question.strip() else ""
        return Saying(f"? it asks{question}  Type an answer, Enter gives it. {keys}", waits=True)
    if state.doing == "blocked" and state.blocked:
        return Saying(f"{_blocked(state.blocked[0])} {keys}", waits=True)
    if state.is_heard:
        return Saying(
            "Ctrl+C was heard; it takes effect when the running call comes back.", waits=True
        )
    if state.waits_outside:
        return Saying(_OUTSIDE, waits=True)
    others = [_blocked(blocked) for blocked in state.blocked[:1]]
    return Saying(" ".join((f"… runs for {_seconds(state.since_ns)}.", *others, keys)))


def _blocked(blocked: Blocked) -> str:
    who = f"{short(blocked.thread)}: " if blocked.thread else ""
    what = f" waits for {blocked.waits_for}" if blocked.waits_for else " has not come back yet"
    return f"◷ {who}{short(blocked.call)}{visible(what)}, {_seconds(blocked.since_ns)}."


def _seconds(since_ns: int) -> str:
    """How long ago that was, in steps of half a second so that it can be read."""
    halves = (time.monotonic_ns() - since_ns) * 2 // _NS
    return f"{halves / 2:.1f} s"
