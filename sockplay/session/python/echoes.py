"""Finds where a socket sent back what it received, however that was cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sockplay.session.python.step import AT_ONCE, Step

_FEW: Final = 16
"""Steps that are better read one by one."""


def with_echoes(steps: Sequence[Step]) -> list[Step]:
    """The same steps, with one in place of each long row that only sends back what came."""
    made: list[Step] = []
    at = 0
    while at < len(steps):
        echo, end = _echo(steps, at)
        made.append(echo or steps[at])
        at = end if echo else at + 1
    return made


def _echo(steps: Sequence[Step], start: int) -> tuple[Step | None, int]:
    """The echo that begins at a place, and where it ends; None if there is no long one."""
    first = steps[start]
    if first.kind != "receive":
        return None, start
    came, sent, end = bytearray(), 0, start
    for place in range(start, len(steps)):
        step = steps[place]
        if step.others != first.others or step.exchanges:
            break
        if step.kind == "receive":
            came += step.data
        elif step.kind == "send" and came[sent : sent + len(step.data)] == step.data:
            sent += len(step.data)
        else:
            break
        if sent == len(came):
            end = place + 1
    if end - start <= _FEW and len(came) <= AT_ONCE:
        return None, start
    row = steps[start:end]
    if len(row) <= 2:
        return None, start
    data = bytearray().join(step.data for step in row if step.kind == "receive")
    last = row[-1]
    return Step("echo", first.first, last.last, data, sent=last.sent, came=last.came), end
