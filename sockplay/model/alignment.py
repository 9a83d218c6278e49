"""Two sequences laid side by side: which stretches they share, and which one of them lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

ROUGHLY: Final = "So much differs that not all that is alike was looked for."
"""What is said of an alignment that is rough."""

Likeness = Literal["same", "changed", "left", "right"]


class Stretch(msgspec.Struct, frozen=True):
    """Items that stand side by side; of ``left`` and ``right``, items that the other side lacks.

    Items of a ``changed`` stretch stand at the same place, and some of them may be equal even so.
    """

    likeness: Likeness
    left: int
    """Where it begins in the left sequence, or would."""
    right: int
    size: int

    @property
    def left_end(self) -> int:
        """Where it ends in the left sequence."""
        return self.left if self.likeness == "right" else self.left + self.size

    @property
    def right_end(self) -> int:
        """Where it ends in the right sequence."""
        return self.right if self.likeness == "left" else self.right + self.size


class Alignment(msgspec.Struct, frozen=True):
    """Two sequences side by side."""

    stretches: list[Stretch]
    """They cover both from end to end, in order."""
    rough: bool
    """Whether so much differs that not all that is alike was looked for."""


def differing(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Those that are not the same on both sides."""
    return [stretch for stretch in stretches if stretch.likeness != "same"]
