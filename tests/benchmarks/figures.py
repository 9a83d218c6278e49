"""What a benchmark found, as a row of one table: ours, theirs, and how the two compare."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

import msgspec

_WIDTHS = (34, 22, 40, 9)


class Figure(msgspec.Struct, frozen=True):
    """One comparison. A peer that is not installed has its name, and no number."""

    case: str
    ours: str
    theirs: str = ""
    ratio: str = ""
    reach: str = ""
    """What the ratio, or our number, should be."""


def heading() -> str:
    """The first line of the table."""
    return _line("case", "sockplay", "against", "ratio", "reach")


def line(figure: Figure) -> str:
    """One row of the table."""
    return _line(figure.case, figure.ours, figure.theirs, figure.ratio, figure.reach)


def skipped(case: str, ours: str, peer: str, reach: str) -> Figure:
    """A row for a peer that is not there."""
    return Figure(case, ours, f"{peer}: not installed, skipped", "", reach)


def median(numbers: Iterable[float]) -> float:
    """The median; of no numbers 0."""
    found = list(numbers)
    return statistics.median(found) if found else 0.0


def percentile(numbers: Sequence[float], share: float) -> float:
    """The number below which a share of them lies."""
    found = sorted(numbers)
    return found[min(len(found) - 1, int(len(found) * share))]


def _line(*cells: str) -> str:
    begun = "  ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=False))
    return f"{begun}  {cells[-1]}".rstrip()
