"""Finds every place of some bytes in a record, also where a read or a send has cut them in two."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Final, TypeAlias

from sockplay.model.call import Direction, direction_of
from sockplay.session.blocks import Block
from sockplay.session.finding.cuts import MOST_KINDS, Cuts
from sockplay.session.finding.matching import Matcher
from sockplay.session.finding.pattern import Pattern
from sockplay.session.finding.record import ALL, Record

MOST: Final = 100_000
"""Places that are kept; nobody steps through more."""
_REACH: Final = 4096
"""How many bytes before a block an expression's match may begin."""

Stream: TypeAlias = tuple[str, Direction]
"""A socket's name, and the direction of its bytes."""
_Found: TypeAlias = tuple[int, int, list[tuple[int, int, int]]]
"""Where a match begins, a call's number and an offset, and its bytes in each call."""


class _Tail:
    """The last bytes of a stream, where the next call's may go on with a match."""

    def __init__(self, data: bytes = b"", end: int = -1) -> None:
        self.data = data
        self.end = end
        """The stream's offset behind them."""
        self.seqs: list[int] = []
        """The calls that they are of."""
        self.starts: list[int] = []
        """Where each of those begins in ``data``; before it, when it was cut."""


class Search:
    """Places where a pattern was found, as far as it was looked for.

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
        self._found = pattern.in_bytes.finditer
        self._alternatives = pattern.alternatives
        self._cuts = Cuts(pattern.literal)
        self._reach = _REACH if pattern.expression else len(pattern.literal) - 1
        self._streams: dict[int, Stream | None] = {}
        self._tails: dict[Stream, _Tail] = {}

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
                self._look_at(block, record)
                self.next = block.last + 1
            yield self.next

    def beside(self, seq: int, offset: int, by: int) -> int:
        """Which of the places is after a byte of a call, or with -1 before it; round the ends."""
        if by > 0:
            return bisect_right(self.places, (seq, offset)) % len(self.places)
        return (bisect_left(self.places, (seq, offset)) - 1) % len(self.places)

    def _look_at(self, block: Block, record: Record) -> None:
        if not block.ends[-1]:
            return
        for number in set(block.kinds) - self._streams.keys():
            kind = record.kind(number)
            way = direction_of(kind.op)
            self._streams[number] = (kind.socket, way) if way else None
        found = self._at_a_glance(block) if self.pattern.literal else None
        if found is None:
            found = self._closely(block)
        if self._matcher is not None and found:
            wanted = set(self._matcher.hits(block, record))
            for seq in {each[0] for each in found if each[0] < block.first}:
                for before in record.blocks(seq, seq):
                    wanted.update(self._matcher.hits(before, record))
            found = [each for each in found if each[0] in wanted]
        for seq, offset, spans in sorted(found):
            if spans[0][2] == spans[0][1] or len(self.places) >= self._most:
                continue
            if self.places and (seq, offset) < self.places[-1]:
                insort(self.places, (seq, offset))
            else:
                self.places.append((seq, offset))
            for call, first, end in spans:
                self.spans.setdefault(call, []).append((first, end))

    def _closely(self, block: Block) -> list[_Found]:
        """What is in a block, call by call and stream by stream."""
        alone, streams = self._sorted_out(block)
        found: list[_Found] = []
        literal = self.pattern.literal
        if alone and not (literal and literal not in block.data):
            for i in alone:
                data = block.bytes_of(i)
                for match in self._found(data):
                    first, end = match.span()
                    found.append((block.first + i, first, [(block.first + i, first, end)]))
        for stream, calls in streams.items():
            for run in _runs(calls, block):
                found += self._in_stream(stream, run, block)
        return found

    def _at_a_glance(self, block: Block) -> list[_Found] | None:
        """What is in the joined data of a block where nothing is cut; None where it may be."""
        kinds = set(block.kinds)
        if len(kinds) > MOST_KINDS or not self._cuts.are_none(block, self._streams):
            return None
        backwards = block.kinds[::-1]
        firsts: dict[Stream, int] = {}
        lasts: dict[Stream, int] = {}
        for number in kinds:
            stream = self._streams[number]
            first, last = block.kinds.index(number), len(block) - 1 - backwards.index(number)
            if stream is None or block.offset[last] < 0:
                continue
            if not (block.lengths[first] and block.lengths[last]):
                return None
            firsts[stream] = min(firsts.get(stream, first), first)
            lasts[stream] = max(lasts.get(stream, last), last)
        for stream, first in firsts.items():
            tail = self._tails.get(stream)
            if tail is not None and tail.end == block.offset[first]:
                start = block.ends[first] - block.lengths[first]
                if self.pattern.literal in tail.data + block.data[start : start + self._reach]:
                    return None
        found, used = self._inside(block)
        for stream, last in lasts.items():
            data = block.bytes_of(last)
            self._keep_tail(stream, _Tail(), [last], block, data, used.get(last, 0))
        return found

    def _inside(self, block: Block) -> tuple[list[_Found], dict[int, int]]:
        """The bytes inside single calls of a block, and up to where they are used in each."""
        data, ends, literal = block.data, block.ends, self.pattern.literal
        found: list[_Found] = []
        used: dict[int, int] = {}
        at = data.find(literal)
        while at >= 0:
            call, end = bisect_right(ends, at), at + len(literal)
            inside = end <= ends[call]
            if inside:
                start, seq = ends[call] - block.lengths[call], block.first + call
                found.append((seq, at - start, [(seq, at - start, end - start)]))
                used[call] = end - start
            at = data.find(literal, end if inside else at + 1)
        return found, used

    def _sorted_out(self, block: Block) -> tuple[list[int], dict[Stream, list[int]]]:
        """Calls that stand alone, being datagrams or a look ahead, and those of each stream."""
        known = self._streams
        alone: list[int] = []
        streams: dict[Stream, list[int]] = {}
        columns = zip(block.kinds, block.lengths, block.offset, strict=True)
        for i, (number, length, offset) in enumerate(columns):
            if not length:
                continue
            stream = known[number]
            if offset < 0 or stream is None:
                alone.append(i)
            elif stream in streams:
                streams[stream].append(i)
            else:
                streams[stream] = [i]
        return alone, streams

    def _in_stream(self, stream: Stream, calls: list[int], block: Block) -> Iterator[_Found]:
        tail = self._tails.get(stream)
        if tail is None or tail.end != block.offset[calls[0]]:
            tail = _Tail()
        data, ends, lengths = block.data, block.ends, block.lengths
        if len(calls) == 1:
            text = tail.data + block.bytes_of(calls[0])
        elif ends[calls[-1]] - ends[calls[0]] + lengths[calls[0]] == sum(
            map(lengths.__getitem__, calls)
        ):
            text = tail.data + data[ends[calls[0]] - lengths[calls[0]] : ends[calls[-1]]]
        else:
            text = tail.data + b"".join([data[ends[i] - lengths[i] : ends[i]] for i in calls])
        last = 0
        if self._may_hold(text):
            starts, at = list(tail.starts), len(tail.data)
            seqs = [*tail.seqs, *(block.first + i for i in calls)]
            for i in calls:
                starts.append(at)
                at += lengths[i]
            for match in self._found(text):
                first, end = match.span()
                if end > len(tail.data):
                    last = end
                    yield _place(first, end, starts, seqs)
        self._keep_tail(stream, tail, calls, block, text, last)

    def _may_hold(self, text: bytes) -> bool:
        """Whether it is worth looking closely."""
        if self.pattern.literal:
            return self.pattern.literal in text
        return not self._alternatives or any(each.search(text) for each in self._alternatives)

    def _keep_tail(
        self, stream: Stream, before: _Tail, calls: list[int], block: Block, text: bytes, used: int
    ) -> None:
        """Remember the last bytes of a stream that no match has used."""
        first = max(used, len(text) - self._reach)
        end = block.offset[calls[-1]] + block.lengths[calls[-1]]
        tail = self._tails[stream] = _Tail(text[first:], end)
        at = len(text)
        for i in reversed(calls):
            if at <= first:
                break
            at -= block.lengths[i]
            tail.seqs.append(block.first + i)
            tail.starts.append(at - first)
        else:
            for seq, start in zip(reversed(before.seqs), reversed(before.starts), strict=True):
                if at <= first:
                    break
                at = start
                tail.seqs.append(seq)
                tail.starts.append(at - first)
        tail.seqs.reverse()
        tail.starts.reverse()


def _runs(calls: list[int], block: Block) -> list[list[int]]:
    """A stream's calls, parted where bytes between them were not recorded."""
    offsets, lengths = block.offset, block.lengths
    carried = offsets[calls[-1]] + lengths[calls[-1]] - offsets[calls[0]]
    if carried == sum(map(lengths.__getitem__, calls)):
        return [calls]
    ends = [offsets[i] + lengths[i] for i in calls]
    cuts = [n for n in range(1, len(calls)) if offsets[calls[n]] != ends[n - 1]]
    return [calls[a:b] for a, b in zip([0, *cuts], [*cuts, len(calls)], strict=True)]


def _place(first: int, end: int, starts: list[int], seqs: list[int]) -> _Found:
    """Where a match begins, and its bytes call by call; ``starts`` are those of the calls."""
    spans = []
    at = bisect_right(starts, first) - 1
    offset = first - starts[at]
    seq = seqs[at]
    while at < len(starts) and starts[at] < end:
        here = max(0, first - starts[at])
        until = end - starts[at]
        if at + 1 < len(starts):
            until = min(until, starts[at + 1] - starts[at])
        spans.append((seqs[at], here, until))
        at += 1
    return seq, offset, spans
