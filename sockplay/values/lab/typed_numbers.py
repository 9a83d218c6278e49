"""A number together with the type that it is to be stored as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from sockplay.values.errors import ValuesError
from sockplay.values.floats import FloatType, float_type, parse_float
from sockplay.values.integers import IntegerType, integer_type, parse_integer

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

Kind = Literal["unsigned", "signed", "float"]
_LETTERS: dict[Kind, str] = {"unsigned": "u", "signed": "i", "float": "f"}


class TypedNumber(msgspec.Struct, frozen=True):
    """A number that fits its type; a float is the one that the type really holds."""

    type: IntegerType | FloatType
    value: int | float

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self.type.size

    @property
    def text(self) -> str:
        """The number in decimal, a float with the fewest digits that read back the same."""
        return shown(self.type, self.value)

    def encode(self, order: ByteOrder) -> bytes:
        """Write it as `size` bytes."""
        if isinstance(self.type, IntegerType):
            return self.type.encode(int(self.value), order)
        return self.type.encode(self.value, order)


def shown(number_type: IntegerType | FloatType, value: int | float) -> str:
    """Write a value of a type in decimal."""
    return str(value) if isinstance(number_type, IntegerType) else number_type.shown(value)


def typed_number(text: str, kind: Kind, bits: int) -> TypedNumber:
    """Read a number as people write it, to be stored in so many bits.

    Raises:
        ValuesError: It is no number of that kind, it does not fit, or there is no such type.
    """
    name = f"{_LETTERS[kind]}{bits}"
    if kind == "float":
        floating = float_type(name)
        value = parse_float(text)
        return TypedNumber(floating, floating.decode(floating.encode(value, "big"), "big"))
    integer = integer_type(name)
    try:
        number = parse_integer(text)
    except ValuesError as error:
        raise _or_float(error, text) from None
    integer.encode(number, "big")
    return TypedNumber(integer, number)


def _or_float(error: ValuesError, text: str) -> ValuesError:
    try:
        parse_float(text)
    except ValuesError:
        return error
    return ValuesError(f"{text.strip()!r} is not an integer: choose float for it")
