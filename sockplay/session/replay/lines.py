"""A replay as lines of text, for a terminal without panes."""

from __future__ import annotations

from collections.abc import Iterator

from sockplay.session.comparing.lines import byte_lines, field_lines
from sockplay.session.comparing.window import window
from sockplay.session.replay.score import Outcome, back_text, counted
from sockplay.session.replay.side import Step
from sockplay.values.reading.field_pairs import Meaning

_ACTS = {
    "begin": "before anything is sent",
    "finish": "shutdown(SHUT_WR)",
    "close": "close()",
    "reset": "close with a reset",
}


def step_text(step: Step) -> str:
    """What a step does, in a few words."""
    if step.act == "send":
        return f"#{step.seq} sends {counted(len(step.data))}"
    return _ACTS[step.act] if not step.seq else f"#{step.seq} {_ACTS[step.act]}"


def outcome_lines(outcome: Outcome, meaning: Meaning | None = None) -> Iterator[str]:
    """One line for a step, and below it what came back otherwise: then at the left, now right.

    With a meaning the fields that differ stand there too, before the bytes.
    """
    if outcome.step.act == "begin" and outcome.alike and not outcome.then:
        return
    text = step_text(outcome.step)
    if outcome.alike:
        yield f"  {text:<32} back: {back_text(outcome.now, outcome.now_ended)}, as then"
        return
    yield f"≠ {text:<32} back: {outcome.words}"
    if outcome.then != outcome.now:
        if meaning is not None:
            found = meaning.pairs(outcome.then, outcome.now)
            yield from (f"    {line}" for line in field_lines(found))
        part = window(outcome.then, outcome.now)
        if part.start:
            yield f"   {part.words}:"
        yield from (f"    {line}" for line in byte_lines(part.left, part.right))
