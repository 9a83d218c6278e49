"""The one error of this room: a plain sentence, and where in the source text it belongs."""

from __future__ import annotations

import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sockplay.values.printable import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class ValuesError(ValueError):
    """A value or a piece of source text that cannot be used, said in one plain sentence.

    Args:
        message: The sentence; what it quotes from outside is made visible here, once for all.
        column: Where the offending text starts in the source, from 1; None when nowhere. It is
            counted through the whole source, line ends included.
        span: How many characters of the source offend.
    """

    def __init__(self, message: str, column: int | None = None, span: int = 1) -> None:
        self.message = visible(message)
        super().__init__(self.message)
        self.column = column
        self.span = span

    def pointed(self, source: str) -> str:
        """Lay the error out as three lines: the message, the source, and carets under the spot.

        Of a source with several lines it shows the one, and says which: `Line 3, column 5: `.
        Without a column it is the message alone.
        """
        if self.column is None:
            return self.message
        column, message, line = self.column, self.message, source
        if "\n" in source:
            number = source.count("\n", 0, column - 1) + 1
            line = source.split("\n")[number - 1].removesuffix("\r")
            column -= source.rfind("\n", 0, column - 1) + 1
            message = f"Line {number}, column {column}: {message}"
        start = _cells(visible(line[: column - 1]))
        carets = max(1, _cells(visible(line[: column - 1 + self.span])) - start)
        return f"{message}\n{visible(line)}\n{' ' * start}{'^' * carets}"


@contextmanager
def located(column: int, span: int) -> Iterator[None]:
    """Place the errors about a piece of source text in the whole source.

    Args:
        column: Where the piece starts in the source, from 1.
        span: How many characters of the source an error without a column is about.
    """
    try:
        yield
    except ValuesError as error:
        if error.column is None:
            raise ValuesError(error.message, column, span) from None
        raise ValuesError(error.message, column + error.column - 1, error.span) from None


def did_you_mean(name: str, known: Mapping[str, str]) -> str:
    """Suggest the known name nearest to a wrong one: ` Did you mean utf-8?`, or nothing.

    Args:
        name: The wrong name.
        known: Every spelling in lower case, and the name to show for it.
    """
    from difflib import get_close_matches  # only a mistake needs it

    # No name is that long, and comparing takes the square of the length.
    nearest = get_close_matches(name.lower()[:80], known, n=1)
    return f" Did you mean {known[nearest[0]]}?" if nearest else ""


def _cells(text: str) -> int:
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff":
        return 0  # stands on the character before it; the range is hangul's vowels and finals
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
