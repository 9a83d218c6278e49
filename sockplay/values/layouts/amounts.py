"""Reads the numbers that stand beside a field: its dimensions, its bits, what it must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import located
from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.layouts.arithmetic import Arithmetic
from sockplay.values.layouts.expressions import Expression
from sockplay.values.layouts.frames import Frame
from sockplay.values.layouts.names import C_WORDS
from sockplay.values.layouts.references import Range, Scope
from sockplay.values.layouts.types import Array, Ending, Scalar, Type, depth_of, size_of
from sockplay.values.text import encode_text

if TYPE_CHECKING:
    from sockplay.values.layouts.lexer import Cursor, Token
    from sockplay.values.layouts.table import Table

DEEPEST = 32
"""How many structs, arrays and conditions stand in each other at most."""


class Amounts(msgspec.Struct):
    """Reads them in a struct whose earlier fields they may name."""

    cursor: Cursor
    table: Table

    def dimensions(self, kind: Type, frame: Frame, depth: int = 1) -> Type:
        """Take `[4]`, `[length - 4]`, `[length bytes]`, `[NULL]`, `[EOF]` or nothing.

        Raises:
            ValuesError: It is no such thing.
        """
        if not self.cursor.sign("["):
            return kind
        opened = self.cursor.next
        if depth + depth_of(kind) > DEEPEST:
            raise opened.wrong(f"Structs and arrays nest at most {DEEPEST} deep: take one out")
        ending: Ending = "NULL"
        count: Expression | int | None = None
        if self.cursor.word("EOF"):
            ending = "EOF"
        elif not self.cursor.word("NULL") and opened.text != "]":
            count = self._count(frame)
            ending = "bytes" if self.cursor.word("bytes") else "count"
        self.cursor.need("]", "after the number of elements")
        array = Array(self.dimensions(kind, frame, depth + 1), ending, count)
        check_size(size_of(array), opened)
        return array

    def bits(self, kind: Type, token: Token) -> int:
        """Take how many bits of its type a field takes, behind the colon.

        Raises:
            ValuesError: It takes none, or not so many.
        """
        if not isinstance(kind, Scalar) or not isinstance(kind.number, IntegerType):
            what = "Only an integer of a fixed size has bits"
            raise token.wrong(f"{what}: remove the colon, or use one such as u8")
        written = self.cursor.next
        bits = self.arithmetic(Frame()).expression().evaluate(Scope({}))
        lowest, highest = (0 if token.text == ":" else 1), kind.number.bits
        if not lowest <= bits <= highest:
            raise written.wrong(f"{bits} bits do not fit {kind.name}: use {lowest} to {highest}")
        return bits

    def computed(self, kind: Type, frame: Frame) -> Expression | bytes:
        """Take what a field must be, behind the equals sign.

        Raises:
            ValuesError: It is no such thing, or the field can have none.
        """
        token = self.cursor.next
        element = kind.element if isinstance(kind, Array) else None
        if isinstance(kind, Array) and isinstance(element, Scalar) and token.kind == "text":
            self.cursor.take()
            with located(token.column + 1, max(1, len(token.text) - 2)):
                data = encode_text(token.text[1:-1], element.encoding or self.table.encoding)
            if not element.is_byte or kind.count != len(data) or kind.ending != "count":
                message = f"This text is {len(data)} bytes: give it to a char[{len(data)}]"
                raise token.wrong(message)
            return data
        if not isinstance(kind, Scalar) or isinstance(kind.number, FloatType):
            raise token.wrong("Only an integer, or text in a char[N], is computed: remove this")
        arithmetic = self.arithmetic(frame)
        arithmetic.computed = True
        computed = arithmetic.expression()
        if kind.size is None and any(
            isinstance(step, Range) and step.checksum for step in computed.steps()
        ):
            # Its own size would change what it covers, and so what it is.
            raise token.wrong("A checksum has a fixed size: give it to a type such as u32")
        return computed

    def _count(self, frame: Frame) -> Expression | int:
        written = self.cursor.next
        expression = self.arithmetic(frame).expression()
        count = expression.constant
        if count is not None and count < 0:
            raise written.wrong(f"{count} is no number of elements: use 0 or more")
        return expression if count is None else count

    def arithmetic(self, frame: Frame) -> Arithmetic:
        """Make what takes an expression."""
        return Arithmetic(self.cursor, frame, self.table.constants, lambda: self._type_size(frame))

    def _type_size(self, frame: Frame) -> int | None:
        """Take the type in `sizeof(type)`, unless it is the name of a field."""
        token = self.cursor.next
        is_word = token.text in C_WORDS
        is_field = token.text in frame.fields or not (is_word or self.cursor.after().text == ")")
        is_type = token.text in ("struct", "union", "enum")
        if not is_type and (is_field or not self.table.knows(token)):
            return None
        if is_type:
            self.cursor.take()
        size = size_of(self.table.named())
        if size is None:
            raise token.wrong("This type has no fixed size: name a field of it instead")
        return size


def check_size(size: int | None, token: Token) -> None:
    """Refuse what has more bytes than any message.

    Raises:
        ValuesError: It has.
    """
    if size is not None and size.bit_length() > 62:
        raise token.wrong("No message is that long: use fewer elements")
