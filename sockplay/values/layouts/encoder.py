"""Writes a message as its definition says: values into bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from sockplay.values.checksums import checksum
from sockplay.values.errors import ValuesError, did_you_mean
from sockplay.values.layouts.expressions import Expression, Scope, without
from sockplay.values.layouts.plans import FIELD_COST, MOST_CHECKED
from sockplay.values.layouts.scalars import array_bytes, integer_of, number_bytes
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
    from collections.abc import Sequence

    from sockplay.values.order import ByteOrder

_LARGEST = 64 * 1024 * 1024
_MOST_WORK = 100_000 * FIELD_COST
_TIMES_OVER = 8
_BYTES_A_WORK = 64
# Each pass may move what the pass before has measured: a length that a length is a part of.
_MOST_PASSES = 16


def encode(kind: StructType, values: Mapping[str, object], order: ByteOrder = "big") -> bytes:
    """Write a message, with its lengths and checksums as they must be.

    Args:
        kind: Its definition.
        values: Its fields by name, as in `Decoded.values`; those left out are zeros or empty. A
            name of an enumeration, or several with `|` between, stands for its number, and text
            for bytes. Of a union's fields the last is written last.
        order: The byte order of fields whose type names none.

    Raises:
        ValuesError: A value does not fit, or there is no such field. It names the field.
    """
    known: dict[str, int] = {}
    checked = 0
    for _ in range(_MOST_PASSES):
        writer = _Writer(order, dict(known), checked)
        data = writer.message(kind, values)
        checked = writer.checked
        if writer.known == known:
            if writer.mismatch:
                raise ValuesError(writer.mismatch)
            return data
        known = writer.known
    raise ValuesError("The lengths depend on each other without end: change the definition")


class _Writer(msgspec.Struct):
    """One pass over the values."""

    order: ByteOrder
    known: dict[str, int]
    """What the lengths and computed fields were found to be, by path."""
    checked: int
    """How many bytes were under checksums, in all passes."""
    data: bytearray = msgspec.field(default_factory=bytearray)
    work: int = _MOST_WORK
    computed: list[tuple[str, int, Leaf, Scope]] = []
    """The fields that are computed when all are written: path, offset, and where they stand."""
    followed: dict[str, tuple[str, int]] = {}
    """Which array each length has followed, and what it became."""
    mismatch: str = ""
    """A sentence about an array that is not as long as its length says."""

    def message(self, kind: StructType, values: Mapping[str, object]) -> bytes:
        """Write the message, and find what is computed in it."""
        scope = Scope({})
        _check_names(kind, values, "")
        self._struct(kind, values, scope)
        scope.end = len(self.data)
        data = bytes(self.data)
        for path, offset, leaf, inner in self.computed:
            if isinstance(leaf.member.computed, Expression):
                cover = partial(self._checksum, data, offset, leaf.size)
                self.known[path] = leaf.member.computed.evaluate(inner, cover)
        return data

    def _checksum(
        self, data: bytes, offset: int, size: int, name: str, start: int, end: int
    ) -> int:
        self.checked += end - start
        if self.checked > MOST_CHECKED + _TIMES_OVER * len(data):
            raise ValuesError(f"{name} over so many bytes, so many times, is not calculated")
        return checksum(name, without(data[start:end], start, offset, size))[0]

    def _struct(self, kind: StructType, values: Mapping[str, object], scope: Scope) -> None:
        start = len(self.data)
        if kind.union:
            # What was named last is written last, over the others.
            ranks = {name: rank for rank, name in enumerate(values)}
            parts = sorted(kind.parts[self.order], key=lambda part: _rank(part, ranks))
        else:
            parts = list(kind.parts[self.order])
        for part in parts:
            written = bytes(self.data[start:]) if kind.union else b""
            self._spend(len(written) // _BYTES_A_WORK, scope.prefix)
            if kind.union:
                del self.data[start:]
            if isinstance(part, Run):
                self._run(part, values, scope)
            else:
                self._member(part, values, scope)
            self.data += written[len(self.data) - start :]
        self._fill(kind.align)

    def _run(self, run: Run, values: Mapping[str, object], scope: Scope) -> None:
        self._fill(run.align)
        self._spend(run.cost, scope.prefix)
        at = len(self.data)
        self.data += bytes(run.size)
        units: dict[int, int] = {}
        for leaf in run.leaves:
            path = scope.prefix + leaf.name
            value = self._value(leaf, path, values)
            offset = at + leaf.offset
            if leaf.is_array:
                raw = array_bytes(leaf.type, value, leaf.size, path)
                scope.values[leaf.name] = raw
            elif leaf.bits is not None:
                low, count = leaf.bits
                number = integer_of(leaf.type, value, path, bits=count)
                scope.values[leaf.name] = number
                units[offset] = units.get(offset, 0) | (number & ((1 << count) - 1)) << low
                raw = units[offset].to_bytes(leaf.size, leaf.type.order or self.order)
            else:
                raw, scope.values[leaf.name] = number_bytes(leaf.type, value, self.order, path)
            self.data[offset : offset + leaf.size] = raw
            if leaf.member.spanned:
                scope.spans[leaf.name] = (offset, offset + leaf.size)
            if leaf.member.computed is not None:
                self.computed.append((path, offset, leaf, scope))

    def _value(self, leaf: Leaf, path: str, values: Mapping[str, object]) -> object:
        if isinstance(leaf.member.computed, bytes):
            return leaf.member.computed
        if path in self.known:
            return self.known[path]
        if leaf.member.computed is not None:
            return leaf.member.computed.constant or 0
        return values.get(leaf.name, b"" if leaf.is_array else 0)

    def _member(self, member: Member, values: Mapping[str, object], scope: Scope) -> None:
        if member.condition is not None and not member.condition.evaluate(scope):
            return
        self._fill(member.align)
        if not member.name:
            self._spend(FIELD_COST, scope.prefix)
            assert isinstance(member.type, StructType)
            inner = scope if member.condition is not None else scope.unnamed(len(self.data))
            self._struct(member.type, values, inner)
            if inner is not scope:
                inner.end = len(self.data)
            return
        start = len(self.data)
        path = scope.prefix + member.name
        scope.values[member.name] = self._write(member.type, values.get(member.name), path, scope)
        if member.spanned:
            scope.spans[member.name] = (start, len(self.data))

    def _write(self, kind: Type, value: object, path: str, scope: Scope) -> object:
        """Write one value, and give it back as expressions see it."""
        self._spend(FIELD_COST + len(path), path)
        if isinstance(kind, Scalar):
            raw, number = number_bytes(kind, 0 if value is None else value, self.order, path)
            self.data += raw
            return number
        if isinstance(kind, StructType):
            return self._inner(kind, {} if value is None else value, path, scope)
        start = len(self.data)
        count = kind.count.evaluate(scope) if isinstance(kind.count, Expression) else kind.count
        if isinstance(kind.element, Scalar) and kind.element.is_byte:
            fixed = kind.count if kind.ending == "count" and isinstance(kind.count, int) else None
            raw = array_bytes(kind.element, self._given(value, b"", kind, count), fixed, path)
            number = self._bytes(kind, raw, path)
        else:
            elements = self._given(value, [], kind, count)
            if not isinstance(elements, list | tuple):
                raise ValuesError(f"{path} has elements: give a list of them")
            self._elements(kind, elements, path, scope)
            number = len(elements)
        if count is not None:
            found = len(self.data) - start if kind.ending == "bytes" else number
            if found != count:
                self._follow(kind, found, count, path, scope)
        return value

    def _given(self, value: object, empty: object, kind: Array, count: int | None) -> object:
        """The value, or as many zeros as must be there."""
        if value is not None:
            return value
        if kind.ending != "count" or count is None or count < 0:
            return empty
        self._spend(count // _BYTES_A_WORK, "the zeros of an array")
        if isinstance(empty, bytes):
            return bytes(count)
        self._spend(count * FIELD_COST, "the elements of an array")
        return [None] * count

    def _inner(self, kind: StructType, value: object, path: str, scope: Scope) -> object:
        if not isinstance(value, Mapping):
            raise ValuesError(f"{path} is a struct: give its fields by name")
        inner = Scope({}, f"{path}.", len(self.data), scope)
        _check_names(kind, value, inner.prefix)
        self._struct(kind, value, inner)
        inner.end = len(self.data)
        return inner.values

    def _bytes(self, kind: Array, raw: bytes, path: str) -> int:
        assert isinstance(kind.element, Scalar)
        self._spend(len(raw) // _BYTES_A_WORK, path)
        if kind.ending == "NULL":
            mark = terminator_of(kind.element)
            if any(raw[at : at + len(mark)] == mark for at in range(0, len(raw), len(mark))):
                raise ValuesError(f"{path} ends at its first NUL: take those inside out")
            raw += mark
        self.data += raw
        return len(raw)

    def _elements(self, kind: Array, elements: Sequence[object], path: str, scope: Scope) -> None:
        for index, element in enumerate(elements):
            start = len(self.data)
            self._write(kind.element, element, f"{path}[{index}]", scope)
            if kind.ending == "NULL" and not any(self.data[start:]):
                raise ValuesError(f"{path} ends at its first element of zeros: change {index}")
        if kind.ending == "NULL":
            self._write(kind.element, None, f"{path}[{len(elements)}]", scope)

    def _follow(self, kind: Array, found: int, count: int, path: str, scope: Scope) -> None:
        """Make the field that says how long an array is say so."""
        unit = "bytes" if kind.ending == "bytes" else "elements"
        self.mismatch = f"{path} has {found:,} {unit} where {count:,} belong"
        if not isinstance(kind.count, Expression):
            raise ValuesError(f"{self.mismatch}: change it")
        self.mismatch = f"{self.mismatch}, by {kind.count.text}: change one of them"
        source = kind.count.source()
        length = kind.count.solve(found) if source else None
        if source is None or length is None:
            return
        place = source.place(scope)
        if place in self.followed and self.followed[place][1] != length:
            other = self.followed[place][0]
            raise ValuesError(f"{path} and {other} differ in length, but {place} is of both")
        self.followed[place] = (path, length)
        self.known[place] = length

    def _fill(self, align: int) -> None:
        self.data += bytes(-len(self.data) % align)

    def _spend(self, amount: int, path: str) -> None:
        self.work -= amount
        if self.work < 0 or len(self.data) > _LARGEST:
            raise ValuesError(f"The message becomes too large at {path}: leave something out")


def _rank(part: Run | Member, ranks: Mapping[str, int]) -> int:
    """Where the values name what a part of a union holds; -1 for nowhere."""
    names: set[str] | frozenset[str]
    if isinstance(part, Run):
        names = {leaf.name for leaf in part.leaves}
    elif not part.name and isinstance(part.type, StructType):
        names = part.type.names
    else:
        names = {part.name}
    return max((ranks.get(name, -1) for name in names), default=-1)


def _check_names(kind: StructType, values: Mapping[str, object], prefix: str) -> None:
    for name in values:
        if name not in kind.names:
            hint = did_you_mean(str(name), {each.lower(): each for each in kind.names})
            raise ValuesError(f"There is no field {prefix}{name}.{hint}")
