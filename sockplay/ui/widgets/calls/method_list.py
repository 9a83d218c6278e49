"""Methods in groups, each a button; the first letters of one find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class MethodList(OptionList):
    """Lists methods below their groups' names. Arrows and letters choose, Enter or a click presses.

    Args:
        groups: the names of the methods of each group.
    """

    DEFAULT_CSS = """
    MethodList, MethodList:focus {
        border: none; background: $surface; padding: 0 0 0 1; scrollbar-size-vertical: 1;
    }
    MethodList > .option-list--option-highlighted {
        background: $panel; color: $foreground; text-style: none;
    }
    MethodList:focus > .option-list--option-highlighted {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
    }
    """

    def __init__(self, groups: Mapping[str, Sequence[str]], *, id: str | None = None) -> None:
        self._names: list[str] = []
        options: list[Option] = []
        for group, methods in groups.items():
            options.append(Option(Content.styled(group, "$primary"), disabled=True))
            options += [Option(Content(f"  {name}")) for name in methods]
            self._names += ["", *methods]
        super().__init__(*options, id=id)
        self._letters = ""

    @property
    def method(self) -> str:
        """The one that is chosen."""
        return self._names[self.highlighted] if self.highlighted is not None else ""

    def choose(self, name: str) -> None:
        """Choose a method."""
        self.highlighted = self._names.index(name)

    def move(self, by: int) -> None:
        """Choose the next method, or with -1 the one before."""
        self.action_cursor_down() if by > 0 else self.action_cursor_up()

    def find(self, char: str) -> bool:
        """Go to the first method that begins with what is typed; whether it can begin one."""
        if not (char.isalnum() or char == "_"):
            self._letters = ""
            return False
        for letters in (self._letters + char, char):
            found = next((name for name in self._names if name.startswith(letters)), "")
            if found:
                self._letters = letters
                self.choose(found)
                break
        return True

    def on_key(self, event: events.Key) -> None:
        """Find a method by its letters."""
        if self.find(event.character or ""):
            event.stop()
