"""Which calls of a block hold: a byte for each, 1 or 0; joined whole, not call by call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Flags: TypeAlias = bytes
"""A byte for each call of a block: 1 where something holds, else 0."""


def both(one: Flags, other: Flags) -> Flags:
    """Those that hold in both."""
    return _flags(_number(one) & _number(other), len(one))


def either(one: Flags, other: Flags) -> Flags:
    """Those that hold in one of them."""
    return _flags(_number(one) | _number(other), len(one))


def without(one: Flags, other: Flags) -> Flags:
    """Those that hold in the first and not in the other."""
    return _flags(_number(one) & ~_number(other), len(one))


def at(places: Iterable[int], count: int) -> Flags:
    """Those at some places, of so many."""
    found = bytearray(count)
    for place in places:
        found[place] = 1
    return bytes(found)


def _number(flags: Flags) -> int:
    return int.from_bytes(flags, "little")


def _flags(number: int, count: int) -> Flags:
    return number.to_bytes(count, "little")
