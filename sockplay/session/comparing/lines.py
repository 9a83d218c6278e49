"""Differences as lines of text, for a terminal without panes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from sockplay.model.alignment import ROUGHLY
from sockplay.model.beside import MARKS, Beside, Cell
from sockplay.session.comparing.aligning import align
from sockplay.session.comparing.pairs import Pair
from sockplay.session.comparing.turns import Turn
from sockplay.session.forms.progress import Tell
from sockplay.values.printable import visible
from sockplay.values.reading.field_pairs import FieldPair

ROW: Final = 8
SHOWN: Final = 64
"""Rows with differences that are printed of one message, and fields."""
_VALUE: Final = 60
"""Characters of a field's value; a longer one is shown from shortly before it differs."""
_BEFORE: Final = 12
_ABSENT: Final = " ··"
_WAYS: Final = {"out": "→", "in": "←"}


def byte_lines(left: bytes, right: bytes, tell: Tell | None = None) -> Iterator[str]:
    """The rows that differ, each side as offset, hex and ASCII, and every byte with its mark.

    Args:
        left: one message.
        right: the other one.
        tell: is told how far aligning them has come, and says whether to go on.

    Raises:
        GivenUpError: it shall not go on.
    """
    found = align(left, right, tell)
    beside = Beside(left, right, found.stretches)
    rows = _rows(beside)
    for row in islice(rows, SHOWN):
        cells = beside.cells(row * ROW, ROW)
        yield f"{_side(cells, 0, left)} │ {_side(cells, 1, right)}".rstrip()
    if more := sum(1 for _ in rows):
        yield f"… {more:,} more rows differ"
    if found.rough:
        yield f"… {ROUGHLY}"


def field_lines(pairs: Sequence[FieldPair]) -> Iterator[str]:
    """The fields that differ: path, value then, value now."""
    differing = [pair for pair in pairs if pair.likeness != "same"]
    width = max((len(visible(pair.path)) for pair in differing[:SHOWN]), default=0)
    for pair in differing[:SHOWN]:
        name = f"{MARKS[pair.likeness]} {visible(pair.path):<{width}}"
        start = 0
        if max(len(pair.left), len(pair.right)) > _VALUE:
            start = max(0, _shared(pair.left, pair.right) - _BEFORE)
        yield f"{name}  {_value(pair.left, start)} │ {_value(pair.right, start)}"
    if len(differing) > SHOWN:
        yield f"… {len(differing) - SHOWN:,} more fields differ"


def pair_text(pair: Pair) -> str:
    """A pair of turns of two sessions on one line."""
    name = visible(pair.socket)
    sides = (turn_text(pair.left), turn_text(pair.right))
    return f"{MARKS[pair.likeness]} {name:<8} {sides[0]:<30} │ {sides[1]}".rstrip()


def turn_text(turn: Turn | None) -> str:
    """A turn in a few words: its way, its size, its calls."""
    if turn is None:
        return "-"
    calls = f"#{turn.first}" if turn.first == turn.last else f"#{turn.first} to #{turn.last}"
    return f"{_WAYS[turn.direction]} {turn.size:,} byte{'' if turn.size == 1 else 's'}  {calls}"


def _shared(left: str, right: str) -> int:
    """How many characters both begin with."""
    both = enumerate(zip(left, right, strict=False))
    return next((at for at, (one, other) in both if one != other), min(len(left), len(right)))


def _value(text: str, start: int) -> str:
    before = "…" if start else ""
    after = "…" if len(text) > start + _VALUE else ""
    return f"{before}{text[start : start + _VALUE]}{after}" if text else "-"


def _rows(beside: Beside) -> Iterator[int]:
    """The numbers of the rows that differ, in order."""
    after = 0
    for first, end in beside.runs():
        yield from range(max(after, first // ROW), (end - 1) // ROW + 1)
        after = (end - 1) // ROW + 1


def _side(cells: Sequence[Cell], side: int, data: bytes) -> str:
    places = [cell.right if side else cell.left for cell in cells]
    first = next((place for place in places if place is not None), None)
    offset = "    " if first is None else f"{first:04x}"
    shown = [
        _ABSENT if place is None else f"{MARKS[cell.likeness]}{data[place]:02x}"
        for cell, place in zip(cells, places, strict=True)
    ]
    text = "".join(
        " " if place is None else chr(data[place]) if 0x20 <= data[place] < 0x7F else "."
        for place in places
    )
    return f"{offset} {''.join(shown):<{3 * ROW}}  {text:<{ROW}}"
