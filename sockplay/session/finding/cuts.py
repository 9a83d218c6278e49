"""Finds bytes in a block at a glance, and tells fast that they are nowhere cut in two."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate, compress
from operator import itemgetter
from typing import Final, TypeAlias

from sockplay.model.call import Direction
from sockplay.session.blocks import Block
from sockplay.session.finding.runs import Found

Stream: TypeAlias = tuple[str, Direction]
"""A socket's name, and the direction of its bytes."""
MOST_KINDS: Final = 64
"""Kinds in a block up to which this is faster than the search itself."""


class Cuts:
    """Some bytes, and how they could be cut.

    Args:
        literal: the bytes; at least one.
    """

    def __init__(self, literal: bytes) -> None:
        self._literal = literal
        self._heads = tuple(literal[:size] for size in range(1, len(literal)))
        ends = set(literal[:-1])
        self._may_end = bytes(byte in ends for byte in range(256))

    def are_none(self, block: Block, streams: Mapping[int, Stream | None]) -> bool:
        """Whether the bytes are surely cut nowhere in a block, taken by itself.

        Args:
            block: where to look.
            streams: for each kind of its calls the stream that they belong to.
        """
        if not self._heads:
            return True
        reach = len(self._heads)
        if (min(block.lengths) or min(filter(None, block.lengths), default=reach)) < reach:
            return False  # it could be cut in three
        data, ends = block.data, block.ends
        # One more at the end, so that of a single call too a tuple is got.
        last = bytes(itemgetter(*accumulate(block.lengths, initial=-1), -1)(data)[1:-1])
        for call in compress(range(len(block)), last.translate(self._may_end)):
            end = ends[call]
            if data[max(0, end - reach) : end].endswith(self._heads) and self._goes_on(
                block, call, streams
            ):
                return False
        return True

    def _goes_on(self, block: Block, call: int, streams: Mapping[int, Stream | None]) -> bool:
        kinds, stream = block.kinds, streams[block.kinds[call]]
        after = next(
            (
                i
                for i in range(call + 1, len(block))
                if block.lengths[i] and streams[kinds[i]] == stream
            ),
            None,
        )
        if after is None:
            return False
        end, size = block.ends[call], len(self._literal)
        start = block.ends[after] - block.lengths[after]
        around = block.data[end - min(size - 1, block.lengths[call]) : end]
        return self._literal in around + block.data[start : start + size - 1]


def inside(literal: bytes, block: Block) -> tuple[list[Found], dict[int, int]]:
    """The bytes inside single calls of a block, and up to where they are used in each."""
    data, ends = block.data, block.ends
    found: list[Found] = []
    used: dict[int, int] = {}
    at = data.find(literal)
    while at >= 0:
        call, end = bisect_right(ends, at), at + len(literal)
        is_inside = end <= ends[call]
        if is_inside:
            start, seq = ends[call] - block.lengths[call], block.first + call
            found.append((seq, at - start, [(seq, at - start, end - start)]))
            used[call] = end - start
        at = data.find(literal, end if is_inside else at + 1)
    return found, used
