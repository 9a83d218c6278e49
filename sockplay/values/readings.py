"""What bytes would be if they were each sort of number, in both byte orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

_TYPES: tuple[IntegerType | FloatType, ...] = (
    *(IntegerType(bits, signed) for bits in (8, 16) for signed in (False, True)),
    IntegerType(24, signed=False),
    *(IntegerType(bits, signed) for bits in (32, 64) for signed in (False, True)),
    *(FloatType(bits) for bits in (16, 32, 64)),
)


class Reading(msgspec.Struct, frozen=True):
    """Some bytes as one type of number."""

    type: str
    """The type's name: `u16`."""
    size: int
    """How many bytes it takes."""
    big: str | None
    """The number with the big end first; None when there are too few bytes."""
    little: str | None
    """The number with the little end first; None when there are too few bytes."""


def readings(data: bytes) -> list[Reading]:
    """Read the start of some bytes as u8 i8 u16 i16 u24 u32 i32 u64 i64 f16 f32 f64.

    A float is shown with the fewest digits that read back as the same value.
    """
    return [
        Reading(each.name, each.size, _read(each, data, "big"), _read(each, data, "little"))
        for each in _TYPES
    ]


def bits(data: bytes, count: int = 8) -> str:
    """Show the first `count` bytes bit by bit, highest first: `01101000 01101001`."""
    return " ".join(f"{byte:08b}" for byte in data[:count])


def _read(number_type: IntegerType | FloatType, data: bytes, order: ByteOrder) -> str | None:
    piece = data[: number_type.size]
    if len(piece) < number_type.size:
        return None
    if isinstance(number_type, IntegerType):
        return str(number_type.decode(piece, order))
    return number_type.shown(number_type.decode(piece, order))
