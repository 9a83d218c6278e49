"""The tabs of a narrow terminal, where one pane is seen at a time."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_GAP = "   "


class PaneBar(Widget):
    """One line with the panes' names; keys and clicks choose one."""

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
        return Content(_GAP).join(
            Content.styled(f"▸{number} {label}", "bold $primary")
            if name == self.chosen
            else Content(f" {number} {label}")
            for number, (name, label) in enumerate(self._panes, 1)
        )

    def on_click(self, event: events.Click) -> None:
        """Choose the pane that was clicked."""
        left = self.styles.padding.left
        for name, label in self._panes:
            right = left + len(label) + 3
            if left <= event.x < right:
                self.post_message(self.Picked(name))
                return
            left = right + len(_GAP)
