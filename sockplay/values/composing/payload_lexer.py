"""The payload language's smallest pieces: gaps, names, words and quoted texts."""

from __future__ import annotations

import re
from typing import NamedTuple

from sockplay.values.errors import ValuesError

_GAP = re.compile(r"\s*")
_NAME = re.compile(r"([^\W\d][\w.-]*)=")
# A character in single quotes, as in u8:'(', may be one that would end the word.
_WORD = re.compile(r"""(?:'(?:\\.[^']*|[^\\])'|[^\s()"])*""", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_COUNT = re.compile(r"\*([^\s()\"]*)")


class Quoted(NamedTuple):
    """What stands between two double quotes, escapes and all."""

    text: str
    column: int
    """Where the text, past the quote, starts in the source, from 1."""


class Cursor:
    """A place in a payload's source, and the pieces that can be taken from there."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    @property
    def column(self) -> int:
        """The place as a column, from 1."""
        return self.at + 1

    @property
    def next(self) -> str:
        """The character at the place; empty at the end."""
        return self.source[self.at : self.at + 1]

    def skip_gap(self) -> bool:
        """Go past white space, and say whether there was any."""
        return bool(self._take(_GAP))

    def name(self) -> str | None:
        """Take `name=`, and give the name; None when there is none."""
        match = _NAME.match(self.source, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match[1]

    def word(self) -> str:
        """Take everything up to white space, a parenthesis or a double quote; may be empty."""
        return self._take(_WORD)

    def quoted(self) -> Quoted:
        """Take a text in double quotes, which starts here.

        Raises:
            ValuesError: It never ends.
        """
        match = _QUOTED.match(self.source, self.at)
        if match is None:
            message = "This text is not closed: end it with a double quote"
            raise ValuesError(message, self.column)
        self.at = match.end()
        return Quoted(match[1], match.start(1) + 1)

    def count(self) -> Quoted | None:
        """Take `*3`, and give the text of the count; None when there is none."""
        match = _COUNT.match(self.source, self.at)
        if match is None:
            return None
        self.at = match.end()
        return Quoted(match[1], match.start(1) + 1)

    def take(self, char: str) -> bool:
        """Take one character if it is here, and say whether it was."""
        found = self.next == char
        self.at += found
        return found

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.at)
        text = match[0] if match else ""
        self.at += len(text)
        return text
