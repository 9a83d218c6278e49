"""A message that is composed by its definition: bytes in hex, read as fields that can be edited."""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import or_

import msgspec
from msgspec.structs import replace

from sockplay.values.composing.draft import Draft
from sockplay.values.composing.payload import Payload, Span
from sockplay.values.errors import ValuesError
from sockplay.values.floats import FloatType, parse_float
from sockplay.values.hexrows import parse_hex, plain_hex
from sockplay.values.integers import parse_integer
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import Definitions, parse_layout
from sockplay.values.layouts.encoder import encode
from sockplay.values.layouts.fields import Decoded, Field
from sockplay.values.layouts.types import Enumeration, StructType
from sockplay.values.order import ByteOrder
from sockplay.values.text import encode_text
from sockplay.values.written_text import written_text


def layout_of(definition: str, struct: str, encoding: str) -> StructType:
    """Find the struct that says what a message means; its definitions are read once.

    Raises:
        ValuesError: The definition is wrong, or has no such struct.
    """
    if not definition:
        raise ValuesError("This message has no definition yet: choose one")
    return _definitions(definition, encoding).message(struct)


@lru_cache(64)
def _definitions(source: str, encoding: str) -> Definitions:
    return parse_layout(source, encoding=encoding)


class Message(msgspec.Struct, frozen=True):
    """Some bytes, and the fields that a definition reads in them."""

    layout: StructType
    data: bytes
    order: ByteOrder
    """Of fields whose type names none."""
    decoded: Decoded

    @classmethod
    def of(cls, layout: StructType, data: bytes, order: ByteOrder) -> Message:
        """Read bytes."""
        return cls(layout, data, order, decode(layout, data, order))

    def payload(self) -> Payload:
        """The bytes, and for each of them the field that it belongs to.

        A bit field stands for all in its number, a union's first field for the others.
        """
        spans: list[Span] = []
        end = reach = 0
        widest = ("padding", "padding")
        for field in self.decoded.fields:
            if field.offset >= end and field.size:
                self._gap(spans, end, min(field.offset, reach), *widest)
                self._gap(spans, max(end, reach), field.offset, None, "padding")
                spans.append(_span(field.path, field.kind, field.offset, field.size, field.shown))
                end = field.offset + field.size
            if field.offset + field.size > reach:
                reach, widest = field.offset + field.size, (field.path, field.kind)
        self._gap(spans, end, reach, *widest)
        self._gap(spans, max(end, reach), len(self.data), None, "rest")
        return Payload(self.data, tuple(spans))

    def _gap(self, spans: list[Span], first: int, end: int, path: str | None, kind: str) -> None:
        if end > first:
            value = plain_hex(self.data[first : min(end, first + 8)])
            spans.append(_span(path, kind, first, end - first, value))

    @property
    def note(self) -> str:
        """What is missing, or what follows the message; nothing when it is just whole."""
        if self.decoded.stop is not None:
            return self.decoded.stop.message
        left = len(self.data) - self.decoded.size
        return f"{left:,} byte{'' if left == 1 else 's'} after the message" if left > 0 else ""

    def edited(self, field: Field, text: str) -> bytes:
        """Write another value for a field: the message with its lengths and checksums made right.

        What follows the message stays as it is.

        Raises:
            ValuesError: It is no value of the field's, the field is computed from others, or the
                message is not whole.
        """
        if text == written_value(field):
            return self.data
        self._check_whole()
        value = typed_value(field, text)
        data = self._merged(encode(self.layout, self.decoded.edited(field.path, value), self.order))
        after = decode(self.layout, data, self.order)
        now = next((each for each in after.fields if each.path == field.path), field)
        if not isinstance(value, float) and now.value != value and not _padded(now.value, value):
            raise ValuesError(f"{field.path} is computed, and stays {now.shown}: change the bytes")
        return data + self.data[self.decoded.size :]

    def _merged(self, data: bytes) -> bytes:
        """An encoded message, with what no field names (padding, unnamed bits) as it was."""
        old = self.data[: self.decoded.size]
        plain = encode(self.layout, self.decoded.values, self.order)
        if not len(old) == len(plain) == len(data):
            return data
        # What differs between the two encoded ones is changed, bit by bit, and nothing else.
        bits = int.from_bytes(old) ^ int.from_bytes(plain) ^ int.from_bytes(data)
        merged = bytearray(bits.to_bytes(len(data)))
        for field in self.decoded.fields:
            if field.problem:  # it was wrong, and is made right
                end = field.offset + field.size
                merged[field.offset : end] = data[field.offset : end]
        right = decode(self.layout, bytes(merged), self.order)
        return data if any(field.problem for field in right.fields) else bytes(merged)

    def _check_whole(self) -> None:
        if self.decoded.stop is not None:
            raise ValuesError(f"{self.decoded.stop.message}: complete its bytes first")

    def reordered(self) -> bytes:
        """The same values in the other byte order.

        Raises:
            ValuesError: They cannot be written so.
        """
        self._check_whole()
        other: ByteOrder = "little" if self.order == "big" else "big"
        data = encode(self.layout, self.decoded.values, other)
        return data + self.data[self.decoded.size :]


def message_of(draft: Draft) -> Message:
    """Read a draft that is a message.

    Raises:
        ValuesError: The bytes or the definition cannot be read.
    """
    layout = layout_of(draft.definition, draft.struct, draft.encoding)
    return Message.of(layout, parse_hex(draft.source), draft.order)


def with_empty_message(draft: Draft) -> Draft:
    """Begin a message with zeros, and with what its definition computes.

    Raises:
        ValuesError: There is no such message.
    """
    layout = layout_of(draft.definition, draft.struct, draft.encoding)
    return replace(draft, source=plain_hex(encode(layout, {}, draft.order)))


def written_value(field: Field) -> str:
    """A field's value as a person would type it."""
    value, kind = field.value, field.type
    if isinstance(value, bytes):
        return written_text(value, kind.encoding) if kind.encoding else plain_hex(value)
    if isinstance(value, int) and kind.names is not None:
        return kind.names.shown(value).partition(" (")[0]
    return kind.number.shown(value) if isinstance(kind.number, FloatType) else str(value)


def typed_value(field: Field, text: str) -> int | float | bytes:
    """What a person typed for a field, as the value that it stands for.

    Raises:
        ValuesError: It is no value of the field's type.
    """
    kind = field.type
    if isinstance(field.value, bytes):
        return encode_text(text, kind.encoding) if kind.encoding else parse_hex(text)
    if isinstance(kind.number, FloatType):
        return parse_float(text)
    if kind.names is None:
        return parse_integer(text)
    return reduce(or_, (_named(kind.names, name.strip()) for name in text.split("|")))


def _named(names: Enumeration, text: str) -> int:
    return names.parse(text) if text.isidentifier() else parse_integer(text)


def _padded(value: object, typed: object) -> bool:
    """Whether bytes are those that were typed, filled up with zeros."""
    if not (isinstance(value, bytes) and isinstance(typed, bytes)):
        return False
    return value.startswith(typed) and not value[len(typed) :].strip(b"\0")


def _span(path: str | None, kind: str, offset: int, size: int, value: str) -> Span:
    # In hex every byte of the line is two digits, with a space before all but the first.
    return Span(path, kind, offset, size, value, 3 * offset + 1, 3 * (offset + size))
