"""The bottom line: the keys that work now, as many as fit whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

_GAP = 2


class KeyBar(Widget):
    """Shows keys in the order in which they matter; a click does what the key does.

    Args:
        names: for each binding that may be shown, its id and the key as people write it.
        last: the id of the one that is always shown, at the right.
    """

    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        padding: 0 1;
        background: $footer-background;
        color: $footer-description-foreground;
    }
    """

    class Clicked(Message):
        """A key was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, names: Mapping[str, str], last: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names = names
        self._last = last

    def on_mount(self) -> None:
        """Follow the focus, which decides what keys mean."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """The keys that fit."""
        entries = self._entries(self.content_size.width)
        line = Content(" " * _GAP).join(self._label(name, title) for name, title, _ in entries)
        last = self._label(self._names[self._last], "palette")
        gap = self.content_size.width - line.cell_length - last.cell_length
        return Content.assemble(line, " " * max(1, gap), last)

    def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        left = 1
        for name, title, action in self._entries(self.content_size.width):
            right = left + len(name) + 1 + len(title)
            if left <= event.x < right:
                self.post_message(self.Clicked(action))
                return
            left = right + _GAP
        if event.x > left:
            self.post_message(self.Clicked("app.command_palette"))

    def _label(self, name: str, title: str) -> Content:
        return Content.assemble((name, "bold $footer-key-foreground"), f" {title}")

    def _entries(self, width: int) -> Sequence[tuple[str, str, str]]:
        room = width - len(self._names[self._last]) - len(" palette") - _GAP
        active = {
            entry.binding.id: entry.binding
            for entry in self.screen.active_bindings.values()
            if entry.enabled
        }
        entries = []
        for identity, name in self._names.items():
            binding = active.get(identity)
            if binding is None or identity == self._last:
                continue
            room -= len(name) + 1 + len(binding.description) + _GAP
            if room < 0:
                break
            entries.append((name, binding.description, binding.action))
        return entries
