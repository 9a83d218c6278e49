"""Arithmetic over the fields of a message, for lengths, conditions and computed fields."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.references import Checksum, Range, Reference, Scope

# Nobody counts that far, and numbers without a bound take memory without one.
_LARGEST_BITS = 1024


class Expression(msgspec.Struct, frozen=True):
    """An expression in postfix order: `length - 4` is `length`, 4, `-`."""

    program: tuple[Step, ...]
    text: str
    """As it was written."""
    cost: int = 1
    """How many steps it takes at most."""

    def evaluate(self, scope: Scope, checksum: Checksum | None = None) -> int:
        """Calculate the value.

        Raises:
            ValuesError: It divides by zero, asks for an element that is not there, or a number
                gets out of hand.
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
            elif isinstance(step, Choice):
                chosen = step.then if stack.pop() else step.otherwise
                stack.append(chosen.evaluate(scope, checksum))
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

    def steps(self) -> Iterator[Step]:
        """Every step, those between which it chooses included."""
        for step in self.program:
            yield step
            if isinstance(step, Choice):
                yield from step.then.steps()
                yield from step.otherwise.steps()

    def source(self) -> Reference | None:
        """The one field that the value depends on; None for several or none."""
        steps = list(self.steps())
        found = {step for step in steps if isinstance(step, Reference)}
        if len(found) != 1 or any(isinstance(step, Range) for step in steps):
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
        try:
            return self._with(value).evaluate(Scope({}))
        except ValuesError:
            return None

    def _with(self, value: int) -> Expression:
        """Put a value for the one field."""
        program: list[Step] = []
        for step in self.program:
            if isinstance(step, Choice):
                program.append(Choice(step.then._with(value), step.otherwise._with(value)))
            else:
                program.append(value if isinstance(step, Reference) else step)
        return Expression(tuple(program), self.text)

    def _apply(self, sign: str, left: int, right: int) -> int:
        if sign in ("/", "%") and right == 0:
            raise ValuesError(f"{self.text} divides by zero: change the field or the definition")
        if sign in ("<<", ">>") and not 0 <= right <= _LARGEST_BITS:
            raise ValuesError(f"{self.text} shifts by {right} bits: use 0 to {_LARGEST_BITS}")
        value = BINARY[sign][1](left, right)
        if value.bit_length() > _LARGEST_BITS:
            raise ValuesError(f"{self.text} is a number of more than {_LARGEST_BITS} bits")
        return value


class Choice(msgspec.Struct, frozen=True):
    """What follows a condition in `?:`, `&&` and `||`, of which one part is calculated."""

    then: Expression
    otherwise: Expression


Step: TypeAlias = int | str | Reference | Range | Choice
"""A number, a sign, or what gives a number."""

UNARY: dict[str, Callable[[int], int]] = {
    "negative": operator.neg,
    "~": operator.invert,
    "!": lambda value: int(not value),
    "truth": lambda value: int(bool(value)),
}

BINARY: dict[str, tuple[int, Callable[[int, int], int]]] = {
    "|": (5, operator.or_),
    "^": (6, operator.xor),
    "&": (7, operator.and_),
    "==": (8, lambda left, right: int(left == right)),
    "!=": (8, lambda left, right: int(left != right)),
    "<": (9, lambda left, right: int(left < right)),
    "<=": (9, lambda left, right: int(left <= right)),
    ">": (9, lambda left, right: int(left > right)),
    ">=": (9, lambda left, right: int(left >= right)),
    "<<": (10, operator.lshift),
    ">>": (10, operator.rshift),
    "+": (11, operator.add),
    "-": (11, operator.sub),
    "*": (12, operator.mul),
    "/": (12, operator.floordiv),
    "%": (12, operator.mod),
}
"""How tightly each sign binds, as in C, and what it does; a division rounds down."""

CHOOSING = {"?": 2, "||": 3, "&&": 4}
"""How tightly those bind that leave a part of an expression out."""
