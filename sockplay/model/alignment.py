"""Two sequences laid side by side: which stretches they share, and which one of them lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

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


def differing(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Those that are not the same on both sides."""
    return [stretch for stretch in stretches if stretch.likeness != "same"]
