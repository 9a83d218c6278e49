"""Bytes as offset, hex and ASCII, with a cursor and a selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from sockplay.ui.widgets.hex_cells import BYTE_PARTS, CLASSES, ROW_BYTES, hex_segments
from sockplay.ui.widgets.line_view import LineView, line_strip
from sockplay.ui.widgets.painter import Painter, no_style, painter
from sockplay.values.hexrows import HexRow, hex_column, row_count

FIELD_COLOURS: Final = 6
FIELD_PARTS: Final = {
    **{f"field-{n}": f"field-{n}" for n in range(1, FIELD_COLOURS + 1, 2)},
    **{f"field-{n}": f"underline field-{n}" for n in range(2, FIELD_COLOURS + 1, 2)},
}
"""The style of each field colour."""
_PARTS: Final = {
    "offset": "sock-muted",
    "selection": "on input-selection-background",
    "marked": "bold on block-cursor-background",
    "found": "bold underline on input-selection-background",
    **FIELD_PARTS,
    **BYTE_PARTS,
}
_HEX_LEFT: Final = 2


class HexView(LineView, can_focus=True):
    """Shows some bytes. Arrow keys move the cursor; with shift they select.

    Fields, given as pairs of a length and a name, are coloured in turn, and every second one is
    underlined, so that neighbours differ without colour too.
    """

    DEFAULT_CSS = """
    HexView { height: auto; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{shift}{key}", f"move({by}, {select})", show=False)
            for shift, select in (("", False), ("shift+", True))
            for key, by in (
                ("left", -1),
                ("right", 1),
                ("up", -ROW_BYTES),
                ("down", ROW_BYTES),
                ("pageup", -8 * ROW_BYTES),
                ("pagedown", 8 * ROW_BYTES),
                ("home", -(1 << 40)),
                ("end", 1 << 40),
            )
        ),
        Binding("ctrl+a", "select_all", "Select all bytes", show=False),
        Binding("enter", "open", "Read the bytes in every way", show=False),
    ]

    class Moved(Message):
        """The cursor or the selection has changed."""

        def __init__(self, view: HexView) -> None:
            super().__init__()
            self.view = view

    class Opened(Message):
        """The bytes are to be read in every way."""

        def __init__(self, view: HexView) -> None:
            super().__init__()
            self.view = view

    class Hovered(Message):
        """The mouse is over a byte, or over none."""

        def __init__(self, view: HexView, index: int | None) -> None:
            super().__init__()
            self.view = view
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.data = b""
        self.cursor = 0
        self._anchor: int | None = None
        self._fields: list[int] = []
        self._marked = (0, 0)
        self._found: Sequence[tuple[int, int]] = ()
        self._hovered: int | None = None
        self._style: Painter = no_style

    @property
    def selection(self) -> tuple[int, int]:
        """The selected bytes as a half-open range; the byte under the cursor when none are."""
        if self._anchor is None:
            return self.cursor, min(self.cursor + 1, len(self.data))
        return min(self._anchor, self.cursor), max(self._anchor, self.cursor) + 1

    @property
    def has_selection(self) -> bool:
        """Whether bytes were selected."""
        return self._anchor is not None

    def show(self, data: bytes, fields: Sequence[int] = (), start: int = 0) -> None:
        """Show these bytes; ``fields`` are the lengths of the fields from ``start`` on."""
        if data != self.data:
            self.data = data
            self.cursor = min(self.cursor, max(0, len(data) - 1)) if fields else 0
            self._anchor = None
            if not fields:
                self.scroll_to(y=0, animate=False, immediate=True)
        self._fields = [0] * start + [
            number % FIELD_COLOURS + 1 for number, size in enumerate(fields) for _ in range(size)
        ]
        self.settle(Size(self.size.width, row_count(len(data))))
        self.refresh()

    def select(self, first: int, end: int) -> None:
        """Put the cursor on some bytes, and select them when they are several."""
        if self.data:
            self._anchor = first if end - first > 1 else None
            self._put(max(first, end - 1))

    def mark(self, first: int, end: int) -> None:
        """Set some bytes apart from the others; none when the range is empty."""
        if (first, end) != self._marked:
            self._marked = (first, end)
            self.refresh()

    def show_found(self, spans: Sequence[tuple[int, int]]) -> None:
        """Set apart what was searched for, as half-open ranges."""
        if spans != self._found:
            self._found = spans
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        at = (y + self.scroll_offset.y) * ROW_BYTES
        data = self.data[at : at + ROW_BYTES]
        width = self.size.width
        if not data:
            return Strip.blank(width, self.rich_style)
        digits = 4 if len(self.data) <= 0x10000 else 6
        segments = hex_segments(HexRow(at, data), at, self._paint, self._style("offset"), digits)
        return line_strip([Segment(" "), *segments], self.rich_style, width)

    def action_move(self, by: int, select: bool) -> None:
        """Move the cursor by so many bytes, selecting on the way or not."""
        if not self.data:
            return
        if select and self._anchor is None:
            self._anchor = self.cursor
        elif not select:
            self._anchor = None
        self._put(self.cursor + by)

    def action_select_all(self) -> None:
        """Select every byte."""
        if self.data:
            self._anchor = 0
            self._put(len(self.data) - 1)

    def action_open(self) -> None:
        """Ask for the bytes to be read in every way."""
        if self.data:
            self.post_message(self.Opened(self))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor on the byte under the mouse."""
        index = self._byte_at(event.x, event.y)
        if index is not None:
            self._anchor = None
            self._put(index)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell of the byte under the mouse; select while the button is down."""
        index = self._byte_at(event.x, event.y)
        self._hover(index)
        if event.button and index is not None and self.app.mouse_captured is self:
            if self._anchor is None and index != self.cursor:
                self._anchor = self.cursor
            self._put(index)

    def on_leave(self) -> None:
        """The mouse is over no byte any more."""
        self._hover(None)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.post_message(self.Hovered(self, index))

    def on_mouse_up(self) -> None:
        """End a selection."""
        self.release_mouse()

    def _put(self, index: int) -> None:
        self.cursor = max(0, min(index, len(self.data) - 1))
        row = self.cursor // ROW_BYTES
        top, height = self.scroll_offset.y, self.size.height
        if not top <= row < top + height:
            self.scroll_to(y=row if row < top else row - height + 1, animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved(self))

    def _byte_at(self, x: int, y: int) -> int | None:
        digits = 4 if len(self.data) <= 0x10000 else 6
        column = x - 1 - digits - _HEX_LEFT
        ascii_left = hex_column(ROW_BYTES - 1) + 4
        if column >= ascii_left:
            place = column - ascii_left
        else:
            place = next((i for i in range(ROW_BYTES) if column <= hex_column(i) + 1), ROW_BYTES)
        index = (y + self.scroll_offset.y) * ROW_BYTES + place
        return index if column >= 0 and place < ROW_BYTES and index < len(self.data) else None

    def _paint(self, index: int, value: int) -> Style:
        if index < len(self._fields) and self._fields[index]:
            style = self._style(f"field-{self._fields[index]}")
        else:
            style = self._style(f"byte-{CLASSES[value]}")
        if any(first <= index < end for first, end in self._found):
            style += self._style("found")
        if self._marked[0] <= index < self._marked[1]:
            style += self._style("marked")
        first, end = self.selection
        if self._anchor is not None and first <= index < end:
            style += self._style("selection")
        if index == self.cursor and self.has_focus:
            style += Style(reverse=True)
        return style

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._style = painter(self, _PARTS)
