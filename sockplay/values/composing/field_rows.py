"""A draft as a table of fields: the second view of a payload's line, and of a message."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from sockplay.values.composing import line_edits
from sockplay.values.composing.draft import Draft
from sockplay.values.composing.line_edits import Column, has_order
from sockplay.values.composing.line_items import Item, line_items
from sockplay.values.composing.message import Message, message_of, written_value
from sockplay.values.composing.payload import Payload
from sockplay.values.errors import ValuesError
from sockplay.values.hexrows import plain_hex
from sockplay.values.layouts.fields import Field
from sockplay.values.order import ByteOrder


class FieldRow(msgspec.Struct, frozen=True):
    """One field as text; nothing in it is made visible yet."""

    name: str
    type: str
    order: ByteOrder | None
    """None where a byte order means nothing."""
    default: bool
    """Whether the order is that of the whole draft, rather than the field's own."""
    value: str
    computed: bool
    """Whether the value comes from other fields, and cannot be written."""
    depth: int
    """How many groups are around it."""
    offset: int
    """Where its bytes start; -1 while there are none."""
    size: int
    problem: str = ""


def field_rows(draft: Draft, payload: Payload | None = None) -> list[FieldRow]:
    """List the fields of a draft.

    Args:
        draft: A line, or a message.
        payload: What the draft came to; None when it has no bytes, for a value may be wrong.

    Raises:
        ValuesError: It cannot be read.
    """
    if draft.mode == "message":
        return message_rows(message_of(draft))
    places: dict[int, tuple[int, int, str]] = {}
    for span in payload.spans if payload else ():
        places.setdefault(span.column, (span.offset, span.size, span.value))
    return [_line_row(item, draft.order, places) for item in line_items(draft.source)]


def message_rows(message: Message) -> list[FieldRow]:
    """List the fields of a message; those before what is missing, when it is not whole."""
    return [_message_row(field, message.order) for field in message.decoded.fields]


def with_cell(draft: Draft, index: int, column: Column, text: str) -> Draft:
    """Write another name, type, byte order or value for a field.

    Raises:
        ValuesError: It cannot stand there.
    """
    if draft.mode != "message":
        return replace(draft, source=line_edits.edited(draft.source, index, column, text))
    message = message_of(draft)
    field = _field(message, index)
    if column != "value":
        raise ValuesError(f"The {column} of {field.path} stands in the definition: change it there")
    return replace(draft, source=plain_hex(message.edited(field, text)))


def with_other_order(draft: Draft, index: int | None = None) -> Draft:
    """Swap the bytes of one field, or of all: every value in the other byte order.

    In a message one field's bytes alone are what a sender who forgot the order would send.

    Raises:
        ValuesError: The field is no number of several bytes, or the draft cannot be read.
    """
    other: ByteOrder = "little" if draft.order == "big" else "big"
    if draft.mode == "message":
        message = message_of(draft)
        if index is None:
            return replace(draft, source=plain_hex(message.reordered()), order=other)
        field = _field(message, index)
        if field.size < 2 or isinstance(field.value, bytes):
            raise ValuesError(f"{field.path} has no byte order: it is no number of several bytes")
        first, end = field.offset, field.offset + field.size
        data = message.data[:first] + message.data[first:end][::-1] + message.data[end:]
        return replace(draft, source=plain_hex(data))
    if index is None:
        return replace(draft, source=line_edits.flipped_all(draft.source), order=other)
    return replace(draft, source=line_edits.flipped(draft.source, index, draft.order))


def with_new(draft: Draft, index: int) -> Draft:
    """Put a new field behind another one.

    Raises:
        ValuesError: The fields are those of a definition.
    """
    if draft.mode == "message":
        raise ValuesError("The fields stand in the definition: add one there")
    return replace(draft, source=line_edits.with_new(draft.source, index))


def without(draft: Draft, index: int) -> Draft:
    """Take a field out, with those in its parentheses.

    Raises:
        ValuesError: The fields are those of a definition.
    """
    if draft.mode == "message":
        raise ValuesError("The fields stand in the definition: take it out there")
    return replace(draft, source=line_edits.without(draft.source, index))


def _field(message: Message, index: int) -> Field:
    fields = message.decoded.fields
    if index >= len(fields):
        raise ValuesError("This field is not there any more: pick another one")
    return fields[index]


def _message_row(field: Field, default: ByteOrder) -> FieldRow:
    several = field.size > 1 and not isinstance(field.value, bytes)
    order = (field.type.order or default) if several else None
    kind = field.kind
    for suffix in ("be", "le") if several else ():
        kind = kind.removesuffix(suffix)  # the order has a column of its own
    return FieldRow(field.path, kind, order, False, written_value(field), False, 0, field.offset,
                    field.size, field.problem)  # fmt: skip


def _line_row(item: Item, default: ByteOrder, places: dict[int, tuple[int, int, str]]) -> FieldRow:
    computed = item.kind in ("length", "checksum")
    offset, size, value = places.get(item.whole[0] + 1, (-1, 0, ""))
    if not computed:
        value = item.value
    if item.kind == "group":
        offset, size = -1, 0
    order = (item.order or default) if has_order(item) else None
    return FieldRow(item.name, item.type, order, item.order is None, value, computed, item.depth,
                    offset, size)  # fmt: skip
