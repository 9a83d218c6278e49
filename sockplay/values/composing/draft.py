"""What a person is composing, in the form they chose to write it, and the bytes it makes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import msgspec

from sockplay.values.composing.payload import Payload, Span, compose
from sockplay.values.errors import located
from sockplay.values.hexrows import parse_hex, plain_hex
from sockplay.values.integers import integer_type, parse_integer
from sockplay.values.order import ByteOrder
from sockplay.values.text import encode_text

Mode = Literal["text", "integers", "hex", "line", "message"]
_VALUE = re.compile(r"'(?:\\.|[^'\\])+'|[^\s,;]+")


class Draft(msgspec.Struct, frozen=True):
    """A payload as it was typed."""

    source: str = ""
    mode: Mode = "text"
    order: ByteOrder = "big"
    encoding: str = "utf-8"
    escapes: bool = True
    r"""In text, whether ``\n`` is a line end or a backslash and an n."""
    ending: str = ""
    r"""In text, what is added at the end, as typed: ``\n``, ``\r\n`` or nothing."""
    integer: str = "u16"
    """The type of the integers."""
    definition: str = ""
    """Of a message, whose bytes are written in hex, the definitions that say what they mean."""
    struct: str = ""
    """The struct among them that it is; empty for the last one."""

    def payload(
        self, read_file: Callable[[str], bytes] | None = None, limit: int = 64 << 20
    ) -> Payload:
        """Make its bytes, up to ``limit`` of them in the line language.

        Raises:
            ValuesError: something in it cannot be bytes; it says what, and in which column.
        """
        if self.mode == "line":
            return compose(
                self.source,
                order=self.order,
                encoding=self.encoding,
                read_file=read_file,
                limit=limit,
            )
        if self.mode == "integers":
            return _integers(self.source, self.integer, self.order)
        if self.mode == "message":
            return _message(self)
        if self.mode == "hex":
            data = parse_hex(self.source)
            return _whole(self.source, "hex", data, plain_hex(data[:8]))
        data = encode_text(self.source, self.encoding, escapes=self.escapes)
        data += encode_text(self.ending, self.encoding)
        return _whole(self.source, self.encoding, data, self.source[:20])


def _message(draft: Draft) -> Payload:
    from sockplay.values.composing.message import message_of  # reading definitions is much to load

    if not draft.definition:
        data = parse_hex(draft.source)
        return _whole(draft.source, "hex", data, plain_hex(data[:8]))
    return message_of(draft).payload()


def _whole(source: str, kind: str, data: bytes, value: str) -> Payload:
    spans = (Span(None, kind, 0, len(data), value, 1, len(source) + 1),) if data else ()
    return Payload(data, spans)


def _integers(source: str, name: str, order: ByteOrder) -> Payload:
    number_type = integer_type(name)
    kind = (
        number_type.name
        if number_type.size == 1
        else f"{number_type.name}{'be' if order == 'big' else 'le'}"
    )
    data = bytearray()
    spans = []
    for position, match in enumerate(_VALUE.finditer(source), 1):
        with located(match.start() + 1, len(match[0])):
            value = parse_integer(match[0])
            piece = number_type.encode(value, order, field=f"value {position}")
        spans.append(
            Span(None, kind, len(data), len(piece), match[0], match.start() + 1, match.end() + 1)
        )
        data += piece
    return Payload(bytes(data), tuple(spans))
