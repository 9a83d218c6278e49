"""Finds every place of some bytes in a record, also where a read or a send has cut them in two."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from itertools import islice
from typing import Final

from sockplay.session.finding.matching import Matcher
from sockplay.session.finding.pattern import Pattern
from sockplay.session.finding.record import ALL, Record
from sockplay.session.finding.runs import Found
from sockplay.session.finding.streams import Streams

MOST: Final = 100_000
"""Places that are kept; nobody steps through more."""


class Search:
    """Places where a pattern was found, as far as it was looked for.

    An expression's ``^`` and ``$`` stand where a line of a stream begins and ends, wherever reads
    and sends have cut it, and where the stream itself does, or what was recorded of it without a
    gap. A datagram stands for itself.

    Args:
        pattern: what to look for; it asks for something.
        matcher: lets through the calls that a match may begin in; all unless given.
        most: how many places to keep.
    """

    def __init__(self, pattern: Pattern, matcher: Matcher | None = None, most: int = MOST) -> None:
        self.pattern = pattern
        self.next = 1
        """The number of the first call that was not looked at."""
        self.places: list[tuple[int, int]] = []
        """Where each match begins: a call's number and an offset in its data, in order."""
        self.spans: dict[int, list[tuple[int, int]]] = {}
        """The bytes of a call that belong to matches, as half-open ranges."""
        self._matcher = matcher
        self._most = most
        self._streams = Streams(pattern)

    @property
    def is_full(self) -> bool:
        """Whether there are more places than are kept."""
        return len(self.places) >= self._most

    def look(self, record: Record, last: int = ALL) -> Iterator[int]:
        """Go on to a call's number or the end; it may be left after any block, and gone on with.

        Yields:
            After each block the number of the first call that was not looked at yet.
        """
        for block in record.blocks(self.next, last):
            if self.is_full:
                return
            if block.first >= self.next:  # whole blocks alone: one that was seen is seen
                found = self._streams.found_in(block, record)
                self._keep(list(islice(found, self._most)), record)
                self.next = block.last + 1
            if block.last < last:
                yield self.next
        self._keep(list(self._streams.ended()), record)
        yield self.next

    def beside(self, seq: int, offset: int, by: int) -> int:
        """Which of the places is after a byte of a call, or with -1 before it; round the ends."""
        if by > 0:
            return bisect_right(self.places, (seq, offset)) % len(self.places)
        return (bisect_left(self.places, (seq, offset)) - 1) % len(self.places)

    def _keep(self, found: list[Found], record: Record) -> None:
        if self._matcher is not None:
            wanted = self._wanted(self._matcher, {seq for seq, _, _ in found}, record)
            found = [each for each in found if each[0] in wanted]
        for seq, offset, spans in sorted(found)[: self._most - len(self.places)]:
            if self.places and (seq, offset) < self.places[-1]:
                insort(self.places, (seq, offset))
            else:
                self.places.append((seq, offset))
            for call, first, end in spans:
                self.spans.setdefault(call, []).append((first, end))

    def _wanted(self, matcher: Matcher, seqs: set[int], record: Record) -> set[int]:
        """Those of some calls that the matcher lets through, and others of their blocks."""
        wanted: set[int] = set()
        looked_at = 0
        for seq in sorted(seqs):
            if seq > looked_at:
                for block in record.blocks(seq, seq):
                    wanted.update(matcher.hits(block, record))
                    looked_at = block.last
        return wanted
