"""What expressions read of a message: earlier fields, and the sizes of fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from sockplay.values.errors import ValuesError

if TYPE_CHECKING:
    from sockplay.values.layouts.expressions import Expression

Checksum: TypeAlias = Callable[[str, int, int], int]
"""Calculates a checksum, given its name and the offsets of the first byte and past the last."""


class Gap(msgspec.Struct):
    """Where fields would be that a condition left out."""

    start: int
    """Where the next field starts, of those that are there."""
    end: int
    """Where the one before ends."""


class Scope(msgspec.Struct):
    """One struct's fields while a message is read or written."""

    values: dict[str, object]
    prefix: str = ""
    """What stands before its fields' names in their paths: `header.`."""
    start: int = 0
    """Where the struct starts, in bytes."""
    parent: Scope | None = None
    """That of the struct around it."""
    end: int | None = None
    """Where the struct ends; None before that is known."""
    spans: dict[str, tuple[int, int]] = {}
    """Where those fields start and end whose size is asked for somewhere."""
    gaps: dict[str, Gap] = {}
    """Where those of them would be that a condition left out."""
    waiting: list[Gap] = []
    """Those in the message behind which no field has come so far."""

    def named(self, path: str, start: int) -> Scope:
        """Make that of a struct in this one."""
        return Scope({}, f"{path}.", start, self, None, {}, {}, self.waiting)

    def unnamed(self, start: int) -> Scope:
        """Make that of a struct without a name, whose fields count as fields of this one."""
        return Scope(
            self.values, self.prefix, start, self, None, self.spans, self.gaps, self.waiting
        )

    def adopt(self, name: str, inner: Scope) -> None:
        """Keep the spans of a struct in this one, of whose fields a size may be asked for."""
        self.spans.update((f"{name}.{path}", span) for path, span in inner.spans.items())
        self.gaps.update((f"{name}.{path}", gap) for path, gap in inner.gaps.items())

    def leave_out(self, names: tuple[str, ...], at: int) -> None:
        """Remember where fields would be that a condition leaves out."""
        gap = Gap(at, at)
        self.gaps.update(dict.fromkeys(names, gap))
        self.waiting.append(gap)

    def go_on(self, at: int) -> None:
        """Let a field start behind what was left out, perhaps after padding."""
        for gap in self.waiting:
            gap.start = max(gap.end, at)
        self.waiting.clear()

    def up(self, levels: int) -> Scope:
        """The scope so many structs further out."""
        scope = self
        for _ in range(levels):
            assert scope.parent is not None
            scope = scope.parent
        return scope

    def span(self, name: str) -> tuple[int, int] | None:
        """Where a field of this struct, or of one around it, starts and ends.

        One that a condition left out starts where the next does, and ends where the one before
        does.

        Args:
            name: Its name, or its path from there: `header.options`.
        """
        scope: Scope | None = self
        while scope is not None:
            if name in scope.spans:
                return scope.spans[name]
            gap = scope._gap(name) if scope.gaps else None
            if gap is not None:
                return gap.start, gap.end
            scope = scope.parent
        return None

    def _gap(self, name: str) -> Gap | None:
        """Find what was left out: a field, or a struct that it is in."""
        while name not in self.gaps:
            name = name.rpartition(".")[0]
            if not name:
                return None
        return self.gaps[name]


class Reference(msgspec.Struct, frozen=True):
    """An earlier field: `length`, `header.length`, `items[n - 1].length`."""

    path: tuple[str | Expression, ...]
    """Names, and what stands in brackets."""
    levels: int
    """How many structs further out its first name is a field."""

    def value(self, scope: Scope) -> int:
        """Read the field, which counts as 0 where a condition left it out.

        Raises:
            ValuesError: An array has no such element.
        """
        found: object = scope.up(self.levels).values
        for step in self.path:
            if not isinstance(step, str):
                found = self._element(found, step, scope)
            elif isinstance(found, dict):
                found = found.get(step, 0)
            else:
                return 0
        return found if isinstance(found, int) else 0

    def place(self, scope: Scope) -> str:
        """The field's path in the message.

        Raises:
            ValuesError: What stands in its brackets cannot be calculated.
        """
        steps = [
            f".{step}" if isinstance(step, str) else f"[{step.evaluate(scope)}]"
            for step in self.path
        ]
        return scope.up(self.levels).prefix + "".join(steps)[1:]

    def _element(self, found: object, index: Expression, scope: Scope) -> object:
        if not isinstance(found, list | bytes):
            return 0
        at = index.evaluate(scope)
        if not 0 <= at < len(found):
            path = self.place(scope)
            count = "1 element" if len(found) == 1 else f"{len(found):,} elements"
            raise ValuesError(f"There is no {path}: the array has {count}")
        element: object = found[at]
        return element


class Range(msgspec.Struct, frozen=True):
    """The bytes from one field through another, both included."""

    first: str
    """Empty for the start of the struct."""
    last: str
    """Empty for the end of the struct."""
    checksum: str = ""
    """The checksum of the bytes is meant, not their number."""

    def value(self, scope: Scope, checksum: Checksum | None) -> int:
        """Measure or check the bytes.

        Raises:
            UnknownError: The data ended before them.
        """
        first = scope.span(self.first) if self.first else (scope.start, scope.start)
        last = scope.span(self.last) if self.last else (scope.end, scope.end)
        start, end = first and first[0], last and last[1]
        if start is None or end is None:
            if checksum:
                raise UnknownError
            return 0  # of a union's fields, one that is written later
        if self.checksum and checksum:
            return checksum(self.checksum, start, max(start, end))
        return max(0, end - start)


class UnknownError(Exception):
    """A field whose place is asked for has not come."""


def without(data: bytes, start: int, offset: int, size: int) -> bytes:
    """Put zeros for the bytes of a checksum that stands among those it covers.

    Args:
        data: The bytes that it covers.
        start: Where they start in the message.
        offset: Where the checksum stands in the message.
        size: How many bytes it has.
    """
    low, high = max(0, offset - start), min(len(data), offset + size - start)
    return data[:low] + bytes(high - low) + data[high:] if low < high else data
