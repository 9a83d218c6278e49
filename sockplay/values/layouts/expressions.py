"""Arithmetic over the fields of a message, for lengths, conditions and computed fields."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from sockplay.values.errors import ValuesError

# Nobody counts that far, and numbers without a bound take memory without one.
_LARGEST_BITS = 1024

Checksum: TypeAlias = Callable[[str, int, int], int]
"""Calculates a checksum, given its name and the offsets of the first byte and past the last."""


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

    def unnamed(self, start: int) -> Scope:
        """Make that of a struct without a name, whose fields count as fields of this one."""
        return Scope(self.values, self.prefix, start, self, None, self.spans)

    @property
    def is_whole(self) -> bool:
        """Whether the message was read to its end."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope.end is not None

    def up(self, levels: int) -> Scope:
        """The scope so many structs further out."""
        scope = self
        for _ in range(levels):
            assert scope.parent is not None
            scope = scope.parent
        return scope

    def span(self, name: str) -> tuple[int, int] | None:
        """Where a field of this struct, or of one around it, starts and ends."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.spans:
                return scope.spans[name]
            scope = scope.parent
        return None


class Reference(msgspec.Struct, frozen=True):
    """An earlier field: `length`, `header.length`."""

    path: tuple[str, ...]
    levels: int
    """How many structs further out its first name is a field."""

    def value(self, scope: Scope) -> int:
        """Read the field, which counts as 0 where a condition left it out."""
        found: object = scope.up(self.levels).values
        for name in self.path:
            if not isinstance(found, dict):
                return 0
            found = found.get(name, 0)
        return found if isinstance(found, int) else 0

    def place(self, scope: Scope) -> str:
        """The field's path in the message."""
        return scope.up(self.levels).prefix + ".".join(self.path)


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
            if checksum and not scope.is_whole:
                raise UnknownError
            start = end = 0  # a condition left the field out
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


class Expression(msgspec.Struct, frozen=True):
    """An expression in postfix order: `length - 4` is `length`, 4, `-`."""

    program: tuple[int | str | Reference | Range, ...]
    text: str
    """As it was written."""

    def evaluate(self, scope: Scope, checksum: Checksum | None = None) -> int:
        """Calculate the value.

        Raises:
            ValuesError: It divides by zero, or a number gets out of hand.
            UnknownError: It asks for the place of a field that has not come.
        """
        stack: list[int] = []
        for step in self.program:
            if isinstance(step, int):
                stack.append(step)
            elif isinstance(step, Reference):
                stack.append(step.value(scope))
            elif isinstance(step, Range):
                stack.append(step.value(scope, checksum))
            elif step in UNARY:
                stack.append(UNARY[step](stack.pop()))
            else:
                right = stack.pop()
                stack.append(self._apply(step, stack.pop(), right))
        return stack[0]

    @property
    def constant(self) -> int | None:
        """The value where it depends on nothing."""
        step = self.program[0]
        return step if len(self.program) == 1 and isinstance(step, int) else None

    def source(self) -> Reference | None:
        """The one field that the value depends on; None for several or none."""
        found = {step for step in self.program if isinstance(step, Reference)}
        if len(found) != 1 or any(isinstance(step, Range) for step in self.program):
            return None
        return found.pop()

    def solve(self, wanted: int) -> int | None:
        """Find what the one field must be so that the value is the one wanted.

        None where that takes more than undoing a sum and a product.
        """
        at_0, at_1 = self._at(0), self._at(1)
        if at_0 is None or at_1 is None or at_0 == at_1:
            return None
        solution = (wanted - at_0) // (at_1 - at_0)
        return solution if self._at(solution) == wanted else None

    def _at(self, value: int) -> int | None:
        program = tuple(value if isinstance(step, Reference) else step for step in self.program)
        try:
            return Expression(program, self.text).evaluate(Scope({}))
        except ValuesError:
            return None

    def _apply(self, sign: str, left: int, right: int) -> int:
        if sign in ("/", "%") and right == 0:
            raise ValuesError(f"{self.text} divides by zero: change the field or the definition")
        if sign in ("<<", ">>") and not 0 <= right <= _LARGEST_BITS:
            raise ValuesError(f"{self.text} shifts by {right} bits: use 0 to {_LARGEST_BITS}")
        value = BINARY[sign][1](left, right)
        if value.bit_length() > _LARGEST_BITS:
            raise ValuesError(f"{self.text} is a number of more than {_LARGEST_BITS} bits")
        return value


UNARY: dict[str, Callable[[int], int]] = {
    "negative": operator.neg,
    "~": operator.invert,
    "!": lambda value: int(not value),
}

BINARY: dict[str, tuple[int, Callable[[int, int], int]]] = {
    "||": (1, lambda left, right: int(bool(left or right))),
    "&&": (2, lambda left, right: int(bool(left and right))),
    "|": (3, operator.or_),
    "^": (4, operator.xor),
    "&": (5, operator.and_),
    "==": (6, lambda left, right: int(left == right)),
    "!=": (6, lambda left, right: int(left != right)),
    "<": (7, lambda left, right: int(left < right)),
    "<=": (7, lambda left, right: int(left <= right)),
    ">": (7, lambda left, right: int(left > right)),
    ">=": (7, lambda left, right: int(left >= right)),
    "<<": (8, operator.lshift),
    ">>": (8, operator.rshift),
    "+": (9, operator.add),
    "-": (9, operator.sub),
    "*": (10, operator.mul),
    "/": (10, operator.floordiv),
    "%": (10, operator.mod),
}
"""How tightly each sign binds, as in C, and what it does; a division rounds down."""
