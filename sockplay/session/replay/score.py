"""What a replay does next and what it waits for, told what comes back; it knows no socket.

TCP keeps no messages, so what came back is compared as a stream: bytes that come earlier than they
did then are counted where they belong, as long as all are the same. From the first difference on,
what came before a step belongs to the step before it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sockplay.session.replay.heard import Heard
from sockplay.session.replay.side import HELD, Side, Step

_ENDS: Final = ("close", "reset")
"""After these nothing can come back."""
_PIECE: Final = 64
"""What a piece takes in memory beside its bytes."""


class Outcome(msgspec.Struct, frozen=True):
    """A step that was taken, with what came back then and now."""

    step: Step
    then: bytes
    now: bytes
    then_ended: bool
    now_ended: bool
    alike: bool
    cuts: str = ""
    """Of datagrams, what differs when the bytes do not."""

    @property
    def words(self) -> str:
        """What differs, in a few words; empty when nothing does."""
        if self.alike:
            return ""
        if self.then != self.now:
            then, now = back_text(self.then, self.then_ended), back_text(self.now, self.now_ended)
            same = f"{counted(len(self.now))} as then, but other ones"
            return f"{then} then, {now} now" if then != now else same
        if self.cuts:
            return self.cuts
        return "the peer finished then" if self.then_ended else "the peer finished now"


def counted(count: int) -> str:
    """A number of bytes in words."""
    return f"{count:,} byte" + ("" if count == 1 else "s")


def back_text(data: bytes, ended: bool) -> str:
    """What came back, in a few words."""
    parts = [counted(len(data))] if data else []
    return " and ".join([*parts, "EOF"] if ended else parts) or "nothing"


class Score:
    """Takes the steps of a side in order.

    Args:
        side: what is had again.
    """

    def __init__(self, side: Side) -> None:
        self.side = side
        self.outcomes: list[Outcome] = []
        self.problem = ""
        """Why it could not go on; empty when it could."""
        self._at = 0
        self._came = Heard(side.info.stream)
        self._owed = self._due()
        self._ended = False
        self._behind = False
        back = [piece for step in side.steps for piece in step.back]
        self._room = HELD + sum(map(len, back)) + _PIECE * len(back)

    @property
    def step(self) -> Step | None:
        """The step whose turn it is; None when all were taken."""
        return self.side.steps[self._at] if self._at < len(self.side.steps) else None

    @property
    def is_last(self) -> bool:
        """Whether no other step follows."""
        return self._at == len(self.side.steps) - 1

    @property
    def differs(self) -> bool:
        """Whether anything came back otherwise than then, or could not be done."""
        return bool(self.problem) or any(not outcome.alike for outcome in self.outcomes)

    def heard(self, data: bytes) -> None:
        """Take what a read gave; what is too much for memory becomes a problem."""
        self._room -= len(data) + _PIECE
        if self._room >= 0:
            self._came.add(data)
        else:
            self.problem = (
                f"The peer sent over {HELD >> 20} MiB more than then, which is all that is held in "
                "memory: the replay ends here."
            )

    def heard_end(self) -> None:
        """Take note that the peer has finished sending."""
        self._ended = True

    @property
    def lacks(self) -> bool:
        """Whether fewer bytes have come back than did then, and more may come."""
        step = self.step
        if step is None or self._ended or step.act in _ENDS:
            return False
        return self._came.lacks(step.back, self._owed)

    @property
    def waits(self) -> bool:
        """Whether less has come back than did then: bytes, or the end."""
        step = self.step
        if step is None or self._ended or step.act in _ENDS:
            return False
        return self.lacks or step.ended

    @property
    def settles(self) -> bool:
        """Whether more may come that belongs to this step: it differs already, or is the last."""
        step = self.step
        if step is None or self._ended or step.act in _ENDS:
            return False
        return self.is_last or not self._came.begins(step.back)

    def settle(self) -> Outcome:
        """End the step: what has come is compared with what came then."""
        step = self.step
        assert step is not None, "all steps were taken"
        carried = not self._behind and not self.is_last and self._came.begins(step.back)
        now = self._came.cut(step.back) if carried else self._came.all()
        ended = self._ended and (step.ended or not (carried or step.act in _ENDS))
        then_bytes, now_bytes = b"".join(step.back), b"".join(now)
        cuts = ""
        if not self.side.info.stream and list(step.back) != now and then_bytes == now_bytes:
            cuts = "the same bytes in other datagrams"
        alike = then_bytes == now_bytes and not cuts and ended == step.ended
        outcome = Outcome(step, then_bytes, now_bytes, step.ended, ended, alike, cuts)
        self._behind = self._behind or not alike
        self.outcomes.append(outcome)
        self._at += 1
        self._owed = self._due()
        return outcome

    def _due(self) -> int:
        """How many bytes came back then after the step whose turn it is."""
        return sum(map(len, self.step.back)) if self.step is not None else 0
