"""Reads a message as its definition says: bytes into fields."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from sockplay.values.checksums import checksum
from sockplay.values.errors import ValuesError
from sockplay.values.layouts.expressions import Expression, Scope, UnknownError, without
from sockplay.values.layouts.fields import Decoded, Field, Stop, Values
from sockplay.values.layouts.plans import FIELD_COST, MOST_CHECKED
from sockplay.values.layouts.types import (
    Array,
    Leaf,
    Member,
    Run,
    Scalar,
    StructType,
    Type,
    terminator_of,
)

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

# A message has at most about 100,000 fields; its own bytes may be read several times over, in
# unions and for checksums.
_MOST_WORK = 100_000 * FIELD_COST
_TIMES_OVER = 4


def decode(kind: StructType, data: bytes, order: ByteOrder = "big") -> Decoded:
    """Read a message. Data that is short or makes no sense gives the fields before that.

    Args:
        kind: Its definition.
        data: Its bytes; those that follow the message are left alone.
        order: The byte order of fields whose type names none.
    """
    return _Reader(data, order, len(data), _MOST_WORK + _TIMES_OVER * len(data)).message(kind)


class _StopError(Exception):
    def __init__(self, path: str, offset: int, needed: int, message: str) -> None:
        super().__init__(message)
        self.stop = Stop(path, offset, needed, message)


class _Reader(msgspec.Struct):
    """One pass over a message."""

    data: bytes
    order: ByteOrder
    end: int
    """Where the data ends that may be read: that of a region, or all."""
    work: int
    """How much may still be done, in bytes read and `FIELD_COST` for each field."""
    checked: int = 0
    """How many bytes were under checksums."""
    fields: list[Field] = []
    computed: list[tuple[int, Leaf, Scope]] = []
    """Fields to check when all are known: the index in `fields`, and where it was read."""

    def message(self, kind: StructType) -> Decoded:
        """Read the message, and check what is computed in it."""
        values: Values = {}
        scope = Scope(values)
        stop = None
        try:
            scope.end = self.struct(kind, 0, scope)
        except _StopError as error:
            stop = error.stop
        for index, leaf, scope in self.computed:
            self._check(index, leaf, scope)
        size = scope.end
        if size is None:
            size = max((field.offset + field.size for field in self.fields), default=0)
        return Decoded(tuple(self.fields), values, size, stop)

    def struct(self, kind: StructType, start: int, scope: Scope) -> int:
        """Read a struct or a union, and give the offset behind it."""
        at = end = start
        for part in kind.parts[self.order]:
            if isinstance(part, Run):
                at = self._run(part, at + -at % part.align, scope)
            else:
                at = self._member(part, at, scope)
            if kind.union:
                end, at = max(end, at), start
        at = end if kind.union else at
        padding = -at % kind.align
        if padding > self.end - at:
            raise self._short(f"{scope.prefix}padding", at, padding)
        return at + padding

    def _run(self, run: Run, at: int, scope: Scope) -> int:
        prefix = scope.prefix
        self.work -= run.cost + len(run.leaves) * len(prefix)
        if self.work < 0:
            raise self._too_much(prefix + run.leaves[0].name if run.leaves else prefix, at)
        leaves = run.leaves
        data = self.data
        missing: Leaf | None = None
        if at + run.size <= self.end:
            units = run.codec.unpack_from(data, at)
        else:
            left = self.end - at
            whole = [leaf.offset + leaf.size <= left for leaf in leaves]
            leaves = tuple(leaf for leaf, fits in zip(leaves, whole, strict=True) if fits)
            missing = run.leaves[len(leaves)] if len(leaves) < len(run.leaves) else None
            units = run.codec.unpack(data[at : self.end].ljust(run.size, b"\0"))
        first = len(self.fields)
        values = scope.values
        append = self.fields.append
        for name, offset, size, bits, unit, convert, kind, _, _ in leaves:
            value = units[unit] if convert is None else convert(units[unit])
            values[name] = value
            start = at + offset
            append(Field(prefix + name, start, size, bits, value, data[start : start + size], kind))
        for index in run.notable:
            if index < len(leaves):
                self._note(leaves[index], first + index, at, scope)
        if at + run.size > self.end:
            raise self._short_run(run, missing, at, prefix)
        return at + run.size

    def _short_run(self, run: Run, missing: Leaf | None, at: int, prefix: str) -> _StopError:
        if missing is None:  # bits without a name at the end
            return self._short(f"{prefix}padding", at, run.size)
        return self._short(prefix + missing.name, at + missing.offset, missing.size)

    def _note(self, leaf: Leaf, index: int, at: int, scope: Scope) -> None:
        if leaf.member.spanned:
            scope.spans[leaf.name] = (at + leaf.offset, at + leaf.offset + leaf.size)
        if leaf.member.computed is not None:
            self.computed.append((index, leaf, scope))

    def _member(self, member: Member, at: int, scope: Scope) -> int:
        path = scope.prefix + member.name
        if member.condition is not None and not self._evaluate(member.condition, scope, path, at):
            return at
        if not member.name:
            self._spend(FIELD_COST, path, at)
            assert isinstance(member.type, StructType)
            at += -at % member.align
            if member.condition is not None:  # a condition's fields are the struct's own
                return self.struct(member.type, at, scope)
            inner = scope.unnamed(at)
            inner.end = self.struct(member.type, at, inner)
            return inner.end
        at += -at % member.align
        around, self.end = self.end, self.end - member.tail
        value, end = self._read(member.type, path, at, scope)
        self.end = around
        scope.values[member.name] = value
        if member.spanned:
            scope.spans[member.name] = (at, end)
        return end

    def _read(self, kind: Type, path: str, at: int, scope: Scope) -> tuple[object, int]:
        """Read one value, and give the offset behind it."""
        if isinstance(kind, StructType):
            self._spend(FIELD_COST + len(path), path, at)
            inner = Scope({}, f"{path}.", at, scope)
            inner.end = self.struct(kind, at, inner)
            return inner.values, inner.end
        if isinstance(kind, Scalar):
            return self._number(kind, path, at)
        if kind.ending == "bytes" and kind.count is not None:
            size = self._size(kind.count, path, at, scope)
            if at + size > self.end and isinstance(kind.element, Scalar):
                raise self._short(path, at, size)
            around, self.end = self.end, min(self.end, at + size)
            value, end = self._read(Array(kind.element, "EOF"), path, at, scope)
            self.end = around
            if end < at + size:
                raise self._short(path, end, at + size - end)
            return value, end
        if isinstance(kind.element, Scalar) and kind.element.is_byte:
            return self._bytes(kind, kind.element, path, at, scope)
        return self._elements(kind, path, at, scope)

    def _bytes(
        self, kind: Array, element: Scalar, path: str, at: int, scope: Scope
    ) -> tuple[bytes, int]:
        if kind.ending == "NULL":
            mark = terminator_of(element)
            end = self.data.find(mark, at, self.end)
            while end >= 0 and (end - at) % len(mark):
                end = self.data.find(mark, end + 1, self.end)
            if end < 0:
                raise self._short(path, at, self.end - at + len(mark))
            size = end - at
        else:
            mark = b""
            size = max(0, self.end - at)
            if kind.count is not None:
                size = self._size(kind.count, path, at, scope)
        if at + size > self.end:
            raise self._short(path, at, size)
        raw = self.data[at : at + size + len(mark)]
        self._spend(FIELD_COST + len(path) + len(raw), path, at)
        value = raw[:size]
        self.fields.append(Field(path, at, len(raw), None, value, raw, element))
        return value, at + len(raw)

    def _elements(self, kind: Array, path: str, at: int, scope: Scope) -> tuple[list[object], int]:
        count = None if kind.count is None else self._size(kind.count, path, at, scope)
        found: list[object] = []
        while len(found) != count and not (kind.ending == "EOF" and at >= self.end):
            self._spend(FIELD_COST, path, at)
            value, end = self._read(kind.element, f"{path}[{len(found)}]", at, scope)
            if kind.ending == "EOF" and end == at:
                message = f"{path} has no end: its elements take no bytes. Change the definition"
                raise _StopError(path, at, 0, message)
            raw, at = self.data[at:end] if kind.ending == "NULL" else b"", end
            if kind.ending == "NULL" and not any(raw):
                break
            found.append(value)
        return found, at

    def _number(self, kind: Scalar, path: str, at: int) -> tuple[object, int]:
        size = kind.number.size
        self._spend(FIELD_COST + len(path), path, at)
        if at + size > self.end:
            raise self._short(path, at, size)
        raw = self.data[at : at + size]
        value = kind.number.decode(raw, kind.order or self.order)
        known = kind if kind.order else replace(kind, order=self.order)
        self.fields.append(Field(path, at, size, None, value, raw, known))
        return value, at + size

    def _size(self, count: Expression | int, path: str, at: int, scope: Scope) -> int:
        size = count if isinstance(count, int) else self._evaluate(count, scope, path, at)
        if size < 0:
            assert isinstance(count, Expression)
            message = f"{path} cannot have {size} elements: {count.text} is below 0"
            raise _StopError(path, at, 0, message)
        return size

    def _evaluate(self, expression: Expression, scope: Scope, path: str, at: int) -> int:
        try:
            return expression.evaluate(scope)
        except ValuesError as error:
            raise _StopError(path, at, 0, error.message) from None

    def _check(self, index: int, leaf: Leaf, scope: Scope) -> None:
        """Say it in the field where it is not what it should be."""
        field = self.fields[index]
        computed = leaf.member.computed
        wanted: int | bytes | None
        if isinstance(computed, Expression):
            try:
                wanted = computed.evaluate(scope, partial(self._checksum, field))
            except UnknownError:  # the data ended before
                return
            except ValuesError as error:
                self.fields[index] = replace(field, problem=f"{field.path}: {error.message}")
                return
        else:
            wanted = computed
        if wanted is not None and wanted != field.value:
            due = replace(field, value=wanted).shown
            problem = f"{field.path} is {field.shown}, but should be {due}"
            self.fields[index] = replace(field, problem=problem)

    def _checksum(self, field: Field, name: str, start: int, end: int) -> int:
        self.checked += end - start
        if self.checked > MOST_CHECKED + _TIMES_OVER * len(self.data):
            raise ValuesError(f"{name} over so many bytes, so many times, is not calculated")
        return checksum(name, without(self.data[start:end], start, field.offset, field.size))[0]

    def _spend(self, amount: int, path: str, at: int) -> None:
        self.work -= amount
        if self.work < 0:
            raise self._too_much(path, at)

    def _too_much(self, path: str, at: int) -> _StopError:
        message = f"{path} is where reading stops: no message has that many fields"
        return _StopError(path, at, 0, message)

    def _short(self, path: str, at: int, size: int) -> _StopError:
        """Say that a field which starts here goes beyond the end."""
        needed = at + size - self.end
        more = "1 more byte" if needed == 1 else f"{needed:,} more bytes"
        if self.end < len(self.data):
            message = f"{path} does not fit: at offset {at:,} it needs {more} than are meant for it"
            return _StopError(path, at, 0, message)
        message = f"{path} is missing: at offset {at:,} it needs {more}"
        return _StopError(path, at, needed, message)
