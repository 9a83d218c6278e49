"""Rows of values that were read from bytes: each can be edited, and has its line of Python."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from sockplay.ui.widgets.rows_view import RowsView
from sockplay.values.reading.readings import Edit


class Target(NamedTuple):
    """What is under the cursor, and can be edited."""

    name: str
    """As visible text."""
    python: str
    """How Python reads it, in one line."""
    written: Callable[[], str]
    """Gives the value as a person would type it."""
    edited: Callable[[str], Edit]
    """Writes another value, or raises ValuesError."""
    refusal: str = ""
    """Why it cannot be edited, in one sentence."""


class ValueRows(RowsView):
    """A table of the inspector."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "copy_python", "Copy the Python line", show=False),
    ]

    class PythonWanted(RowsView.OfRows):
        """The Python line of what is under the cursor is to be copied."""

    @property
    @abstractmethod
    def target(self) -> Target | None:
        """What is under the cursor."""

    def action_copy_python(self) -> None:
        """Ask for the line of Python to be copied."""
        if self.count:
            self.post_message(self.PythonWanted(self))
