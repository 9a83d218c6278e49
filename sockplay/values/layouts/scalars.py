"""Values that people and programs give, as the bytes of one field."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from sockplay.values.errors import ValuesError
from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.layouts.plans import element_codec
from sockplay.values.layouts.varints import VarintType
from sockplay.values.text import encode_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sockplay.values.layouts.types import Scalar
    from sockplay.values.order import ByteOrder


def number_bytes(
    kind: Scalar, value: object, order: ByteOrder, path: str
) -> tuple[bytes, int | float]:
    """Write a number, and give it as a number.

    Args:
        kind: Its type.
        value: An integer, a float where the type is one, or names of its enumeration; None for 0.
        order: The byte order of a type that names none.
        path: What to call the field in an error.

    Raises:
        ValuesError: It is no such value, or does not fit.
    """
    if isinstance(kind.number, FloatType):
        value = 0 if value is None else value
        if not isinstance(value, int | float):
            raise ValuesError(f"{path} is a number: give one such as 1.5")
        try:
            number = float(value)
        except OverflowError:
            message = f"{path} does not fit {kind.number.name} ({kind.number.range})"
            raise ValuesError(message) from None
        return kind.number.encode(number, kind.order or order, field=path), number
    integer = integer_of(kind, value, path)
    if isinstance(kind.number, VarintType):
        return kind.number.encode(integer, field=path), integer
    return kind.number.encode(integer, kind.order or order, field=path), integer


def numbers_bytes(kind: Scalar, values: Sequence[object], order: ByteOrder) -> bytes | None:
    """Write many numbers in one go; None where one by one they may still be written, or refused.

    Args:
        kind: Their type.
        values: The numbers.
        order: The byte order of a type that names none.
    """
    if kind.size not in (1, 2, 4, 8):
        return None
    code, _ = element_codec(kind, order)
    sign = ">" if (kind.order or order) == "big" else "<"
    try:
        return struct.pack(f"{sign}{len(values)}{code}", *values)
    except (struct.error, OverflowError):
        return None


def integer_of(kind: Scalar, value: object, path: str, bits: int | None = None) -> int:
    """Find the integer that a value stands for.

    Args:
        kind: Its type.
        value: An integer, or names of its enumeration; None for 0.
        path: What to call the field in an error.
        bits: How many bits it has, where it is a bit field.

    Raises:
        ValuesError: It is no integer, or does not fit the bits.
    """
    value = 0 if value is None else value
    if isinstance(value, str) and kind.names is not None:
        value = kind.names.parse(value)
    if not isinstance(value, int):
        known = f", or a name of {kind.names.name}" if kind.names else ""
        raise ValuesError(f"{path} is an integer: give one such as 513{known}")
    if bits is not None:
        assert isinstance(kind.number, IntegerType)
        signed = kind.number.signed
        low, high = (-1 << (bits - 1), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
        if not low <= value <= high:
            raise ValuesError(
                f"{path} does not fit {bits} bit{'' if bits == 1 else 's'} ({low} to {high})"
            )
    return value


def array_bytes(kind: Scalar, value: object, size: int | None, path: str) -> bytes:
    """Write an array of bytes or characters.

    Args:
        kind: The type of its elements.
        value: Bytes, or text.
        size: How many bytes it has, filled up with zeros; None for as many as come.
        path: What to call the field in an error.

    Raises:
        ValuesError: It is neither, or too long.
    """
    if isinstance(value, str):
        try:
            value = encode_text(value, kind.encoding or "utf-8", escapes=False)
        except ValuesError as error:
            raise ValuesError(f"{path}: {error.message}") from None
    if not isinstance(value, bytes | bytearray):
        raise ValuesError(f"{path} has bytes: give them, or text")
    if size is not None and len(value) > size:
        raise ValuesError(f"{path} has {len(value):,} bytes where {size:,} belong: shorten it")
    return bytes(value).ljust(size or 0, b"\0")
