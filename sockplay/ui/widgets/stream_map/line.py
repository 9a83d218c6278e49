"""A line of cells that is written at any column: what is drawn later covers what was before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.segment import Segment

from sockplay.ui.widgets.painter import Painter


class Line:
    """One line of a widget; every character put on it takes one cell."""

    def __init__(self, width: int) -> None:
        self._cells = [(" ", "plain")] * width

    def put(self, column: int, text: str, part: str) -> None:
        """Write from a column on, as far as the line goes, in the style of a part."""
        for at, char in enumerate(text, column):
            if 0 <= at < len(self._cells):
                self._cells[at] = (char, part)

    def is_free(self, column: int, cells: int) -> bool:
        """Whether nothing is written there, and the line goes that far."""
        part = self._cells[column : column + cells]
        return len(part) == cells and all(char == " " for char, _ in part)

    def free_from(self, column: int) -> int:
        """The first column from there on with nothing in it, and nothing just before it."""
        text = "".join(char for char, _ in self._cells).rstrip()
        if not text[max(0, column - 1) : column + 1].strip():
            return column
        gap = text.find("  ", column)
        return gap + 1 if gap >= 0 else len(text) + 1

    def fill(self, left: int, right: int, pattern: str, texts: Sequence[str], part: str) -> None:
        """Fill columns with a pattern; the first of some texts that fits stands in their middle."""
        left, right = max(0, left), min(right, len(self._cells))
        room = right - left
        self.put(left, pattern * room, part)
        text = next((text for text in texts if len(text) <= room), "")
        text = f" {text} " if text and len(text) + 2 <= room else text
        self.put(left + (room - len(text)) // 2, text, part)

    def segments(self, style: Painter) -> list[Segment]:
        """The line in runs of one style."""
        return [
            Segment("".join(char for char, _ in run), style(part))
            for part, run in groupby(self._cells, key=lambda cell: cell[1])
        ]
