"""What must wait for what when sockets play at the same time: the order that was recorded.

Within a socket the order is the program's. Between sockets most of it comes by itself: a receive
waits for the send. Where it does not, a step that others may notice waits for what was done before
it; each wait points back in time, so they can never wait for one another in a circle.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from sockplay.session.python.cast import Part
from sockplay.session.python.step import Step

Played = list[tuple[Part, list[Step]]]
_NOTICED = frozenset({"receive", "end", "datagram", "accept"})
"""Steps that a later one waits for beside the active ones; what only opens a socket is waited for
where its address is asked."""


class _Progress:
    """What one socket has behind it, in the order of the record."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.floor = 0
        """All that was over before this call is behind it."""
        self.received = 0
        self.ended = False
        """Whether it saw its peer's end, or the end of their connection."""


def arrange(played: Played) -> None:
    """Note for each step what it waits for."""
    progress = {part.name: _Progress(part) for part, _ in played}
    steps = [(step, progress[part.name]) for part, made in played for step in made]
    beginnings = sorted(steps, key=lambda pair: pair[0].first)
    endings = sorted(steps, key=lambda pair: pair[0].last)
    latest: OrderedDict[str, tuple[Step, _Progress]] = OrderedDict()
    over = 0
    for step, own in beginnings:
        while endings[over][0].last < step.first:
            _end(latest, *endings[over])
            over += 1
        if step.active:
            step.waits = list(_waits(latest, step, own))
            own.floor = step.first
    marks = {call for step, _ in steps for call in step.waits}
    for step, _ in steps:
        step.marked = step.last in marks


def _end(latest: OrderedDict[str, tuple[Step, _Progress]], step: Step, own: _Progress) -> None:
    own.received = step.came
    own.ended |= step.kind in ("end", "failure")
    if step.active or step.kind in _NOTICED:
        latest[own.part.name] = (step, own)
        latest.move_to_end(own.part.name)


def _waits(
    latest: OrderedDict[str, tuple[Step, _Progress]], step: Step, own: _Progress
) -> Iterable[int]:
    """The calls that a step waits for: the last of each socket, as far as not known to be over."""
    floor = own.floor
    for before, other in reversed(latest.values()):
        if before.last < floor:
            return
        if other is own:
            continue
        if not _is_known(before, other, step, own):
            yield before.last
        if before.active:
            floor = max(floor, before.first)


def _is_known(before: Step, other: _Progress, step: Step, own: _Progress) -> bool:
    """Whether what the socket itself has seen tells that a step of another is over."""
    is_twin = own.part.twin == other.part.name
    if before.kind == "accept":
        return step.kind not in ("connect", "close", "failure") or before.args == own.part.name
    if before.kind in ("send", "send to", "echo"):
        return is_twin and own.received >= before.sent
    if before.kind == "connect":
        return is_twin and step.kind != "close"  # else it might find the connection gone already
    return is_twin and own.ended and before.kind in ("shutdown", "close")
