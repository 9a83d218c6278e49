"""Options on as few lines as they fit on: ``◉ TCP  ○ UDP`` in a narrow place too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

_GAP: Final = "  "


def option_lines(options: Sequence[Content], width: int) -> list[list[int]]:
    """Which options stand on each line, by their places.

    Args:
        options: all of them, each in one piece.
        width: cells of a line; 0 for one line of any length.
    """
    lines: list[list[int]] = [[]]
    left = 0
    for place, option in enumerate(options):
        if lines[-1] and width and left + option.cell_length > width:
            lines.append([])
            left = 0
        lines[-1].append(place)
        left += option.cell_length + len(_GAP)
    return lines


def laid_out(options: Sequence[Content], width: int) -> Content:
    """The options, line by line."""
    return Content("\n").join(
        Content(_GAP).join(options[place] for place in line)
        for line in option_lines(options, width)
    )


def option_at(options: Sequence[Content], width: int, x: int, y: int) -> int | None:
    """The place of the option that stands there, if one does."""
    lines = option_lines(options, width)
    left = 0
    for place in lines[y] if y < len(lines) else ():
        right = left + options[place].cell_length
        if left <= x < right:
            return place
        left = right + len(_GAP)
    return None
