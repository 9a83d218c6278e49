"""Bytes as boxes in a row, each at its address: hex, binary, decimal, and which end it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from sockplay.ui.widgets.lab.big_digits import SCALES, WIDTHS, hex_lines
from sockplay.values.lab.byte_boxes import ByteBox

_WIDEST: Final = (12, 14, 24, 32)
"""Cells of a box's inside at most, in each scale of digits."""
_NARROWEST: Final = 8
"""A byte's bits."""
_FRAME: Final = "$sock-muted"
_FIELDS: Final = 6

SETTLED: Final = 99.0
"""More swaps than there are pairs: every byte is where it belongs."""

_Grid = list[list[tuple[str, str]]]
"""Rows of cells, each a character and its style."""


def boxes_height(scale: int) -> int:
    """Lines that boxes take with digits of a scale: title, addresses, frame and four facts."""
    return 7 + SCALES[scale]


def boxes_fit(count: int, width: int, height: int, scale: int = 0) -> bool:
    """Whether so many boxes have room in some cells, with digits of a scale."""
    inside = max(WIDTHS[scale], _NARROWEST)
    return count * (inside + 1) < width and boxes_height(scale) <= height


def best_scale(count: int, width: int, height: int) -> int:
    """The largest scale of digits in which so many boxes fit, or the smallest there is."""
    fits = [scale for scale in range(len(SCALES)) if boxes_fit(count, width, height, scale)]
    return max(fits, default=0)


def message_boxes(message: bytes, size: int) -> list[ByteBox]:
    """The bytes of a message whose length takes so many: A is the length, B the body."""
    return [
        ByteBox(byte, 0, "A" if at < size else "B", "length" if at < size else "body")
        for at, byte in enumerate(message)
    ]


class ByteBoxes(Widget):
    """A row of memory. The places stay and the bytes move: each keeps its letter and colour."""

    DEFAULT_CSS = """
    ByteBoxes {
        height: auto; width: 100%; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """
    swaps: reactive[float] = reactive(SETTLED, layout=False)
    """How many pairs of bytes have changed places; between two whole numbers one is moving."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = Content("")
        self._boxes: tuple[ByteBox, ...] = ()
        self._scale = 0
        self._taken: int | None = None
        self._exponent = 0

    def show(
        self,
        title: Content,
        boxes: Sequence[ByteBox],
        *,
        scale: int = 0,
        taken: int | None = None,
        exponent: int = 0,
    ) -> None:
        """Show bytes.

        Args:
            title: the line above them.
            boxes: the bytes, lowest address first, as they stand when all pairs have swapped.
            scale: how large the hex digits are, see ``best_scale``.
            taken: how many bytes a reader has taken; None when nobody reads.
            exponent: how many bits of a float are its exponent; 0 for an integer.
        """
        self._title, self._boxes, self._scale = title, tuple(boxes), scale
        self._taken, self._exponent = taken, exponent
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the scale takes."""
        del container, viewport, width
        return boxes_height(self._scale)

    def render(self) -> Content:
        """Title, addresses, boxes."""
        if not self._boxes:
            return Content("")
        grid = self._empty()
        for place, box in enumerate(self._boxes):
            self._put(grid, self._where(place), self._facts(place, box), place)
        lines = [_line(row) for row in grid]
        return Content("\n").join([self._title, self._addresses(), *lines])

    @property
    def _inside(self) -> int:
        room = (self.size.width - 1) // len(self._boxes) - 1
        return max(_NARROWEST, min(_WIDEST[self._scale], room))

    def _addresses(self) -> Content:
        inside = self._inside
        return Content.styled(
            " " + " ".join(f"+{place}".center(inside) for place in range(len(self._boxes))), _FRAME
        )

    def _empty(self) -> _Grid:
        inside, count = self._inside, len(self._boxes)
        lines = SCALES[self._scale] + 3
        bars = ["─" * inside] * count
        bottoms = list(bars)
        if self._taken:
            bottoms[self._taken - 1] = "▲ taken".center(inside, "─")
        rows = ["┌" + "┬".join(bars) + "┐"]
        rows += ["│" + "│".join([" " * inside] * count) + "│"] * lines
        rows += ["└" + "┴".join(bottoms) + "┘"]
        return [[(char, _FRAME) for char in row] for row in rows]

    def _where(self, place: int) -> float:
        """Where a byte stands now, on its way from its place in the other order."""
        last = len(self._boxes) - 1
        done = min(1.0, max(0.0, self.swaps - min(place, last - place)))
        return last - place + done * (2 * place - last)

    def _facts(self, place: int, box: ByteBox) -> list[list[tuple[str, str]]]:
        number = ord(box.letter) - ord("A")
        style = f"$field-{number % _FIELDS + 1}"
        plain = "$foreground"
        if self._taken is not None and place >= self._taken:
            style = plain = _FRAME
        underline = " underline" if number % 2 else ""
        role = f" {box.role}" if box.role else ""
        facts = [[*_cells(box.letter, f"bold {style}{underline}"), *_cells(role, f"bold {plain}")]]
        facts += [_cells(line, f"bold {style}") for line in hex_lines(box.byte, self._scale)]
        facts += [self._bits(box, plain), _cells(str(box.byte), plain)]
        return facts

    def _bits(self, box: ByteBox, style: str) -> list[tuple[str, str]]:
        first = 8 * (len(self._boxes) - 1 - box.power)
        return [
            (bit, f"{style} underline" if 1 <= first + at <= self._exponent else style)
            for at, bit in enumerate(f"{box.byte:08b}")
        ]

    def _put(
        self, grid: _Grid, where: float, facts: list[list[tuple[str, str]]], place: int
    ) -> None:
        inside = self._inside
        moving = where != place and where != int(where)
        left = 1 + round(where * (inside + 1))
        for y, cells in enumerate(facts, 1):
            start = left + (inside - len(cells)) // 2
            row = grid[y]
            if moving:  # it passes over what stands in its way
                row[left : left + inside] = [(" ", "")] * inside
            row[start : start + len(cells)] = cells


def _cells(text: str, style: str) -> list[tuple[str, str]]:
    return [(char, style) for char in text]


def _line(row: list[tuple[str, str]]) -> Content:
    runs = (
        (style, "".join(char for char, _ in run)) for style, run in groupby(row, lambda c: c[1])
    )
    return Content.assemble(*((text, style) for style, text in runs))
