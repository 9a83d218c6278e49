"""The timeline: every call as a row, a million of them at the cost of a screenful."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sockplay.model.call import Row
from sockplay.ui.widgets.hex_cells import ROW_BYTES
from sockplay.ui.widgets.painter import Painter, no_style, painter
from sockplay.ui.widgets.timeline.line_index import LineIndex
from sockplay.ui.widgets.timeline.timeline_rows import PARTS, Columns, below_segments, call_segments

FOLDED_LINES: Final = 4
OPENED_LINES: Final = 256
DATA_SHOWN: Final = OPENED_LINES * ROW_BYTES
"""Bytes of a call's data that the timeline can show."""
Entry = tuple[int, int, bool]
"""A call's number, the bytes of its data, whether it has a note."""


class Timeline(ScrollView, can_focus=True):
    """Shows rows that it is given and asks for those that it lacks."""

    DEFAULT_CSS = """
    Timeline { scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Previous call", show=False),
        Binding("down", "move(1)", "Next call", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First call", show=False),
        Binding("end", "last", "Last call", show=False),
        Binding("enter", "unfold", "Open or fold the call's bytes", show=False),
    ]
    follow: reactive[bool] = reactive(True)
    """Whether it stays at the newest call."""
    cursor: reactive[int] = reactive(-1)
    """The row under the cursor; -1 when there is none."""

    class Wanted(Message, bubble=True):
        """Rows to be drawn that it does not have, as numbers of the first and last of each run."""

        def __init__(self, runs: Sequence[tuple[int, int]]) -> None:
            super().__init__()
            self.runs = runs

    class Selected(Message):
        """The cursor stands on another call."""

        def __init__(self, seq: int) -> None:
            super().__init__()
            self.seq = seq

    class FollowChanged(Message):
        """It began or ceased to follow the newest call."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._narrow = False
        self._since = 0
        self._settled = Size(), 0
        self._index = self.new_index()
        self._rows: LRUCache[int, Row] = LRUCache(4000)
        self._asked: frozenset[int] = frozenset()
        self._style: Painter = no_style

    # what it shows

    @property
    def columns(self) -> Columns:
        """Where the columns stand now, one cell in from the cursor's mark."""
        return Columns(self.scrollable_content_region.width - 1, self._narrow, self._since)

    def __len__(self) -> int:
        return len(self._index)

    @property
    def selected(self) -> int | None:
        """The number of the call under the cursor."""
        return self._index.seqs[self.cursor] if 0 <= self.cursor < len(self._index) else None

    def begin(self, since: int) -> None:
        """Say when the session began, in ns since the Unix epoch."""
        self._since = since

    def new_index(self) -> LineIndex:
        """An empty index of the form that the timeline has now, to be filled and shown."""
        return LineIndex(1 if self._narrow else FOLDED_LINES, OPENED_LINES, not self._narrow)

    def replace(self, index: LineIndex) -> None:
        """Show these calls instead, keeping the cursor on its call if that is among them."""
        seq = self.selected
        self._index = index
        self.set_reactive(Timeline.cursor, -1)
        if len(index):
            self.cursor = len(index) - 1 if self.follow or seq is None else index.nearest(seq)
        self._settle()
        self.go(self.cursor)
        self.refresh()

    def grow(self, entries: Iterable[Entry], rows: Iterable[Row]) -> None:
        """Append calls; ``rows`` are those of them that will be on screen."""
        self.supply(rows)
        for seq, size, note in entries:
            self._index.add(seq, size, note)
        if self.follow and len(self._index):
            self.cursor = len(self._index) - 1
        self._settle()

    def supply(self, rows: Iterable[Row]) -> None:
        """Take rows that it asked for."""
        for row in rows:
            self._rows[row.call.seq] = row
        self._asked = frozenset()
        self.refresh()

    def set_narrow(self, narrow: bool) -> bool:
        """Change between the wide and the narrow form; True when the index must be made anew."""
        changed = narrow != self._narrow
        self._narrow = narrow
        if changed and not len(self._index):
            self._index = self.new_index()
        return changed and len(self._index) > 0

    def _settle(self) -> None:
        # virtual_size is a reactive that lays the whole screen out again, at 20 ms a time; only
        # the scrollbar depends on it, for the widget's own size stays as it is.
        self._settled = self.size, self._index.lines
        self.set_reactive(Timeline.virtual_size, Size(self.size.width, self._index.lines))
        self.vertical_scrollbar.window_virtual_size = self._index.lines
        if self.follow:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
        elif self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
        self._ask()

    def _ask(self) -> None:
        if not len(self._index) or not self.size.height:
            return
        top = min(self.scroll_offset.y, max(0, self._index.lines - 1))
        first = self._index.find(top)
        last = self._index.find(min(top + self.size.height, self._index.lines - 1))
        missing = frozenset(
            seq for seq in self._index.seqs[first : last + 1] if seq not in self._rows
        )
        if missing and not missing <= self._asked:
            self._asked = missing
            self.post_message(self.Wanted(_runs(sorted(missing))))

    # drawing

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._style = painter(self, PARTS)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        width = self.size.width
        line = y + self.scroll_offset.y
        if line >= self._index.lines:
            return Strip.blank(width, self.rich_style)
        number = self._index.find(line)
        row = self._rows.get(self._index.seqs[number])
        below = line - self._index.start(number) - 1
        current = number == self.cursor
        segments = [Segment("▌" if current and self.has_focus else " ", self._style("sent"))]
        if row is None:
            segments.append(Segment(f"{self._index.seqs[number]:>6} …", self._style("seq")))
        elif below < 0:
            segments += call_segments(row.call, row.length, self.columns, self._style)
        else:
            hex_lines = self._index.hex_lines(number, row.length)
            opened = self._index.is_open(number)
            segments += below_segments(row, below, hex_lines, self.columns, opened, self._style)
        base = self.rich_style
        if current:
            base += self._style("cursor")
        return Strip(segments).apply_style(base).extend_cell_length(width, base).crop(0, width)

    # moving about

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what comes into view; scrolling up ends following."""
        super().watch_scroll_y(old_value, new_value)
        # A terminal that changes its size scrolls too, but nobody went up.
        as_settled = self._settled == (self.size, self._index.lines)
        if as_settled and new_value < old_value and new_value < self.max_scroll_y:
            self.follow = False
        self._ask()

    def on_resize(self) -> None:
        """Keep at the end, and ask for what came into view."""
        self._settle()

    def watch_follow(self, follow: bool) -> None:
        """Go to the newest call when following begins."""
        if follow and len(self._index):
            self.cursor = len(self._index) - 1
            self._settle()
        self.post_message(self.FollowChanged())

    def watch_cursor(self) -> None:
        """Tell which call is under the cursor."""
        if (seq := self.selected) is not None:
            self.post_message(self.Selected(seq))
        self.refresh()

    def action_move(self, by: int) -> None:
        """Move the cursor by so many calls."""
        self.go(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by so many screens."""
        if len(self._index):
            line = self._index.start(max(0, self.cursor)) + by * self.size.height
            self.go(self._index.find(max(0, min(line, self._index.lines - 1))))

    def action_first(self) -> None:
        """Go to the first call."""
        self.go(0)

    def action_last(self) -> None:
        """Go to the last call and follow from there."""
        self.follow = True

    def action_unfold(self) -> None:
        """Open the call under the cursor, or fold it."""
        seq = self.selected
        row = self._rows.get(seq) if seq is not None else None
        if row is not None:
            self.follow = False
            self._index.toggle(self.cursor, row.length)
            self._settle()
            self.refresh()

    def go(self, row: int) -> None:
        """Put the cursor on a row and bring it into view."""
        count = len(self._index)
        if not count:
            return
        row = max(0, min(row, count - 1))
        self.follow = row == count - 1 and self.follow
        self.cursor = row
        start, end = self._index.start(row), self._index.end(row)
        top, height = self.scroll_offset.y, self.size.height
        if start < top:
            self.scroll_to(y=start, animate=False, immediate=True)
        elif end > top + height:
            self.scroll_to(y=min(start, end - height), animate=False, immediate=True)

    def choose(self, seq: int) -> bool:
        """Put the cursor on a call; False when it is not among those that are shown."""
        self.follow = False
        self.go(self._index.nearest(seq))
        return self.selected == seq

    def on_click(self, event: events.Click) -> None:
        """Choose the call that was clicked; a double click opens it."""
        line = event.y + self.scroll_offset.y
        if line < self._index.lines:
            self.follow = False
            self.cursor = self._index.find(line)
            if event.chain == 2:
                self.action_unfold()


def _runs(seqs: Iterable[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as first and last."""
    runs: list[tuple[int, int]] = []
    for seq in seqs:
        if runs and runs[-1][1] == seq - 1:
            runs[-1] = (runs[-1][0], seq)
        else:
            runs.append((seq, seq))
    return runs
