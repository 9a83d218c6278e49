"""Options on as few lines as they fit on: ``◉ TCP  ○ UDP`` in a narrow place too."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

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


class OptionLines(Widget):
    """Shows options on as many lines as it has the width for."""

    @property
    @abstractmethod
    def parts(self) -> list[Content]:
        """The options as they are now, each in one piece."""

    def render(self) -> Content:
        """The options."""
        return laid_out(self.parts, self.size.width)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as its options."""
        del container, viewport
        return laid_out(self.parts, 0).cell_length

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as its lines; where it may have but one, the others are cut off."""
        del container, viewport
        return len(option_lines(self.parts, width))

    def place_at(self, x: int, y: int) -> int | None:
        """The place of the option that stands there, if one does."""
        return option_at(self.parts, self.size.width, x, y)
