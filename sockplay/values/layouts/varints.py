"""Integers that take as many bytes as they need: LEB128, and what protobuf makes of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from sockplay.values.errors import ValuesError

Form = Literal["varint", "svarint", "sleb128"]

NAMES: dict[str, Form] = {
    "varint": "varint",
    "uleb128": "varint",
    "svarint": "svarint",
    "sleb128": "sleb128",
}
"""The forms by each of their names."""

LONGEST = 10
"""How many bytes one has at most: 64 bits, 7 in each byte."""

_BITS = 64


class VarintType(msgspec.Struct, frozen=True):
    """An integer of up to 64 bits in 1 to 10 bytes, of which each has 7 bits, the lowest first.

    All bytes but the last have their highest bit set. Sources: DWARF 5, 7.6 for both kinds of
    LEB128; the protobuf encoding guide, "Base 128 Varints" and "Signed Integers".
    """

    form: Form
    """`varint` is unsigned LEB128; `svarint` is that of 0, -1, 1, -2 ... counted from 0, which
    protobuf calls zigzag; `sleb128` is two's complement."""

    @property
    def name(self) -> str:
        """The name: `varint`."""
        return self.form

    @property
    def signed(self) -> bool:
        """Whether it can be below 0."""
        return self.form != "varint"

    @property
    def bits(self) -> int:
        """How many bits a value has at most."""
        return _BITS

    @property
    def low(self) -> int:
        """The smallest value that fits."""
        return -(1 << (_BITS - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        """The largest value that fits."""
        return (1 << (_BITS - self.signed)) - 1

    @property
    def range(self) -> str:
        """The values that fit, for a sentence: `0 to 255`."""
        return f"{self.low} to {self.high}"

    def encode(self, value: int, *, field: str) -> bytes:
        """Write a value in as few bytes as it takes.

        Args:
            value: The value.
            field: What to call the field in an error.

        Raises:
            ValuesError: The value does not fit 64 bits.
        """
        if not self.low <= value <= self.high:
            shown = value if value.bit_length() <= 512 else f"A number of {value.bit_length()} bits"
            raise ValuesError(f"{field}: {shown} does not fit {self.name} ({self.range})")
        if self.form == "svarint":
            value = value << 1 if value >= 0 else (~value << 1) | 1
        found = bytearray()
        # The last byte's second highest bit is the sign, where there is one.
        end, signs = (-1 if value < 0 else 0), 6 if self.form == "sleb128" else 7
        while value >> signs != end:
            found.append((value & 0x7F) | 0x80)
            value >>= 7
        found.append(value & 0x7F)
        return bytes(found)

    def decode(self, raw: bytes) -> int:
        """Read a value; what does not fit loses its highest bits.

        Args:
            raw: Its bytes, as `measured` finds them.
        """
        value = 0
        for at, byte in enumerate(raw):
            value |= (byte & 0x7F) << 7 * at
        value &= (1 << _BITS) - 1
        if self.form == "svarint":
            return value >> 1 if not value & 1 else ~(value >> 1)
        sign = min(7 * len(raw), _BITS) - 1
        if self.form == "sleb128" and value >> sign:
            value -= 1 << (sign + 1)
        return value

    def problem(self, raw: bytes, value: int) -> str:
        """Say what is wrong with its bytes: `has 2 bytes where 1 is enough`; empty for nothing."""
        due = self.encode(value, field="")
        if raw == due:
            return ""
        if raw[-1] & 0x80:
            return f"does not end after {LONGEST} bytes, which is the most"
        if len(raw) == LONGEST and self._overflows(raw):
            return f"does not fit {_BITS} bits: its highest are lost"
        enough = "1 is" if len(due) == 1 else f"{len(due)} are"
        return f"has {len(raw)} bytes where {enough} enough"

    def _overflows(self, raw: bytes) -> bool:
        """Whether the last of 10 bytes has more than the one bit that is left."""
        return raw[-1] not in ((0, 0x7F) if self.form == "sleb128" else (0, 1))


def measured(data: bytes, start: int, end: int) -> int:
    """Find how many bytes one takes; 0 where the data ends inside it.

    Args:
        data: The data.
        start: Where it starts.
        end: Where the data ends that may be read.
    """
    for at in range(start, min(end, start + LONGEST)):
        if data[at] < 0x80:
            return at + 1 - start
    return LONGEST if end - start >= LONGEST else 0
