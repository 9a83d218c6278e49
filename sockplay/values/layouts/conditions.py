"""The lines of a header that leave parts of it out: `#if`, `#ifdef`, `#elif`, `#else`, `#endif`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.layouts.arithmetic import Arithmetic
from sockplay.values.layouts.directives import Directives
from sockplay.values.layouts.frames import Frame
from sockplay.values.layouts.lexer import Cursor, Token, directive, directive_name
from sockplay.values.layouts.references import Scope

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

_OPENING = ("if", "ifdef", "ifndef")
_GOING_ON = ("elif", "else", "endif")

# glibc's endian.h and the compilers' own: the two orders are numbers, and the machine's is one.
_ORDERS = {
    "LITTLE_ENDIAN": 1234, "__LITTLE_ENDIAN": 1234, "__ORDER_LITTLE_ENDIAN__": 1234,
    "BIG_ENDIAN": 4321, "__BIG_ENDIAN": 4321, "__ORDER_BIG_ENDIAN__": 4321,
}  # fmt: skip
_MACHINES = ("BYTE_ORDER", "__BYTE_ORDER", "__BYTE_ORDER__")
# The kernel's byteorder.h, where only one of two names is there.
_KERNEL = ("__{}_ENDIAN_BITFIELD", "__{}_ENDIAN", "__{}_ENDIAN__", "_{}_ENDIAN", "{}_ENDIAN")
# What glibc's features.h says where nobody says anything else.
_GLIBC = ("__USE_MISC", "_DEFAULT_SOURCE")


class _Branch(msgspec.Struct):
    """An `#if` that is open."""

    token: Token
    taken: bool
    """Whether the lines are followed at the moment."""
    done: bool
    """Whether some of its lines were; the rest are then left out."""
    closing: bool = False
    """Whether `#else` was there."""


class Conditions(msgspec.Struct):
    """Leaves out what a C compiler would.

    A header that asks for the machine's byte order is read for a machine of each: what it means
    then depends on the message's order, like everything else.
    """

    machine: ByteOrder
    """The byte order of the machine that the header believes to be on."""
    asked: bool = False
    """Whether it asked for that."""
    directives: Directives = msgspec.field(default_factory=Directives)
    branches: list[_Branch] = []

    def active(self, found: list[Token]) -> list[Token]:
        """Find the tokens that count; of the directives, those that are no conditions.

        Raises:
            ValuesError: A condition is none, or its end is missing.
        """
        kept = []
        for token in found:
            if token.kind == "directive":
                if not self._take(token) and self._followed():
                    kept.append(token)
            elif self._followed():
                kept.append(token)
            elif token.kind == "end":
                break
        if self.branches:
            raise self.branches[-1].token.wrong("This condition is not closed: end it with #endif")
        return kept

    def _followed(self) -> bool:
        return not self.branches or self.branches[-1].taken

    def _take(self, token: Token) -> bool:
        """Follow a directive; tell whether it was a condition's."""
        name = directive_name(token)
        if name in _OPENING:
            around = self._followed()
            taken = around and self._holds(name, token)
            self.branches.append(_Branch(token, taken, taken or not around))
        elif name in _GOING_ON:
            if not self.branches:
                raise token.wrong(f"#{name} has no #if: remove it")
            self._go_on(name, token)
        elif name in ("define", "undef", "pragma") and self._followed():
            self.directives.take(token)
            return False
        else:
            return False
        return True

    def _go_on(self, name: str, token: Token) -> None:
        branch = self.branches[-1]
        if name == "endif":
            self.branches.pop()
            return
        if branch.closing:
            raise token.wrong(f"#{name} stands after #else: put it before, or remove it")
        branch.closing = name == "else"
        branch.taken = not branch.done and (name == "else" or self._holds("if", token))
        branch.done |= branch.taken

    def _holds(self, name: str, token: Token) -> bool:
        found = directive(token)
        cursor = Cursor(found)
        cursor.take()
        if name != "if":
            return self._defined(cursor.name("a constant").text) == (name == "ifdef")
        plain = self._plain(cursor)
        rest = Cursor(plain)
        expression = Arithmetic(rest, Frame(), {}, lambda: None).expression()
        if not rest.ended():
            rest.unexpected("a sign such as && before it, or nothing")
        return expression.evaluate(Scope({})) != 0

    def _plain(self, cursor: Cursor) -> list[Token]:
        """Put numbers for names; one that is not defined is 0, as in C."""
        found = []
        while not cursor.ended():
            token = cursor.take()
            if token.kind == "name":
                if token.text == "defined":
                    opened = cursor.sign("(")
                    value = int(self._defined(cursor.name("a constant").text))
                    if opened:
                        cursor.need(")", "after this name")
                else:
                    value = self._value(token.text)
                    if cursor.next.text == "(":  # a macro, such as __GNUC_PREREQ (4, 1)
                        _pass_over(cursor)
                found += _written(value, token)
            else:
                found.append(token)
        return [*found, cursor.next]

    def _defined(self, name: str) -> bool:
        if name in self.directives.defined or name in _GLIBC:
            return True
        if name in _MACHINES:
            self._ask()
            return True
        for order in ("LITTLE", "BIG"):
            if name in [pattern.format(order) for pattern in _KERNEL]:
                return self._ask() == order.lower()
        return False

    def _value(self, name: str) -> int:
        if name in self.directives.defined:
            return self.directives.constants.get(name, 0)
        if name in _MACHINES:
            return 1234 if self._ask() == "little" else 4321
        return 1 if name in _GLIBC else _ORDERS.get(name, 0)

    def _ask(self) -> ByteOrder:
        """The machine's byte order, which `#pragma order` decides where it is there."""
        if self.directives.order is not None:
            return self.directives.order
        self.asked = True
        return self.machine


def _pass_over(cursor: Cursor) -> None:
    """Take what stands in parentheses."""
    depth = 0
    while not cursor.ended():
        text = cursor.take().text
        depth += (text == "(") - (text == ")")
        if depth == 0:
            return


def _written(value: int, token: Token) -> list[Token]:
    """A number where a name stood."""
    sign = [Token("sign", "-", token.column)] if value < 0 else []
    return [*sign, Token("number", str(abs(value)), token.column)]
