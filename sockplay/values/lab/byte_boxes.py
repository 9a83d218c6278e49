"""The bytes of a number as they lie in memory, and how a reader builds the number up from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.lab.typed_numbers import shown

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_EXPONENT_BITS = {16: 5, 32: 8, 64: 11}  # IEEE 754-2019, table 3.5


class ByteBox(msgspec.Struct, frozen=True):
    """One byte of a number."""

    byte: int
    power: int
    """It counts 256 to this power; 0 is the least significant."""
    letter: str
    """The same in both byte orders: A is the most significant."""
    role: str
    """`MSB` for the most significant byte, `LSB` for the least, else empty."""


def byte_boxes(data: bytes, order: ByteOrder) -> tuple[ByteBox, ...]:
    """The bytes of a number by their addresses, lowest first."""
    last = len(data) - 1
    boxes = []
    for address, byte in enumerate(data):
        power = last - address if order == "big" else address
        role = "MSB" if power == last else "LSB" if power == 0 else ""
        boxes.append(ByteBox(byte, power, chr(ord("A") + last - power), role))
    return tuple(boxes)


def sum_of_bytes(data: bytes, order: ByteOrder, number_type: IntegerType, taken: int) -> str:
    """How far a reader of an integer is that took so many bytes: `2·256 + 1 = 513`.

    Args:
        data: All its bytes, lowest address first.
        order: What the reader takes the order to be.
        number_type: What the reader takes the type to be.
        taken: How many bytes it took, from the lowest address on.
    """
    terms = [f"{box.byte}{_times(box.power)}" for box in byte_boxes(data, order)[:taken]]
    if taken < len(data):
        return " + ".join([*terms, "…"])
    unsigned, value = int.from_bytes(data, order), number_type.decode(data, order)
    total = " + ".join(terms)
    if len(terms) > 1:
        total += f" = {unsigned}"
    if value != unsigned:  # two's complement
        total += f" - {_times(len(data))[1:]} = {value}"
    return total


def bits_of_float(data: bytes, order: ByteOrder, number_type: FloatType, taken: int) -> str:
    """How far a reader of a float is: `0 | 01111111 | 10000000000000000000000 = 1.5`.

    Bits of bytes not taken yet show as dots. Arguments are as for `sum_of_bytes`.
    """
    bits = ["." * 8] * len(data)
    for address, byte in enumerate(data[:taken]):
        bits[address if order == "big" else len(data) - 1 - address] = f"{byte:08b}"
    parts = " | ".join(float_parts("".join(bits)))
    if taken < len(data):
        return parts
    return f"{parts} = {shown(number_type, number_type.decode(data, order))}"


def float_parts(bits: str) -> tuple[str, str, str]:
    """Cut the bits of a float, most significant first, into sign, exponent and fraction."""
    end = 1 + _EXPONENT_BITS[len(bits)]
    return bits[0], bits[1:end], bits[end:]


def _times(power: int) -> str:
    return {0: "", 1: "·256"}.get(power, f"·256{str(power).translate(_SUPERSCRIPTS)}")
