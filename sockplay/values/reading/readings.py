"""What bytes would be if they were each kind of value, in every order, and such values written."""

from __future__ import annotations

import codecs
from functools import lru_cache

import msgspec

from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.layouts.varints import VarintType
from sockplay.values.reading.arrangements import (
    ARRANGEMENTS,
    PLAIN,
    Arrangement,
    arranged,
    python_bytes,
)
from sockplay.values.reading.kinds import AddressKind, Kind, NumberKind, TimeKind
from sockplay.values.reading.timestamps import TIME_TYPES
from sockplay.values.reading.varying_kinds import BitsKind, TextKind, VarintKind

_WIDTHS = (8, 16, 24, 32, 64)
_WITH_WORDS = (4, 8)
_BITS = BitsKind()
_KINDS: tuple[Kind, ...] = (
    *(NumberKind(IntegerType(bits, signed)) for bits in _WIDTHS for signed in (False, True)),
    *(NumberKind(FloatType(bits)) for bits in (16, 32, 64)),
    *map(TimeKind, TIME_TYPES),
    AddressKind(4),
    AddressKind(6),
    *(VarintKind(VarintType(form)) for form in ("varint", "sleb128", "svarint")),
)
_ENCODINGS = ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "cp949", "shift_jis")


class Reading(msgspec.Struct, frozen=True):
    """Some bytes as one kind of value."""

    type: str
    """The kind's name: `u16`, `ntp`."""
    size: int
    """How many bytes it takes, or at least would take where there are too few."""
    big: str | None
    """The value with the big end first; None when there are too few bytes, or it is none."""
    little: str | None
    """The value with the little end first; the same as `big` where there is no order."""
    big_swapped: str | None = None
    """With 32 or 64 bits, the value with its 16-bit words in the other order."""
    little_swapped: str | None = None
    """The same with the little end first in each word."""
    orders: int = 1
    """In how many of these orders such a value can stand: 1, 2 or 4."""

    @property
    def values(self) -> tuple[str | None, ...]:
        """The value in each of these orders."""
        return (self.big, self.little, self.big_swapped, self.little_swapped)[: self.orders]


class Edit(msgspec.Struct, frozen=True):
    """Bytes with one value written anew."""

    data: bytes
    first: int
    """Where the value starts in them."""
    end: int
    """Where it ends."""


class Spot(msgspec.Struct, frozen=True):
    """One kind of value at one place of some bytes, in one arrangement."""

    kind: Kind
    data: bytes
    first: int
    """Where it starts."""
    end: int
    """Up to where bytes may belong to it."""
    arrangement: Arrangement = PLAIN[0]

    @property
    def size(self) -> int:
        """How many bytes it takes; 0 where there are too few."""
        return self.kind.size(self.data[self.first : self.end])

    @property
    def piece(self) -> bytes:
        """Its bytes with the big end first."""
        return arranged(self.data[self.first : self.first + self.size], self.arrangement)

    @property
    def shown(self) -> str | None:
        """The value; None where there is none."""
        piece = self.piece
        return self.kind.shown(piece) if piece else None

    @property
    def written(self) -> str:
        """The value as a person would type it."""
        piece = self.piece
        return self.kind.written(piece) if piece else ""

    @property
    def python(self) -> str:
        """How Python reads it from `data`, in one line."""
        source = python_bytes(self.first, self.size, self.arrangement)
        return self.kind.python(source, self.piece, self.arrangement.order)

    def edited(self, typed: str) -> Edit:
        """Write another value, and leave all other bytes as they are.

        Args:
            typed: The value as a person typed it; the old one as it was written changes nothing.

        Raises:
            ValuesError: It is no such value, or does not fit.
        """
        size, new = self.size, self.piece
        if typed != self.written:
            new = self.kind.parsed(typed, size)
        data = self.data[: self.first] + arranged(new, self.arrangement)
        return Edit(data + self.data[self.first + size :], self.first, len(data))


def kinds(encoding: str = "utf-8", selected: int = 0) -> tuple[Kind, ...]:
    """List the kinds that bytes are read as: text, integers, floats, times, addresses and so on.

    Args:
        encoding: The text encoding that comes first.
        selected: How many bytes were chosen, which make an integer of just that size too.
    """
    return (*_own_width(selected), *_kinds(encoding))


def orders(kind: Kind, size: int) -> tuple[Arrangement, ...]:
    """List the arrangements that so many bytes of a kind may stand in."""
    if not kind.has_order:
        return PLAIN[:1]
    return ARRANGEMENTS if size in _WITH_WORDS else PLAIN


def readings(data: bytes) -> list[Reading]:
    """Read the start of some bytes as each kind that has a value: u8 i8 u16 ... ntp ... zigzag.

    Text, and bits, are not among them.
    """
    return [_reading(kind, data) for kind in _KINDS]


def texts(data: bytes, encoding: str = "utf-8") -> dict[str, str]:
    """Read bytes as text in the encoding chosen and in several others."""
    return {kind.encoding: kind.shown(data) for kind in _text_kinds(encoding)}


def bits(data: bytes, count: int = 8) -> str:
    """Show the first `count` bytes bit by bit, highest first: `01101000 01101001`."""
    return _BITS.shown(data[:count])


def _reading(kind: Kind, data: bytes) -> Reading:
    size = kind.size(data) or kind.size(bytes(16))
    found = [Spot(kind, data, 0, len(data), each).shown for each in orders(kind, size)]
    swapped = found[2:] or [None, None]
    return Reading(kind.name, size, found[0], found[:2][-1], swapped[0], swapped[1], len(found))


def _own_width(size: int) -> tuple[Kind, ...]:
    if not 1 < size <= 16 or 8 * size in _WIDTHS:
        return ()
    return tuple(NumberKind(IntegerType(8 * size, signed)) for signed in (False, True))


@lru_cache(8)
def _kinds(encoding: str) -> tuple[Kind, ...]:
    chosen, *others = _text_kinds(encoding)
    return (chosen, _BITS, *_KINDS, *others)


@lru_cache(8)
def _text_kinds(encoding: str) -> tuple[TextKind, ...]:
    names: dict[str, str] = {}
    for name in (encoding, *_ENCODINGS):
        names.setdefault(_canonical(name), name)
    return tuple(map(TextKind, names.values()))


def _canonical(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return name
