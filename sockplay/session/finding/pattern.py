"""What is looked for in bytes: the bytes themselves, a text in some encoding, an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from sockplay.session.finding.expression import Expression, compiled
from sockplay.values.errors import ValuesError, located
from sockplay.values.hexrows import parse_hex
from sockplay.values.text import encode_text

_QUOTED: Final = re.compile(r'([A-Za-z][\w-]*)?"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BEGUN: Final = re.compile(r'([A-Za-z][\w-]*)?"')
_EXPRESSION: Final = re.compile(r"/((?:[^/\\]|\\.)+)/(i?)(?![^\s()])", re.DOTALL)


class Pattern(msgspec.Struct, frozen=True):
    """Bytes to be found, or a regular expression over bytes."""

    literal: bytes = b""
    expression: str = ""
    """A regular expression, in place of the bytes."""
    any_case: bool = False
    """Whether the expression takes A to Z for a to z."""

    def __bool__(self) -> bool:
        return bool(self.literal or self.expression)

    @property
    def in_bytes(self) -> Expression:
        """What finds the expression in bytes."""
        return compiled(to_bytes(self.expression), self.any_case)

    @property
    def in_text(self) -> Expression:
        """What finds the expression in a text."""
        return compiled(to_bytes(self.expression), self.any_case, as_text=True)

    def spans(self, data: bytes, start: int = 0) -> Iterator[tuple[int, int]]:
        """Where it stands in bytes from a place on, as half-open ranges that share no byte."""
        if self.expression:
            yield from self.in_bytes.spans(data, start)
            return
        size = len(self.literal)
        at = data.find(self.literal, start)
        while at >= 0:
            yield at, at + size
            at = data.find(self.literal, at + size)


def to_bytes(text: str) -> bytes:
    """A typed text as UTF-8; a byte that a terminal could not decode is that byte."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def quoted(source: str, at: int) -> tuple[bytes, str | None, int] | None:
    r"""Read ``"text"``, ``hex"0d 0a"`` or ``cp949"text"`` at a place of a source.

    Returns:
        The bytes, the text when it is one in no named encoding, and where it ends; None when
        nothing quoted stands there.

    Raises:
        ValuesError: it is not closed, or there are no such digits, escapes or encoding; it names
            the column.
    """
    match = _QUOTED.match(source, at)
    if match is None:
        if (begun := _BEGUN.match(source, at)) and _quotes(begun[1]):
            message = "This text is not closed: end it with a double quote"
            raise ValuesError(message, at + 1, len(source) - at)
        return None
    name, body = match[1], match[2]
    with located(match.start(2) + 1, max(1, len(body))):
        if name == "hex":
            return parse_hex(body), None, match.end()
    if name:
        with located(at + 1, len(name)):
            encode_text("", name)
    with located(match.start(2) + 1, max(1, len(body))):
        data = encode_text(body, name or "utf-8")
    return data, None if name else data.decode("utf-8", "surrogateescape"), match.end()


def _quotes(name: str | None) -> bool:
    """Whether what stands before a double quote says how to read what stands in it."""
    if not name or name == "hex":
        return True
    try:
        encode_text("", name)
    except ValuesError:
        return False
    return True


def expression(source: str, at: int) -> tuple[Pattern, int] | None:
    """Read ``/an expression/`` or ``/one of any case/i``; None when none stands there.

    Raises:
        ValuesError: it is no regular expression; it names the column.
    """
    match = _EXPRESSION.match(source, at)
    if match is None:
        return None
    pattern = Pattern(expression=match[1], any_case=bool(match[2]))
    with located(match.start(1) + 1, len(match[1])):
        _ = pattern.in_text, pattern.in_bytes
    return pattern, match.end()


def parse_pattern(source: str, encoding: str = "utf-8") -> Pattern:
    r"""What a person looks for: ``hex"0d 0a"``, ``hex:0d0a``, ``"a\r\n"``, ``/GET|PUT/``, or text.

    Args:
        source: as it was typed; anything but these forms is text as it stands.
        encoding: the one that plain text is looked for in.

    Raises:
        ValuesError: it cannot be read; it names the column.
    """
    if source.startswith("hex:"):
        with located(5, max(1, len(source) - 4)):
            return Pattern(parse_hex(source[4:]))
    if (found := expression(source, 0)) and found[1] == len(source):
        return found[0]
    if (read := quoted(source, 0)) and read[2] == len(source):
        return Pattern(read[0])
    try:
        return Pattern(encode_text(source, encoding, escapes=False))
    except ValuesError:
        if encoding == "utf-8":
            return Pattern(to_bytes(source))
        raise
