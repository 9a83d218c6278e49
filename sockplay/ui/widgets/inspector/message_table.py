"""A message as its definition reads it: a row for each field, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar, Final

from msgspec.structs import replace
from rich.cells import cell_len
from rich.segment import Segment

from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.hex_view import FIELD_COLOURS, FIELD_PARTS
from sockplay.ui.widgets.inspector.value_rows import Target, ValueRows
from sockplay.ui.widgets.rows_view import PARTS
from sockplay.values.composing.message import written_value
from sockplay.values.layouts.fields import Field
from sockplay.values.printable import visible
from sockplay.values.reading.decoding import Decoding

_SHOWN: Final = 200
"""Bytes of a field's value that are shown."""
_LONGEST_EDITED: Final = 1000
"""Bytes of a field that is edited in one line."""
_MEASURED: Final = 1000
"""Fields whose names decide how wide the columns are."""
_KIND: Final = 16


class MessageTable(ValueRows):
    """Shows the fields of a message; each has the colour that its bytes have."""

    PARTS: ClassVar[Mapping[str, str]] = PARTS | FIELD_PARTS

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.decoding: Decoding | None = None
        self._path = 0

    @property
    def count(self) -> int:
        """The fields and the remarks."""
        return len(self.decoding.fields) + len(self.decoding.remarks) if self.decoding else 0

    @property
    def field(self) -> Field | None:
        """The field under the cursor."""
        fields = self.decoding.fields if self.decoding else ()
        return fields[self.cursor] if self.cursor < len(fields) else None

    @property
    def target(self) -> Target | None:
        """The field under the cursor."""
        decoding, field = self.decoding, self.field
        if decoding is None or field is None:
            return None
        name, refusal = f"{visible(field.path)} {visible(field.kind)}", ""
        if field.size > _LONGEST_EDITED:
            refusal = f"{field.size:,} bytes are too many for one line. Press e for the composer."
        write = partial(decoding.edited, field)
        return Target(name, decoding.python(field), partial(written_value, field), write, refusal)

    def show(self, decoding: Decoding | None) -> None:
        """Show a message, or none."""
        self.decoding = decoding
        paths = (visible(f.path) for f in (decoding.fields if decoding else ())[:_MEASURED])
        self._path = max(map(cell_len, paths), default=0)
        self.renew()

    def field_at(self, index: int) -> Field | None:
        """The field that a byte of the data belongs to."""
        place = self._place(index)
        return None if place is None or self.decoding is None else self.decoding.fields[place]

    def follow(self, index: int) -> None:
        """Put the cursor on the field that a byte of the data belongs to."""
        place = self._place(index)
        if place is not None:
            self.go(place)

    def _place(self, index: int) -> int | None:
        if self.decoding is None or index < self.decoding.start:
            return None
        offset, field = index - self.decoding.start, self.field
        if field is not None and field.offset <= offset < field.offset + field.size:
            return self.cursor  # bits and unions have bytes in common
        return self.decoding.map.at(offset)

    def heading(self, width: int) -> list[Segment]:
        """The name of the definition, and of the columns."""
        path = self._path_width(width)
        name = visible(self.decoding.name) if self.decoding else ""
        head = f"{fit(f'{name}: field' if name else 'field', path)}  {fit('type', _KIND)}  value"
        return [Segment(fit(head, width), self._style("head"))]

    def row(self, place: int, width: int) -> list[Segment]:
        """A field's name in its colour, its type, its value, and what is wrong with it."""
        decoding = self.decoding
        assert decoding is not None
        if place >= len(decoding.fields):
            remark = decoding.remarks[place - len(decoding.fields)]
            style = self._style("problem" if decoding.message.decoded.stop else "head")
            return [Segment(fit(remark, width), style)]
        field = decoding.fields[place]
        colour = decoding.map.stretch(field.offset) % FIELD_COLOURS + 1
        path = self._path_width(width)
        room = width - path - _KIND - 4
        text, style = value_text(field), self._style("value")
        if field.problem:
            text, style = f"{text}  ✕ {visible(field.problem)}", self._style("problem")
        shown = fit(visible(field.path), path)
        own = self._style(f"field-{colour}")
        return [
            Segment(shown.rstrip(), own),  # what is underlined is the name alone
            Segment(
                shown[len(shown.rstrip()) :] + "  " + fit(visible(field.kind), _KIND) + "  ",
                self._style("type"),
            ),
            Segment(fit(text, room), style),
        ]

    def _path_width(self, width: int) -> int:
        named = len(self.decoding.name) + 7 if self.decoding else 0
        return min(max(self._path, min(named, 24), 8), max(8, width * 2 // 5))


def value_text(field: Field) -> str:
    """A field's value as visible text, of a long one the beginning."""
    value = field.value
    if isinstance(value, bytes) and len(value) > _SHOWN:
        return f"{replace(field, value=value[:_SHOWN]).shown} …"
    return visible(field.shown)
