"""Reads expressions from a definition, and finds the fields that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.checksums import checksum
from sockplay.values.errors import ValuesError, located
from sockplay.values.floats import FloatType
from sockplay.values.integers import parse_integer
from sockplay.values.layouts.expressions import BINARY, CHOOSING, Choice, Expression, Step
from sockplay.values.layouts.frames import Frame, field_of
from sockplay.values.layouts.references import Range, Reference, Scope
from sockplay.values.layouts.types import Array, Scalar, StructType
from sockplay.values.printable import short
from sockplay.values.text import unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sockplay.values.layouts.lexer import Cursor, Token

_LONGEST = 128
_DEEPEST = 32
_UNARY = {"-": "negative", "~": "~", "!": "!"}
_NO, _YES = Expression((0,), "0"), Expression((1,), "1")


class Arithmetic(msgspec.Struct):
    """Reads one expression."""

    cursor: Cursor
    frame: Frame
    constants: Mapping[str, int]
    type_size: Callable[[], int | None]
    """Takes the name of a type and gives its size; None, taking nothing, where none stands."""
    computed: bool = False
    """Whether it may ask for fields that come later, and for checksums."""
    program: list[Step] = []
    """The part that is being read."""
    count: int = 0
    """How many steps there are in all parts."""
    words: list[str] = []
    """What was read, for sentences."""

    def expression(self) -> Expression:
        """Take the expression.

        Raises:
            ValuesError: There is none, or a name in it is unknown.
        """
        start = self.cursor.next
        found = self._part(0, 0)
        if all(isinstance(step, int | str | Choice) for step in found.steps()):
            with located(start.column, len(start.text)):
                return Expression((found.evaluate(Scope({})),), found.text)
        return found

    def _part(self, binding: int, depth: int) -> Expression:
        """Take what becomes an expression by itself."""
        program, self.program = self.program, []
        count, words = self.count, len(self.words)
        self._binary(binding, depth)
        found = tuple(self.program)
        self.program = program
        text = short(" ".join(self.words[words:]))
        return Expression(found, text, self.count - count)

    def _binary(self, binding: int, depth: int) -> None:
        """Take operands whose signs bind more tightly than the one before."""
        self._operand(depth)
        while (sign := self.cursor.next).kind == "sign":
            if sign.text in CHOOSING and CHOOSING[sign.text] > binding:
                self.words.append(self.cursor.take().text)
                self._add(self._choice(sign.text, depth), sign)
            elif sign.text in BINARY and BINARY[sign.text][0] > binding:
                self.words.append(self.cursor.take().text)
                self._binary(BINARY[sign.text][0], depth)
                self._add(sign.text, sign)
            else:
                return

    def _choice(self, sign: str, depth: int) -> Choice:
        """Take what is calculated only as its condition says, behind the sign."""
        if sign == "?":
            then = self._part(0, depth + 1)
            self.cursor.need(":", "after what holds if it is true")
            self.words.append(":")
            return Choice(then, self._part(CHOOSING["?"] - 1, depth + 1))
        right = self._part(CHOOSING[sign], depth + 1)
        right = Expression((*right.program, "truth"), right.text, right.cost + 1)
        return Choice(right, _NO) if sign == "&&" else Choice(_YES, right)

    def _operand(self, depth: int) -> None:
        token = self.cursor.next
        if depth > _DEEPEST:
            message = f"Parts of an expression nest at most {_DEEPEST} deep: take some out"
            raise token.wrong(message)
        if token.kind == "sign" and token.text in _UNARY:
            self.words.append(self.cursor.take().text)
            self._operand(depth + 1)
            self._add(_UNARY[token.text], token)
        elif self.cursor.sign("("):
            self.words.append("(")
            self._binary(0, depth + 1)
            self.cursor.need(")", "after this expression")
            self.words.append(")")
        elif token.kind == "number":
            self.words.append(self.cursor.take().text)
            self._add(number(token), token)
        elif token.text in ("sizeof", "crc") and self.cursor.after().text == "(":
            self._add(self._range(), token)
        elif token.kind == "name":
            self._add(self._name(depth), token)
        else:
            self.cursor.unexpected("a number or the name of an earlier field")

    def _name(self, depth: int) -> int | Reference:
        token = self.cursor.take()
        first = len(self.words)
        self.words.append(token.text)
        if token.text in self.constants and token.text not in self.frame.fields:
            return self.constants[token.text]
        levels, kind = self.frame.find(token, self.constants)
        path: list[str | Expression] = [token.text]
        while True:
            if isinstance(kind, Array) and self.cursor.sign("["):
                self.words.append("[")
                path.append(self._part(0, depth + 1))
                self.cursor.need("]", "after the number of the element")
                self.words.append("]")
                kind = kind.element
            elif isinstance(kind, StructType) and self.cursor.sign("."):
                token = self.cursor.name("a field")
                kind = field_of(kind, "".join(self.words[first:]), token)
                path.append(token.text)
                self.words += [".", token.text]
            else:
                break
        written = "".join(self.words[first:])
        self.words[first:] = [written]
        if not isinstance(kind, Scalar) or isinstance(kind.number, FloatType):
            more = ", or an element of it as in [0]" if isinstance(kind, Array) else ""
            raise token.wrong(f"{written} is no integer: name a field that is one{more}")
        return Reference(tuple(path), levels)

    def _range(self) -> Range | int:
        """Take `sizeof(first..last)` or `crc("name", first..last)`."""
        head = self.cursor.take()
        self.cursor.need("(", f"after {head.text}")
        name = ""
        if head.text == "crc":
            if not self.computed:
                raise head.wrong("A checksum is known last: give it to a field, as in u32 c = crc(")
            name = self._checksum_name()
        else:
            size = self.type_size()
            if size is not None:
                self.cursor.need(")", "after this type")
                self.words.append(f"sizeof {size}")
                return size
        first = self._field()
        dots = self.cursor.next
        last = first
        if self.cursor.sign(".."):
            last = self._field()
            if not last and not self.computed:
                raise dots.wrong("The end is not known yet: name the last field after ..")
        elif not first:
            self.cursor.unexpected("a field, or two with .. between them")
        self.cursor.need(")", "after these fields")
        self.words.append(f"{head.text}({first if first == last else f'{first}..{last}'})")
        return Range(first, last, name)

    def _checksum_name(self) -> str:
        token = self.cursor.next
        if token.kind != "text":
            self.cursor.unexpected('a checksum\'s name, as in crc("crc-32", first..last)')
        self.cursor.take()
        with located(token.column, len(token.text)):
            name = unescape(token.text[1:-1])
        with located(token.column + 1, len(name)):
            checksum(name, b"")
        self.cursor.need(",", "after the checksum's name")
        return name

    def _field(self) -> str:
        """Take a field's name, or its path as in `header.options`."""
        if self.cursor.next.kind != "name":
            return ""
        path = [self.cursor.take()]
        while self.cursor.sign("."):
            path.append(self.cursor.name("a field"))
        if self.computed and path[0].text not in self.frame.fields:
            self.frame.wanted.append(tuple(path))
        else:
            self.frame.follow(tuple(path))
        return ".".join(token.text for token in path)

    def _add(self, step: Step, token: Token) -> None:
        self.program.append(step)
        self.count += 1
        if self.count > _LONGEST:
            raise token.wrong(f"An expression has at most {_LONGEST} parts: make it shorter")


def number(token: Token) -> int:
    """Read a number as C writes it: `0x10`, `100UL`, `'A'`.

    Raises:
        ValuesError: It is none, or has more than 1,024 bits.
    """
    text = token.text if token.text[0] == "'" else token.text.rstrip("uUlL")
    with located(token.column, len(token.text)):
        value = parse_integer(text)
        if value.bit_length() > 1024:
            raise ValuesError("This number is larger than 1,024 bits: write a smaller one")
    return value
