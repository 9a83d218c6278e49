"""Differences as lines of text, for a terminal without panes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sockplay.model.beside import MARKS, Beside, Cell
from sockplay.session.comparing.aligning import align
from sockplay.session.comparing.pairs import Pair
from sockplay.session.comparing.turns import Turn
from sockplay.values.printable import visible
from sockplay.values.reading.field_pairs import FieldPair

ROW: Final = 8
SHOWN: Final = 64
"""Rows with differences that are printed of one message."""
_ABSENT: Final = " ··"
_WAYS: Final = {"out": "→", "in": "←"}


def byte_lines(left: bytes, right: bytes) -> Iterator[str]:
    """The rows that differ, each side as offset, hex and ASCII, and every byte with its mark."""
    beside = Beside(left, right, align(left, right))
    rows = sorted({place // ROW for place in _places(beside)})
    for row in rows[:SHOWN]:
        cells = beside.cells(row * ROW, ROW)
        yield f"{_side(cells, 0, left)} │ {_side(cells, 1, right)}".rstrip()
    if len(rows) > SHOWN:
        yield f"… {len(rows) - SHOWN:,} more rows differ"


def field_lines(pairs: Sequence[FieldPair]) -> Iterator[str]:
    """The fields that differ: path, value then, value now."""
    differing = [pair for pair in pairs if pair.likeness != "same"]
    width = max((len(visible(pair.path)) for pair in differing), default=0)
    for pair in differing:
        name = f"{MARKS[pair.likeness]} {visible(pair.path):<{width}}"
        yield f"{name}  {pair.left or '-'} │ {pair.right or '-'}"


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


def _places(beside: Beside) -> Iterator[int]:
    """A cell of each row that differs."""
    for first in beside.places:
        yield first
        at = (first // ROW + 1) * ROW
        while at < len(beside) and beside.differs(at, ROW):
            yield at
            at += ROW


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
