"""Lays two sequences side by side by the runs that they share, in bounded time.

difflib looks at every pair of equal items: seconds for two messages of 3 kB that are mostly NUL.
Here runs are found by their first items (as rsync and xdelta find them): blocks of one side are
looked up at every place of the other, the best chain of them is kept, and what lies between is
looked at again by shorter blocks. Only small gaps are left to difflib, and only so many of them;
and once many places were tried in vain, only blocks that stand in one place are followed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from heapq import heappop, heappush
from operator import eq
from typing import Final, TypeAlias

from sockplay.model.alignment import Alignment, Likeness, Stretch
from sockplay.session.forms.progress import Tell, going_on

Items: TypeAlias = bytes | tuple[int, ...]
Run: TypeAlias = tuple[int, int, int]
"""Where it begins on the left and on the right, and how long it is."""

_BLOCKS: Final = {bytes: (32, 8), tuple: (4, 1)}
_SHORTEST: Final = {bytes: 2, tuple: 1}
"""Items of a run that is no chance."""
_OFTEN: Final = 8
"""A block that stands in more places than that tells nothing of where it belongs."""
_TRIES: Final = 1 << 16
"""Places that are tried where a block stands in several."""
_STEP: Final = 1 << 14
"""Items between two tellings."""
_SMALL: Final = 4096
"""Pairs of items in a gap that difflib may look at."""
_EFFORT: Final = 1 << 18
"""The same of all gaps together: what is left then counts as changed."""


def align(left: Items, right: Items, tell: Tell | None = None) -> Alignment:
    """Lay two sequences side by side; the stretches cover both from end to end, in order.

    Args:
        left: one of them.
        right: the other one, of the same kind.
        tell: is told how far it has come, and says whether to go on.

    Raises:
        GivenUpError: it shall not go on.
    """
    work = _Work(left, right, tell)
    stretches = work.stretches()
    going_on(tell, 1, 1)
    return Alignment(stretches, work.is_rough)


class _Work:
    """What is done on two sequences of one kind."""

    def __init__(self, left: Items, right: Items, tell: Tell | None) -> None:
        self._left, self._right, self._tell = left, right, tell
        self.is_rough = False
        self._blocks = _BLOCKS[type(left)]
        self._shortest = _SHORTEST[type(left)]
        self._effort = _EFFORT
        self._tries = _TRIES
        self._walked = 0

    def stretches(self) -> list[Stretch]:
        """All of them."""
        found: list[Stretch] = []
        at, other = 0, 0
        runs = self._between(0, len(self._left), 0, len(self._right), 0)
        for start, begin, size in [*runs, (len(self._left), len(self._right), 0)]:
            gap, wide = start - at, begin - other
            shared = min(gap, wide)
            _add(found, "changed", at, other, shared)
            _add(found, "left", at + shared, other + shared, gap - shared)
            _add(found, "right", start, other + shared, wide - shared)
            _add(found, "same", start, begin, size)
            at, other = start + size, begin + size
        return found

    def _between(self, a: int, a_end: int, b: int, b_end: int, level: int) -> list[Run]:
        """The runs that two parts share: what they begin and end with, and what lies between."""
        head = self._forward(a, b, min(a_end - a, b_end - b))
        runs = [(a, b, head)] if head else []
        a, b = a + head, b + head
        tail = self._backward(a_end, b_end, min(a_end - a, b_end - b))
        runs += self._inside(a, a_end - tail, b, b_end - tail, level)
        return [*runs, (a_end - tail, b_end - tail, tail)] if tail else runs

    def _inside(self, a: int, a_end: int, b: int, b_end: int, level: int) -> list[Run]:
        size, other = a_end - a, b_end - b
        if not size or not other:
            return []
        if size == other:  # fields that changed in place are not to be moved about
            equal = sum(map(eq, self._left[a:a_end], self._right[b:b_end]))
            if 2 * equal >= size:
                return []
        if size * other <= _SMALL:
            return self._matched(a, a_end, b, b_end)
        while level < len(self._blocks):
            chain = _chain(self._common(a, a_end, b, b_end, self._blocks[level]))
            level += 1
            if chain:
                return self._around(chain, a, a_end, b, b_end, level)
        return []

    def _around(
        self, chain: list[Run], a: int, a_end: int, b: int, b_end: int, level: int
    ) -> list[Run]:
        runs: list[Run] = []
        for start, begin, size in chain:
            runs += [*self._between(a, start, b, begin, level), (start, begin, size)]
            a, b = start + size, begin + size
        return runs + self._between(a, a_end, b, b_end, level)

    def _matched(self, a: int, a_end: int, b: int, b_end: int) -> list[Run]:
        self._effort -= (a_end - a) * (b_end - b)
        if self._effort < 0:
            self.is_rough = True
            return []
        matcher = SequenceMatcher(None, self._left[a:a_end], self._right[b:b_end], autojunk=False)
        return [
            (a + match.a, b + match.b, match.size)
            for match in matcher.get_matching_blocks()
            if match.size >= self._shortest
        ]

    def _common(self, a: int, a_end: int, b: int, b_end: int, block: int) -> list[Run]:
        """Runs that two parts share, longer than two blocks for sure, in the right one's order."""
        left, right = self._left, self._right
        places: dict[Items, list[int]] = {}
        for at in range(a, a_end - block + 1, block):
            places.setdefault(left[at : at + block], []).append(at)
        runs: list[Run] = []
        at = told = b
        while at + block <= b_end:
            if at - told >= _STEP:
                told = self._told(told, at)
            longest = 0
            for start in self._worth_trying(places.get(right[at : at + block], ())):
                back = self._backward(start, at, min(start - a, at - b))
                size = block + self._forward(
                    start + block, at + block, min(a_end - start, b_end - at) - block
                )
                runs.append((start - back, at - back, back + size))
                longest = max(longest, size)
            at += longest or 1
        self._told(told, b_end)
        return runs

    def _worth_trying(self, places: Sequence[int]) -> Sequence[int]:
        """Those places of a block that are looked at, which are ever fewer."""
        if len(places) < 2:
            return places
        if len(places) > _OFTEN:
            return ()
        self._tries -= len(places)
        self.is_rough = self.is_rough or self._tries < 0
        return places if self._tries >= 0 else ()

    def _told(self, before: int, at: int) -> int:
        """Tell that the right side was walked on; each kind of block walks it once at most."""
        self._walked += at - before
        going_on(self._tell, self._walked, len(self._blocks) * len(self._right))
        return at

    def _forward(self, a: int, b: int, most: int) -> int:
        """How many items are equal from two places on."""
        left, right = self._left, self._right
        if most <= 0 or left[a] != right[b]:
            return 0
        return _equal(lambda done, end: left[a + done : a + end] == right[b + done : b + end], most)

    def _backward(self, a: int, b: int, most: int) -> int:
        """How many items are equal up to two places."""
        left, right = self._left, self._right
        if most <= 0 or left[a - 1] != right[b - 1]:
            return 0
        return _equal(lambda done, end: left[a - end : a - done] == right[b - end : b - done], most)


