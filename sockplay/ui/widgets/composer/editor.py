"""The text field of the composer: Enter sends, arrows walk through what was sent before."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

LONGEST: Final = 65_536
"""Characters. A line of this length costs 50 ms a key with soft wrap; longer ones stall."""


class Editor(TextArea, inherit_bindings=False):
    """Holds one payload as it is typed. A line end is typed with Ctrl+J, or pasted."""

    # TextArea would take F6 and F7, which are keys of the workbench.
    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in TextArea.BINDINGS
        if isinstance(binding, Binding) and binding.key not in ("f6", "f7")
    ]

    class Submitted(Message):
        """Enter was pressed."""

    class Recalled(Message):
        """An earlier payload is wanted (-1), or a later one (1)."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class TooLong(Message):
        """A paste was refused, for the field would hold too much."""

        def __init__(self, length: int) -> None:
            super().__init__()
            self.length = length

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, soft_wrap=True, highlight_cursor_line=False)

    async def _on_key(self, event: events.Key) -> None:
        row = self.cursor_location[0]
        if event.key == "enter":
            self.post_message(self.Submitted())
        elif event.key == "ctrl+j":
            self.insert("\n")
        elif event.key == "up" and row == 0:
            self.post_message(self.Recalled(-1))
        elif event.key == "down" and row == self.document.line_count - 1:
            self.post_message(self.Recalled(1))
        else:
            return  # Textual goes on to TextArea's own handler by itself
        event.stop()
        event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        length = len(self.text) + len(event.text)
        if length > LONGEST:
            event.stop()
            event.prevent_default()
            self.post_message(self.TooLong(length))
