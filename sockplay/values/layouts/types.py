"""What a definition says, as data: scalars, arrays, structs and their members."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from sockplay.values.errors import ValuesError, did_you_mean
from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.layouts.expressions import Expression
from sockplay.values.layouts.varints import VarintType
from sockplay.values.order import ByteOrder

Ending = Literal["count", "bytes", "NULL", "EOF"]
"""What ends an array: a number of elements or of bytes, a zero element, the end of the data."""


_BYTE = IntegerType(8, signed=False)


class Enumeration(msgspec.Struct, frozen=True):
    """Names for the values of an integer, or for its bits."""

    name: str
    values: dict[str, int]
    flags: bool

    def shown(self, value: int) -> str:
        """Show a value by its names, and as a number: `SYN|ACK (18)`; one without is a number."""
        if not self.flags:
            names = [name for name, each in self.values.items() if each == value][:1]
            return f"{names[0]} ({value})" if names else str(value)
        rest, names = value, []
        for name, each in self.values.items():
            if each and each & value == each:
                names.append(name)
                rest &= ~each
        if rest:
            names.append(f"0x{rest:x}")
        return f"{'|'.join(names)} ({value})" if names else str(value)

    def parse(self, text: str) -> int:
        """Read names, several of them joined by `|`.

        Raises:
            ValuesError: One of them is not there. It suggests the nearest.
        """
        value = 0
        for name in text.split("|"):
            if name.strip() not in self.values:
                known = {each.lower(): each for each in self.values}
                hint = did_you_mean(name.strip(), known)
                raise ValuesError(f"{name.strip()} is no name of {self.name}.{hint}")
            value |= self.values[name.strip()]
        return value


class Scalar(msgspec.Struct, frozen=True, eq=False):
    """A number."""

    number: IntegerType | FloatType | VarintType
    order: ByteOrder | None = None
    """None for the message's own."""
    names: Enumeration | None = None
    encoding: str = ""
    """Of a character; empty for what is none."""

    @property
    def size(self) -> int | None:
        """How many bytes it takes; None where that depends on its value."""
        return None if isinstance(self.number, VarintType) else self.number.size

    @property
    def is_byte(self) -> bool:
        """Whether an array of it is bytes rather than a list."""
        return self.number == _BYTE and self.names is None

    @property
    def name(self) -> str:
        """The type as it would be written: `u16be`, `char`."""
        if self.encoding:
            return "char"
        suffix = {"big": "be", "little": "le", None: ""}[self.order]
        written = self.number.name + (suffix if (self.size or 0) > 1 else "")
        return f"{self.names.name} : {written}" if self.names else written


class Array(msgspec.Struct, frozen=True):
    """Elements of one type behind each other."""

    element: Type
    ending: Ending
    count: Expression | int | None = None
    """Of elements or bytes, as `ending` says."""


class Member(msgspec.Struct, frozen=True):
    """One field of a struct, or several that belong together and have no name."""

    name: str
    """Empty for a struct without a name, whose fields count as fields of the struct around it."""
    type: Type
    bits: int | None = None
    """How many bits of its type it takes, where it is a bit field."""
    condition: Expression | None = None
    """What must not be 0 for it to be there."""
    computed: Expression | bytes | None = None
    """What it must be."""
    spanned: bool = False
    """Whether its size is asked for somewhere."""
    align: int = 1
    """It starts at a multiple of so many bytes."""
    tail: int | None = None
    """How many bytes the fields behind it take, for which what goes on to the end of the data
    leaves room; None for what does not go on, or where that is not known."""


class Leaf(NamedTuple):
    """A field at a fixed place in a run."""

    name: str
    offset: int
    """From the start of the run, in bytes."""
    size: int
    bits: tuple[int, int] | None
    """A bit field's lowest bit in its number, from 0, and how many bits it has."""
    unit: int
    """Which of the values it is that the run's codec gives."""
    convert: Callable[..., int] | None
    """Makes the field's value from the codec's."""
    type: Scalar
    is_array: bool
    member: Member


class Run(msgspec.Struct, frozen=True, eq=False):
    """Fields of fixed sizes behind each other, which are read in one go."""

    codec: struct.Struct
    size: int
    leaves: tuple[Leaf, ...]
    notable: tuple[int, ...]
    """Which of the leaves are computed, or have their size asked for."""
    cost: int
    """What it adds to the bounded amount of work."""
    align: int


class StructType(msgspec.Struct, frozen=True, eq=False):
    """A struct or a union."""

    name: str
    members: tuple[Member, ...]
    union: bool
    align: int
    """It starts at a multiple of so many bytes."""
    end_align: int
    """It ends at a multiple of so many."""
    goes_on: bool
    """Whether something in it goes on to the end of the data, behind which nothing is filled up."""
    size: int | None
    """In bytes; None where that depends on the data."""
    depth: int
    """How many structs and arrays stand in each other, itself included."""
    names: frozenset[str]
    """The fields in it, those of members without a name included."""
    spanned: tuple[str, ...]
    """Those of them whose size is asked for somewhere."""
    parts: dict[ByteOrder, tuple[Run | Member, ...]]
    """The members as they are read and written, fixed ones gathered, for each byte order."""

    def flat(self) -> Iterator[Member]:
        """Its fields, those of members without a name included."""
        for member in self.members:
            if member.name:
                yield member
            elif isinstance(member.type, StructType):
                yield from member.type.flat()


Type: TypeAlias = Scalar | Array | StructType


def size_of(kind: Type) -> int | None:
    """How many bytes a type takes; None where that depends on the data."""
    if not isinstance(kind, Array):
        return kind.size
    size = size_of(kind.element)
    if size is None or not isinstance(kind.count, int):
        return None
    return size * kind.count if kind.ending == "count" else kind.count


def terminator_of(kind: Scalar) -> bytes:
    """What ends text or bytes up to a NUL: one zero, or as many as a character of UTF-16 has."""
    if not kind.encoding:
        return b"\0"
    return bytes(len("\0\0".encode(kind.encoding)) - len("\0".encode(kind.encoding)) or 1)


def terminator_in(data: bytes, mark: bytes, start: int, end: int) -> int:
    """Find where what ends text stands, at a whole number of characters; -1 for nowhere.

    Args:
        data: The data.
        mark: What ends the text.
        start: Where the text starts.
        end: Where the data ends that may be read.
    """
    at = data.find(mark, start, end)
    while at >= 0 and (at - start) % len(mark):
        at = data.find(mark, at + 1, end)
    return at


def depth_of(kind: Type) -> int:
    """How many structs and arrays stand in each other in a type."""
    if isinstance(kind, Scalar):
        return 0
    return kind.depth if isinstance(kind, StructType) else 1 + depth_of(kind.element)


def align_of(kind: Type) -> int:
    """What a type's address is a multiple of, where fields are aligned."""
    if isinstance(kind, Array):
        return align_of(kind.element)
    return kind.align if isinstance(kind, StructType) else kind.size or 1
