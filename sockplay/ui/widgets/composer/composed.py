"""What a draft came to: its bytes, its fields, and which byte belongs to which field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from sockplay.ui.widgets.hex_view import FIELD_COLOURS
from sockplay.values.composing.draft import Draft
from sockplay.values.composing.field_rows import FieldRow, field_rows, message_rows
from sockplay.values.composing.message import message_of
from sockplay.values.composing.payload import Payload, Span
from sockplay.values.errors import ValuesError
from sockplay.values.layouts.types import StructType
from sockplay.values.printable import visible

PREVIEWED: Final = 4096
"""Bytes of a payload that the preview shows."""


class Composed(msgspec.Struct, frozen=True):
    """A draft's bytes and fields, as far as it can be read."""

    draft: Draft
    payload: Payload = Payload(b"", ())
    rows: tuple[FieldRow, ...] | None = None
    """The table of fields; None where the form has none, or it cannot be read now."""
    note: str = ""
    """Of a message, what is missing, or what follows it."""
    layout: StructType | None = None
    """Of a message, what it is read by."""
    error: ValuesError | None = None
    """What is wrong with it."""

    @property
    def shown(self) -> bytes:
        """The bytes that the preview shows."""
        return self.payload.data[:PREVIEWED]

    @property
    def sizes(self) -> list[int]:
        """The lengths of the fields that the preview shows."""
        spans = self.payload.spans
        return [min(span.size, PREVIEWED) for span in spans if span.offset < PREVIEWED]

    @property
    def colours(self) -> list[int]:
        """For each row of the table the colour of its bytes, from 1; 0 for none."""
        at: dict[int, int] = {}
        for number, span in enumerate(self.payload.spans):
            if span.size:
                at[span.offset] = number % FIELD_COLOURS + 1
        return [at.get(row.offset, 0) if row.size else 0 for row in self.rows or ()]

    @property
    def summary(self) -> str:
        """How many bytes there are, and the fields' names and sizes."""
        data, spans = self.payload.data, self.payload.spans
        parts = [f"{len(data):,} byte" + ("" if len(data) == 1 else "s")] if data else []
        if len(spans) > 1 and not self.rows:
            names = (f"{span.name or span.kind} {span.size}" for span in spans[:12])
            parts.append("  ".join(names) + (" …" if len(spans) > 12 else ""))
        return visible(" · ".join(parts + [self.note] * bool(self.note)))

    def row_at(self, index: int) -> int | None:
        """The row of the field that a byte belongs to; the last one, of several."""
        for number, row in reversed(list(enumerate(self.rows or ()))):
            if row.offset <= index < row.offset + row.size:
                return number
        return None


def composed(draft: Draft, read_file: Callable[[str], bytes], limit: int) -> Composed:
    """Make a draft's bytes, up to ``limit`` of them, and the table of its fields."""
    try:
        if draft.mode == "message" and draft.definition and draft.source:
            message = message_of(draft)
            rows = tuple(message_rows(message))
            return Composed(draft, message.payload(), rows, message.note, message.layout)
        payload = draft.payload(read_file, limit)
    except ValuesError as error:
        return Composed(draft, rows=_rows(draft, None), error=error)
    return Composed(draft, payload, _rows(draft, payload))


def _rows(draft: Draft, payload: Payload | None) -> tuple[FieldRow, ...] | None:
    """The fields of a line, also where a value in it does not fit."""
    if draft.mode != "line":
        return None
    try:
        return tuple(field_rows(draft, payload))
    except ValuesError:
        return None  # a parenthesis is still open, say


def field_at(spans: tuple[Span, ...], index: int) -> str:
    """Say which field a byte belongs to: `byte 3: length, u16be, 5`."""
    for span in spans:
        if span.offset <= index < span.offset + span.size:
            name = f"{span.name}, " if span.name else ""
            of = f" ({index - span.offset + 1} of {span.size})" if span.size > 1 else ""
            return visible(f"byte {index}{of}: {name}{span.kind}  {span.value}")
    return f"byte {index}"
