"""Writes a message as its definition says: values into bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import ValuesError, did_you_mean
from sockplay.values.layouts.budget import FIELD_COST, Checks, weight
from sockplay.values.layouts.expressions import Expression
from sockplay.values.layouts.lengths import Lengths
from sockplay.values.layouts.references import Scope
from sockplay.values.layouts.scalars import array_bytes, integer_of, number_bytes
from sockplay.values.layouts.types import Array, Member, Run, Scalar, StructType, Type
from sockplay.values.layouts.writer import BYTES_A_WORK, Writer

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

# So much work may be made of nothing, as of an array whose zeros were left out, in all passes; what
# is given may be written several times over.
_MOST_WORK = 25_000 * FIELD_COST
_TIMES_OVER = 8
_LARGEST_NUMBER = 8
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
    lengths = Lengths({})
    checks = Checks(weight(values, _LARGEST_NUMBER))
    work = _MOST_WORK + _TIMES_OVER * weight(values, FIELD_COST)
    for _ in range(_MOST_PASSES):
        known = dict(lengths.known)
        writer = _Encoder(order=order, lengths=lengths, work=work, checks=checks)
        writer.message(kind, values)
        if lengths.known == known:
            if lengths.mismatch:
                raise ValuesError(lengths.mismatch)
            return bytes(writer.data)
        lengths, work = lengths.again(), writer.work
    raise ValuesError("The lengths depend on each other without end: change the definition")


class _Computed(msgspec.Struct):
    """A field that is computed when all are written."""

    path: str
    offset: int
    size: int
    expression: Expression
    scope: Scope


class _Encoder(Writer, kw_only=True):
    """One pass over the values."""

    checks: Checks
    computed: list[_Computed] = msgspec.field(default_factory=list)

    def message(self, kind: StructType, values: Mapping[str, object]) -> None:
        """Write the message, and find what is computed in it."""
        scope = Scope({})
        _check_names(kind, values, "")
        self._struct(kind, values, scope)
        scope.end = len(self.data)
        for each in self.computed:
            cover = self.checks.over(self.data, each.offset, each.size)
            self.lengths.known[each.path] = each.expression.evaluate(each.scope, cover)

    def _struct(self, kind: StructType, values: Mapping[str, object], scope: Scope) -> None:
        start = len(self.data)
        if kind.union:
            # What was named last is written last, over the others.
            ranks = {name: rank for rank, name in enumerate(values)}
            parts = sorted(kind.parts[self.order], key=lambda part: _rank(part, ranks))
            scope.go_on(start)
        else:
            parts = list(kind.parts[self.order])
        for part in parts:
            written = bytes(self.data[start:]) if kind.union else b""
            self.spend(len(written) // BYTES_A_WORK, scope.prefix)
            if kind.union:
                del self.data[start:]
            if isinstance(part, Run):
                self._run(part, values, scope)
            else:
                self._member(part, values, scope)
            if kind.union:
                scope.go_on(start)
            self.data += written[len(self.data) - start :]
        self.fill(kind.end_align)

    def _run(self, run: Run, values: Mapping[str, object], scope: Scope) -> None:
        self.fill(run.align)
        self.spend(run.cost, scope.prefix)
        at = len(self.data)
        if scope.waiting:
            scope.go_on(at)
        self.data += bytes(run.size)
        units: dict[int, int] = {}
        for leaf in run.leaves:
            path = scope.prefix + leaf.name
            value = self._value(leaf.member, path, values)
            offset = at + leaf.offset
            if leaf.is_array:
                raw = array_bytes(leaf.type, b"" if value is None else value, leaf.size, path)
                raw = self.lengths.byte_elements(path, raw)
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
            self._note(leaf.member, offset, offset + leaf.size, path, scope)

    def _note(self, member: Member, start: int, end: int, path: str, scope: Scope) -> None:
        """Remember what is asked for of a field, or what it will be."""
        if member.spanned:
            scope.spans[member.name] = (start, end)
        if isinstance(member.computed, Expression):
            computed = _Computed(path, start, end - start, member.computed, scope)
            self.computed.append(computed)

    def _value(self, member: Member, path: str, values: Mapping[str, object]) -> object:
        """What a field must be, or was given; None for what was left out."""
        if isinstance(member.computed, bytes):
            return member.computed
        if path in self.lengths.known:
            return self.lengths.known[path]
        if member.computed is not None:
            return member.computed.constant
        return values.get(member.name)

    def _member(self, member: Member, values: Mapping[str, object], scope: Scope) -> None:
        if member.condition is not None and not self.evaluate(member.condition, scope):
            self._leave_out(member.type, scope)
            return
        self.fill(member.align)
        start = len(self.data)
        if scope.waiting and member.condition is None:
            scope.go_on(start)
        if not member.name:
            self.spend(FIELD_COST, scope.prefix)
            assert isinstance(member.type, StructType)
            inner = scope if member.condition is not None else scope.unnamed(start)
            self._struct(member.type, values, inner)
            if inner is not scope:
                inner.end = len(self.data)
            return
        path = scope.prefix + member.name
        value = self._value(member, path, values)
        if isinstance(member.type, StructType):
            inner = self._inner(member.type, value, path, scope)
            scope.values[member.name] = inner.values
            if member.spanned:
                scope.adopt(member.name, inner)
        else:
            scope.values[member.name] = self._write(member.type, value, path, scope)
        self._note(member, start, len(self.data), path, scope)

    def _leave_out(self, kind: Type, scope: Scope) -> None:
        if isinstance(kind, StructType) and kind.spanned:
            self.spend(FIELD_COST * len(kind.spanned), scope.prefix)
            scope.leave_out(kind.spanned, len(self.data))

    def _write(self, kind: Type, value: object, path: str, scope: Scope) -> object:
        """Write one value, and give it back as expressions see it."""
        if isinstance(kind, StructType):
            return self._inner(kind, value, path, scope).values
        self.spend(FIELD_COST + len(path), path)
        if isinstance(kind, Scalar):
            raw, number = number_bytes(kind, value, self.order, path)
            self.data += raw
            return number
        start = len(self.data)
        count = kind.count
        if isinstance(count, Expression):
            count = self.evaluate(count, scope)
        value = self.zeros(kind, count, path) if value is None else value
        found: bytes | list[object]
        if isinstance(kind.element, Scalar) and kind.element.is_byte:
            found = self.octets(kind, kind.element, value, path)
        else:
            found = self._elements(kind, value, path, scope)
        if count is not None:
            number = len(self.data) - start if kind.ending == "bytes" else len(found)
            if number != count:
                self.lengths.follow(kind, number, count, path, scope)
        return found

    def _inner(self, kind: StructType, value: object, path: str, scope: Scope) -> Scope:
        self.spend(FIELD_COST + len(path), path)
        value = {} if value is None else value
        if not isinstance(value, Mapping):
            raise ValuesError(f"{path} is a struct: give its fields by name")
        inner = scope.named(path, len(self.data))
        _check_names(kind, value, inner.prefix)
        self._struct(kind, value, inner)
        inner.end = len(self.data)
        return inner

    def _elements(self, kind: Array, value: object, path: str, scope: Scope) -> list[object]:
        if not isinstance(value, list | tuple):
            raise ValuesError(f"{path} has elements: give a list of them")
        element = kind.element
        value = self.lengths.elements(path, value)
        if kind.ending != "NULL" and self.numbers(element, value, path):
            return list(value)
        found = []
        for index, each in enumerate(value):
            start = len(self.data)
            found.append(self._write(element, each, f"{path}[{index}]", scope))
            if kind.ending == "NULL" and self.data[start:] == bytes(len(self.data) - start):
                raise ValuesError(f"{path} ends at its first element of zeros: change {index}")
        if kind.ending == "NULL":
            self._write(element, None, f"{path}[{len(value)}]", scope)
        return found


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
