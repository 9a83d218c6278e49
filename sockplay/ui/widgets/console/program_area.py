"""A program's source: written here, and followed line by line while it runs."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from sockplay.ui.widgets.console.python_colours import coloured
from sockplay.ui.widgets.console.safe_line import safe_line
from sockplay.ui.widgets.painter import Painter, no_style, painter
from sockplay.ui.widgets.source_area import SourceArea

BREAK, HERE, FAILED = "●", "▶", "✕"
_PARTS: Final = {
    "gutter": "sock-muted",
    "number": "field-2",
    "break": "bold sock-error",
    "here": "bold sock-partial",
    "failed": "bold sock-error",
    "line": "bold on block-cursor-background",
    "keyword": "bold field-5",
    "string": "field-3",
    "comment": "italic sock-muted",
}
_MARKS: Final = 2


class ProgramArea(SourceArea, inherit_bindings=False):
    """Numbers the lines, marks the one about to run and those where it is to stop."""

    # Ctrl+C copies or interrupts, as the screen decides.
    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in SourceArea.BINDINGS
        if isinstance(binding, Binding) and binding.key != "ctrl+c,super+c"
    ]

    class BreakWanted(Message):
        """A line is to be stopped at, or no longer."""

        def __init__(self, area: ProgramArea, line: int) -> None:
            super().__init__()
            self.area = area
            self.line = line

        @property
        def control(self) -> ProgramArea:
            """The source it is in."""
            return self.area

    def __init__(self, source: str, *, id: str | None = None) -> None:
        super().__init__(source, id=id)
        self._here = 0
        self._failed = False
        self._breaks: frozenset[int] = frozenset()
        self._style: Painter = no_style

    @property
    def gutter_width(self) -> int:
        """Cells before the text: a stop's mark, the arrow, the number."""
        return _MARKS + max(2, len(str(self.document.line_count))) + 1

    @property
    def line(self) -> int:
        """The line that the cursor is on, from 1."""
        return self.cursor_location[0] + 1

    def mark(self, here: int, breaks: frozenset[int], failed: bool) -> None:
        """Mark lines.

        Args:
            here: the line about to run, from 1; 0 for none.
            breaks: the lines to stop at.
            failed: whether it did run, and failed.
        """
        if (here, breaks, failed) == (self._here, self._breaks, self._failed):
            return
        moved = here and here != self._here
        self._here, self._breaks, self._failed = here, breaks, failed
        self.refresh()
        if moved and here <= self.document.line_count:
            self.move_cursor((here - 1, 0))

    def get_line(self, line_index: int) -> Text:
        """A line as cells, coloured as Python."""
        return coloured(safe_line(super().get_line(line_index)), self._style)

    def render_line(self, y: int) -> Strip:
        """Draw a line behind its marks and its number."""
        strip = super().render_line(y)
        width = self.gutter_width
        text = strip.crop(0, width).text.strip()
        if not text.isdecimal():
            return strip
        number = int(text)
        here = number == self._here
        part = "gutter" if not here else "failed" if self._failed else "here"
        mark = " " if not here else FAILED if self._failed else HERE
        head = [
            Segment(BREAK if number in self._breaks else " ", self._style("break")),
            Segment(f"{mark}{number:>{width - _MARKS - 1}} ", self._style(part)),
        ]
        gutter = Strip(head).apply_style(self.rich_style)
        body = strip.crop(width)
        if here:
            body = Strip([self._marked(segment) for segment in body])
        return Strip.join([gutter, body])

    def _marked(self, segment: Segment) -> Segment:
        """A part of the line that is lit; the cursor and what is selected keep their colours."""
        style = segment.style or Style()
        if style.bgcolor not in (None, self.rich_style.bgcolor):
            return segment
        lit = self._style("line")
        return Segment(segment.text, style + lit if lit else style)

    def on_click(self, event: events.Click) -> None:
        """A click left of the text sets a stop, or takes it away."""
        line = event.y + self.scroll_offset.y + 1
        if event.x < self.gutter_width and line <= self.document.line_count:
            self.post_message(self.BreakWanted(self, line))

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._style = painter(self, _PARTS)
