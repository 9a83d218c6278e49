"""The timeline: every call as a row, a million of them at the cost of a screenful."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from msgspec.structs import replace
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from sockplay.model.call import Row
from sockplay.ui.widgets.hex_cells import ROW_BYTES
from sockplay.ui.widgets.line_view import line_strip
from sockplay.ui.widgets.painter import Painter, no_style, painter
from sockplay.ui.widgets.timeline.known_rows import KnownRows, runs
from sockplay.ui.widgets.timeline.line_index import Entries, LineIndex
from sockplay.ui.widgets.timeline.row_list import RowList
from sockplay.ui.widgets.timeline.time_column import TimeColumn
from sockplay.ui.widgets.timeline.timeline_rows import (
    PARTS,
    Columns,
    below_segments,
    call_segments,
)

FOLDED_LINES: Final = 4
OPENED_LINES: Final = 256
DATA_SHOWN: Final = OPENED_LINES * ROW_BYTES
"""Bytes of a call's data that the timeline can show."""


class Timeline(RowList):
    """Shows rows that it is given and asks for those that it lacks."""

    DEFAULT_CSS = """
    Timeline { scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "unfold", "Open or fold the call's bytes", show=False),
    ]

    class ColumnsChanged(Message):
        """A column shows something else."""

    class Wanted(Message, bubble=True):
        """Rows to be drawn that it does not have, as numbers of the first and last of each run."""

        def __init__(self, runs: Sequence[tuple[int, int]]) -> None:
            super().__init__()
            self.runs = runs

    def __init__(self, *, id: str | None = None) -> None:
        self._times = TimeColumn()
        super().__init__(self.new_index(), id=id)
        self._known = KnownRows()
        self._asked: frozenset[int] = frozenset()
        self._style: Painter = no_style

    # what it shows

    @property
    def columns(self) -> Columns:
        """Where the columns stand now, one cell in from the cursor's mark."""
        width = self.scrollable_content_region.width - 1
        return Columns(width, self._times)

    def begin(self, since: int) -> None:
        """Say when the session began, in ns since the Unix epoch."""
        self._times = replace(self._times, since=since)

    @property
    def shows_turns(self) -> bool:
        """Whether it needs the times of calls in the other direction."""
        return self._times.shown == "turn"

    def step_time(self) -> None:
        """Show times in the next way."""
        self._times = replace(self._times, way=self._times.next)
        self.ask()
        self.refresh()
        self.post_message(self.ColumnsChanged())

    def show_marks(self, marks: Mapping[int, str]) -> None:
        """Show which calls the person has marked, with the notes on them."""
        self._known.marks = marks
        self._index.remark(self._known.noted)
        self._settle()
        self.refresh()

    def show_found(self, found: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        """Show what was searched for: ranges of bytes by the numbers of calls."""
        self._known.found = found
        self.refresh()

    def new_index(self) -> LineIndex:
        """An empty index of the form that the timeline has now, to be filled and shown."""
        narrow = self._times.narrow
        return LineIndex(1 if narrow else FOLDED_LINES, OPENED_LINES, not narrow)

    def replace(self, index: LineIndex) -> None:
        """Show these calls instead, keeping the cursor on its call if that is among them."""
        index.remark(self._known.noted)
        super().replace(index)

    def grow(self, entries: Entries, rows: Iterable[Row]) -> None:
        """Append calls; ``rows`` are those of them that will be on screen."""
        self.supply(rows)
        self._index.extend(entries)
        if noted := self._known.noted:  # of a recorded session they are read before its calls
            self._index.remark(noted)
        if self.follow and len(self._index):
            self.cursor = len(self._index) - 1
        self._settle()

    def supply(self, rows: Iterable[Row], turns: Mapping[int, int | None] | None = None) -> None:
        """Take rows that it asked for, and when the other direction of each had its last call."""
        self._known.take(rows, turns or {})
        self._asked = frozenset()
        self.refresh()

    def set_narrow(self, narrow: bool) -> bool:
        """Change between the wide and the narrow form; True when the index must be made anew."""
        changed = narrow != self._times.narrow
        self._times = replace(self._times, narrow=narrow)
        if changed and not len(self._index):
            self._index = self.new_index()
        return changed and len(self._index) > 0

    def ask(self) -> None:
        """Ask for what comes into view and is not known."""
        if not len(self._index) or not self.size.height:
            return
        top = min(self.scroll_offset.y, max(0, self._index.lines - 1))
        first = self._index.find(top)
        last = self._index.find(min(top + self.size.height, self._index.lines - 1))
        if self._times.shown == "before":
            first = max(0, first - 1)  # what the first time counts from stands above it
        wanted = self._index.seqs[first : last + 1]
        missing = self._known.missing(wanted, self._times.shown)
        if missing and not missing <= self._asked:
            self._asked = missing
            self.post_message(self.Wanted(runs(sorted(missing))))

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
        row = self._known.get(self._index.seqs[number])
        below = line - self._index.start(number) - 1
        current = number == self.cursor
        beside = self._known.beside(self._index.seqs, number, self._times.shown)
        segments = [Segment("▌" if current and self.has_focus else " ", self._style("sent"))]
        if row is None:
            segments.append(Segment(f"{self._index.seqs[number]:>6} …", self._style("seq")))
        elif below < 0:
            segments += call_segments(row.call, row.length, self.columns, self._style, beside)
        else:
            hex_lines = self._index.hex_lines(number, row.length)
            opened = self._index.is_open(number)
            segments += below_segments(
                row, below, hex_lines, self.columns, opened, self._style, beside
            )
        base = self.rich_style
        if current:
            base += self._style("cursor")
        return line_strip(segments, base, width)

    # opening

    def action_unfold(self) -> None:
        """Open the call under the cursor, or fold it."""
        seq = self.selected
        row = self._known.get(seq)
        if row is not None:
            self.follow = False
            self._index.toggle(self.cursor, row.length)
            self._settle()
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Open the call that was clicked twice."""
        if event.chain == 2 and event.y + self.scroll_offset.y < self._index.lines:
            self.action_unfold()
