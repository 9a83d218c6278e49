"""Bytes as hexadecimal text, in rows and in one piece, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import ValuesError
from sockplay.values.printable import ascii_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUP = 8

_HEX_TOKEN = re.compile(
    r"(?P<gap>[\s,:_-]+)|(?P<prefix>0[xX]|\\[xX])|(?P<digits>[0-9a-fA-F]+?)(?=0[xX]|[^0-9a-fA-F]|$)"
)


class HexRow(msgspec.Struct, frozen=True):
    """One row of a hex view."""

    offset: int
    """Where the row's first byte stands, in bytes."""
    data: bytes
    """The row's bytes; fewer than `width` in a last row."""
    width: int = 16
    """How many bytes a full row has."""

    @property
    def hex(self) -> str:
        """The bytes as pairs of digits, with one more space after every eighth."""
        groups = range(0, len(self.data), _GROUP)
        return "  ".join(self.data[at : at + _GROUP].hex(" ") for at in groups)

    @property
    def hex_padded(self) -> str:
        """The same, as wide as a full row."""
        return self.hex.ljust(hex_column(self.width - 1) + 2)

    @property
    def ascii(self) -> str:
        """The bytes as one cell each."""
        return ascii_cells(self.data)


def hex_rows(data: bytes, *, start: int = 0, width: int = 16) -> Iterator[HexRow]:
    """Cut bytes into rows for a hex view.

    Args:
        data: The bytes.
        start: The offset that the first byte is shown at.
        width: Bytes in a row, at least 1.
    """
    for at in range(0, len(data), width):
        yield HexRow(start + at, data[at : at + width], width)


def row_count(size: int, width: int = 16) -> int:
    """Count the rows that so many bytes take."""
    return -(-size // width)


def hex_column(index: int) -> int:
    """Find the column of a row's hex text, from 0, where byte `index` of the row stands."""
    return index * 3 + index // _GROUP


def dump(data: bytes, *, start: int = 0, width: int = 16, limit: int | None = None) -> list[str]:
    """Show bytes as lines of offset, hex and ASCII: `0000  68 69 ...  hi`.

    Args:
        data: The bytes.
        start: The offset that the first byte is shown at.
        width: Bytes in a line.
        limit: Show only so many bytes, and say in one more line how many are left out.
    """
    shown = data[:limit]
    digits = 4 if start + len(shown) <= 0x10000 else 8
    lines = [
        f"{row.offset:0{digits}x}  {row.hex_padded}  {row.ascii}"
        for row in hex_rows(shown, start=start, width=width)
    ]
    hidden = len(data) - len(shown)
    if hidden:
        lines.append(f"... {hidden:,} more byte{'' if hidden == 1 else 's'}")
    return lines


def plain_hex(data: bytes) -> str:
    """Show bytes as pairs of digits in one line: `68 65 6c`."""
    return data.hex(" ")


def python_literal(data: bytes) -> str:
    """Show bytes as Python would write them: `b'hel'`."""
    return repr(data)


def parse_hex(text: str) -> bytes:
    r"""Read bytes written in hexadecimal, however they were copied.

    White space, commas, colons, dashes, underscores, and `0x` or `\x` before digits are skipped.

    Raises:
        ValuesError: A character does not belong, or a run of digits between separators is odd.
            It carries the column, from 1.
    """
    found = bytearray()
    at = 0
    while at < len(text):
        token = _HEX_TOKEN.match(text, at)
        if token is None:
            message = f"{text[at]} is not a hex digit: use 0-9 and a-f, two for each byte"
            raise ValuesError(message, column=at + 1)
        if digits := token["digits"]:
            if len(digits) % 2:
                message = (
                    f"{_shortened(digits)} has an odd number of digits: write two for each byte"
                )
                raise ValuesError(message, column=at + 1, span=len(digits))
            found += bytes.fromhex(digits)
        at = token.end()
    return bytes(found)


def _shortened(digits: str) -> str:
    return digits if len(digits) <= 20 else f"{digits[:20]}..."
