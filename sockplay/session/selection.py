"""Some of the calls of a session, read as if there were no others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

from sockplay.model.call import Call
from sockplay.session.reader import Reader


class Selection(Reader):
    """A session whose ``calls`` are some of all; they keep their numbers.

    Args:
        path: the session file, which was opened before.
        seqs: the numbers of the calls that are wanted, in order.

    Raises:
        SockplayError: it cannot be read.
    """

    def __init__(self, path: Path, seqs: Sequence[int]) -> None:
        super().__init__(path, ours=True)
        self._seqs = seqs

    def calls(self) -> Iterator[Call]:
        """The wanted calls in order, whole."""
        seqs, at = self._seqs, 0
        if not seqs:
            return
        for block in self.blocks(seqs[0], seqs[-1]):
            end = bisect_left(seqs, block.last + 1, at)
            for seq in seqs[at:end]:
                i = seq - block.first
                yield block.call(i, self.kind(block.kinds[i]))
            at = end
