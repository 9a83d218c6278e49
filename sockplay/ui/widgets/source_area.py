"""The text field for a message definition: several lines, numbered, of a bounded length."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

LONGEST: Final = 1 << 20
"""Characters; pasting a megabyte takes a moment, more would stop the screen."""


class SourceArea(TextArea, inherit_bindings=False):
    """Holds a definition as it is written."""

    # TextArea would take F6 and F7, which are keys of the workbench.
    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in TextArea.BINDINGS
        if isinstance(binding, Binding) and binding.key not in ("f6", "f7")
    ]

    class TooLong(Message):
        """A paste was refused, for the field would hold too much."""

    def __init__(self, source: str, *, id: str | None = None) -> None:
        super().__init__(
            source, id=id, compact=True, soft_wrap=False, show_line_numbers=True,
            highlight_cursor_line=False,
        )  # fmt: skip

    async def _on_paste(self, event: events.Paste) -> None:
        if len(self.text) + len(event.text) > LONGEST:
            event.stop()
            event.prevent_default()
            self.post_message(self.TooLong())
