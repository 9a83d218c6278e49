"""What a definition's source holds, or where its mistake is."""

from __future__ import annotations

from typing import Final

from sockplay.model.errors import SockplayError
from sockplay.values.errors import ValuesError
from sockplay.values.layouts.definitions import Definitions, parse_layout

_BEFORE: Final = 24
_AFTER: Final = 30
"""Characters of a line around a mistake that fit half a screen."""
EXAMPLE: Final = """\
// Change this into what your bytes are.
// Of several structs the last one is the message.
enum kind : u8 { HELLO = 1, DATA = 2 };

struct message {
    u16be magic;
    kind kind;
    u16be length;       // bytes of the text
    char text[length];
    u8 rest[EOF];       // whatever follows
};
"""
"""What a new definition begins with."""


def structs_of(source: str) -> tuple[str, ...]:
    """The names of the structs, of which the last is the message.

    Raises:
        SockplayError: there is a mistake in it, named with its line and column.
    """
    return definitions_of(source).names


def definitions_of(source: str) -> Definitions:
    """Read a definition.

    Raises:
        SockplayError: there is a mistake in it, named with its line and column.
    """
    try:
        return parse_layout(source)
    except ValuesError as error:
        raise SockplayError(mistake(error, source)[0]) from error


def mistake(error: ValuesError, source: str) -> list[str]:
    """Lay a mistake out: the sentence with its line and column, the line, carets under the spot.

    Of a long line it shows the part around the spot. Without a column it is the sentence alone.
    """
    sentence = error.message if error.message.endswith((".", "?")) else f"{error.message}."
    if error.column is None:
        return [sentence]
    number = source.count("\n", 0, error.column - 1) + 1
    begins = source.rfind("\n", 0, error.column - 1) + 1
    at = error.column - 1 - begins
    ends = source.find("\n", begins)
    line = source[begins : len(source) if ends < 0 else ends].removesuffix("\r")
    cut = max(0, at - _BEFORE)
    shown = line[cut : at + _AFTER].replace("\t", " ")
    span = max(1, min(error.span, _AFTER))
    pointed = ValuesError("", at - cut + 1, span).pointed(shown).split("\n")[1:]
    return [f"Line {number}, column {at + 1}: {sentence}", *pointed]
