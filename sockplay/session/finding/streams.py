"""Goes through a record's streams, block by block, and finds a pattern in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sockplay.model.call import direction_of
from sockplay.session.blocks import Block
from sockplay.session.finding.cuts import MOST_KINDS, Cuts, Stream, inside
from sockplay.session.finding.pattern import Pattern, to_bytes
from sockplay.session.finding.record import Record
from sockplay.session.finding.required import required
from sockplay.session.finding.runs import Found, Run, run_of, runs

_REACH: Final = 4096
"""How many bytes before a block an expression's match may begin."""
_REMEMBERED: Final = 4 << 20
"""How many such bytes are remembered of all streams; of more than 1,000 there are fewer of each."""
_KINDS_KEPT: Final = 20_000


class Streams:
    """What each stream ended with, where the next block may go on with a match.

    Args:
        pattern: what to look for.
    """

    def __init__(self, pattern: Pattern) -> None:
        self._pattern = pattern
        self._required = pattern.literal
        """What stands in all that is found."""
        if pattern.expression and not pattern.any_case:
            self._required = to_bytes(required(pattern.expression))
        self._cuts = Cuts(self._required)
        self._of: dict[int, Stream | None] = {}
        """The stream of each kind of call."""
        self._tails: dict[Stream, Run] = {}

    def found_in(self, block: Block, record: Record) -> Iterator[Found]:
        """What is in the next block, and what waited for it."""
        closed = self._take_note(block, record)
        if block.ends[-1]:
            found = self._at_a_glance(block) if self._required else None
            yield from self._closely(block) if found is None else found
        for socket in closed:  # its streams have ended; there may be very many in a session
            for way in ("in", "out"):
                if (tail := self._tails.pop((socket, way), None)) is not None:
                    yield from _waited(tail)

    def ended(self) -> Iterator[Found]:
        """What waited for more, and there is none as yet."""
        for tail in self._tails.values():
            yield from _waited(tail)

    def _take_note(self, block: Block, record: Record) -> list[str]:
        """Learn the kinds of a block; give the sockets that it closes."""
        if len(self._of) > _KINDS_KEPT:
            self._of.clear()
        closed = []
        for number in block.used:
            kind = record.kind(number)
            way = direction_of(kind.op)
            self._of[number] = (kind.socket, way) if way else None
            if kind.op == "close":
                closed.append(kind.socket)
        return closed

    def _at_a_glance(self, block: Block) -> list[Found] | None:
        """What is in the joined data of a block where nothing is cut; None where it may be."""
        kinds = block.used
        if len(kinds) > MOST_KINDS or not self._cuts.are_none(block, self._of):
            return None
        backwards = block.kinds[::-1]
        firsts: dict[Stream, int] = {}
        lasts: dict[Stream, int] = {}
        for number in kinds:
            stream = self._of[number]
            first, last = block.kinds.index(number), len(block) - 1 - backwards.index(number)
            if stream is None or block.offset[last] < 0:
                continue
            if not (block.lengths[first] and block.lengths[last]):
                return None
            firsts[stream] = min(firsts.get(stream, first), first)
            lasts[stream] = max(lasts.get(stream, last), last)
        text = self._required
        for stream, first in firsts.items():
            tail = self._tails.get(stream)
            if tail is not None and (tail.waits or tail.end == block.offset[first]):
                start = block.ends[first] - block.lengths[first]
                begun = block.data[start : min(start + len(text) - 1, block.ends[first])]
                if tail.waits or text in tail.data[tail.used :] + begun:
                    return None
        if self._pattern.expression:
            if text in block.data:
                return None
            for stream, last in lasts.items():
                self._remember(stream, self._end_of(stream, block, last), 0)
            return []
        found, used = inside(text, block)
        for stream, last in lasts.items():
            self._remember(stream, run_of(block, [last], None), used.get(last, 0))
        return found

    def _end_of(self, stream: Stream, block: Block, last: int) -> Run:
        """As much of what a stream ends with in a block as a match may begin in."""
        calls: list[int] = []
        begun = end = block.offset[last] + block.lengths[last]
        for i in range(last, -1, -1):
            if not block.lengths[i] or self._of[block.kinds[i]] != stream or block.offset[i] < 0:
                continue
            if block.offset[i] + block.lengths[i] != begun or end - begun > _REACH:
                break
            calls.append(i)
            begun = block.offset[i]
        return run_of(block, calls[::-1], self._tails.get(stream))

    def _closely(self, block: Block) -> Iterator[Found]:
        """What is in a block, call by call and stream by stream."""
        alone, streams = self._sorted_out(block)
        if alone and self._required in block.data:
            for i in alone:
                seq = block.first + i
                for first, end in self._pattern.spans(block.bytes_of(i)):
                    yield seq, first, [(seq, first, end)]
        for stream, calls in streams.items():
            for part in runs(calls, block):
                before = self._tails.get(stream)
                run = run_of(block, part, before)
                if before is not None and before.end != block.offset[part[0]]:
                    yield from _waited(before)
                yield from self._in_run(stream, run)

    def _sorted_out(self, block: Block) -> tuple[list[int], dict[Stream, list[int]]]:
        """Calls that stand alone, being datagrams or a look ahead, and those of each stream."""
        known = self._of
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

    def _in_run(self, stream: Stream, run: Run) -> Iterator[Found]:
        used = 0
        look = self._required in run.data
        for first, end in self._pattern.spans(run.data, run.used) if look else ():
            if end <= run.seen:
                continue
            if self._pattern.expression and end == len(run.data) and end - first < _REACH:
                # What comes next may go on with it, or show that no line ends here.
                self._tails[stream] = run.tail(first, waits=True)
                return
            used = end
            yield run.place(first, end)
        self._remember(stream, run, used)

    def _remember(self, stream: Stream, run: Run, used: int) -> None:
        reach = len(self._pattern.literal) - 1
        if self._pattern.expression:
            reach = min(_REACH, _REMEMBERED // (len(self._tails) + 1))
        first = max(used, run.used, len(run.data) - reach)
        self._tails[stream] = run.tail(first, waits=False)


def _waited(tail: Run) -> Iterator[Found]:
    """The match that waits at the end of what is known of a stream."""
    if tail.waits:
        first, end = tail.used, len(tail.data)
        tail.used, tail.seen, tail.waits = end, end, False
        yield tail.place(first, end)
