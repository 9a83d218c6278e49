"""Which field of a message each of its bytes belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from sockplay.values.layouts.fields import Field


class FieldMap(msgspec.Struct, frozen=True):
    """The bytes of a message cut into stretches, each of one field or of none.

    Bits that share a number belong to the first of them, and so do the bytes of a union.
    """

    starts: tuple[int, ...]
    """Where each stretch starts; the last is the end of them all."""
    owners: tuple[int | None, ...]
    """For each stretch the field's place; None for bytes without a name."""

    @classmethod
    def of(cls, fields: Sequence[Field]) -> FieldMap:
        """Draw the map of some fields."""
        starts: list[int] = []
        owners: list[int | None] = []
        end = 0
        for place in sorted(range(len(fields)), key=lambda place: fields[place].offset):
            field = fields[place]
            if field.offset > end:
                starts.append(end)
                owners.append(None)
            if field.offset + field.size > end:
                starts.append(max(end, field.offset))
                owners.append(place)
                end = field.offset + field.size
        return cls((*starts, end), tuple(owners))

    def lengths(self, limit: int) -> list[int]:
        """How long the stretches are, up to so many bytes of the message."""
        ends = (min(end, limit) for end in self.starts[1:])
        return [end - start for start, end in zip(self.starts, ends, strict=False) if end > start]

    def stretch(self, offset: int) -> int:
        """Which stretch a byte is in; one below 0 or beyond the last where it is in none."""
        return bisect_right(self.starts, offset) - 1

    def at(self, offset: int) -> int | None:
        """The place of the field that a byte belongs to."""
        stretch = self.stretch(offset)
        return self.owners[stretch] if 0 <= stretch < len(self.owners) else None
