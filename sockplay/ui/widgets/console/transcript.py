"""What a prompt or a program said and was told, line by line, as long as it may be."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from textwrap import wrap
from typing import Final, Literal

import msgspec
from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from sockplay.ui.widgets.painter import Painter, no_style, painter
from sockplay.values.printable import visible

Kind = Literal["entered", "output", "result", "error", "note"]
_PARTS: Final = {
    "entered": "bold foreground",
    "output": "foreground",
    "result": "sock-recv",
    "error": "sock-error",
    "note": "italic sock-muted",
    "selected": "on input-selection-background",
}
_LONGEST: Final = 4000
"""Characters of one line that are shown; the rest is counted."""
_TAB: Final = 8


class Said(msgspec.Struct, frozen=True):
    """A line of a transcript."""

    kind: Kind
    text: str


class Transcript(ScrollView, can_focus=True):
    """Shows lines that it is given, folded to its width, and stays at the newest.

    Args:
        hint: what stands there while there is nothing.
    """

    DEFAULT_CSS = """
    Transcript {
        overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; padding: 0 0 0 1;
    }
    """

    def __init__(self, hint: Sequence[str] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hint = [Said("note", line) for line in hint]
        self._said: deque[Said] = deque()
        self._heights: deque[int] = deque()
        self._rows: deque[Said] = deque()
        self._first = 0
        self._width = 0
        self._follow = True
        self._style: Painter = no_style

    @property
    def end(self) -> int:
        """The number of the line that comes next; the first line ever was 0."""
        return self._first + len(self._said)

    @property
    def lines(self) -> Sequence[Said]:
        """The lines that it holds."""
        return self._said

    def show(self, first: int, start: int, lines: Sequence[Said]) -> None:
        """Go on with these lines.

        Args:
            first: the number of the oldest line that is kept anywhere; those before it go.
            start: the number of the first of ``lines``; they stand for any held from there on,
                for the last line may have grown.
            lines: all lines from ``start`` to the newest.
        """
        if first >= self.end:  # in a flood nothing that is held is kept
            self._first += len(self._said)
            self._said.clear()
            self._heights.clear()
            self._rows.clear()
        while self._said and self.end > start:
            self._said.pop()
            for _ in range(self._heights.pop() if self._width else 0):
                self._rows.pop()
        gone = 0
        while self._said and self._first < first:
            self._said.popleft()
            self._first += 1
            for _ in range(self._heights.popleft() if self._width else 0):
                self._rows.popleft()
                gone += 1
        if not self._said:
            self._first = start
        if self._width:
            self._fold(lines)
        self._said.extend(lines)
        self._settle(gone)

    def _fold(self, lines: Sequence[Said]) -> None:
        for line in lines:
            text = line.text
            if len(text) <= self._width and text.isascii() and text.isprintable():
                self._heights.append(1)
                self._rows.append(line)
            else:
                rows = _folded(line, self._width)
                self._heights.append(len(rows))
                self._rows.extend(Said(line.kind, row) for row in rows)

    def _settle(self, gone: int = 0) -> None:
        top, follow = self.scroll_offset.y - gone, self._follow
        # As in the timeline: a new virtual_size would lay the whole screen out again.
        self.set_reactive(Transcript.virtual_size, Size(self._width, len(self._rows)))
        self.vertical_scrollbar.window_virtual_size = len(self._rows)
        if follow:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
        elif gone:
            self.scroll_to(y=max(0, top), animate=False, immediate=True)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling up ends following, coming back to the end begins it again."""
        super().watch_scroll_y(old_value, new_value)
        if new_value >= self.max_scroll_y:
            self._follow = True
        elif new_value < old_value:
            self._follow = False

    def on_resize(self, event: events.Resize) -> None:
        """Fold the lines anew when the width has changed, and keep at the end."""
        del event
        width = self.scrollable_content_region.width
        if width > 0 and width != self._width:
            self._width = width
            self._heights.clear()
            self._rows.clear()
            self._fold(list(self._said))
        self._settle()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        rows = self._rows if self._said else self._hint
        at = y + self.scroll_offset.y
        width, base = self.size.width, self.rich_style
        if at >= len(rows):
            return Strip.blank(width, base)
        row = rows[at]
        segments = [Segment(row.text, self._style(row.kind))]
        if (chosen := self.text_selection) and (span := chosen.get_span(at)) is not None:
            start, end = span[0], len(row.text) if span[1] == -1 else span[1]
            cut = row.text[:start], row.text[start:end], row.text[end:]
            style = self._style(row.kind)
            styles = style, style + self._style("selected"), style
            segments = [Segment(text, style) for text, style in zip(cut, styles, strict=True)]
        strip = Strip(segments).apply_style(base).extend_cell_length(width, base).crop(0, width)
        return strip.apply_offsets(0, at)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that the mouse has selected."""
        return selection.extract("\n".join(row.text for row in self._rows)), "\n"

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._style = painter(self, _PARTS)


def _folded(line: Said, width: int) -> list[str]:
    text = line.text
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}… {len(text) - _LONGEST:,} more characters"
    text = visible(text.expandtabs(_TAB) if "\t" in text else text)
    if cell_len(text) <= width:
        return [text]
    # A sentence breaks between words; whatever else is said does too, but keeps its blanks.
    return wrap(text, width) if line.kind == "note" else _cut(text, width)


def _cut(text: str, width: int) -> list[str]:
    rows, cells = [], cell_len(text)
    while cells > width:
        row = chop_cells(text[:width], width)[0] or text[:1]
        words, blank, _ = row.rpartition(" ")
        if words.strip():
            row = words + blank
        rows.append(row)
        text = text[len(row) :]
        cells -= cell_len(row)  # visible text has no joiners, which would make it less
    return [*rows, text]
