"""Two messages side by side in hex and ASCII, what differs lit and marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sockplay.model.beside import MARKS, Beside, Cell
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.painter import Painter, no_style, painter
from sockplay.values.printable import visible

_PARTS: Final[Mapping[str, str]] = {
    "head": "sock-muted",
    "offset": "sock-muted",
    "same": "foreground",
    "changed": "bold sock-partial",
    "left": "bold sock-error",
    "right": "bold sock-recv",
    "absent": "sock-muted",
    "here": "bold sock-sent",
    "row": "on block-cursor-background",
    "place": "underline on input-selection-background",
}
_MIDDLE: Final = " │ "
_FAR: Final = 1 << 40
_NARROW, _WIDE = 8, 16
_GAP: Final = 1
"""Cells before the bytes, whose marks would touch the offset, and before the text."""


class BesideView(ScrollView, can_focus=True):
    """Draws the rows that are seen, and goes from difference to difference."""

    DEFAULT_CSS = """
    BesideView { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"rows({by})", show=False)
            for key, by in (
                ("up", -1),
                ("down", 1),
                ("pageup", -10),
                ("pagedown", 10),
                ("home", -_FAR),
                ("end", _FAR),
            )
        ),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.beside = Beside(b"", b"", [])
        self.at = -1
        """The cell of the difference that it went to; -1 before the first."""
        self._names = ("", "")
        self._style: Painter = no_style

    @property
    def row_cells(self) -> int:
        """Bytes of a row on each side."""
        return _WIDE if self._width_of(_WIDE) <= self._room else _NARROW

    @property
    def _room(self) -> int:
        return self.scrollable_content_region.width

    def show(self, beside: Beside, left: str, right: str) -> None:
        """Show two messages under these names, from the first difference on."""
        self.beside = beside
        self._names = (left, right)
        self.at = -1
        self._settle()
        self.step(1)

    def _settle(self) -> None:
        rows = -(-len(self.beside) // self.row_cells)
        self.virtual_size = Size(self.size.width, rows + 1)
        self.refresh()

    def on_resize(self) -> None:
        """Take as many bytes a row as fit."""
        self._settle()

    def action_rows(self, by: int) -> None:
        """Scroll by so many rows."""
        top = max(0, min(self.scroll_offset.y + by, self.max_scroll_y))
        self.scroll_to(y=top, animate=False, immediate=True)
        self.refresh()

    def step(self, way: int) -> None:
        """Go to the next difference, or the one before."""
        found = self.beside.place_after(self.at, way)
        if found is None:
            return
        self.at = found
        row, top, height = found // self.row_cells, self.scroll_offset.y, self.size.height - 1
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - 2), animate=False, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the names, which stay, or a row."""
        width, base = self.size.width, self.rich_style
        if y == 0:
            segments = self._heading()
        else:
            row = y - 1 + self.scroll_offset.y
            cells = self.beside.cells(row * self.row_cells, self.row_cells)
            here = self.at >= 0 and row == self.at // self.row_cells
            lit = self._lit(cells, self.at % self.row_cells) if here else range(0)
            segments = self._row(cells, lit) if cells else []
            if here and cells:
                base += self._style("row")
        strip = Strip(segments).apply_style(base)
        return strip.extend_cell_length(width, base).crop(0, width)

    @property
    def _digits(self) -> int:
        longest = max(len(self.beside.left), len(self.beside.right))
        return 4 if longest <= 0x10000 else 6 if longest <= 0x1000000 else 8

    def _width_of(self, cells: int) -> int:
        return 1 + 2 * self._side_width(cells) + 2

    def _side_width(self, cells: int) -> int:
        return self._digits + _GAP + 4 * cells + _GAP

    @property
    def _middle(self) -> str:
        """What stands between the sides: in 80 columns its last cell has no room."""
        return _MIDDLE[: self._room - self._width_of(self.row_cells) + 2]

    def _heading(self) -> list[Segment]:
        side = self._side_width(self.row_cells)
        left, right = (fit(visible(name), side) for name in self._names)
        style = self._style("head")
        middle = Segment(self._middle, style)
        return [Segment(" "), Segment(left, style), middle, Segment(right, style)]

    def _lit(self, cells: Sequence[Cell], first: int) -> range:
        """Of the cells of a row those of the difference that it went to."""
        end = first
        while end < len(cells) and cells[end].likeness != "same":
            end += 1
        return range(first, end)

    def _row(self, cells: Sequence[Cell], lit: range) -> list[Segment]:
        lefts = [cell.left for cell in cells]
        rights = [cell.right for cell in cells]
        return [
            Segment("▌" if lit else " ", self._style("here")),
            *self._side(cells, lefts, self.beside.left, lit),
            Segment(self._middle, self._style("offset")),
            *self._side(cells, rights, self.beside.right, lit),
        ]

    def _side(
        self, cells: Sequence[Cell], places: Sequence[int | None], data: bytes, lit: range
    ) -> list[Segment]:
        first = next((place for place in places if place is not None), None)
        offset = " " * self._digits if first is None else f"{first:0{self._digits}x}"
        segments = [Segment(offset + " " * _GAP, self._style("offset"))]
        text: list[Segment] = []
        for at, (cell, place) in enumerate(zip(cells, places, strict=True)):
            if place is None:
                segments.append(Segment(" ··", self._style("absent")))
                text.append(Segment(" "))
                continue
            style = self._style(cell.likeness)
            if at in lit:
                style += self._style("place")
            segments.append(Segment(f"{MARKS[cell.likeness]}{data[place]:02x}", style))
            text.append(Segment(chr(data[place]) if 0x20 <= data[place] < 0x7F else ".", style))
        missing = self.row_cells - len(cells)
        return [
            *segments,
            Segment(" " * (3 * missing + _GAP)),
            *text,
            Segment(" " * missing),
        ]

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._style = painter(self, _PARTS)
