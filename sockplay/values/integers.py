"""Integers of a fixed number of bytes, and integers as people write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import ValuesError, located
from sockplay.values.text import unescape

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

INTEGER_NAME = re.compile(r"(?P<sign>uint|int|u|i)(?P<bits>[0-9]{1,9})(_t)?", re.IGNORECASE)
"""What reads as the name of an integer type, of whatever size."""

_LARGEST_BITS = 1024

# A u1024 in binary with underscores is shorter. It keeps clear of Python's own limit of 4,300
# digits between decimal text and int, which guards against quadratic time (CVE-2020-10735).
_LONGEST_TEXT = 2000


class IntegerType(msgspec.Struct, frozen=True):
    """An integer of a fixed size; negative values are two's complement."""

    bits: int
    """8 to 1024, whole bytes."""
    signed: bool

    @property
    def size(self) -> int:
        """How many bytes a value takes."""
        return self.bits // 8

    @property
    def low(self) -> int:
        """The smallest value that fits."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        """The largest value that fits."""
        return (1 << (self.bits - self.signed)) - 1

    @property
    def name(self) -> str:
        """The short name: `u16`, `i32`."""
        return f"{'i' if self.signed else 'u'}{self.bits}"

    @property
    def range(self) -> str:
        """The values that fit, for a sentence: `0 to 255`; as powers of two beyond 64 bits."""
        if self.bits <= 64:
            return f"{self.low} to {self.high}"
        low = f"-2**{self.bits - 1}" if self.signed else "0"
        return f"{low} to 2**{self.bits - self.signed}-1"

    def encode(self, value: int, order: ByteOrder, *, field: str = "") -> bytes:
        """Write a value as `size` bytes.

        Args:
            value: The value.
            order: Which end comes first.
            field: What to call the field in an error, such as `length=u8:300`.

        Raises:
            ValuesError: The value does not fit. It names field, value and range.
        """
        if not self.low <= value <= self.high:
            prefix = f"{field}: " if field else ""
            raise ValuesError(f"{prefix}{_said(value)} does not fit {self.name} ({self.range})")
        return value.to_bytes(self.size, order, signed=self.signed)

    def decode(self, data: bytes, order: ByteOrder) -> int:
        """Read a value from exactly `size` bytes.

        Raises:
            ValuesError: There are more or fewer bytes.
        """
        if len(data) != self.size:
            raise ValuesError(f"{self.name} is read from {self.size} bytes, not from {len(data)}")
        return int.from_bytes(data, order, signed=self.signed)


def integer_type(name: str) -> IntegerType:
    """Find an integer type by name: `u8` to `i1024`, also `uint16`, `int32`, `uint16_t`.

    Raises:
        ValuesError: It is no such name, or not a whole number of bytes from 8 to 1024 bits.
    """
    match = INTEGER_NAME.fullmatch(name)
    if match is None:
        message = f"{name!r} is not an integer type: use u8, i8, u16 ... up to u{_LARGEST_BITS}"
        raise ValuesError(message, column=1, span=max(1, len(name)))
    bits = int(match["bits"])
    signed = match["sign"].lower() in ("i", "int")
    if bits % 8 or not 8 <= bits <= _LARGEST_BITS:
        letter = "i" if signed else "u"
        problem = "is too large" if bits > _LARGEST_BITS else "is not a whole number of bytes"
        message = (
            f"{name} {problem}: use {letter}8, {letter}16, {letter}24 ... "
            f"up to {letter}{_LARGEST_BITS}"
        )
        raise ValuesError(message, column=1, span=len(name))
    return IntegerType(bits, signed)


def parse_integer(text: str) -> int:
    r"""Read an integer: decimal, `0x`, `0o`, `0b`, `_` between digits, a sign, or `'A'`.

    A character in single quotes is its code point; escapes such as `'\n'` are as in a string.

    Raises:
        ValuesError: It is no integer, or longer than 2,000 characters.
    """
    text = text.strip()
    if len(text) >= 3 and text[0] == text[-1] == "'":
        return _code_point(text)
    if len(text) > _LONGEST_TEXT:
        message = f"This number is longer than {_LONGEST_TEXT:,} characters: write a shorter one"
        raise ValuesError(message, column=1, span=len(text))
    try:
        # int() would also read the digits of other scripts.
        return int(text.encode("ascii"), 0)
    except ValueError:
        message = f"{text!r} is not an integer: write 513, 0x201, 0b11, -1 or 'A'"
        if re.fullmatch(r"[+-]?0[0-9_]+", text):
            message = f"{text!r} starts with 0: leave it out, or write 0o for octal"
        raise ValuesError(message, column=1, span=max(1, len(text))) from None


def _code_point(quoted: str) -> int:
    with located(column=2, span=1):
        char = unescape(quoted[1:-1])
    if len(char) != 1:
        message = f"{quoted} is {len(char)} characters: single quotes hold one, such as 'A'"
        raise ValuesError(message, column=1, span=len(quoted))
    return ord(char)


def _said(value: int) -> str:
    # str() of a huge int raises (see above), and nobody reads 300 digits.
    return str(value) if value.bit_length() <= 512 else f"a number of {value.bit_length():,} bits"
