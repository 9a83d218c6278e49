"""The whole run as a program: a line per call, a million of them at the cost of a screenful."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.cache import LRUCache

from sockplay.ui.widgets.code.code_lines import ARROWS, PARTS, CodeLine, code_segments
from sockplay.ui.widgets.rows_view import RowsView

_KEPT = 2000
_CHOSEN = "▐"


class CodeView(RowsView):
    """Shows lines that it is given and asks for those that it lacks.

    Args:
        first_line: what stands above all of them and stays there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up", "extend(-1)", "Select the line above", show=False),
        Binding("shift+down", "extend(1)", "Select the line below", show=False),
        Binding("shift+pageup", "extend(-8)", "Select lines above", show=False),
        Binding("shift+pagedown", "extend(8)", "Select lines below", show=False),
    ]
    PARTS: ClassVar[Mapping[str, str]] = PARTS

    class Wanted(RowsView.OfRows):
        """Lines to be drawn that it does not have."""

        def __init__(self, view: CodeView, first: int, last: int) -> None:
            super().__init__(view)
            self.first = first
            self.last = last

    def __init__(self, first_line: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.seqs: Sequence[int] = ()
        """The numbers of the calls that are shown."""
        self.here: int | None = None
        """The call that is chosen elsewhere, and marked here."""
        self._first_line = first_line
        self._lines: LRUCache[int, CodeLine] = LRUCache(_KEPT)
        self._asked: tuple[int, int] | None = None
        self._anchor: int | None = None

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.seqs)

    @property
    def chosen(self) -> range:
        """The places of the lines that are selected: that under the cursor, or more."""
        other = self.cursor if self._anchor is None else self._anchor
        return range(min(self.cursor, other), min(max(self.cursor, other) + 1, self.count))

    @property
    def seq(self) -> int | None:
        """The number of the call under the cursor."""
        return self.seqs[self.cursor] if self.count else None

    def show(self, seqs: Sequence[int]) -> None:
        """Show these calls; one that stood at the end stays there, else on its call."""
        before, at_end = self.seq, self.cursor >= self.count - 1
        anchor = self.seqs[self._anchor] if self._anchor is not None and self.count else None
        self.seqs = seqs
        self._anchor = None if anchor is None else self._nearest(anchor)
        self.renew()
        if at_end and anchor is None:
            self.go(self.count - 1)
        elif before is not None:
            self.cursor = self._nearest(before)
        self.ask()

    def choose(self, seq: int) -> None:
        """Put the cursor on a call, or the nearest that is shown."""
        if self.count:
            self.go(self._nearest(seq))

    def supply(self, lines: Mapping[int, CodeLine]) -> None:
        """Take lines that it asked for, by the numbers of their calls."""
        for seq, line in lines.items():
            self._lines[seq] = line
        self._asked = None
        self.refresh()

    def ask(self) -> None:
        """Ask for the lines that are seen and lacking."""
        top = self.scroll_offset.y
        places = range(top, min(top + self.size.height, self.count))
        missing = [place for place in places if self.seqs[place] not in self._lines]
        if missing and (missing[0], missing[-1]) != self._asked:
            self._asked = (missing[0], missing[-1])
            self.post_message(self.Wanted(self, *self._asked))

    def heading(self, width: int) -> list[Segment]:
        """The program's first line."""
        del width
        return [Segment(f"{'':>10}{self._first_line}", self._style("comment"))]

    def row(self, place: int, width: int) -> list[Segment]:
        """A call's number, its direction, its line."""
        seq = self.seqs[place]
        mark = "▸" if seq == self.here else " "
        segments = [Segment(f"{seq:>6}", self._style("number")), Segment(mark, self._style("here"))]
        line = self._lines.get(seq)
        if line is None:
            return [*segments, Segment(" …", self._style("number"))]
        direction = line.direction or "number"
        segments.append(Segment(f" {ARROWS[line.direction]} ", self._style(direction)))
        segments += code_segments(line, width - 10, self._style)
        if self._anchor is not None and place in self.chosen:
            segments[0] = Segment(f"{_CHOSEN}{seq:>5}", self._style("here"))
            segments = list(Segment.apply_style(segments, post_style=self._style("chosen")))
        return segments

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what comes into view."""
        super().watch_scroll_y(old_value, new_value)
        self.ask()

    def on_resize(self) -> None:
        """Ask for what came into view."""
        self.renew()
        self.ask()

    def action_move(self, by: int) -> None:
        """Move the cursor by so many lines; nothing is selected then."""
        self._anchor = None
        super().action_move(by)

    def action_extend(self, by: int) -> None:
        """Move the cursor and select what it passes."""
        if self.count:
            self._anchor = self.cursor if self._anchor is None else self._anchor
            super().action_move(by)

    def clicked(self, x: int) -> None:
        """Select nothing but what was clicked."""
        del x
        self._anchor = None

    def _nearest(self, seq: int) -> int:
        return max(0, min(bisect_left(self.seqs, seq), self.count - 1))
