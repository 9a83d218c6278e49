"""Tabs in one line: of the panes of a narrow terminal, of the console's programs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_GAP = "   "
_MORE = 2
"""Cells of the sign that there are more tabs."""


class PaneBar(Widget):
    """One line with the panes' names; keys and clicks choose one.

    Where not all have room, those around the chosen one are seen; ``‹`` and ``›`` tell of more.
    """

    DEFAULT_CSS = """
    PaneBar {
        height: 1;
        padding: 0 1;
        background: $surface;
        color: $sock-muted;
    }
    """
    chosen: reactive[str] = reactive("")

    class Picked(Message):
        """A pane was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(
        self, panes: Sequence[tuple[str, str]], chosen: str, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._panes = list(panes)
        self.set_reactive(PaneBar.chosen, chosen)

    def offer(self, panes: Sequence[tuple[str, str]]) -> None:
        """Have other panes, or other names for them."""
        self._panes = list(panes)
        self.refresh()

    def render(self) -> Content:
        """The names, the chosen one bold and marked."""
        seen = self._seen()
        tabs = Content(_GAP).join(
            Content.styled(f"▸{label}", "bold $primary")
            if name == self.chosen
            else Content(f" {label}")
            for name, label in seen
        )
        before = "‹ " if seen and seen[0] != self._labels[0] else ""
        after = " ›" if seen and seen[-1] != self._labels[-1] else ""
        return Content.assemble(before, tabs, after)

    def on_click(self, event: events.Click) -> None:
        """Choose the pane that was clicked; at the edges, the next one that is hidden."""
        labels, seen = self._labels, self._seen()
        if not seen:
            return
        first, last = labels.index(seen[0]), labels.index(seen[-1])
        left = self.styles.padding.left + (_MORE if first else 0)
        if event.x < left and first:
            self.post_message(self.Picked(labels[first - 1][0]))
        for name, label in seen:
            right = left + cell_len(label) + 1
            if left <= event.x < right:
                self.post_message(self.Picked(name))
                return
            left = right + len(_GAP)
        if event.x >= left - len(_GAP) and last + 1 < len(labels):
            self.post_message(self.Picked(labels[last + 1][0]))

    @property
    def _labels(self) -> list[tuple[str, str]]:
        """Each pane's name, and what is written for it."""
        return [(name, f"{n} {label}") for n, (name, label) in enumerate(self._panes, 1)]

    def _seen(self) -> list[tuple[str, str]]:
        """Those that have room: all, else as many as do around the chosen one."""
        labels, room = self._labels, self.content_size.width
        if _width(labels) <= room:
            return labels
        room -= 2 * _MORE
        at = next((n for n, (name, _) in enumerate(labels) if name == self.chosen), 0)
        first = last = at
        while True:
            if last + 1 < len(labels) and _width(labels[first : last + 2]) <= room:
                last += 1
            elif first > 0 and _width(labels[first - 1 : last + 1]) <= room:
                first -= 1
            else:
                return labels[first : last + 1]


def _width(labels: Sequence[tuple[str, str]]) -> int:
    return sum(cell_len(label) + 1 for _, label in labels) + len(_GAP) * (len(labels) - 1)
