"""The turns of two sessions side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from sockplay.model.alignment import Likeness
from sockplay.session.comparing.aligning import align
from sockplay.session.comparing.turns import Turn


class Pair(msgspec.Struct, frozen=True):
    """A turn of one session and what stands for it in the other; None where it has none."""

    likeness: Likeness
    left: Turn | None
    right: Turn | None

    @property
    def socket(self) -> str:
        """Whose turn it is."""
        turn = self.left or self.right
        return turn.socket if turn is not None else ""


def pairs(left: Mapping[str, Sequence[Turn]], right: Mapping[str, Sequence[Turn]]) -> list[Pair]:
    """Lay two sessions side by side, socket by socket; sockets of the same name belong together."""
    names = [*left, *(name for name in right if name not in left)]
    return [pair for name in names for pair in _of_one(left.get(name, ()), right.get(name, ()))]


def _of_one(left: Sequence[Turn], right: Sequence[Turn]) -> Iterator[Pair]:
    found = align(tuple(turn.digest for turn in left), tuple(turn.digest for turn in right))
    for stretch in found:
        mine = left[stretch.left : stretch.left_end]
        theirs = right[stretch.right : stretch.right_end]
        if stretch.likeness in ("same", "changed"):
            for one, other in zip(mine, theirs, strict=True):
                yield from _beside(one, other)
        else:
            yield from (Pair("left", turn, None) for turn in mine)
            yield from (Pair("right", None, turn) for turn in theirs)


def _beside(one: Turn, other: Turn) -> Iterator[Pair]:
    if one.digest == other.digest:
        yield Pair("same", one, other)
    elif one.direction == other.direction:
        yield Pair("changed", one, other)
    else:  # what was sent here stands for nothing that was received there
        yield Pair("left", one, None)
        yield Pair("right", None, other)
