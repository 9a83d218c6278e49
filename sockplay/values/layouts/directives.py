"""The lines of a definition that start with `#`: constants, alignment and order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import ValuesError, did_you_mean, located
from sockplay.values.layouts.arithmetic import Arithmetic
from sockplay.values.layouts.frames import Frame
from sockplay.values.layouts.lexer import Cursor, Token, directive, directive_name
from sockplay.values.layouts.references import Scope
from sockplay.values.order import parse_order
from sockplay.values.printable import short

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

_PASSED_OVER = ("include", "include_next", "import", "warning", "ident", "line")
_PRAGMAS = {"pack": "pack", "order": "order", "bits": "bits", "once": "once"}
# Those of compilers that say nothing about a layout.
_FOREIGN = ("once", "GCC", "clang", "warning", "comment", "message", "region", "endregion", "STDC")
_CONDITIONS = ("if", "ifdef", "ifndef", "elif", "else", "endif")
_KNOWN = {name: f"#{name}" for name in ("define", "undef", "pragma", "include", *_CONDITIONS)}
_MACRO = re.compile(r"#\s*define\s+[^\W\d]\w{,63}(?!\w)")
_MOST_CONSTANTS = 10_000


class Directives(msgspec.Struct):
    """What the directives so far have set."""

    constants: dict[str, int] = {}
    defined: set[str] = set()
    """The names of those, and of what is no number."""
    align: int = 1
    """Fields stand at multiples of their size, or of this where it is smaller."""
    order: ByteOrder | None = None
    """Of types that name none; None for the message's own."""
    high_bits_first: bool | None = None
    """Whether the first bit field has the highest bits; None to follow the byte order."""
    saved: list[int] = []

    def take(self, token: Token) -> None:
        """Follow one directive.

        Raises:
            ValuesError: It is none, or none that can be followed.
        """
        name = directive_name(token)
        if name in _PASSED_OVER:
            return
        if name == "error":
            said = short(token.text.partition("error")[2].strip().strip('"'))
            raise token.wrong(f"The definition refuses this itself: {said}")
        try:
            cursor = Cursor(directive(token))
        except ValuesError:
            if name != "define":
                raise
            # A macro may be anything, such as half a text; then only its name counts.
            macro = _MACRO.match(token.text)
            cursor = Cursor(directive(token._replace(text=macro[0] if macro else "#define")))
        if cursor.ended():
            return  # C has one that says nothing
        head = cursor.name("a directive")
        if head.text == "define":
            self._define(cursor)
        elif head.text == "pragma":
            self._pragma(cursor)
        elif head.text == "undef":
            constant = cursor.name("a constant").text
            self.constants.pop(constant, None)
            self.defined.discard(constant)
        else:
            hint = did_you_mean(head.text, _KNOWN)
            message = f"#{head.text} is not followed here.{hint or ' Use #define or #pragma'}"
            raise head.wrong(message)

    def _define(self, cursor: Cursor) -> None:
        """Take a constant; one that is no number is kept out, for headers have many."""
        name = cursor.name("a constant")
        behind = name.column + len(name.text)
        self.defined.add(name.text)
        if len(self.defined) > _MOST_CONSTANTS:
            raise name.wrong(f"There are at most {_MOST_CONSTANTS:,} constants: remove some")
        self.constants.pop(name.text, None)
        if cursor.ended() or (cursor.next.text == "(" and cursor.next.column == behind):
            return  # a header's guard, or a macro with parameters
        try:
            expression = Arithmetic(cursor, Frame(), self.constants, lambda: None).expression()
        except ValuesError:
            return
        if cursor.ended():
            self.constants[name.text] = expression.evaluate(Scope({}))

    def _pragma(self, cursor: Cursor) -> None:
        head = cursor.name("a pragma")
        if head.text == "pack":
            self._pack(cursor)
        elif head.text == "order":
            order = cursor.name("a byte order")
            with located(order.column, len(order.text)):
                self.order = parse_order(order.text)
        elif head.text == "bits":
            if not (first := cursor.word("high", "low", "order")):
                cursor.unexpected("high, low or order, for which bit field comes first")
            self.high_bits_first = {"high": True, "low": False, "order": None}[first]
        elif head.text not in _FOREIGN:
            hint = did_you_mean(head.text, _PRAGMAS)
            raise head.wrong(f"I know no pragma {head.text}.{hint} Use pack, order or bits")

    def _pack(self, cursor: Cursor) -> None:
        """Take `(4)`, `()`, `(push, 4)` or `(pop)`, as C compilers do."""
        cursor.need("(", "after pack")
        if cursor.word("push"):
            self.saved.append(self.align)
            if cursor.sign(",") and cursor.next.kind == "name":
                cursor.take()  # a label, which the compilers of Windows know
                cursor.sign(",")
        elif cursor.word("pop"):
            self.align = self.saved.pop() if self.saved else 1
        elif cursor.next.text == ")":
            self.align = 1
        if cursor.next.kind == "number":
            written = cursor.take()
            if written.text not in ("1", "2", "4", "8", "16"):
                raise written.wrong("Fields are aligned to 1, 2, 4, 8 or 16 bytes: write one")
            self.align = int(written.text)
        cursor.need(")", "after pack")