def _equal(alike: Callable[[int, int], bool], most: int) -> int:
    """How far two sequences are equal, found by ever longer steps and then by ever shorter ones."""
    done, step, grows = 0, 16, True
    while done < most and step:
        end = min(done + step, most)
        if alike(done, end):
            done = end
            step = step * 2 if grows else step
        else:
            grows, step = False, step // 2
    return done


def _chain(runs: list[Run]) -> list[Run]:
    """Of these runs, in the right side's order, the heaviest that follow one another on both."""
    best: list[tuple[int, int, int]] = []  # left end, weight, run: both grow
    waiting: list[tuple[int, int, int, int]] = []  # right end, left end, weight, run
    before: list[int] = []
    for number, (start, begin, size) in enumerate(sorted(runs, key=lambda run: run[1])):
        while waiting and waiting[0][0] <= begin:
            _, end, weight, run = heappop(waiting)
            _improve(best, end, weight, run)
        place = bisect_right(best, start, key=lambda each: each[0])
        weight, previous = best[place - 1][1:] if place else (0, -1)
        before.append(previous)
        heappush(waiting, (begin + size, start + size, weight + size, number))
    while waiting:
        _, end, weight, run = heappop(waiting)
        _improve(best, end, weight, run)
    ordered = sorted(runs, key=lambda run: run[1])
    chain: list[Run] = []
    number = best[-1][2] if best else -1
    while number >= 0:
        chain.append(ordered[number])
        number = before[number]
    return chain[::-1]


def _improve(best: list[tuple[int, int, int]], end: int, weight: int, run: int) -> None:
    place = bisect_right(best, end, key=lambda each: each[0])
    if place and best[place - 1][1] >= weight:
        return
    last = place
    while last < len(best) and best[last][1] <= weight:
        last += 1
    first = place - 1 if place and best[place - 1][0] == end else place
    best[first:last] = [(end, weight, run)]


def _add(found: list[Stretch], likeness: Likeness, left: int, right: int, size: int) -> None:
    if not size:
        return
    if found and found[-1].likeness == likeness:
        last = found[-1]
        if (last.left_end, last.right_end) == (left, right):
            found[-1] = Stretch(likeness, last.left, last.right, last.size + size)
            return
    found.append(Stretch(likeness, left, right, size))
