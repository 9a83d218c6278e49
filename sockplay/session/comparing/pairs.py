"""The turns of two sessions side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from sockplay.model.alignment import Likeness, Stretch
from sockplay.session.comparing.aligning import align
from sockplay.session.comparing.turns import Turn
from sockplay.session.forms.progress import Tell


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


class Paired(msgspec.Struct, frozen=True):
    """Two sessions side by side."""

    pairs: list[Pair]
    rough: bool
    """Whether so much differs that not all that is alike was looked for."""

    @property
    def differing(self) -> int:
        """How many pairs are not the same on both sides."""
        return sum(pair.likeness != "same" for pair in self.pairs)


def paired(
    left: Mapping[str, Sequence[Turn]],
    right: Mapping[str, Sequence[Turn]],
    tell: Tell | None = None,
) -> Paired:
    """Lay two sessions side by side, socket by socket; sockets of the same name belong together.

    Args:
        left: what each socket of one of them said and heard.
        right: the same of the other one.
        tell: is told how far it has come, and says whether to go on.

    Raises:
        GivenUpError: it shall not go on.
    """
    found: list[Pair] = []
    rough = False
    for name in [*left, *(name for name in right if name not in left)]:
        mine, theirs = left.get(name, ()), right.get(name, ())
        laid = align(
            tuple(turn.digest for turn in mine), tuple(turn.digest for turn in theirs), tell
        )
        found += _of_one(mine, theirs, laid.stretches)
        rough = rough or laid.rough
    return Paired(found, rough)


def _of_one(
    left: Sequence[Turn], right: Sequence[Turn], stretches: Sequence[Stretch]
) -> Iterator[Pair]:
    for stretch in stretches:
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
