"""The fields of two messages of one definition, side by side."""

from __future__ import annotations

from typing import Literal

import msgspec

from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.fields import Decoded
from sockplay.values.layouts.types import StructType
from sockplay.values.order import ByteOrder


class FieldPair(msgspec.Struct, frozen=True):
    """A field of both messages, or of one of them."""

    likeness: Literal["same", "changed", "left", "right"]
    path: str
    kind: str
    left: str
    """Its value as visible text; empty where it has none."""
    right: str


class Meaning(msgspec.Struct, frozen=True):
    """How two messages are read, to be compared."""

    name: str
    layout: StructType
    order: ByteOrder

    def pairs(self, left: bytes, right: bytes) -> list[FieldPair]:
        """The fields of two messages side by side."""
        one, other = (decode(self.layout, data, self.order) for data in (left, right))
        return field_pairs(one, other)


def field_pairs(left: Decoded, right: Decoded) -> list[FieldPair]:
    """Lay two messages side by side, field by field of the same path."""
    ours = {field.path for field in left.fields}
    theirs = {field.path for field in right.fields}
    found: list[FieldPair] = []
    a = b = 0
    while a < len(left.fields) or b < len(right.fields):
        one = left.fields[a] if a < len(left.fields) else None
        other = right.fields[b] if b < len(right.fields) else None
        if one is not None and other is not None and one.path == other.path:
            # Bit fields share their bytes with others.
            alike = one.value == other.value and (one.bits is not None or one.raw == other.raw)
            found.append(
                FieldPair(
                    "same" if alike else "changed", one.path, one.kind, one.shown, other.shown
                )
            )
            a, b = a + 1, b + 1
        elif one is not None and (other is None or one.path not in theirs or other.path in ours):
            found.append(FieldPair("left", one.path, one.kind, one.shown, ""))
            a += 1
        elif other is not None:
            found.append(FieldPair("right", other.path, other.kind, "", other.shown))
            b += 1
    return found
