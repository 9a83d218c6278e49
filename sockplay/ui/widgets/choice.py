"""One of a few, on one line: ``◉ TCP  ○ UDP  ○ Unix``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_GAP = "  "
_CHOSEN = "$foreground"
_FOCUSED = "bold $foreground on $block-cursor-background"


class Choice(Widget, can_focus=True):
    """Pick one of a few values with the arrow keys, the space bar or the mouse.

    Args:
        label: a word before the options; none unless told.
        options: pairs of a value and the label that stands for it.
        value: the one that is chosen at first; the first one unless told.
    """

    DEFAULT_CSS = """
    Choice { width: auto; height: 1; color: $sock-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right,space", "step(1)", "Next", show=False),
    ]
    value: reactive[str] = reactive("", layout=False)

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> Choice:
            """The choice that changed."""
            return self.choice

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        value: str | None = None,
        *,
        label: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._label = label + " " if label else ""
        self._options = list(options)
        self.set_reactive(Choice.value, value if value is not None else self._options[0][0])

    @property
    def values(self) -> list[str]:
        """All values, in order."""
        return [value for value, _ in self._options]

    def render(self) -> Content:
        """The options on one line."""
        parts: list[Content] = []
        for value, label in self._options:
            chosen = value == self.value
            content = Content(f"{'◉' if chosen else '○'} {label}")
            if chosen:
                content = content.stylize(_FOCUSED if self.has_focus else _CHOSEN)
            parts.append(content)
        return Content(self._label) + Content(_GAP).join(parts)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as its options."""
        del container, viewport
        return self.render().cell_length

    def step(self, by: int) -> None:
        """Choose the next value, or with -1 the one before."""
        values = self.values
        self.value = values[(values.index(self.value) + by) % len(values)]

    def action_step(self, by: int) -> None:
        """Choose the next value, or with -1 the one before."""
        self.step(by)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        left = len(self._label)
        for value, label in self._options:
            right = left + Content(label).cell_length + 2
            if left <= event.x < right:
                self.value = value
                return
            left = right + len(_GAP)

    def watch_value(self, value: str) -> None:
        """Tell of the change."""
        if self.is_mounted:
            self.post_message(self.Changed(self, value))
