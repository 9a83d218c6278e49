"""Bytes of a stream that follow one another, over the calls that carried them."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import accumulate
from typing import TypeAlias

from sockplay.session.blocks import Block

Found: TypeAlias = tuple[int, int, list[tuple[int, int, int]]]
"""Where a match begins, a call's number and an offset, and its bytes in each call."""


class Run:
    """Some of a stream, as far as it was recorded without a gap.

    Args:
        data: its bytes.
        end: the stream's offset behind them.
        seqs: the calls that they are of.
        starts: where each of those begins in ``data``; before it, when it was cut.
    """

    def __init__(self, data: bytes, end: int, seqs: array[int], starts: array[int]) -> None:
        self.data = data
        self.end = end
        self.seqs = seqs
        self.starts = starts
        self.used = 0
        """Up to where matches have used it; what stands before is there to be looked back at."""
        self.seen = 0
        """A match that ends here or before was found already."""
        self.waits = False
        """Whether a match stands from ``used`` to the end, and may go on in what comes next."""

    def place(self, first: int, end: int) -> Found:
        """Where a match begins, and its bytes call by call."""
        starts, seqs, spans = self.starts, self.seqs, []
        at = bisect_right(starts, first) - 1
        seq, offset = seqs[at], first - starts[at]
        while at < len(starts) and starts[at] < end:
            until = end if at + 1 == len(starts) else min(end, starts[at + 1])
            spans.append((seqs[at], max(first, starts[at]) - starts[at], until - starts[at]))
            at += 1
        return seq, offset, spans

    def tail(self, first: int, waits: bool) -> Run:
        """The end of it from a place on, and a byte before that, for it says where a line begins.

        Args:
            first: what stands before it is used.
            waits: whether a match stands from there to the end.
        """
        cut = max(0, first - 1)
        at = max(0, bisect_right(self.starts, cut) - 1)
        starts = array("q", [start - cut for start in self.starts[at:]])
        tail = Run(self.data[cut:], self.end, self.seqs[at:], starts)
        tail.used, tail.waits = first - cut, waits
        tail.seen = tail.used if waits else len(tail.data)
        return tail


def run_of(block: Block, calls: list[int], before: Run | None) -> Run:
    """What calls of a block carried, one after another; behind the end of what came before."""
    data, ends, lengths = block.data, block.ends, block.lengths
    first, last = calls[0], calls[-1]
    sizes = list(map(lengths.__getitem__, calls))
    start = ends[first] - lengths[first]
    if ends[last] - start == sum(sizes):
        parts = [data[start : ends[last]]]
    else:
        parts = [data[ends[i] - lengths[i] : ends[i]] for i in calls]
    seqs = array("q", map(block.first.__add__, calls))
    end = block.offset[last] + lengths[last]
    if before is None or before.end != block.offset[first]:
        return Run(b"".join(parts), end, seqs, array("q", accumulate(sizes[:-1], initial=0)))
    starts = array("q", accumulate(sizes[:-1], initial=len(before.data)))
    text = b"".join([before.data, *parts])
    run = Run(text, end, before.seqs + seqs, before.starts + starts)
    run.used, run.seen = before.used, before.seen
    return run


def runs(calls: list[int], block: Block) -> list[list[int]]:
    """A stream's calls, parted where bytes between them were not recorded."""
    offsets, lengths = block.offset, block.lengths
    carried = offsets[calls[-1]] + lengths[calls[-1]] - offsets[calls[0]]
    if carried == sum(map(lengths.__getitem__, calls)):
        return [calls]
    ends = [offsets[i] + lengths[i] for i in calls]
    cuts = [n for n in range(1, len(calls)) if offsets[calls[n]] != ends[n - 1]]
    return [calls[a:b] for a, b in zip([0, *cuts], [*cuts, len(calls)], strict=True)]
