"""Regular expressions by RE2, in time that grows with the data alone, whatever was typed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from sockplay.values.errors import ValuesError

_MEMORY: Final = 2 << 20
"""Bytes that one expression may take while it is looked for."""
_KEPT: Final = 16
"""Expressions that stay compiled; nobody looks for more at once."""
_LINES: Final = b"(?m)"
_UNKNOWN: Final = {
    "(?=": "Looking ahead is not known here",
    "(?!": "Looking ahead is not known here",
    "(?<=": "Looking behind is not known here",
    "(?<!": "Looking behind is not known here",
}


class Expression:
    r"""Finds an expression in bytes; ``^`` and ``$`` stand at lines too, as in grep.

    It is read as RE2 reads it (github.com/google/re2/wiki/Syntax): as Python's ``re`` does, but
    without look-around and back-references, ``\d \w \s`` being ASCII alone. It lets other threads
    run meanwhile.

    Args:
        source: the expression, as UTF-8.
        any_case: whether a letter stands for its other case too.
        as_text: whether the data are UTF-8, read letter by letter; else byte by byte, where the
            letters with two cases are A to Z.

    Raises:
        ValuesError: it is no expression; it names the column.
    """

    def __init__(self, source: bytes, any_case: bool, as_text: bool) -> None:
        import re2  # much to load before one is typed

        options = re2.Options()
        options.log_errors = False
        options.never_capture = True
        options.case_sensitive = not any_case
        options.max_mem = _MEMORY
        if not as_text:
            options.encoding = re2.Options.Encoding.LATIN1
        try:
            self._compiled: Any = re2.compile(_LINES + source, options)
        except re2.error as error:
            raise _refused(source, error.args[0]) from None
        finally:
            re2.purge()  # what it keeps, it keeps for ever: one for each key that was pressed

    def spans(self, data: bytes, start: int = 0) -> Iterator[tuple[int, int]]:
        """Where it is found from a place on, as half-open ranges; places of no bytes are left out.

        What stands before ``start`` says whether a line or a word begins there.
        """
        for match in self._compiled.finditer(data, start):
            first, end = match.span()
            if first < end:
                yield first, end

    def first(self, data: bytes, start: int) -> tuple[int, int] | None:
        """Where it is found first from a place on, be it as no bytes at all."""
        match = self._compiled.search(data, start)
        return None if match is None else match.span()

    def is_in(self, data: bytes) -> bool:
        """Whether it is found, be it as no bytes at all."""
        return self._compiled.search(data) is not None


@lru_cache(_KEPT)
def compiled(source: bytes, any_case: bool, as_text: bool = False) -> Expression:
    """An expression, the same one when it is asked for again."""
    return Expression(source, any_case, as_text)


def _refused(source: bytes, said: bytes) -> ValuesError:
    """What is wrong with an expression; RE2 says ``what it is: the part``."""
    reason, _, part = said.partition(b": ")
    part = part.removeprefix(_LINES)
    found = max(0, source.find(part))
    before, shown = (text.decode("utf-8", "replace") for text in (source[:found], part))
    if reason == b"invalid perl operator":
        message = _UNKNOWN.get(shown, f"{shown} is not known here")
    elif reason == b"invalid escape sequence" and shown[1:].isdigit():
        message = f"{shown}, what a group has found, is not known here"
    elif reason.startswith(b"pattern too large"):
        return ValuesError("This expression is too large: repeat less in it")
    elif reason == b"invalid UTF-8":
        message = "This is no text: write such a byte as \\xff"
    else:
        message = f"This is no regular expression: {reason.decode('utf-8', 'replace')}"
    return ValuesError(message, len(before) + 1, max(1, len(shown)))
