"""The calls of one commit, by column: how they are packed in the file, and read back."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final

import msgspec

from sockplay.model.call import Badge, Call

MOST_CALLS: Final = 4096
"""Calls in a block."""
MOST_BYTES: Final = 1 << 20
"""Bytes of data in a block, unless one call alone has more."""
CALL_BYTES: Final = 4 + 4 + 7 * 8
"""Bytes of a call in the columns: its kind, the length of its data, and seven numbers."""
LARGEST_BLOCK: Final = 1 << 28
"""Bytes of data; no call brings more, so a file that claims more is not ours."""
_TOP: Final = (1 << 63) - 1


class Kind(msgspec.Struct, frozen=True):
    """What a call is apart from its numbers and its data, in the terms of ``Call``."""

    socket: str
    local: str | None
    peer: str | None
    op: str
    args: str
    error: str | None
    note: str
    badges: tuple[Badge, ...]


class Block:
    """Calls that follow one another. In ``requested`` to ``offset``, -1 stands for None.

    Args:
        first: the number of its first call.
        count: how many calls it has.
        columns: their numbers, as ``pack`` made them.
        load: reads their data, joined in order, when it is first asked for.
    """

    def __init__(self, first: int, count: int, columns: bytes, load: Callable[[], bytes]) -> None:
        self.first = first
        self.kinds = _column("I", columns, 0, count)
        """Numbers of ``Reader.kind``."""
        self.lengths = _column("I", columns, 4 * count, count)
        """Bytes of data by call."""
        numbers = (_column("q", columns, (8 + 8 * n) * count, count) for n in range(7))
        self.times, self.took, self.requested, self.moved, self.left, self.size, self.offset = (
            numbers
        )
        self._load = load

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def last(self) -> int:
        """The number of its last call."""
        return self.first + len(self.kinds) - 1

    @cached_property
    def used(self) -> tuple[int, ...]:
        """The numbers of its kinds, each once, in the order of first use."""
        return tuple(dict.fromkeys(self.kinds))

    @cached_property
    def ends(self) -> array[int]:
        """Where each call's data ends in ``data``."""
        return array("Q", accumulate(self.lengths))

    @cached_property
    def data(self) -> bytes:
        """The data of all its calls, joined.

        Raises:
            SockplayError: it cannot be read.
        """
        return self._load()

    def bytes_of(self, i: int, limit: int | None = None) -> bytes:
        """The data of its call ``i``, or its beginning."""
        length = self.lengths[i]
        if not length:
            return b""
        start = self.ends[i] - length
        return self.data[start : start + (length if limit is None else min(length, limit))]

    def call(self, i: int, kind: Kind, limit: int | None = None) -> Call:
        """Its call ``i``, with up to ``limit`` bytes of data."""
        return Call(
            seq=self.first + i,
            time_ns=self.times[i],
            took_ns=self.took[i],
            socket=kind.socket,
            op=kind.op,
            args=kind.args,
            requested=number(self.requested[i]),
            moved=number(self.moved[i]),
            left=number(self.left[i]),
            data=self.bytes_of(i, limit),
            offset=number(self.offset[i]),
            size=number(self.size[i]),
            local=kind.local,
            peer=kind.peer,
            error=kind.error,
            note=kind.note,
            badges=kind.badges,
        )


def number(stored: int) -> int | None:
    """A number as a column holds it."""
    return stored if stored >= 0 else None


def pack(calls: Sequence[Call], kinds: Iterable[int]) -> bytes:
    """The columns of a block."""
    columns = (
        [call.time_ns for call in calls],
        [call.took_ns for call in calls],
        [-1 if call.requested is None else call.requested for call in calls],
        [-1 if call.moved is None else call.moved for call in calls],
        [-1 if call.left is None else call.left for call in calls],
        [-1 if call.size is None else call.size for call in calls],
        [-1 if call.offset is None else call.offset for call in calls],
    )
    lengths = [len(call.data) for call in calls]
    count = f"<{len(calls)}"
    small = struct.pack(f"{count}I", *kinds), struct.pack(f"{count}I", *lengths)
    return b"".join([*small, *(_packed(f"{count}q", numbers) for numbers in columns)])


def _packed(form: str, numbers: list[int]) -> bytes:
    try:
        return struct.pack(form, *numbers)
    except struct.error:  # a program asked for more bytes than there are
        return struct.pack(form, *(min(max(n, -1), _TOP) for n in numbers))


def _little(column: array[int]) -> array[int]:
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _column(code: str, packed: bytes, at: int, count: int) -> array[int]:
    column: array[int] = array(code)
    column.frombytes(memoryview(packed)[at : at + count * column.itemsize])
    return _little(column)
