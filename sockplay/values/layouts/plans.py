"""Gathers a struct's members of fixed size into runs, which one call reads."""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.layouts.budget import FIELD_COST
from sockplay.values.layouts.places import goes_on, grouped, total_size, with_tails
from sockplay.values.layouts.types import (
    Array,
    Leaf,
    Member,
    Run,
    Scalar,
    StructType,
    depth_of,
    size_of,
)
from sockplay.values.layouts.varints import VarintType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sockplay.values.order import ByteOrder

_CODES = {8: "B", 16: "H", 32: "I", 64: "Q"}
_FLOAT_CODES = {16: "e", 32: "f", 64: "d"}
# Reading short data copies a run; what is larger is read by itself, without a copy.
_LARGEST_LEAF = 4096
_LARGEST_RUN = 65536


def struct_type(
    name: str, members: Sequence[Member], *, union: bool, align: int, high_bits_first: bool | None
) -> StructType:
    """Make a struct or a union of its members.

    Args:
        name: Its name; may be empty.
        members: Its members, in order.
        union: Whether they all start at the same place.
        align: It starts and ends at a multiple of so many bytes.
        high_bits_first: Whether the first bit field of a number has its highest bits; None to
            follow the byte order, as C compilers do.
    """
    names: set[str] = set()
    spanned: list[str] = []
    members = with_tails(members, union)
    for member in members:
        names |= _names(member)
        spanned += _spanned(member)
    open_ended = any(goes_on(member.type) for member in members)
    return StructType(
        name=name,
        members=tuple(members),
        union=union,
        align=align,
        end_align=1 if open_ended else align,
        goes_on=open_ended,
        size=total_size(members, union, align),
        depth=1 + max((depth_of(member.type) for member in members), default=0),
        names=frozenset(names),
        spanned=tuple(spanned),
        parts={
            order: _parts(members, union, order, high_bits_first) for order in ("big", "little")
        },
    )


def element_codec(scalar: Scalar, order: ByteOrder) -> tuple[str, Callable[..., int] | None]:
    """Find struct's code for a scalar, and what makes a value of what that gives.

    Args:
        scalar: A number of a fixed size.
        order: The byte order of a type that names none.
    """
    number = scalar.number
    assert not isinstance(number, VarintType)
    if isinstance(number, FloatType):
        return _FLOAT_CODES[number.bits], None
    if number.bits in _CODES:
        code = _CODES[number.bits]
        return (code.lower() if number.signed else code), None
    convert = partial(int.from_bytes, byteorder=scalar.order or order, signed=number.signed)
    return f"{number.size}s", convert


def _names(member: Member) -> frozenset[str]:
    if not member.name and isinstance(member.type, StructType):
        return member.type.names
    return frozenset({member.name} if member.name else ())


def _spanned(member: Member) -> tuple[str, ...]:
    if not member.name and isinstance(member.type, StructType):
        return member.type.spanned
    return (member.name,) if member.spanned else ()


def _parts(
    members: Sequence[Member], union: bool, order: ByteOrder, high_bits_first: bool | None
) -> tuple[Run | Member, ...]:
    parts: list[Run | Member] = []
    gathered: list[list[Member]] = []
    total = 0
    for group in grouped(members, union):
        size = _fixed(group[0])
        alone = size is None or union or group[0].align > 1 or total + size > _LARGEST_RUN
        if alone and gathered:
            parts += _runs(gathered, order, high_bits_first)
            gathered, total = [], 0
        if size is None:
            parts.append(group[0])
        else:
            gathered.append(group)
            total += size
            if union or group[0].align > 1:
                parts += _runs(gathered, order, high_bits_first)
                gathered, total = [], 0
    return (*parts, *_runs(gathered, order, high_bits_first))


def _fixed(member: Member) -> int | None:
    """How many bytes a member takes that can stand in a run; None for what cannot."""
    if isinstance(member.type, Scalar):
        return member.type.size
    if not isinstance(member.type, Array) or member.type.ending != "count":
        return None
    size = size_of(member.type)
    element = member.type.element
    if not isinstance(element, Scalar) or not element.is_byte or size is None:
        return None
    return size if size <= _LARGEST_LEAF else None


def _runs(groups: list[list[Member]], order: ByteOrder, high_bits_first: bool | None) -> list[Run]:
    """Make runs of members: a new one for each byte order, which a codec has one of."""
    runs = []
    rest = groups
    while rest:
        own = _order(rest[0][0], order)
        count = 0
        while count < len(rest) and _order(rest[count][0], order) in (own, None):
            count += 1
        runs.append(_run(rest[:count], own or order, high_bits_first))
        rest = rest[count:]
    return runs


def _order(member: Member, order: ByteOrder) -> ByteOrder | None:
    """A member's byte order; None where the codec's does not matter."""
    if not isinstance(member.type, Scalar) or (member.bits is None and member.type.size == 1):
        return None
    return member.type.order or order


def _run(groups: list[list[Member]], order: ByteOrder, high_bits_first: bool | None) -> Run:
    codes = []
    leaves: list[Leaf] = []
    offset = 0
    high_first = order == "big" if high_bits_first is None else high_bits_first
    for index, group in enumerate(groups):
        member = group[0]
        size = size_of(member.type) or 0
        if isinstance(member.type, Scalar):
            code, convert = element_codec(member.type, order)
            scalar = replace(member.type, order=order)
            is_array = False
        else:
            assert isinstance(member.type, Array)
            assert isinstance(member.type.element, Scalar)
            code, convert, scalar, is_array = f"{size}s", None, member.type.element, True
        codes.append(code)
        leaf = Leaf("", offset, size, None, index, convert, scalar, is_array, member)
        if member.bits is None:
            leaves.append(leaf._replace(name=member.name))
        else:
            leaves += _bit_leaves(leaf, group, high_first)
        offset += size
    return Run(
        codec=struct.Struct((">" if order == "big" else "<") + "".join(codes)),
        size=offset,
        leaves=tuple(leaves),
        notable=tuple(
            at
            for at, leaf in enumerate(leaves)
            if leaf.member.spanned or leaf.member.computed is not None
        ),
        cost=FIELD_COST * len(leaves) + offset,
        align=groups[0][0].align,
    )


def _bit_leaves(unit: Leaf, group: list[Member], high_first: bool) -> list[Leaf]:
    leaves = []
    used = 0
    for member in group:
        bits = member.bits or 0
        low = unit.size * 8 - used - bits if high_first else used
        used += bits
        assert isinstance(member.type, Scalar)
        number = member.type.number
        assert isinstance(number, IntegerType)
        convert = partial(_cut, unit.convert, low, bits, number)
        kind = replace(member.type, order=unit.type.order)
        if member.name:
            leaves.append(
                unit._replace(
                    name=member.name, bits=(low, bits), convert=convert, type=kind, member=member
                )
            )
    return leaves


def _cut(
    convert: Callable[..., int] | None,
    low: int,
    bits: int,
    number: IntegerType,
    value: int | bytes,
) -> int:
    whole = convert(value) if convert else value
    assert isinstance(whole, int)
    cut = (whole >> low) & ((1 << bits) - 1)
    return cut - (1 << bits) if number.signed and cut >> (bits - 1) else cut
