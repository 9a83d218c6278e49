"""How members lie behind each other: what they take, and what they leave for those behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sockplay.values.layouts.types import Array, Member, Scalar, StructType, Type, size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sockplay.values.order import ByteOrder


def with_tails(members: Sequence[Member], union: bool) -> list[Member]:
    """Let what goes on to the end of the data leave room for the fixed fields behind it."""
    found = list(members)
    last = range(len(found)) if union else _last(found)
    tail = total_size(found[last.stop :], False, 1)
    for at in last:
        if goes_on(found[at].type):
            found[at] = replace(found[at], tail=tail)
    return found


def _last(members: Sequence[Member]) -> range:
    """Which is the last that takes no fixed number of bytes, or are the last two with `else`."""
    stop = len(members)
    while stop and _is_fixed(members[stop - 1]):
        stop -= 1
    either = stop > 1 and _is_otherwise(members[stop - 1], members[stop - 2])
    return range(max(0, stop - 1 - either), stop)


def _is_fixed(member: Member) -> bool:
    return member.condition is None and size_of(member.type) is not None


def _is_otherwise(member: Member, before: Member) -> bool:
    """Whether a member is there exactly where the one before is not, as behind `else`."""
    if member.condition is None or before.condition is None:
        return False
    return member.condition.program == (*before.condition.program, "!")


def goes_on(kind: Type) -> bool:
    """Whether something in it goes on to the end of the data, behind which nothing is filled up."""
    if isinstance(kind, StructType):
        return kind.goes_on
    return isinstance(kind, Array) and kind.ending == "EOF"


def total_size(members: Sequence[Member], union: bool, align: int) -> int | None:
    """How many bytes members take, filled up to a multiple; None where that is not fixed."""
    total = 0
    for group in grouped(members, union):
        size = size_of(group[0].type)
        if size is None or group[0].condition is not None:
            return None
        total = max(total, size) if union else total + -total % group[0].align + size
    return total + -total % align


def grouped(members: Sequence[Member], union: bool) -> list[list[Member]]:
    """Put the bit fields together that share a number; every other member stands alone.

    A bit field that no longer fits starts the next number.
    """
    found: list[list[Member]] = []
    left = 0
    for member in members:
        size = size_of(member.type)
        if member.bits is not None and size is not None:
            shares = found and found[-1][0].bits is not None and not union
            same = shares and _unit(found[-1][0]) == _unit(member)
            if same and 0 < member.bits <= left:
                found[-1].append(member)
                left -= member.bits
            elif member.bits:
                found.append([member])
                left = size * 8 - member.bits
            else:  # `u8 : 0` ends a number, as in C
                left = 0
        else:
            found.append([member])
    return found


def _unit(member: Member) -> tuple[int, ByteOrder | None]:
    assert isinstance(member.type, Scalar)
    return member.type.number.bits, member.type.order
