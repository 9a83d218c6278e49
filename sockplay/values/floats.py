"""IEEE 754 numbers of 16, 32 and 64 bits, and numbers as people write them."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import ValuesError

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

_STRUCT_CODES = {16: "e", 32: "f", 64: "d"}
_HIGHEST = {16: "65504.0", 32: "3.4028235e+38", 64: "1.7976931348623157e+308"}
_NAMES = {
    **{f"f{bits}": bits for bits in _STRUCT_CODES},
    **{f"float{bits}": bits for bits in _STRUCT_CODES},
}


class FloatType(msgspec.Struct, frozen=True):
    """An IEEE 754 binary number of a fixed size."""

    bits: int
    """16, 32 or 64."""

    @property
    def size(self) -> int:
        """How many bytes a value takes."""
        return self.bits // 8

    @property
    def name(self) -> str:
        """The short name: `f32`."""
        return f"f{self.bits}"

    @property
    def range(self) -> str:
        """The finite values that fit, for a sentence."""
        return f"-{_HIGHEST[self.bits]} to {_HIGHEST[self.bits]}"

    def encode(self, value: float, order: ByteOrder, *, field: str = "") -> bytes:
        """Write a value as `size` bytes, rounded to the nearest that the type has.

        Args:
            value: The value; nan and the infinities fit every type.
            order: Which end comes first.
            field: What to call the field in an error, such as `t=f16:1e9`.

        Raises:
            ValuesError: The value is too large. It names field, value and range.
        """
        try:
            return struct.pack(self._format(order), value)
        except OverflowError:
            prefix = f"{field}: " if field else ""
            message = f"{prefix}{value!r} does not fit {self.name} ({self.range})"
            raise ValuesError(message) from None

    def decode(self, data: bytes, order: ByteOrder) -> float:
        """Read a value from exactly `size` bytes.

        Raises:
            ValuesError: There are more or fewer bytes.
        """
        if len(data) != self.size:
            raise ValuesError(f"{self.name} is read from {self.size} bytes, not from {len(data)}")
        (value,) = struct.unpack(self._format(order), data)
        return float(value)

    def shown(self, value: float) -> str:
        """Write a value of this type with the fewest digits that read back as the same value.

        Python's repr() does so for 64 bits only: it shows the f32 of 0.1 as 0.10000000149011612.
        Whole numbers keep all their digits: 65504.0, though 65500.0 would read back the same.
        """
        whole = value.is_integer() and abs(value) < 1e16  # repr() shows these digit by digit
        if self.bits == 64 or whole or not math.isfinite(value):
            return repr(value)
        packed = self.encode(value, "big")
        for digits in range(1, 10):  # 9 digits tell all f32 apart
            rounded = float(f"{value:.{digits}g}")
            # Rounding up the highest value would leave the type.
            if abs(rounded) <= float(_HIGHEST[self.bits]) and self.encode(rounded, "big") == packed:
                return repr(rounded)
        return repr(value)

    def _format(self, order: ByteOrder) -> str:
        return (">" if order == "big" else "<") + _STRUCT_CODES[self.bits]


def float_type(name: str) -> FloatType:
    """Find a float type by name: `f16`, `f32`, `f64`, also `float32`.

    Raises:
        ValuesError: It is no such name.
    """
    bits = _NAMES.get(name.lower())
    if bits is None:
        message = f"{name!r} is not a float type: use f16, f32 or f64"
        raise ValuesError(message, column=1, span=max(1, len(name)))
    return FloatType(bits)


def parse_float(text: str) -> float:
    """Read a number: `1.5`, `-2e-3`, `nan`, `inf`, `-inf`, or hexadecimal as `0x1.8p3`.

    Raises:
        ValuesError: It is no number, or too large for 64 bits.
    """
    text = text.strip()
    try:
        # The bytes keep out the digits of other scripts.
        number = text.encode("ascii").decode()
        value = float.fromhex(number) if "0x" in number.lower() else float(number)
    except OverflowError:
        value = math.inf
    except ValueError:
        message = f"{text!r} is not a number: write 1.5, -2e-3, 0x1.8p3, nan or inf"
        raise ValuesError(message, column=1, span=max(1, len(text))) from None
    if math.isinf(value) and "inf" not in text.lower():
        widest = FloatType(64)
        message = f"{text} does not fit {widest.name} ({widest.range}): write inf for infinity"
        raise ValuesError(message, column=1, span=len(text))
    return value
