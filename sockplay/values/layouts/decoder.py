"""Reads a message as its definition says: bytes into fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.budget import FIELD_COST, MOST_FIELDS, Checks
from sockplay.values.layouts.expressions import Expression
from sockplay.values.layouts.fields import Decoded, Field, Values
from sockplay.values.layouts.reach import StopError
from sockplay.values.layouts.reader import Reader
from sockplay.values.layouts.references import Scope, UnknownError
from sockplay.values.layouts.types import Array, Leaf, Member, Run, Scalar, StructType, Type

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

# A message's own bytes may be read several times over, in unions.
_MOST_WORK = MOST_FIELDS * FIELD_COST
_TIMES_OVER = 4


def decode(kind: StructType, data: bytes, order: ByteOrder = "big") -> Decoded:
    """Read a message. Data that is short or makes no sense gives the fields before that.

    Args:
        kind: Its definition.
        data: Its bytes; those that follow the message are left alone.
        order: The byte order of fields whose type names none.
    """
    return _Decoder(data, len(data), _MOST_WORK + _TIMES_OVER * len(data), order).message(kind)


class _Computed(msgspec.Struct):
    """A field to check when all are known."""

    index: int
    """Which of the fields it is."""
    wanted: Expression | bytes
    scope: Scope


class _Decoder(Reader):
    """One pass over a message."""

    computed: list[_Computed] = msgspec.field(default_factory=list)
    room: int = 0
    """How many bytes what goes on to the end of the data leaves for the fields behind it."""

    def message(self, kind: StructType) -> Decoded:
        """Read the message, and check what is computed in it."""
        values: Values = {}
        scope = Scope(values)
        stop = None
        try:
            scope.end = self.struct(kind, 0, scope)
        except StopError as error:
            stop = error.stop
        if self.computed:
            checks = Checks(len(self.data))
            for computed in self.computed:
                self._check(computed, checks)
        size = scope.end
        if size is None:
            size = max((field.offset + field.size for field in self.fields), default=0)
        return Decoded(tuple(self.fields), values, size, stop)

    def struct(self, kind: StructType, start: int, scope: Scope) -> int:
        """Read a struct or a union, and give the offset behind it."""
        at = end = start
        if kind.union:
            scope.go_on(start)
        for part in kind.parts[self.order]:
            if isinstance(part, Run):
                at = self._run(part, at + -at % part.align, scope)
            else:
                at = self._member(part, at, scope)
            if kind.union:
                end, at = max(end, at), start
                scope.go_on(start)
        at = end if kind.union else at
        padding = -at % kind.end_align
        if padding > self.end - at:
            raise self.short(f"{scope.prefix}padding", at, padding)
        return at + padding

    def _run(self, run: Run, at: int, scope: Scope) -> int:
        prefix = scope.prefix
        self.work -= run.cost + len(run.leaves) * len(prefix)
        if self.work < 0:
            raise self.too_much(prefix + run.leaves[0].name if run.leaves else prefix, at)
        leaves = run.leaves
        data = self.data
        missing: Leaf | None = None
        if scope.waiting:
            scope.go_on(at)
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
                leaf = leaves[index]
                start = at + leaf.offset
                self._note(leaf.member, start, start + leaf.size, first + index, scope)
        if at + run.size > self.end:
            raise self._short_run(run, missing, at, prefix)
        return at + run.size

    def _short_run(self, run: Run, missing: Leaf | None, at: int, prefix: str) -> StopError:
        if missing is None:  # bits without a name at the end
            return self.short(f"{prefix}padding", at, run.size)
        return self.short(prefix + missing.name, at + missing.offset, missing.size)

    def _note(self, member: Member, start: int, end: int, index: int, scope: Scope) -> None:
        """Remember what is asked for of a field, or what it must be."""
        if member.spanned:
            scope.spans[member.name] = (start, end)
        if member.computed is not None:
            self.computed.append(_Computed(index, member.computed, scope))

    def _member(self, member: Member, at: int, scope: Scope) -> int:
        path = scope.prefix + member.name
        if member.condition is not None and not self.evaluate(member.condition, scope, path, at):
            self._leave_out(member.type, path, at, scope)
            return at
        at += -at % member.align
        if scope.waiting and member.condition is None:
            scope.go_on(at)
        around, room = self.end, self.room
        self.room = 0 if member.tail is None else room + member.tail
        if not member.name:
            self.spend(FIELD_COST, path, at)
            assert isinstance(member.type, StructType)
            # A condition's fields are the struct's own.
            inner = scope if member.condition is not None else scope.unnamed(at)
            end = self.struct(member.type, at, inner)
            if inner is not scope:
                inner.end = end
            self.room = room
            return end
        if isinstance(member.type, StructType):
            inner, end = self._inner(member.type, path, at, scope)
            value: object = inner.values
            if member.spanned:
                scope.adopt(member.name, inner)
        else:
            if self.room:
                self.end = min(around, max(at, around - self.room))
                self.room = 0
            value, end = self._read(member.type, path, at, scope)
        self.end, self.room = around, room
        scope.values[member.name] = value
        if member.spanned or member.computed is not None:
            self._note(member, at, end, len(self.fields) - 1, scope)
        return end

    def _leave_out(self, kind: Type, path: str, at: int, scope: Scope) -> None:
        if isinstance(kind, StructType) and kind.spanned:
            self.spend(FIELD_COST * len(kind.spanned), path, at)
            scope.leave_out(kind.spanned, at)

    def _inner(self, kind: StructType, path: str, at: int, scope: Scope) -> tuple[Scope, int]:
        self.spend(FIELD_COST + len(path), path, at)
        inner = scope.named(path, at)
        inner.end = end = self.struct(kind, at, inner)
        return inner, end

    def _read(self, kind: Scalar | Array, path: str, at: int, scope: Scope) -> tuple[object, int]:
        """Read one value, and give the offset behind it."""
        if isinstance(kind, Scalar):
            return self.number(kind, path, at)
        element = kind.element
        if kind.ending == "bytes" and kind.count is not None:
            size = self.size(kind.count, path, at, scope)
            if at + size > self.end and isinstance(element, Scalar):
                raise self.short(path, at, size)
            around, self.end = self.end, min(self.end, at + size)
            value, end = self._read(Array(element, "EOF"), path, at, scope)
            self.end = around
            if end < at + size:
                raise self.short(path, end, at + size - end)
            return value, end
        if not isinstance(element, Scalar):
            return self._elements(kind, path, at, scope)
        if element.is_byte:
            return self.octets(kind, path, at, scope)
        if element.size is None or kind.ending == "NULL":
            return self._elements(kind, path, at, scope)
        return self.numbers(kind, path, at, scope)

    def _elements(self, kind: Array, path: str, at: int, scope: Scope) -> tuple[list[object], int]:
        count = None if kind.count is None else self.size(kind.count, path, at, scope)
        found: list[object] = []
        element = kind.element
        value: object
        while len(found) != count and not (kind.ending == "EOF" and at >= self.end):
            self.spend(FIELD_COST, path, at)
            if isinstance(element, StructType):
                inner, end = self._inner(element, f"{path}[{len(found)}]", at, scope)
                value = inner.values
            else:
                value, end = self._read(element, f"{path}[{len(found)}]", at, scope)
            if kind.ending == "EOF" and end == at:
                message = f"{path} has no end: its elements take no bytes. Change the definition"
                raise StopError(path, at, 0, message)
            start, at = at, end
            if kind.ending == "NULL" and self.data[start:end] == bytes(end - start):
                break
            found.append(value)
        return found, at

    def _check(self, computed: _Computed, checks: Checks) -> None:
        """Say it in the field where it is not what it should be."""
        field = self.fields[computed.index]
        wanted: int | bytes
        if isinstance(computed.wanted, Expression):
            try:
                cover = checks.over(self.data, field.offset, field.size)
                wanted = computed.wanted.evaluate(computed.scope, cover)
            except UnknownError:  # the data ended before
                return
            except ValuesError as error:
                problem = f"{field.path}: {error.message}"
                self.fields[computed.index] = replace(field, problem=problem)
                return
        else:
            wanted = computed.wanted
        if wanted != field.value:
            due = replace(field, value=wanted).shown
            problem = f"{field.path} is {field.shown}, but should be {due}"
            self.fields[computed.index] = replace(field, problem=problem)
