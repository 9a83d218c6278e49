"""The names that go on from what is typed, each with a line of help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from sockplay.ui.widgets.cells import fit
from sockplay.values.printable import visible

_ROWS: Final = 8
_WIDEST: Final = 28


class Name(msgspec.Struct, frozen=True):
    """A name that may stand where the cursor is."""

    text: str
    help: str


class Names(Widget):
    """A list above the entry; empty, it takes no room."""

    DEFAULT_CSS = """
    Names {
        height: auto; max-height: 9; display: none; padding: 0 1;
        background: $surface; color: $foreground;
    }
    """

    class Picked(Message):
        """A name was clicked."""

        def __init__(self, names: Names) -> None:
            super().__init__()
            self.names = names

        @property
        def control(self) -> Names:
            """The list."""
            return self.names

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[Name] = ()
        self._cursor = -1

    @property
    def is_open(self) -> bool:
        """Whether there is anything in it."""
        return bool(self._all)

    @property
    def chosen(self) -> str:
        """The name under the cursor; empty when there is none yet."""
        return self._all[self._cursor].text if self._cursor >= 0 else ""

    @property
    def common(self) -> str:
        """What all of them begin with."""
        texts = [name.text for name in self._all]
        first, last = min(texts), max(texts)
        same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
        return first[:same]

    def offer(self, names: Sequence[Name]) -> None:
        """Show these; none to close it."""
        self._all, self._cursor = names, -1
        self.display = self.is_open
        self.refresh(layout=True)

    def step(self, by: int) -> None:
        """Choose the next one, or with -1 the one before."""
        self._cursor = (max(self._cursor, -(by < 0)) + by) % len(self._all)
        self.refresh()

    @property
    def _top(self) -> int:
        return max(0, min(self._cursor - _ROWS // 2, len(self._all) - _ROWS))

    def render(self) -> Content:
        """The names around the chosen one, and how many more there are."""
        seen = self._all[self._top : self._top + _ROWS]
        widest = min(_WIDEST, max((len(name.text) for name in seen), default=0))
        width = self.content_size.width
        lines = []
        for place, name in enumerate(seen, self._top):
            here = place == self._cursor
            text = f"{'▸' if here else ' '}{fit(visible(name.text), widest)}  "
            room = max(0, width - widest - 3)
            style = "bold on $block-cursor-background" if here else ""
            line = Content.assemble(
                (text, "bold"), (fit(visible(name.help), room), "" if here else "$sock-muted")
            )
            lines.append(line.stylize(style) if style else line)
        hidden = len(self._all) - len(seen)
        if hidden > 0:
            lines.append(Content.styled(f" {hidden:,} more: Tab goes on", "$sock-muted"))
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        """Take the name that was clicked."""
        place = self._top + event.y
        if place < len(self._all) and event.y < _ROWS:
            self._cursor = place
            self.refresh()
            self.post_message(self.Picked(self))
