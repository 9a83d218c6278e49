"""Reads expressions from a definition, and finds the fields that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.checksums import checksum
from sockplay.values.errors import ValuesError, did_you_mean, located
from sockplay.values.integers import IntegerType, parse_integer
from sockplay.values.items import short
from sockplay.values.layouts.expressions import BINARY, Expression, Range, Reference, Scope
from sockplay.values.layouts.types import Scalar, StructType, Type
from sockplay.values.text import unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sockplay.values.layouts.lexer import Cursor, Token

_LONGEST = 128
_DEEPEST = 32
_UNARY = {"-": "negative", "~": "~", "!": "!"}


class Frame(msgspec.Struct):
    """The fields that an expression in a struct may name."""

    parent: Frame | None = None
    """That of the struct around it."""
    fields: dict[str, Type] = {}
    """Those read so far."""
    wanted: list[Token] = []
    """Fields whose size was asked for before they came."""
    reaches_out: bool = False
    """Whether something in it names a field of a struct around it."""

    def close(self) -> None:
        """Leave the struct.

        Raises:
            ValuesError: The size of a field is asked for that never came.
        """
        missing = [token for token in self.wanted if token.text not in self.fields]
        if not missing:
            return
        if self.parent is None:
            raise _unknown(missing[0], self)
        self.reaches_out = True
        self.parent.wanted += missing

    def find(self, token: Token) -> tuple[int, Type]:
        """Find a field, and how many structs further out it is.

        Raises:
            ValuesError: There is none so far.
        """
        frame, passed = self, []
        while token.text not in frame.fields:
            passed.append(frame)
            if frame.parent is None:
                raise _unknown(token, self)
            frame = frame.parent
        for each in passed:
            each.reaches_out = True
        return len(passed), frame.fields[token.text]

    @property
    def known(self) -> dict[str, str]:
        """Every name, for suggestions."""
        outer = self.parent.known if self.parent else {}
        return {**outer, **{name.lower(): name for name in self.fields}}


class Arithmetic(msgspec.Struct):
    """Reads one expression."""

    cursor: Cursor
    frame: Frame
    constants: Mapping[str, int]
    type_size: Callable[[], int | None]
    """Takes the name of a type and gives its size; None, taking nothing, where none stands."""
    computed: bool = False
    """Whether it may ask for fields that come later, and for checksums."""
    program: list[int | str | Reference | Range] = []

    def expression(self) -> Expression:
        """Take the expression.

        Raises:
            ValuesError: There is none, or a name in it is unknown.
        """
        start = self.cursor.next
        words: list[str] = []
        self._binary(0, 0, words)
        found = Expression(tuple(self.program), short(" ".join(words)))
        if all(isinstance(step, int | str) for step in found.program):
            with located(start.column, len(start.text)):
                return Expression((found.evaluate(Scope({})),), found.text)
        return found

    def _binary(self, binding: int, depth: int, words: list[str]) -> None:
        """Take operands whose signs bind more tightly than the one before."""
        self._operand(depth, words)
        while (sign := self.cursor.next).kind == "sign" and sign.text in BINARY:
            if BINARY[sign.text][0] <= binding:
                return
            words.append(self.cursor.take().text)
            self._binary(BINARY[sign.text][0], depth, words)
            self._add(sign.text, sign)

    def _operand(self, depth: int, words: list[str]) -> None:
        token = self.cursor.next
        if depth > _DEEPEST:
            raise token.wrong(f"Parentheses stand in at most {_DEEPEST} others: take some out")
        if token.kind == "sign" and token.text in _UNARY:
            words.append(self.cursor.take().text)
            self._operand(depth + 1, words)
            self._add(_UNARY[token.text], token)
        elif self.cursor.sign("("):
            words.append("(")
            self._binary(0, depth + 1, words)
            self.cursor.need(")", "after this expression")
            words.append(")")
        elif token.kind == "number":
            words.append(self.cursor.take().text)
            self._add(number(token), token)
        elif token.text in ("sizeof", "crc") and self.cursor.after().text == "(":
            self._add(self._range(words), token)
        elif token.kind == "name":
            self._add(self._name(words), token)
        else:
            self.cursor.unexpected("a number or the name of an earlier field")

    def _name(self, words: list[str]) -> int | Reference:
        token = self.cursor.take()
        if token.text in self.constants and token.text not in self.frame.fields:
            words.append(token.text)
            return self.constants[token.text]
        levels, kind = self.frame.find(token)
        path = [token.text]
        while isinstance(kind, StructType) and self.cursor.sign("."):
            token = self.cursor.name("a field")
            inner = {member.name: member.type for member in kind.flat()}
            if token.text not in inner:
                hint = did_you_mean(token.text, {name.lower(): name for name in inner})
                raise token.wrong(f"{'.'.join(path)} has no field {token.text}.{hint}")
            kind = inner[token.text]
            path.append(token.text)
        if not isinstance(kind, Scalar) or not isinstance(kind.number, IntegerType):
            raise token.wrong(f"{'.'.join(path)} is no integer: name a field that is one")
        words.append(".".join(path))
        return Reference(tuple(path), levels)

    def _range(self, words: list[str]) -> Range | int:
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
                words.append(f"sizeof {size}")
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
        words.append(f"{head.text}({first if first == last else f'{first}..{last}'})")
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
        if self.cursor.next.kind != "name":
            return ""
        token = self.cursor.take()
        if self.computed and token.text not in self.frame.fields:
            self.frame.wanted.append(token)
        else:
            self.frame.find(token)
        return token.text

    def _add(self, step: int | str | Reference | Range, token: Token) -> None:
        self.program.append(step)
        if len(self.program) > _LONGEST:
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


def _unknown(token: Token, frame: Frame) -> ValuesError:
    hint = did_you_mean(token.text, frame.known)
    return token.wrong(f"There is no field {token.text} here.{hint}")
