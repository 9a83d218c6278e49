"""Rows below a heading, one of them under a cursor: what tables have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from sockplay.ui.widgets.line_view import LineView, line_strip
from sockplay.ui.widgets.painter import Painter, no_style, painter

_FAR: Final = 1 << 40
PARTS: Final = {
    "head": "sock-muted",
    "name": "sock-muted",
    "value": "foreground",
    "type": "sock-muted",
    "problem": "sock-error",
    "mark": "bold sock-sent",
    "cursor": "on block-cursor-background",
    "cell": "bold on input-selection-background",
}
"""The style of each part of such a table."""


class RowsView(LineView, can_focus=True):
    """Draws only the rows that are seen, and moves a cursor over all of them."""

    DEFAULT_CSS = """
    RowsView { overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"move({by})", show=False)
            for key, by in (
                ("up", -1),
                ("down", 1),
                ("pageup", -8),
                ("pagedown", 8),
                ("home", -_FAR),
                ("end", _FAR),
            )
        ),
        Binding("enter", "choose", "Edit the value", show=False),
    ]
    PARTS: ClassVar[Mapping[str, str]] = PARTS
    ALWAYS_MARKED: ClassVar[bool] = True
    """Whether the row under the cursor is lit without the focus too."""

    class OfRows(Message):
        """Something about the table."""

        def __init__(self, view: RowsView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> RowsView:
            """The table."""
            return self.view

    class Moved(OfRows):
        """The person has moved the cursor."""

    class Chosen(OfRows):
        """What is under the cursor is to be edited."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor = 0
        """The row that it is on."""
        self._style: Painter = no_style

    @property
    @abstractmethod
    def count(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def heading(self, width: int) -> list[Segment]:
        """The line above the rows."""

    @abstractmethod
    def row(self, place: int, width: int) -> list[Segment]:
        """A row, without the mark of the cursor."""

    @property
    def width(self) -> int:
        """Cells of a row; the scrollbar has its own."""
        return self.scrollable_content_region.width

    def renew(self) -> None:
        """Draw other rows; the sizes of widgets stay as they are."""
        self.cursor = max(0, min(self.cursor, self.count - 1))
        self.virtual_size = Size(self.width, self.count + 1)
        self.refresh()

    def go(self, place: int) -> None:
        """Put the cursor on a row, and that where it can be seen."""
        self.cursor = max(0, min(place, self.count - 1))
        top, height = self.scroll_offset.y, max(1, self.size.height - 1)
        if not top <= self.cursor < top + height:
            line = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=line, animate=False, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the heading, which stays, or a row."""
        width, base = self.width, self.rich_style
        place = y - 1 + self.scroll_offset.y
        if y == 0:
            segments = [Segment(" "), *self.heading(width - 1)] if self.count else []
        elif place >= self.count:
            segments = []
        else:
            here = place == self.cursor and (self.has_focus or self.ALWAYS_MARKED)
            mark = "▌" if here and self.has_focus else " "
            segments = [Segment(mark, self._style("mark")), *self.row(place, width - 1)]
            if here:
                base += self._style("cursor")
        return line_strip(segments, base, width)

    def action_move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        if self.count:
            self.go(self.cursor + by)
            self.post_message(self.Moved(self))

    def action_choose(self) -> None:
        """Ask for what is under the cursor to be edited."""
        if self.count:
            self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click edits."""
        place = event.y - 1 + self.scroll_offset.y
        if event.y > 0 and place < self.count:
            self.clicked(event.x)
            self.go(place)
            self.post_message(self.Moved(self))
            if event.chain == 2:
                self.action_choose()

    def clicked(self, x: int) -> None:
        """Take note of the column that was clicked."""

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._style = painter(self, self.PARTS)
