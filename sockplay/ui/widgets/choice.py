"""One of a few, on one line where they fit: ``◉ TCP  ○ UDP  ○ Unix``."""

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

from sockplay.ui.widgets.option_lines import laid_out, option_at, option_lines

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
        """The options."""
        return laid_out(self._parts, self.size.width)

    @property
    def _parts(self) -> list[Content]:
        parts: list[Content] = []
        for value, label in self._options:
            chosen = value == self.value
            content = Content(f"{'◉' if chosen else '○'} {label}")
            if chosen:
                content = content.stylize(_FOCUSED if self.has_focus else _CHOSEN)
            parts.append(content)
        parts[0] = Content(self._label) + parts[0]
        return parts

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as its options."""
        del container, viewport
        return laid_out(self._parts, 0).cell_length

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as its lines; where it may have but one, the others are cut off."""
        del container, viewport
        return len(option_lines(self._parts, width))

    def step(self, by: int) -> None:
        """Choose the next value, or with -1 the one before."""
        values = self.values
        self.value = values[(values.index(self.value) + by) % len(values)]

    def action_step(self, by: int) -> None:
        """Choose the next value, or with -1 the one before."""
        self.step(by)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        place = option_at(self._parts, self.size.width, event.x, event.y)
        if place is not None and (event.y or event.x >= len(self._label)):
            self.value = self._options[place][0]

    def watch_value(self, value: str) -> None:
        """Tell of the change."""
        if self.is_mounted:
            self.post_message(self.Changed(self, value))
