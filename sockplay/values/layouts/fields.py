"""What decoding a message gives: its fields, and what stopped it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from sockplay.values.cut_text import shown_text
from sockplay.values.errors import ValuesError, did_you_mean
from sockplay.values.floats import FloatType
from sockplay.values.hexrows import plain_hex
from sockplay.values.layouts.types import Scalar
from sockplay.values.printable import visible

Values: TypeAlias = dict[str, object]
"""A struct's fields by name: numbers, bytes, lists for arrays, and such dicts for structs."""

_STEP = re.compile(r"\.?([^\W\d]\w*)|\[([0-9]{1,9})\]")


class Field(msgspec.Struct, frozen=True, gc=False):
    """One field of a message, and the bytes it was read from."""

    path: str
    """Its name after those of the structs around it: `header.options[2].kind`."""
    offset: int
    """Where its bytes start in the message."""
    size: int
    """How many bytes it has; for a bit field, those of the number that it is a part of."""
    bits: tuple[int, int] | None
    """A bit field's lowest bit in that number, from 0, and how many bits it has."""
    value: int | float | bytes
    raw: bytes
    type: Scalar
    problem: str = ""
    """A sentence about a computed field that is not what it should be."""

    @property
    def kind(self) -> str:
        """Its type as it would be written: `u16be`, `char[5]`, `u8 : 4`."""
        if isinstance(self.value, bytes):
            return f"{self.type.name}[{len(self.value)}]"
        return f"{self.type.name} : {self.bits[1]}" if self.bits else self.type.name

    @property
    def shown(self) -> str:
        """Its value as visible text."""
        if isinstance(self.value, bytes):
            if self.type.encoding:
                return shown_text(self.value, self.type.encoding)
            return plain_hex(self.value)
        if isinstance(self.value, int):
            if self.type.names:
                return visible(self.type.names.shown(self.value))
            if self.type.encoding and 0x20 < self.value < 0x7F:
                return f"'{chr(self.value)}' ({self.value})"
            return str(self.value)
        number = self.type.number
        return number.shown(self.value) if isinstance(number, FloatType) else repr(self.value)


class Stop(msgspec.Struct, frozen=True):
    """Why the rest of a message could not be read."""

    path: str
    """The field that is missing."""
    offset: int
    """Where it starts."""
    needed: int
    """How many bytes it still needs, at least; 0 when more bytes would not help."""
    message: str
    """The sentence that says so."""


class Decoded(msgspec.Struct, frozen=True):
    """A message as its definition reads it."""

    fields: tuple[Field, ...]
    """In order; all those before what stopped it."""
    values: Values
    """The same for `encode`; what stopped it is not among them."""
    size: int
    """How many bytes of the data the fields take."""
    stop: Stop | None = None
    """None for a whole message."""

    def edited(self, path: str, value: object) -> Values:
        """Copy the values with another one for a field: `header.kind`, `items[2]`.

        A union is written from what was edited last.

        Raises:
            ValuesError: There is no such field. It suggests the nearest.
        """
        names = [match[1] or int(match[2]) for match in _STEP.finditer(path)]
        if not path or "".join(match[0] for match in _STEP.finditer(path)) != path:
            raise ValuesError(f"{path!r} is no path: write one such as header.items[2]")
        edited = _edited(self.values, names, value, path)
        assert isinstance(edited, dict)
        return edited


def _edited(values: object, names: list[str | int], value: object, path: str) -> object:
    if not names:
        return value
    name = names[0]
    if isinstance(values, Mapping) and name in values:
        rest = {each: values[each] for each in values if each != name}
        return {**rest, name: _edited(values[name], names[1:], value, path)}
    if isinstance(values, list) and isinstance(name, int) and name < len(values):
        return [*values[:name], _edited(values[name], names[1:], value, path), *values[name + 1 :]]
    known = {str(each): str(each) for each in values} if isinstance(values, Mapping) else {}
    raise ValuesError(f"There is no field {path}.{did_you_mean(str(name), known)}")
