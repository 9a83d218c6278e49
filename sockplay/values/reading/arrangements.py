"""The orders in which the bytes of a number stand: big, little, and both with words swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

_WORD = 2


class Arrangement(msgspec.Struct, frozen=True):
    """A byte order, and whether the number's 16-bit words stand in the other order.

    Devices that keep numbers in 16-bit registers send 32 and 64 bits so: each word in one byte
    order, the words in the other. Of the bytes ABCD, big swapped is CDAB and little swapped BADC.
    """

    order: ByteOrder
    swapped: bool = False

    @property
    def name(self) -> str:
        """What it is called: `big`, `little swap`."""
        return f"{self.order} swap" if self.swapped else self.order


PLAIN = (Arrangement("big"), Arrangement("little"))
ARRANGEMENTS = (*PLAIN, Arrangement("big", swapped=True), Arrangement("little", swapped=True))
"""All of them; a number of 32 or 64 bits has them, others the first two."""


def arranged(data: bytes, arrangement: Arrangement) -> bytes:
    """Turn bytes that stand in an arrangement into big-endian ones, or those into the others.

    Args:
        data: The bytes of one number; with swapped words a whole number of words.
        arrangement: How they stand, or shall stand.
    """
    if arrangement.swapped:
        words = [data[at : at + _WORD] for at in range(0, len(data), _WORD)]
        data = b"".join(reversed(words))
    return data if arrangement.order == "big" else data[::-1]


def python_bytes(at: int, size: int, arrangement: Arrangement) -> str:
    """Write in Python the bytes of a number, its words put in order: `data[6:8] + data[4:6]`.

    Args:
        at: Where they start in `data`.
        size: How many they are.
        arrangement: How they stand; its byte order is left to whoever reads them.
    """
    if not arrangement.swapped:
        return f"data[{at}:{at + size}]"
    starts = range(at + size - _WORD, at - 1, -_WORD)
    return " + ".join(f"data[{start}:{start + _WORD}]" for start in starts)
