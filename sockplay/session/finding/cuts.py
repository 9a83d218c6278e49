"""Tells fast that some bytes are nowhere cut in two between calls of a block."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from typing import Final

from sockplay.session.blocks import Block

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

    def are_none(self, block: Block, streams: Mapping[int, object]) -> bool:
        """Whether the bytes are surely cut nowhere in a block, taken by itself.

        Args:
            block: where to look.
            streams: for each kind of its calls the stream that they belong to.
        """
        if not self._heads:
            return True
        reach = len(self._heads)
        if any(0 < length < reach for length in set(block.lengths)):
            return False  # it could be cut in three
        data, ends = block.data, block.ends
        last = bytes(map(data.__getitem__, map((-1).__add__, ends)))
        for call in compress(range(len(block)), last.translate(self._may_end)):
            end = ends[call]
            if data[max(0, end - reach) : end].endswith(self._heads) and self._goes_on(
                block, call, streams
            ):
                return False
        return True

    def _goes_on(self, block: Block, call: int, streams: Mapping[int, object]) -> bool:
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
