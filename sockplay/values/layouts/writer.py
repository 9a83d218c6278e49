"""Writes the values of single fields behind each other, up to so many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.budget import FIELD_COST, STEP_COST
from sockplay.values.layouts.scalars import array_bytes, numbers_bytes
from sockplay.values.layouts.types import Array, Scalar, Type, terminator_in, terminator_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sockplay.values.layouts.expressions import Expression
    from sockplay.values.layouts.lengths import Lengths
    from sockplay.values.layouts.references import Scope
    from sockplay.values.order import ByteOrder

BYTES_A_WORK = 64
"""How many bytes are copied in the time of one unit of work."""

_LARGEST = 16 * 1024 * 1024
_NUMBER_COST = 8


class Writer(msgspec.Struct, kw_only=True):
    """What was written, and how much still may be."""

    order: ByteOrder
    lengths: Lengths
    work: int
    """How much may still be done."""
    data: bytearray = msgspec.field(default_factory=bytearray)

    def zeros(self, kind: Array, count: int | None, path: str) -> object:
        """Make as many zeros as must be there where nothing was given."""
        size = count if kind.ending == "count" and count is not None and count > 0 else 0
        scalar = isinstance(kind.element, Scalar)
        if isinstance(kind.element, Scalar) and kind.element.is_byte:
            self.spend(size // BYTES_A_WORK, path, size)
            return bytes(size)
        self.spend(size * (_NUMBER_COST if scalar else FIELD_COST), path)
        return [0 if scalar else None] * size

    def octets(self, kind: Array, element: Scalar, value: object, path: str) -> bytes:
        """Write an array of bytes or characters.

        Raises:
            ValuesError: The value is none, or does not fit.
        """
        fixed = kind.count if kind.ending == "count" and isinstance(kind.count, int) else None
        raw = self.lengths.byte_elements(path, array_bytes(element, value, fixed, path))
        self.spend(len(raw) // BYTES_A_WORK, path, len(raw))
        self.data += raw
        if kind.ending == "NULL":
            mark = terminator_of(element)
            if terminator_in(raw, mark, 0, len(raw)) >= 0:
                raise ValuesError(f"{path} ends at its first NUL: take those inside out")
            self.data += mark
        return raw

    def numbers(self, element: Type, values: Sequence[object], path: str) -> bool:
        """Write an array of numbers in one go, where that can be done; say whether it could."""
        if not isinstance(element, Scalar):
            return False
        self.spend(len(values) * _NUMBER_COST, path)
        raw = numbers_bytes(element, values, self.order)
        self.data += raw or b""
        return raw is not None

    def evaluate(self, expression: Expression, scope: Scope) -> int:
        """Calculate; a length that comes right in another pass may be what a mistake needs."""
        self.work -= STEP_COST * expression.cost
        try:
            return expression.evaluate(scope)
        except ValuesError as error:
            self.lengths.mismatch = error.message
            return 0

    def fill(self, align: int) -> None:
        """Write zeros up to a multiple of so many bytes."""
        self.data += bytes(-len(self.data) % align)

    def spend(self, amount: int, path: str, size: int = 0) -> None:
        """Do so much work, after which so many bytes more are written.

        Raises:
            ValuesError: It is too much.
        """
        self.work -= amount
        if self.work < 0 or len(self.data) + size > _LARGEST:
            raise ValuesError(f"The message becomes too large at {path}: leave something out")
