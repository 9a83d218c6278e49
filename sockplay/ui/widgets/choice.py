"""One of a few, on one line where they fit: ``◉ TCP  ○ UDP  ○ Unix``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from sockplay.ui.widgets.option_lines import OptionLines

_CHOSEN = "$foreground"
_FOCUSED = "bold $foreground on $block-cursor-background"


class Choice(OptionLines, can_focus=True):
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

    @property
    def parts(self) -> list[Content]:
        """The options as they are now."""
        parts: list[Content] = []
        for value, label in self._options:
            chosen = value == self.value
            content = Content(f"{'◉' if chosen else '○'} {label}")
            if chosen:
                content = content.stylize(_FOCUSED if self.has_focus else _CHOSEN)
            parts.append(content)
        parts[0] = Content(self._label) + parts[0]
        return parts

    def step(self, by: int) -> None:
        """Choose the next value, or with -1 the one before."""
        values = self.values
        self.value = values[(values.index(self.value) + by) % len(values)]

    def action_step(self, by: int) -> None:
        """Choose the next value, or with -1 the one before."""
        self.step(by)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        place = self.place_at(event.x, event.y)
        if place is not None and (event.y or event.x >= len(self._label)):
            self.value = self._options[place][0]

    def watch_value(self, value: str) -> None:
        """Tell of the change."""
        if self.is_mounted:
            self.post_message(self.Changed(self, value))
