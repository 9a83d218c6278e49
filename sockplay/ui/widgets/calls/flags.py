"""Several of a few, on one line where they fit: ``☑ PEEK  ☐ WAITALL``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from sockplay.ui.widgets.option_lines import OptionLines

_CHOSEN: Final = "$foreground"
_HERE: Final = "bold $foreground on $block-cursor-background"


class Flags(OptionLines, can_focus=True):
    """Marks any of a few values: arrows go from one to the next, Space or a click marks it.

    Args:
        options: pairs of a value and the label that stands for it.
    """

    DEFAULT_CSS = """
    Flags { width: auto; height: auto; color: $sock-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right", "step(1)", "Next", show=False),
        Binding("space", "mark", "Mark it, or no longer", show=False),
    ]
    marked: reactive[frozenset[str]] = reactive(frozenset(), layout=False)
    cursor: reactive[int] = reactive(0, layout=False)

    class Changed(Message):
        """Another value was marked, or is no longer."""

        def __init__(self, flags: Flags) -> None:
            super().__init__()
            self.flags = flags

        @property
        def control(self) -> Flags:
            """The flags that changed."""
            return self.flags

    def __init__(self, options: Sequence[tuple[str, str]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._options = list(options)

    @property
    def value(self) -> str:
        """The values that are marked, in order, as Python writes them."""
        return " | ".join(value for value, _ in self._options if value in self.marked)

    @property
    def parts(self) -> list[Content]:
        """The options as they are now."""
        parts: list[Content] = []
        for place, (value, label) in enumerate(self._options):
            is_marked = value in self.marked
            content = Content(f"{'☑' if is_marked else '☐'} {label}")
            if self.has_focus and place == self.cursor:
                content = content.stylize(_HERE)
            elif is_marked:
                content = content.stylize(_CHOSEN)
            parts.append(content)
        return parts

    def action_step(self, by: int) -> None:
        """Go to the next value, or with -1 to the one before."""
        self.cursor = (self.cursor + by) % len(self._options)

    def action_mark(self) -> None:
        """Mark the value under the cursor, or no longer."""
        self.marked ^= {self._options[self.cursor][0]}
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        """Mark what was clicked, or no longer."""
        place = self.place_at(event.x, event.y)
        if place is not None:
            self.cursor = place
            self.action_mark()
