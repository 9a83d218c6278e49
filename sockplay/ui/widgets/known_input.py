"""A text field with values at hand: Up and Down go through them, anything may be typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widgets import Input

_NUMBERS: Final = re.compile(r"\d*(?:\.\d+)?(?:, *\d+)*")


class KnownInput(Input):
    """Suggests known values while one types.

    Args:
        value: what it holds at first.
        known: the values at hand, in order.
        longest: how many characters may be typed.
    """

    DEFAULT_CSS = """
    KnownInput > .input--suggestion { color: $sock-muted; text-style: italic; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Previous known value", show=False),
        Binding("down", "step(1)", "Next known value", show=False),
    ]

    def __init__(
        self, value: str, known: Sequence[str], *, longest: int = 100, id: str | None = None
    ) -> None:
        super().__init__(value, id=id, compact=True, max_length=longest)
        self.offer(known)

    def offer(self, known: Sequence[str]) -> None:
        """Have other values at hand."""
        self._known = list(known)
        # What goes on from a number would read as a part of it.
        words = [value for value in self._known if not _NUMBERS.fullmatch(value)]
        self.suggester = SuggestFromList(words, case_sensitive=False) if words else None

    def action_step(self, by: int) -> None:
        """Take the next known value; what is not known leads to the first."""
        if not self._known:
            return
        place = self._known.index(self.value) + by if self.value in self._known else 0
        self.value = self._known[place % len(self._known)]
        self.cursor_position = len(self.value)
