"""Lines that could have made some bytes: fields of one width, or text where it is printable."""

from __future__ import annotations

import re

import msgspec

from sockplay.values.composing.items import number_head
from sockplay.values.floats import FloatType
from sockplay.values.hexrows import plain_hex
from sockplay.values.order import ByteOrder
from sockplay.values.written_text import written_text

MOST_FIELDS = 512
"""What follows so many is left as hex."""
_TYPES = ("u8", "u16be", "u16le", "u32be", "u32le", "u64be", "u64le", "f32be", "f32le")
_TEXT = re.compile(rb"[ -~\t\r\n]{4,}")


class Proposal(msgspec.Struct, frozen=True):
    """A way to write some bytes as a line."""

    title: str
    source: str


def proposals(data: bytes) -> list[Proposal]:
    """Propose lines that make exactly these bytes; which of them is meant nobody can know."""
    found = [Proposal("text where it is printable", _with_text(data))]
    for name in _TYPES:
        kind, _ = number_head(name, "big")
        if len(data) >= kind.size:
            found.append(Proposal(f"{name}, one after another", _of_width(data, name)))
    return found


def _with_text(data: bytes) -> str:
    items: list[str] = []
    at = 0
    for match in _TEXT.finditer(data):
        if len(items) >= MOST_FIELDS:
            break
        items += _hex(data[at : match.start()])
        items.append(f'ascii"{written_text(match[0], "ascii")}"')
        at = match.end()
    return " ".join(items + _hex(data[at:]))


def _of_width(data: bytes, name: str) -> str:
    order: ByteOrder
    kind, order = number_head(name, "big")
    whole = min(len(data) // kind.size, MOST_FIELDS) * kind.size
    items: list[str] = []
    for at in range(0, whole, kind.size):
        piece = data[at : at + kind.size]
        if isinstance(kind, FloatType):
            value = kind.shown(kind.decode(piece, order))
            # The bits of a NaN are more than its name says.
            exact = kind.encode(float(value), order) == piece
            items += [f"{name}:{value}"] if exact else _hex(piece)
        else:
            items.append(f"{name}:{kind.decode(piece, order)}")
    return " ".join(items + _hex(data[whole:]))


def _hex(data: bytes) -> list[str]:
    return [f'hex"{plain_hex(data)}"'] if data else []
