"""Some bytes read by a message definition, as a view of them needs it."""

from __future__ import annotations

import msgspec

from sockplay.values.composing.message import Message
from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.layouts.fields import Field
from sockplay.values.layouts.types import StructType
from sockplay.values.layouts.varints import VarintType
from sockplay.values.order import ByteOrder
from sockplay.values.printable import visible
from sockplay.values.reading.field_map import FieldMap
from sockplay.values.reading.kinds import NumberKind
from sockplay.values.reading.readings import Edit
from sockplay.values.reading.varying_kinds import TextKind, VarintKind


class Decoding(msgspec.Struct, frozen=True):
    """Some bytes read by a message definition."""

    name: str
    """What the definition is called."""
    data: bytes
    """All the bytes."""
    start: int
    """Where the message starts in them."""
    message: Message
    map: FieldMap

    @classmethod
    def of(
        cls, name: str, layout: StructType, order: ByteOrder, data: bytes, start: int
    ) -> Decoding:
        """Read the message that starts at a place of some bytes."""
        message = Message.of(layout, data[start:], order)
        return cls(name, data, start, message, FieldMap.of(message.decoded.fields))

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are there."""
        return self.message.decoded.fields

    @property
    def remarks(self) -> list[str]:
        """What is to be said beside the fields: what is missing, what is left over."""
        decoded = self.message.decoded
        if decoded.stop is not None:
            return [f"✕ {visible(decoded.stop.message)}"]
        left = len(self.data) - self.start - decoded.size
        return [f"… {left:,} byte{'' if left == 1 else 's'} after the message"] if left else []

    def edited(self, field: Field, typed: str) -> Edit:
        """Write another value for a field, and make lengths and checksums right again.

        Raises:
            ValuesError: It is no value of the field's, or the message is not whole.
        """
        made = self.message.edited(field, typed)
        after = Message.of(self.message.layout, made, self.message.order).decoded.fields
        now = next((each for each in after if each.path == field.path), field)
        first = self.start + now.offset
        return Edit(self.data[: self.start] + made, first, first + now.size)

    def python(self, field: Field) -> str:
        """How Python reads a field from `data`, in one line."""
        first = self.start + field.offset
        source = f"data[{first}:{first + field.size}]"
        if isinstance(field.value, bytes):
            encoding = field.type.encoding
            return TextKind(encoding).python(source, field.raw, "big") if encoding else source
        number = field.type.number
        if isinstance(number, VarintType):
            return VarintKind(number).python(source, field.raw, "big")
        order = field.type.order or self.message.order
        if field.bits is None or isinstance(number, FloatType):
            return NumberKind(number).python(source, field.raw, order)
        lowest, count = field.bits
        whole = NumberKind(IntegerType(number.bits, signed=False))
        bits = f"{whole.python(source, field.raw, order)} >> {lowest} & {(1 << count) - 1:#x}"
        # In two's complement the highest bit counts negative: flipped, it is that much too large.
        sign = 1 << count - 1
        return f"({bits} ^ {sign:#x}) - {sign:#x}" if number.signed else bits
