"""The types that a source may use: those that everybody knows, and those that it defines."""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from sockplay.values.errors import did_you_mean, located
from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.layouts.arithmetic import Arithmetic
from sockplay.values.layouts.directives import Directives
from sockplay.values.layouts.frames import Frame
from sockplay.values.layouts.names import C_WORDS, COMMON_NAMES, c_type, scalar
from sockplay.values.layouts.references import Scope
from sockplay.values.layouts.types import Enumeration, Scalar, Type
from sockplay.values.layouts.varints import VarintType
from sockplay.values.text import codec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sockplay.values.layouts.lexer import Cursor, Token


class Table(msgspec.Struct):
    """Finds types by name."""

    cursor: Cursor
    directives: Directives
    encoding: str
    types: dict[str, Type] = {}
    """What was defined so far."""
    enumerators: dict[str, int] = {}
    """The names in enumerations, which are constants as in C."""
    open_blocks: int = 0
    """How many of `extern "C" {` are not closed yet."""

    @property
    def constants(self) -> Mapping[str, int]:
        """Every constant."""
        return ChainMap(self.directives.constants, self.enumerators)

    def define(self, token: Token, kind: Type) -> None:
        """Give a type a name; to say again what it means is no harm.

        Raises:
            ValuesError: It has another meaning.
        """
        if self.types.get(token.text) is kind:
            return  # typedef struct a { ... } a;
        known = scalar(token.text) if token.text not in self.types else None
        if known is not None and isinstance(kind, Scalar) and known.number == kind.number:
            return  # typedef unsigned char uint8_t;
        self.check_new(token)
        self.types[token.text] = kind

    def check_new(self, token: Token) -> None:
        """Refuse a name that has another meaning.

        Raises:
            ValuesError: It has one.
        """
        if self.knows(token):
            raise token.wrong(f"There is a type {token.text} already: choose another name")

    def knows(self, token: Token) -> bool:
        """Whether a token is the name of a type."""
        if token.kind != "name":
            return False
        if token.text in self.types or token.text in C_WORDS:
            return True
        with located(token.column, len(token.text)):
            return scalar(token.text) is not None

    def named(self) -> Type:
        """Take the name of a type.

        Raises:
            ValuesError: There is none of that name.
        """
        while self.cursor.word("const", "volatile"):
            pass
        if self.cursor.next.kind != "name":
            self.cursor.unexpected("a type, such as u16be or char")
        token = self.cursor.take()
        if token.text in self.types:
            return self.types[token.text]
        if token.text in C_WORDS:
            found: Scalar | None = self._c_type(token)
        else:
            with located(token.column, len(token.text)):
                found = scalar(token.text)
        if found is None:
            known = {name.lower(): name for name in self.types} | COMMON_NAMES
            hint = did_you_mean(token.text, known) or " Define it above, or use one such as u32"
            raise token.wrong(f"I know no type {token.text}.{hint}")
        if found.order is None and self.directives.order is not None:
            return replace(found, order=self.directives.order)
        return found

    def enumeration(self) -> Scalar:
        """Take `enum name : type { A, B = 4 }` or `flags ...` from its first word on.

        Without a type it is a u32. Flags without a number are the next bit, names in an
        enumeration the next number.

        Raises:
            ValuesError: It is none.
        """
        flags = self.cursor.take().text != "enum"
        name = self.cursor.take() if self.cursor.next.kind == "name" else None
        if name is not None:
            self.check_new(name)
        start = self.cursor.next
        kind = self.named() if self.cursor.sign(":") else Scalar(IntegerType(32, signed=False))
        if not isinstance(kind, Scalar) or isinstance(kind.number, FloatType):
            raise start.wrong("Only an integer has names: use a type such as u8 after the colon")
        self.cursor.need("{", "before the names")
        values: dict[str, int] = {}
        following = 1 if flags else 0
        while not self.cursor.sign("}"):
            self._directives()
            if self.cursor.sign("}"):
                break
            value = self._enumerator(values, following, kind.number)
            following = (1 << value.bit_length()) if flags else value + 1
            if not self.cursor.sign(","):
                self._directives()
                self.cursor.need("}", "after the names")
                break
        named = replace(kind, names=Enumeration(name.text if name else "enum", values, flags))
        if name is not None:
            self.types[name.text] = named
        self.enumerators.update(values)
        return named

    def _directives(self) -> None:
        """Follow those that stand here; a header has them between its names, too."""
        while self.cursor.next.kind == "directive":
            self.directives.take(self.cursor.take())

    def _enumerator(
        self, values: dict[str, int], value: int, number: IntegerType | VarintType
    ) -> int:
        name = self.cursor.name("a value")
        if name.text in values:
            raise name.wrong(f"{name.text} is there twice: choose another name")
        if self.cursor.sign("="):
            constants = ChainMap(values, self.directives.constants, self.enumerators)
            found = Arithmetic(self.cursor, Frame(), constants, lambda: None).expression()
            value = found.evaluate(Scope({}))
        lowest = min(number.low, -1 << (number.bits - 1))  # C has -1 for the highest unsigned
        if not lowest <= value <= number.high:
            raise name.wrong(f"{name.text} does not fit {number.name} ({number.range})")
        values[name.text] = value if number.signed else value & number.high
        return values[name.text]

    def _c_type(self, token: Token) -> Scalar:
        words = [token.text]
        encoding = self.encoding
        while self.cursor.next.kind == "name" and self.cursor.next.text in C_WORDS:
            words.append(self.cursor.take().text)
        if words[-1] == "char" and self.cursor.sign("("):
            name = self.cursor.next
            if name.kind != "text":
                self.cursor.unexpected('an encoding, as in char("cp949")')
            self.cursor.take()
            with located(name.column + 1, max(1, len(name.text) - 2)):
                encoding = codec(name.text[1:-1])
            self.cursor.need(")", "after the encoding")
        with located(token.column, len(token.text)):
            return c_type(words, encoding)
