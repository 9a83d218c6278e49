"""What the bytes of a number read as when something wrong is assumed about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.lab.number_code import from_bytes
from sockplay.values.lab.typed_numbers import shown

if TYPE_CHECKING:
    from sockplay.values.lab.typed_numbers import TypedNumber
    from sockplay.values.order import ByteOrder

OTHER: dict[ByteOrder, ByteOrder] = {"big": "little", "little": "big"}
_INTEGER_BITS = (8, 16, 32, 64)
_FLOAT_BITS = (16, 32, 64)


class Misreading(msgspec.Struct, frozen=True):
    """Bytes read as a type in an order."""

    mistake: str
    """What is wrong with the assumption, such as `the other order`; empty when nothing is."""
    assumed: str
    """The type and order: `u16 little`."""
    reads: str
    """The number; empty when there are too few bytes for one."""
    same: bool
    """Whether it is the right number all the same."""
    left: int = 0
    """Bytes left over, which the reader takes as what comes next."""
    missing: int = 0
    """Bytes that the reader still waits for."""
    python: str = ""
    """The expression that reads so; empty when nothing can be read."""


def misreadings(number: TypedNumber, order: ByteOrder) -> tuple[Misreading, ...]:
    """The right reading of what was sent in an order, then wrong order, sign, width and kind."""
    right, data = number.type, number.encode(order)

    def reading(mistake: str, assumed: IntegerType | FloatType, taken: ByteOrder) -> Misreading:
        name = assumed.name if assumed.size == 1 else f"{assumed.name} {taken}"
        missing = assumed.size - len(data)
        if missing > 0:
            return Misreading(mistake, name, "", False, missing=missing)
        value = assumed.decode(data[: assumed.size], taken)
        text = shown(assumed, value)
        same = text == number.text
        return Misreading(
            mistake, name, text, same, -missing, python=from_bytes(data, assumed, taken)
        )

    cases = [reading("", right, order)]
    if right.size > 1:
        cases.append(reading("the other order", right, OTHER[order]))
    if isinstance(right, IntegerType):
        turned = IntegerType(right.bits, not right.signed)
        cases.append(reading("the other sign", turned, order))
    for mistake, assumed in _other_widths(right):
        cases.append(reading(mistake, assumed, order))
    if isinstance(right, FloatType):
        cases.append(reading("an integer", IntegerType(right.bits, signed=False), order))
    elif right.bits in _FLOAT_BITS:
        cases.append(reading("a float", FloatType(right.bits), order))
    return tuple(cases)


def _other_widths(
    right: IntegerType | FloatType,
) -> list[tuple[str, IntegerType | FloatType]]:
    def of(bits: int) -> IntegerType | FloatType:
        return (
            IntegerType(bits, right.signed) if isinstance(right, IntegerType) else FloatType(bits)
        )

    widths = _INTEGER_BITS if isinstance(right, IntegerType) else _FLOAT_BITS
    narrower = [("too narrow", of(bits)) for bits in widths if bits < right.bits]
    wider = [("too wide", of(bits)) for bits in widths if bits > right.bits]
    return narrower[-1:] + wider[:1]
