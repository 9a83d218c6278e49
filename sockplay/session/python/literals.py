"""Bytes as Python source: on one line, on several, or packed when they are many."""

from __future__ import annotations

import base64
import zlib
from typing import Final

_INLINE: Final = 72
"""Characters of a literal that stands where it is used."""
_WRITTEN_OUT: Final = 4_096
"""Bytes that are written out; more of them nobody reads."""
_LINE: Final = 24
"""Bytes on a line; each takes up to four characters."""
_ROW: Final = 96
"""Characters of packed bytes on a line."""


class Constants:
    """The long data of a program: each content once, under a name, at the top."""

    def __init__(self) -> None:
        self._names: dict[bytes, str] = {}

    def use(self, data: bytes) -> str:
        """An expression for bytes: the literal itself, or the name that it gets."""
        literal = repr(data) if len(data) <= _INLINE else ""
        if literal and len(literal) <= _INLINE:
            return literal
        return self._names.setdefault(data, f"DATA_{len(self._names) + 1}")

    def source(self) -> list[str]:
        """Their definitions."""
        return [line for data, name in self._names.items() for line in _definition(name, data)]


def _definition(name: str, data: bytes) -> list[str]:
    if len(data) <= _WRITTEN_OUT:
        return [f"{name} = (", *(f"    {piece!r}" for piece in _pieces(data)), ")"]
    packed = base64.b64encode(zlib.compress(data)).decode()
    rows = (packed[at : at + _ROW] for at in range(0, len(packed), _ROW))
    # One literal of several lines: a million short ones would take the compiler gigabytes.
    return [f"# {len(data):,} bytes", f'{name} = unpacked("""', *rows, '""")']


def _pieces(data: bytes) -> list[bytes]:
    """Lines of text where there are some, else rows of bytes."""
    pieces = []
    for line in data.splitlines(keepends=True):
        pieces += [line[at : at + _LINE] for at in range(0, len(line), _LINE)]
    return pieces
