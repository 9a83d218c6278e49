"""Reads the values of single fields: numbers, text and bytes, and arrays of numbers."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.budget import FIELD_COST, STEP_COST
from sockplay.values.layouts.expressions import Expression
from sockplay.values.layouts.fields import Field
from sockplay.values.layouts.plans import element_codec
from sockplay.values.layouts.reach import Reach, StopError
from sockplay.values.layouts.types import Array, Scalar, terminator_in, terminator_of
from sockplay.values.layouts.varints import VarintType, measured

if TYPE_CHECKING:
    from sockplay.values.layouts.references import Scope
    from sockplay.values.order import ByteOrder


class Reader(Reach):
    """Reads one field after the other."""

    order: ByteOrder
    fields: list[Field] = msgspec.field(default_factory=list)

    def number(self, kind: Scalar, path: str, at: int) -> tuple[int | float, int]:
        """Read a number, and give the offset behind it.

        Raises:
            StopError: The data ends before.
        """
        self.spend(FIELD_COST + len(path), path, at)
        number = kind.number
        if isinstance(number, VarintType):
            return self._varint(kind, number, path, at)
        size = number.size
        if at + size > self.end:
            raise self.short(path, at, size)
        raw = self.data[at : at + size]
        value = number.decode(raw, kind.order or self.order)
        known = kind if kind.order else replace(kind, order=self.order)
        self.fields.append(Field(path, at, size, None, value, raw, known))
        return value, at + size

    def _varint(self, kind: Scalar, number: VarintType, path: str, at: int) -> tuple[int, int]:
        size = measured(self.data, at, self.end)
        if not size:
            raise self.short(path, at, self.end - at + 1)
        raw = self.data[at : at + size]
        value = number.decode(raw)
        wrong = number.problem(raw, value)
        problem = f"{path} {wrong}" if wrong else ""
        self.fields.append(Field(path, at, size, None, value, raw, kind, problem))
        return value, at + size

    def numbers(self, kind: Array, path: str, at: int, scope: Scope) -> tuple[list[object], int]:
        """Read an array of numbers of a fixed size that has so many, or goes on to the end.

        Raises:
            StopError: The data ends before, or there are too many.
        """
        element = kind.element
        assert isinstance(element, Scalar)
        self.spend(FIELD_COST, path, at)
        size = element.size or 1
        count = -(-max(0, self.end - at) // size)
        if kind.count is not None:
            count = self.size(kind.count, path, at, scope)
        whole = min(count, max(0, self.end - at) // size)
        cost = FIELD_COST + len(path) + size
        fits = min(whole, self.work // cost)
        self.work -= fits * cost
        order = element.order or self.order
        code, convert = element_codec(element, order)
        data = self.data[at : at + fits * size]
        known = element if element.order else replace(element, order=order)
        found: list[object] = []
        append = self.fields.append
        units = struct.iter_unpack((">" if order == "big" else "<") + code, data)
        for index, (unit,) in enumerate(units):
            value = unit if convert is None else convert(unit)
            found.append(value)
            start = index * size
            raw = data[start : start + size]
            append(Field(f"{path}[{index}]", at + start, size, None, value, raw, known))
        end = at + fits * size
        if fits < whole:
            raise self.too_much(f"{path}[{fits}]", end)
        if fits < count:
            raise self.short(f"{path}[{fits}]", end, size)
        return found, end

    def octets(self, kind: Array, path: str, at: int, scope: Scope) -> tuple[bytes, int]:
        """Read bytes or text, and give the offset behind them.

        Raises:
            StopError: The data ends before.
        """
        element = kind.element
        assert isinstance(element, Scalar)
        mark = b""
        if kind.ending == "NULL":
            mark = terminator_of(element)
            size = terminator_in(self.data, mark, at, self.end) - at
            if size < 0:
                raise self.short(path, at, self.end - at + len(mark))
        elif kind.count is not None:
            size = self.size(kind.count, path, at, scope)
        else:
            size = max(0, self.end - at)
        if at + size > self.end:
            raise self.short(path, at, size)
        raw = self.data[at : at + size + len(mark)]
        self.spend(FIELD_COST + len(path) + len(raw), path, at)
        value = raw[:size]
        self.fields.append(Field(path, at, len(raw), None, value, raw, element))
        return value, at + len(raw)

    def size(self, count: Expression | int, path: str, at: int, scope: Scope) -> int:
        """Calculate how many elements or bytes an array has.

        Raises:
            StopError: That cannot be calculated, or is below 0.
        """
        if isinstance(count, int):
            return count
        size = self.evaluate(count, scope, path, at)
        if size < 0:
            message = f"{path} cannot have {size} elements: {count.text} is below 0"
            raise StopError(path, at, 0, message)
        return size

    def evaluate(self, expression: Expression, scope: Scope, path: str, at: int) -> int:
        """Calculate an expression.

        Raises:
            StopError: It divides by zero, or the like.
        """
        self.work -= STEP_COST * expression.cost
        try:
            return expression.evaluate(scope)
        except ValuesError as error:
            raise StopError(path, at, 0, error.message) from None
