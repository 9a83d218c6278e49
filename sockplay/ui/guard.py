"""The last line against hostile text: nothing unprintable reaches the terminal."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from sockplay.values.printable import is_cell, visible


class ControlGuard(LineFilter):
    """Replaces control, bidi and zero-width characters that a widget let through.

    Every widget of ours shows outside text through ``visible`` already; this holds for those that
    are not ours, such as a text field that somebody pasted into. It keeps cells safe, not aligned.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with unprintable characters made visible."""
        del background
        return [
            segment
            if segment.control or (segment.text.isascii() and segment.text.isprintable())
            else Segment(_clean(segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(4096)
def _clean(text: str) -> str:
    return "".join(char if is_cell(char) else _cell(char) for char in text)


def _cell(character: str) -> str:
    shown = visible(character)
    return shown if len(shown) == 1 else "�"
