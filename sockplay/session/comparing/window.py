"""Which part of two long messages is laid side by side: from shortly before they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

HELD: Final = 1 << 20
"""Bytes of a message that are laid beside those of another."""
_BEFORE: Final = 64
_PIECE: Final = 1 << 16


class Window(msgspec.Struct, frozen=True):
    """The same part of two messages."""

    start: int
    """How many bytes of both are left out before it, which are the same."""
    left: bytes
    right: bytes

    @property
    def words(self) -> str:
        """Where it begins, when that is not at the beginning."""
        return f" from byte {self.start:,} on" if self.start else ""


def start_of_difference(left: Iterator[bytes], right: Iterator[bytes]) -> int:
    """Where a window on two messages begins, which come in pieces of any length."""
    shared = 0
    one = other = b""
    while (one := one or next(left, b"")) and (other := other or next(right, b"")):
        size = min(len(one), len(other))
        if one[:size] != other[:size]:
            break
        shared += size
        one, other = one[size:], other[size:]
    return 0 if shared < HELD // 2 else (shared - _BEFORE) & ~0xF


def window(left: bytes, right: bytes) -> Window:
    """The part of two messages that is worth looking at."""
    start = start_of_difference(_pieces(left), _pieces(right))
    return Window(start, left[start : start + HELD], right[start : start + HELD])


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
