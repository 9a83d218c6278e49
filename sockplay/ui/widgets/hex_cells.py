"""A row of bytes as styled segments: offset, hex and ASCII, each byte in a colour of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from rich.segment import Segment
from rich.style import Style

from sockplay.values.hexrows import HexRow, hex_column
from sockplay.values.printable import byte_class

ROW_BYTES: Final = 16
BYTE_PARTS: Final = {
    f"byte-{name}": f"byte-{name}"
    for name in ("printable", "whitespace", "control", "nul", "ff", "high")
}
"""The style of each class of bytes."""
CLASSES: Final = tuple(byte_class(value) for value in range(256))

Paint = Callable[[int, int], Style]
"""Gives the style of a byte, told its index in the data and its value."""


def hex_segments(
    row: HexRow, index: int, paint: Paint, offset_style: Style, digits: int = 4
) -> list[Segment]:
    """The row whose first byte is the data's byte ``index``, as segments of a line."""
    styles = [paint(index + at, value) for at, value in enumerate(row.data)]
    text, shown = row.hex_padded, row.ascii
    segments = [Segment(f"{row.offset:0{digits}x}  ", offset_style)]
    at = 0
    for style, length in _runs(styles):
        start, end = hex_column(at), hex_column(at + length - 1) + 2
        segments.append(Segment(text[start:end], style))
        gap_end = hex_column(at + length) if at + length < len(styles) else end
        if gap_end > end:
            segments.append(Segment(text[end:gap_end]))
        at += length
    tail = hex_column(len(styles) - 1) + 2 if styles else 0
    segments.append(Segment(text[tail:] + "  "))
    at = 0
    for style, length in _runs(styles):
        segments.append(Segment(shown[at : at + length], style))
        at += length
    return segments


def _runs(styles: Sequence[Style]) -> list[tuple[Style, int]]:
    return [(style, len(list(group))) for style, group in groupby(styles)]
