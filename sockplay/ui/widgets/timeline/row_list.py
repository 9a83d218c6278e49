"""A list of calls of any length with a cursor, that may stay at the newest."""

from __future__ import annotations

from abc import abstractmethod
from array import array
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive

from sockplay.ui.widgets.line_view import LineView
from sockplay.ui.widgets.timeline.line_index import LineIndex


class RowList(LineView, can_focus=True):
    """Knows which calls are shown, which is chosen, and what is in view; draws nothing.

    Args:
        index: the calls that it shows at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Previous call", show=False),
        Binding("down", "move(1)", "Next call", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First call", show=False),
        Binding("end", "last", "Last call", show=False),
    ]
    follow: reactive[bool] = reactive(True)
    """Whether it stays at the newest call."""
    cursor: reactive[int] = reactive(-1)
    """The row under the cursor; -1 when there is none."""

    class Selected(Message):
        """The cursor stands on another call."""

        def __init__(self, seq: int) -> None:
            super().__init__()
            self.seq = seq

    class FollowChanged(Message):
        """It began or ceased to follow the newest call."""

    def __init__(self, index: LineIndex, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._index = index
        self._settled = Size(), 0
        self._stood: int | None = None
        """The call under the cursor when others were shown; no call at all may have been since."""

    @abstractmethod
    def ask(self) -> None:
        """Ask for what comes into view and is not known."""

    def __len__(self) -> int:
        return len(self._index)

    @property
    def selected(self) -> int | None:
        """The number of the call under the cursor."""
        return self._index.seqs[self.cursor] if 0 <= self.cursor < len(self._index) else None

    @property
    def seqs(self) -> array[int]:
        """The numbers of the calls that are shown, in order."""
        return self._index.seqs

    def shows(self, seq: int) -> bool:
        """Whether a call is among those that are shown."""
        return len(self) > 0 and self.seqs[self._index.nearest(seq)] == seq

    def replace(self, index: LineIndex) -> None:
        """Show these calls instead, keeping the cursor on its call if that is among them."""
        seq = self._stood = self.selected or self._stood
        self._index = index
        self.set_reactive(RowList.cursor, -1)
        if len(index):
            self.cursor = len(index) - 1 if self.follow or seq is None else index.nearest(seq)
        self._settle()
        self.go(self.cursor)
        self.refresh()

    def _settle(self) -> None:
        # virtual_size is a reactive that lays the whole screen out again, at 20 ms a time; only
        # the scrollbar depends on it, for the widget's own size stays as it is.
        self._settled = self.size, self._index.lines
        self.set_reactive(RowList.virtual_size, Size(self.size.width, self._index.lines))
        self.vertical_scrollbar.window_virtual_size = self._index.lines
        if self.follow:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
        elif self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
        self.ask()

    # moving about

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what comes into view; scrolling up ends following."""
        super().watch_scroll_y(old_value, new_value)
        # A terminal that changes its size scrolls too, but nobody went up.
        as_settled = self._settled == (self.size, self._index.lines)
        if as_settled and new_value < old_value and new_value < self.max_scroll_y:
            self.follow = False
        self.ask()

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
        """Choose the call that was clicked."""
        line = event.y + self.scroll_offset.y
        if line < self._index.lines:
            self.follow = False
            self.cursor = self._index.find(line)
