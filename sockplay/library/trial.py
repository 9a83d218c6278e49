"""What a definition makes of some bytes while it is being written."""

from __future__ import annotations

import msgspec

from sockplay.library.definition_text import mistake
from sockplay.values.errors import ValuesError
from sockplay.values.layouts.definitions import parse_layout
from sockplay.values.order import ByteOrder
from sockplay.values.reading.decoding import Decoding


class Trial(msgspec.Struct, frozen=True):
    """A definition that was tried."""

    structs: tuple[str, ...] = ()
    """The structs that it has; the last is the message unless another was chosen."""
    mistake: tuple[str, ...] = ()
    """A sentence, the line and carets under the spot; none when it can be used."""
    decoding: Decoding | None = None
    """The bytes as it reads them; None while there is a mistake."""


def try_definition(source: str, struct: str, data: bytes, order: ByteOrder) -> Trial:
    """Try a definition on some bytes.

    Args:
        source: the definition.
        struct: the name of the message in it; empty for the last struct.
        data: the bytes.
        order: of fields whose type names none.
    """
    structs: tuple[str, ...] = ()
    try:
        definitions = parse_layout(source)
        structs = definitions.names
        message = definitions.message(struct)
    except ValuesError as error:
        return Trial(structs, tuple(mistake(error, source)))
    return Trial(structs, (), Decoding.of(message.name or structs[-1], message, order, data, 0))
