"""Reads structs and their members, those under conditions included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.layouts.amounts import DEEPEST, Amounts, check_size
from sockplay.values.layouts.expressions import Expression
from sockplay.values.layouts.frames import Frame
from sockplay.values.layouts.plans import struct_type
from sockplay.values.layouts.types import Member, StructType, Type, align_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from sockplay.values.layouts.lexer import Cursor, Token
    from sockplay.values.layouts.table import Table

_MOST_MEMBERS = 10_000
_DEFINING = ("struct", "union", "enum", "flags", "flag")
_KEYWORDS = ("struct", "union", "enum", "if", "else", "typedef", "sizeof")


class Members(msgspec.Struct):
    """Reads members; what they define goes into the table."""

    cursor: Cursor
    table: Table
    amounts: Amounts
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
        if self.depth > DEEPEST:
            raise start.wrong(f"Structs and conditions nest at most {DEEPEST} deep: take one out")
        if self.count > _MOST_MEMBERS:
            raise start.wrong(f"Definitions have at most {_MOST_MEMBERS:,} fields: remove some")
        found: list[Member] = []
        if start.kind == "directive":
            self.table.directives.take(self.cursor.take())
        elif self.cursor.word("if"):
            found = self._conditional(frame)
        elif self.cursor.word("__struct_group"):
            found = self._group(frame)
        elif not self.cursor.sign(";"):
            found = self._fields(frame)
        self.depth -= 1
        return found

    def _group(self, frame: Frame) -> list[Member]:
        """Take the kernel's `__struct_group(tag, name, attributes, fields)` behind its word.

        The fields count as those of the struct; their second name is left out.
        """
        self.cursor.need("(", "after __struct_group")
        for _ in range(3):
            while self.cursor.next.kind == "name":
                self.cursor.take()
            self.cursor.need(",", "after this part of __struct_group")
        members: list[Member] = []
        while not self.cursor.sign(")"):
            if self.cursor.next.kind == "end":
                self.cursor.need(")", "after the fields of __struct_group")
            members += self._line(frame)
        return members

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
        kind = self.amounts.dimensions(kind, frame) if name else kind
        bits = self.amounts.bits(kind, token) if self.cursor.sign(":") else None
        self.check_new({name} if name else set(), frame, token)
        computed = self.amounts.computed(kind, frame) if self.cursor.sign("=") else None
        if name:
            frame.fields[name] = kind
        align = self._align(kind)
        return Member(name, kind, bits, None, computed, name in self.spanned, align)

    def _conditional(self, frame: Frame) -> list[Member]:
        """Take `if (condition) ... else ...` behind its first word."""
        self.cursor.need("(", "after if")
        condition = self.amounts.arithmetic(frame).expression()
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

    def _made(self, name: str, members: list[Member], opened: Token, *, union: bool) -> StructType:
        align = max((member.align for member in members), default=1)
        high_bits_first = self.table.directives.high_bits_first
        kind = struct_type(name, members, union=union, align=align, high_bits_first=high_bits_first)
        if kind.depth > DEEPEST:
            raise opened.wrong(f"Structs and arrays nest at most {DEEPEST} deep: take one out")
        check_size(kind.size, opened)
        return kind

    def _align(self, kind: Type) -> int:
        return min(align_of(kind), self.table.directives.align)
