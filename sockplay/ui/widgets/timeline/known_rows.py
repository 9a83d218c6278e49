"""What a timeline knows of its calls: rows that it was given, marks, what was found."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from textual.cache import LRUCache

from sockplay.model.call import Row
from sockplay.ui.widgets.timeline.time_column import TimeWay
from sockplay.ui.widgets.timeline.timeline_rows import Beside

_KEPT = 4000


class KnownRows:
    """The last rows that were given, and what is shown beside each."""

    def __init__(self) -> None:
        self.marks: Mapping[int, str] = {}
        """The person's notes by the numbers of the marked calls; empty for a mark alone."""
        self.found: Mapping[int, Sequence[tuple[int, int]]] = {}
        """Bytes that were searched for, as ranges by the numbers of calls."""
        self._rows: LRUCache[int, Row] = LRUCache(_KEPT)
        self._turns: LRUCache[int, int | None] = LRUCache(_KEPT)

    @property
    def noted(self) -> list[int]:
        """The calls with a note of the person's."""
        return [seq for seq, note in self.marks.items() if note]

    def take(self, rows: Iterable[Row], turns: Mapping[int, int | None]) -> None:
        """Remember rows, and when the other direction of each had its last call."""
        for row in rows:
            self._rows[row.call.seq] = row
        for seq, time_ns in turns.items():
            self._turns[seq] = time_ns

    def get(self, seq: int | None) -> Row | None:
        """The row of a call, if it is known."""
        return None if seq is None else self._rows.get(seq)

    def missing(self, seqs: Iterable[int], way: TimeWay) -> frozenset[int]:
        """Those calls of which something is not known that must be shown."""
        turns = way == "turn"
        return frozenset(
            seq for seq in seqs if seq not in self._rows or (turns and seq not in self._turns)
        )

    def beside(self, seqs: array[int], number: int, way: TimeWay) -> Beside:
        """What is shown beside a row, by its number among the calls that are shown."""
        seq, from_ns = seqs[number], None
        if way == "turn":
            from_ns = self._turns.get(seq)
        elif way == "before" and number:
            before = self._rows.get(seqs[number - 1])
            from_ns = before.call.time_ns if before is not None else None
        return Beside(self.marks.get(seq), self.found.get(seq, ()), from_ns)


def runs(seqs: Iterable[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as first and last."""
    found: list[tuple[int, int]] = []
    for seq in seqs:
        if found and found[-1][1] == seq - 1:
            found[-1] = (found[-1][0], seq)
        else:
            found.append((seq, seq))
    return found
