"""The tree of sockets: servers with their connections, clients, datagram sockets with peers."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from sockplay.model.spec import Target
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.line_view import LineView, line_strip
from sockplay.ui.widgets.painter import Painter, no_style, painter
from sockplay.ui.widgets.socket_rows import SocketRow

_HINT = (
    "",
    " No socket yet.",
    "",
    " F2  starts a server",
    " F3  starts a client",
    " F4  starts a pair",
)

_PARTS: Final = {
    "name": "bold foreground",
    "detail": "sock-muted",
    "failed": "bold sock-error",
    "turned": "sock-partial",
    "wide": "sock-partial",
    "marked": "bold sock-sent",
    "cursor": "on block-cursor-background",
}


class SocketList(LineView, can_focus=True):
    """Shows the sockets; the one under the cursor is the one that keys act on."""

    DEFAULT_CSS = """
    SocketList { overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Previous socket", show=False),
        Binding("down", "move(1)", "Next socket", show=False),
        Binding("home", "move(-1000000)", "First socket", show=False),
        Binding("end", "move(1000000)", "Last socket", show=False),
        Binding("space", "mark", "Mark as a target of sends", show=False),
    ]
    cursor: reactive[int] = reactive(0)

    class TargetsChanged(Message):
        """Another socket is under the cursor, or the marks have changed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[SocketRow] = []
        self._ends: list[int] = []
        self._marked: list[Target] = []
        self._style: Painter = no_style

    @property
    def current(self) -> Target | None:
        """What is under the cursor."""
        return self._rows[self.cursor].target if self.cursor < len(self._rows) else None

    @property
    def targets(self) -> list[Target]:
        """Where a send goes: to the marked ones, or else to the one under the cursor."""
        if self._marked:
            return list(self._marked)
        return [self.current] if self.current else []

    def show(self, rows: list[SocketRow]) -> None:
        """Show these sockets, as ``socket_rows`` has them; the cursor stays on its own."""
        if rows == self._rows:
            return
        current, before = self.current, self.targets
        alive = {row.target for row in rows if not row.muted}
        self._rows = rows
        self._ends = list(accumulate(_height(row) for row in rows))
        self._marked = [target for target in self._marked if target in alive]
        places = {row.target: place for place, row in enumerate(rows)}
        if current is not None:
            near = places.get(Target(current.socket), min(self.cursor, len(rows) - 1))
            self._go(places.get(current, max(0, near)))
        self.settle(Size(self.size.width, self._ends[-1] if self._ends else 0))
        self.refresh()
        if self.targets != before:
            self.post_message(self.TargetsChanged())

    def pick(self, name: str) -> None:
        """Put the cursor on a socket by name."""
        for place, row in enumerate(self._rows):
            if row.target == Target(name):
                self._go(place)
                return

    def action_move(self, by: int) -> None:
        """Move the cursor by so many entries."""
        self._go(self.cursor + by)

    def action_mark(self) -> None:
        """Mark the entry under the cursor as a target of sends, or take the mark away."""
        target = self.current
        if target is None:
            return
        if target in self._marked:
            self._marked.remove(target)
        elif not self._rows[self.cursor].muted:
            self._marked.append(target)
        self.refresh()
        self.post_message(self.TargetsChanged())

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked; a click on the mark column marks it."""
        line = event.y + self.scroll_offset.y
        if self._ends and line < self._ends[-1]:
            self._go(bisect_right(self._ends, line))
            if event.x < 2 or event.chain == 2:
                self.action_mark()

    def watch_cursor(self) -> None:
        """Tell of another target."""
        self.refresh()
        self.post_message(self.TargetsChanged())

    def _go(self, place: int) -> None:
        if not self._rows:
            self.cursor = 0
            return
        self.cursor = max(0, min(place, len(self._rows) - 1))
        start = self._ends[self.cursor - 1] if self.cursor else 0
        end, top, height = self._ends[self.cursor], self.scroll_offset.y, self.size.height
        if start < top or end > top + height:
            line = start if start < top else end - height
            self.scroll_to(y=line, animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        width = self.size.width
        line = y + self.scroll_offset.y
        if not self._rows:
            text = _HINT[line] if line < len(_HINT) else ""
            return self._strip(text, self._style("detail"), self.rich_style, width)
        if line >= self._ends[-1]:
            return Strip.blank(width, self.rich_style)
        place = bisect_right(self._ends, line)
        row = self._rows[place]
        within = line - (self._ends[place - 1] if place else 0)
        base = self.rich_style
        if place == self.cursor:
            base += self._style("cursor")
        if within == 0:
            mark = "◆" if row.target in self._marked else "▌" if self._here(place) else " "
            style = self._style("detail" if row.muted else "failed" if row.failed else "name")
            head = [Segment(mark, self._style("marked")), Segment(fit(row.head, width - 1), style)]
            return line_strip(head, base, width)
        if within <= len(row.below):
            return self._strip(row.below[within - 1], self._style("detail"), base, width)
        turned = within - 1 - len(row.below)
        if turned < len(row.turned):
            return self._strip(row.turned[turned], self._style("turned"), base, width)
        return self._strip("   ! open to other computers", self._style("wide"), base, width)

    def _here(self, place: int) -> bool:
        return place == self.cursor and self.has_focus

    def _strip(self, text: str, style: Style, base: Style, width: int) -> Strip:
        return line_strip([Segment(fit(text, width), style)], base, width)

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._style = painter(self, _PARTS)


def _height(row: SocketRow) -> int:
    return 1 + len(row.below) + len(row.turned) + row.wide
