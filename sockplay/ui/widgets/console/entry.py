"""Where Python is typed: one line or several, each behind its prompt."""

from __future__ import annotations

import re
from typing import ClassVar, Final

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from sockplay.ui.widgets.console.safe_line import safe_line

LONGEST: Final = 65_536
"""Characters; with more a key takes too long."""
_PROMPTS: Final = (">>> ", "... ")
_INDENT: Final = 4
_BLANK: Final = re.compile(r"[ \t]*")


class Entry(TextArea, inherit_bindings=False):
    """Holds what is typed next. Enter asks for it to run, Tab for names that go on from here.

    Args:
        python: whether it takes Python, rather than an answer to a program that asks.
    """

    DEFAULT_CSS = """
    Entry {
        height: auto; min-height: 1; max-height: 9; padding: 0 0 0 1; border: none;
        background: $surface; scrollbar-size-vertical: 1; overflow-x: hidden;
    }
    Entry:focus { border: none; background: $panel; }
    """
    # TextArea would take keys of the screen; Ctrl+C copies or interrupts, as the screen decides.
    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in TextArea.BINDINGS
        if isinstance(binding, Binding) and binding.key not in ("f6", "f7", "ctrl+c,super+c")
    ]

    class OfEntry(Message):
        """Something about the entry; ``by`` is -1 for back and 1 for on."""

        def __init__(self, entry: Entry, by: int = 1) -> None:
            super().__init__()
            self.entry = entry
            self.by = by

    class Submitted(OfEntry):
        """Enter was pressed on the last line."""

    class Ended(OfEntry):
        """Ctrl+D was pressed where nothing is typed: there is no more."""

    class Recalled(OfEntry):
        """An earlier entry is wanted, or a later one."""

    class Completed(OfEntry):
        """Names that go on from the cursor are wanted: the next, or the one before."""

    class Turned(OfEntry):
        """The transcript is to turn a page."""

    class TooLong(Message):
        """A paste was refused, for the field would hold too much."""

        def __init__(self, length: int) -> None:
            super().__init__()
            self.length = length

    def __init__(self, python: bool = True, *, id: str | None = None) -> None:
        self.is_python = python
        """Whether it takes Python now, rather than an answer."""
        super().__init__(
            id=id, compact=True, soft_wrap=True, show_line_numbers=True,
            highlight_cursor_line=False,
        )  # fmt: skip

    @property
    def gutter_width(self) -> int:
        """Cells of the prompt before each line."""
        return len(_PROMPTS[0])

    @property
    def typed(self) -> str:
        """What is typed before the cursor."""
        return self.get_text_range((0, 0), self.cursor_location)

    @property
    def line_count(self) -> int:
        """How many lines it holds; an empty one too."""
        return self.document.line_count

    def take(self, text: str) -> None:
        """Hold this instead, with the cursor at its end."""
        self.text = text
        self.move_cursor(self.document.end)

    def replace_before_cursor(self, length: int, text: str) -> None:
        """Put a text in the place of so many characters before the cursor."""
        row, column = self.cursor_location
        self.replace(text, (row, column - length), (row, column))

    def add_line(self) -> None:
        """Begin another line, indented as Python wants it."""
        line = self._line_typed
        blank = _BLANK.match(line)
        indent = blank[0] if blank else ""
        if line.rstrip().endswith(":"):
            indent += " " * _INDENT
        self.insert("\n" + indent)

    async def _on_key(self, event: events.Key) -> None:
        row, last = self.cursor_location[0], self.document.line_count - 1
        if event.key == "enter" and row == last:
            self.post_message(self.Submitted(self))
        elif event.key in ("enter", "ctrl+j"):
            self.add_line()
        elif event.key == "up" and row == 0:
            self.post_message(self.Recalled(self, -1))
        elif event.key == "down" and row == last:
            self.post_message(self.Recalled(self, 1))
        elif event.key in ("tab", "shift+tab") and self.is_python:
            self._complete(1 if event.key == "tab" else -1)
        elif event.key in ("pageup", "pagedown"):
            self.post_message(self.Turned(self, -1 if event.key == "pageup" else 1))
        elif event.key == "ctrl+d" and not self.text:
            self.post_message(self.Ended(self))
        else:
            return  # Textual goes on to TextArea's own handler by itself
        event.stop()
        event.prevent_default()

    @property
    def _line_typed(self) -> str:
        return self.typed.rpartition("\n")[2]

    def _complete(self, by: int) -> None:
        if self._line_typed.strip():
            self.post_message(self.Completed(self, by))
        elif by > 0 and self.line_count > 1:
            self.insert(" " * _INDENT)  # at the beginning of a line Tab indents, as in an editor
        elif by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    async def _on_paste(self, event: events.Paste) -> None:
        length = len(self.text) + len(event.text)
        if length > LONGEST:
            event.stop()
            event.prevent_default()
            self.post_message(self.TooLong(length))

    def get_line(self, line_index: int) -> Text:
        """A line as cells."""
        return safe_line(super().get_line(line_index))

    def render_line(self, y: int) -> Strip:
        """Draw a line behind its prompt."""
        strip = super().render_line(y)
        number = strip.crop(0, self.gutter_width).text.strip()
        prompt = _PROMPTS[number != "1"] if number else ""
        if not self.is_python:
            prompt = "⏎" if number == "1" else ""
        style = self.get_component_rich_style("text-area--gutter")
        head = Strip([Segment(f"{prompt:<{self.gutter_width}}", style + self.rich_style)])
        return Strip.join([head, strip.crop(self.gutter_width)])
