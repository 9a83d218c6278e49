"""Which row stands on which line, for a list of any length whose rows differ in height."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, islice
from operator import add

from sockplay.ui.widgets.hex_cells import ROW_BYTES
from sockplay.values.hexrows import row_count

Entries = tuple[Sequence[int], Sequence[int], Sequence[int]]
"""Of calls, by column: the numbers, the bytes of data, whether there is a note."""


class LineIndex:
    """Rows of calls in order.

    A row is a line for the call, one for the person's note, one for its own, and some of hex.
    12 bytes per row. Finding a line's row takes 10 to 20 µs at a million rows.

    Args:
        folded: the most lines of hex that a folded row shows.
        opened: the most that an opened one shows.
        tells_more: whether a row that shows less than all its bytes has a line that says so.
    """

    def __init__(self, folded: int, opened: int, tells_more: bool) -> None:
        self.folded = folded
        self.opened = opened
        self.tells_more = tells_more
        self.seqs = array("I")
        self._ends = array("Q")
        self._opened: dict[int, int] = {}
        self._remarked: frozenset[int] = frozenset()
        self._extra: list[int] = []
        self._sums: list[int] = []

    def __len__(self) -> int:
        return len(self.seqs)

    @property
    def lines(self) -> int:
        """How many lines all rows take."""
        return self.end(len(self.seqs) - 1) if self.seqs else 0

    def extend(self, entries: Entries) -> None:
        """Append calls."""
        end = self._ends[-1] if self._ends else 0
        folded, more = self.folded, self.folded + self.tells_more
        # Perhaps of a million: what is done for each is left to C.
        seqs, sizes, notes = entries
        below = {
            size: 1 + (rows if (rows := -(-size // ROW_BYTES)) <= folded else more)
            for size in set(sizes)
        }
        heights = map(add, map(below.__getitem__, sizes), notes)
        self._ends.extend(islice(accumulate(heights, initial=end), 1, None))
        self.seqs.extend(seqs)

    def end(self, row: int) -> int:
        """The line after the row's last one."""
        before = bisect_right(self._extra, row) if self._extra else 0
        return self._ends[row] + (self._sums[before - 1] if before else 0)

    def start(self, row: int) -> int:
        """The row's first line."""
        return self.end(row - 1) if row else 0

    def find(self, line: int) -> int:
        """The row that a line belongs to."""
        return bisect_left(range(len(self.seqs)), line + 1, key=self.end)

    def nearest(self, seq: int) -> int:
        """The row of a call, or of the next one shown, or the last."""
        return max(0, min(bisect_left(self.seqs, seq), len(self.seqs) - 1))

    def is_open(self, row: int) -> bool:
        """Whether a row shows more than the folded lines."""
        return row in self._opened

    def remark(self, seqs: Iterable[int]) -> None:
        """Give the rows of these calls, and no others, a line for the person's own note."""
        rows = ((bisect_left(self.seqs, seq), seq) for seq in seqs)
        self._remarked = frozenset(
            row for row, seq in rows if row < len(self.seqs) and self.seqs[row] == seq
        )
        self._sum_up()

    def toggle(self, row: int, size: int) -> None:
        """Open a row of ``size`` bytes, or fold it again."""
        if row in self._opened:
            del self._opened[row]
        elif row_count(size) > self.folded:
            # None at all when the one hidden line stands where the hint stood.
            self._opened[row] = self._below(size, self.opened) - self._below(size, self.folded)
        self._sum_up()

    def hex_lines(self, row: int, size: int) -> int:
        """How many lines of hex a row shows."""
        return min(row_count(size), self.opened if self.is_open(row) else self.folded)

    def _sum_up(self) -> None:
        self._extra = sorted({*self._opened, *self._remarked})
        lines = (self._opened.get(row, 0) + (row in self._remarked) for row in self._extra)
        self._sums = list(accumulate(lines))

    def _below(self, size: int, most: int) -> int:
        rows = row_count(size)
        return most + self.tells_more if rows > most else rows
