"""A number sent as decimal text or as the bytes of a type: what each costs and asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import ValuesError
from sockplay.values.integers import IntegerType

if TYPE_CHECKING:
    from sockplay.values.floats import FloatType
    from sockplay.values.lab.typed_numbers import TypedNumber

_INTEGERS = (7, 255, 65_535, 4_294_967_295, 18_446_744_073_709_551_615)
_FLOATS = ("0.5", "21.25", "3.14159", "0.1", "1e+30")


class Sizes(msgspec.Struct, frozen=True):
    """How many bytes a number takes in each form."""

    text: str
    """The number in decimal."""
    as_text: int
    """Digits, sign and point; without a delimiter."""
    as_bytes: int | None
    """What the type takes; None when the number does not fit it."""

    @property
    def verdict(self) -> str:
        """Which form is smaller, with one byte of delimiter after the text."""
        if self.as_bytes is None:
            return "only text holds it"
        difference = self.as_text + 1 - self.as_bytes
        if difference == 0:
            return "a tie"
        return "bytes are smaller" if difference > 0 else "text is smaller"


def sizes(number: TypedNumber) -> Sizes:
    """What a number takes."""
    return Sizes(number.text, len(number.text), number.size)


def ladder(number: TypedNumber) -> tuple[Sizes, ...]:
    """Growing numbers in the same type, and the number itself among them."""
    if isinstance(number.type, IntegerType):
        own = int(number.value)
        return tuple(_integer(value, number.type) for value in sorted({own, *_INTEGERS}))
    floats = {_float(text, number.type) for text in _FLOATS} | {sizes(number)}
    return tuple(sorted(floats, key=lambda each: (each.as_text, each.text)))


def _integer(value: int, integer: IntegerType) -> Sizes:
    try:
        size: int | None = len(integer.encode(value, "big"))
    except ValuesError:
        size = None
    return Sizes(str(value), len(str(value)), size)


def _float(text: str, floating: FloatType) -> Sizes:
    try:
        value = floating.decode(floating.encode(float(text), "big"), "big")
    except ValuesError:
        return Sizes(text, len(text), None)
    held = floating.shown(value)
    return Sizes(held, len(held), floating.size)
