"""Reads structs and their members: dimensions, bits, conditions and computed values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import located
from sockplay.values.integers import IntegerType
from sockplay.values.layouts.arithmetic import Arithmetic, Frame
from sockplay.values.layouts.expressions import Expression, Scope
from sockplay.values.layouts.plans import struct_type
from sockplay.values.layouts.types import (
    Array,
    Ending,
    Member,
    Scalar,
    StructType,
    Type,
    align_of,
    depth_of,
    size_of,
)
from sockplay.values.text import encode_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from sockplay.values.layouts.lexer import Cursor, Token
    from sockplay.values.layouts.table import Table

_DEEPEST = 32
_MOST_MEMBERS = 10_000
_DEFINING = ("struct", "union", "enum", "flags", "flag")
_KEYWORDS = ("struct", "union", "enum", "if", "else", "typedef", "sizeof")


class Members(msgspec.Struct):
    """Reads members; what they define goes into the table."""

    cursor: Cursor
    table: Table
    spanned: frozenset[str]
    """The names whose size is asked for somewhere."""
    depth: int = 0
    count: int = 0

    def struct(self, around: Frame | None = None) -> StructType:
        """Take `struct name { ... }` from its first word on.

        Args:
            around: The fields of the struct around it, which its expressions may name.

        Raises:
            ValuesError: It is none.
        """
        union = self.cursor.take().text == "union"
        name = self.cursor.take() if self.cursor.next.kind == "name" else None
        if name is not None:
            self.table.check_new(name)
        opened = self.cursor.need("{", "before the fields")
        frame = Frame(around)
        members = self._body(frame, opened)
        frame.close()
        kind = self._made(name.text if name else "", members, opened, union=union)
        if name is not None and not frame.reaches_out:
            self.table.define(name, kind)
        return kind

    def type(self, frame: Frame) -> Type:
        """Take a type.

        Raises:
            ValuesError: There is none of that name.
        """
        word = self.cursor.next.text
        behind = [self.cursor.after(count).text for count in (1, 2)]
        if word in ("struct", "union") and "{" in behind:
            return self.struct(frame)
        if word in ("enum", "flags", "flag") and ("{" in behind or ":" in behind):
            return self.table.enumeration()
        if word in ("struct", "union", "enum"):
            self.cursor.take()
        return self.table.named()

    def dimensions(self, kind: Type, frame: Frame, depth: int = 1) -> Type:
        """Take `[4]`, `[length - 4]`, `[length bytes]`, `[NULL]`, `[EOF]` or nothing.

        Raises:
            ValuesError: It is no such thing.
        """
        if not self.cursor.sign("["):
            return kind
        opened = self.cursor.next
        if depth + depth_of(kind) > _DEEPEST:
            raise opened.wrong(f"Structs and arrays nest at most {_DEEPEST} deep: take one out")
        ending: Ending = "NULL"
        count: Expression | int | None = None
        if self.cursor.word("EOF"):
            ending = "EOF"
        elif not self.cursor.word("NULL") and opened.text != "]":
            count = self._count(frame)
            ending = "bytes" if self.cursor.word("bytes") else "count"
        self.cursor.need("]", "after the number of elements")
        array = Array(self.dimensions(kind, frame, depth + 1), ending, count)
        self._check_size(size_of(array), opened)
        return array

    def check_new(self, names: Collection[str], frame: Frame, token: Token) -> None:
        """Refuse names that fields have already.

        Raises:
            ValuesError: One of them has.
        """
        for name in sorted(names):
            if name in frame.fields:
                raise token.wrong(f"There are two fields {name}: choose another name")

    def _body(self, frame: Frame, opened: Token) -> list[Member]:
        members: list[Member] = []
        while not self.cursor.sign("}"):
            if self.cursor.next.kind == "end":
                raise opened.wrong("This struct is not closed: end it with }")
            members += self._line(frame)
        return members

    def _line(self, frame: Frame) -> list[Member]:
        """Take one field, or whatever stands between two semicolons."""
        start = self.cursor.next
        self.depth += 1
        self.count += 1
        if self.depth > _DEEPEST:
            raise start.wrong(f"Structs and conditions nest at most {_DEEPEST} deep: take one out")
        if self.count > _MOST_MEMBERS:
            raise start.wrong(f"Definitions have at most {_MOST_MEMBERS:,} fields: remove some")
        found: list[Member] = []
        if start.kind == "directive":
            self.table.directives.take(self.cursor.take())
        elif self.cursor.word("if"):
            found = self._conditional(frame)
        elif not self.cursor.sign(";"):
            found = self._fields(frame)
        self.depth -= 1
        return found

    def _fields(self, frame: Frame) -> list[Member]:
        start = self.cursor.next
        kind = self.type(frame)
        if start.text in _DEFINING and self.cursor.sign(";"):
            if not isinstance(kind, StructType) or kind.name:
                return []  # a definition and no more, as in C
            self.check_new(kind.names, frame, start)
            frame.fields.update((member.name, member.type) for member in kind.flat())
            return [Member("", kind, align=self._align(kind))]
        found = [self._field(kind, frame)]
        while self.cursor.sign(","):
            found.append(self._field(kind, frame))
        self.cursor.need(";", "after this field")
        return found

    def _field(self, kind: Type, frame: Frame) -> Member:
        """Take the name of a field and what follows it."""
        token = self.cursor.next
        if token.text == "*":
            raise token.wrong("A pointer means nothing to a peer: use an integer or an array")
        name = "" if token.text == ":" else self.cursor.name("a field").text
        if name in _KEYWORDS:
            raise token.wrong(f"{name} means something here: give the field another name")
        kind = self.dimensions(kind, frame) if name else kind
        bits = self._bits(kind, token) if self.cursor.sign(":") else None
        self.check_new({name} if name else set(), frame, token)
        computed = self._computed(kind, frame) if self.cursor.sign("=") else None
        if name:
            frame.fields[name] = kind
        align = self._align(kind)
        return Member(name, kind, bits, None, computed, name in self.spanned, align)

    def _conditional(self, frame: Frame) -> list[Member]:
        """Take `if (condition) ... else ...` behind its first word."""
        self.cursor.need("(", "after if")
        condition = self._arithmetic(frame).expression()
        self.cursor.need(")", "after the condition")
        before = dict(frame.fields)
        found = [self._branch(frame, condition)]
        if self.cursor.word("else"):
            first, frame.fields = frame.fields, before  # both may have a field of one name
            otherwise = Expression((*condition.program, "!"), f"!({condition.text})")
            found.append(self._branch(frame, otherwise))
            frame.fields = {**first, **frame.fields}
        return found

    def _branch(self, frame: Frame, condition: Expression) -> Member:
        opened = self.cursor.next
        members = self._body(frame, opened) if self.cursor.sign("{") else self._line(frame)
        kind = self._made("", members, opened, union=False)
        return Member("", kind, condition=condition, align=self._align(kind))

    def _bits(self, kind: Type, token: Token) -> int:
        if not isinstance(kind, Scalar) or not isinstance(kind.number, IntegerType):
            raise token.wrong("Only an integer has bits: remove the colon, or use one such as u8")
        written = self.cursor.next
        bits = self._arithmetic(Frame()).expression().evaluate(Scope({}))
        lowest, highest = (0 if token.text == ":" else 1), kind.number.bits
        if not lowest <= bits <= highest:
            raise written.wrong(f"{bits} bits do not fit {kind.name}: use {lowest} to {highest}")
        return bits

    def _computed(self, kind: Type, frame: Frame) -> Expression | bytes:
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
        if not isinstance(kind, Scalar) or not isinstance(kind.number, IntegerType):
            raise token.wrong("Only an integer, or text in a char[N], is computed: remove this")
        arithmetic = self._arithmetic(frame)
        arithmetic.computed = True
        return arithmetic.expression()

    def _count(self, frame: Frame) -> Expression | int:
        written = self.cursor.next
        expression = self._arithmetic(frame).expression()
        count = expression.constant
        if count is not None and count < 0:
            raise written.wrong(f"{count} is no number of elements: use 0 or more")
        return expression if count is None else count

    def _arithmetic(self, frame: Frame) -> Arithmetic:
        return Arithmetic(self.cursor, frame, self.table.constants, lambda: self._type_size(frame))

    def _type_size(self, frame: Frame) -> int | None:
        """Take the type in `sizeof(type)`, unless it is the name of a field."""
        token = self.cursor.next
        is_field = token.text in frame.fields or self.cursor.after().text != ")"
        is_type = token.text in ("struct", "union", "enum")
        if not is_type and (is_field or not self.table.knows(token)):
            return None
        size = size_of(self.type(Frame()))
        if size is None:
            raise token.wrong("This type has no fixed size: name a field of it instead")
        return size

    def _made(self, name: str, members: list[Member], opened: Token, *, union: bool) -> StructType:
        align = max((member.align for member in members), default=1)
        high_bits_first = self.table.directives.high_bits_first
        kind = struct_type(name, members, union=union, align=align, high_bits_first=high_bits_first)
        if kind.depth > _DEEPEST:
            raise opened.wrong(f"Structs and arrays nest at most {_DEEPEST} deep: take one out")
        self._check_size(kind.size, opened)
        return kind

    def _check_size(self, size: int | None, token: Token) -> None:
        if size is not None and size.bit_length() > 62:
            raise token.wrong("No message is that long: use fewer elements")

    def _align(self, kind: Type) -> int:
        return min(align_of(kind), self.table.directives.align)
