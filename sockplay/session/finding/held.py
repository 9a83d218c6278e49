"""Which calls' own data are, or hold, what is looked for: their joined data are searched once."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, compress
from typing import Final

from sockplay.session.blocks import Block
from sockplay.session.finding import flags
from sockplay.session.finding.expression import Expression
from sockplay.session.finding.flags import Flags
from sockplay.session.finding.pattern import Pattern
from sockplay.session.finding.terms import Held

_LOOKS_AROUND: Final = re.compile(r"[\^$]|\\[AzBb]")
"""What of an expression may ask where the data begin or end."""
_WHOLE: Final = re.compile(r"\\[Az]|\(\?\w*-?\w*m")
"""What of it does not take a line's beginning or end for theirs."""


def held(term: Held, block: Block, among: Flags) -> Flags:
    """Those of some calls whose own data are, or hold, what is looked for.

    Each call's data stand for themselves: ``^`` and ``$`` stand where they begin and end, and at
    the lines in them.
    """
    pattern = term.pattern
    if pattern.expression:
        return _finds(pattern, block, among)
    if term.order == "~":
        return holds(pattern.literal, block, among)
    size = len(pattern.literal)
    fits = flags.both(among, bytes(map(size.__eq__, block.lengths)))
    return holds(pattern.literal, block, fits)


def holds(looked_for: bytes, block: Block, among: Flags) -> Flags:
    """Those of some calls whose own data hold some bytes."""
    if 1 not in among or not looked_for:
        return among
    found = bytearray(len(block))
    data, ends, size = block.data, block.ends, len(looked_for)
    at = data.find(looked_for)
    while at >= 0:
        call = bisect_right(ends, at)
        inside = at + size <= ends[call]
        if inside:
            found[call] = 1
        at = data.find(looked_for, ends[call] if inside else at + 1)
    return flags.both(among, bytes(found))


def _finds(pattern: Pattern, block: Block, among: Flags) -> Flags:
    finder = pattern.in_bytes
    if not (_LOOKS_AROUND.search(pattern.expression) or finder.is_in(b"")):
        found = _found_in(finder, block.data, block.ends, 0, block.bytes_of)
        return flags.both(among, flags.at(found, len(block)))
    calls = list(compress(range(len(block)), among))
    parts = list(map(block.bytes_of, calls))
    if _WHOLE.search(pattern.expression):
        return flags.at(compress(calls, map(finder.is_in, parts)), len(block))
    ends = array("Q", accumulate(map(len, parts), lambda end, size: end + 1 + size))
    found = _found_in(finder, b"\n".join(parts), ends, 1, parts.__getitem__)
    return flags.at((calls[n] for n in found), len(block))


def _found_in(
    finder: Expression, data: bytes, ends: Sequence[int], gap: int, part: Callable[[int], bytes]
) -> Iterator[int]:
    """Which of some data hold an expression: to look once takes less than many times.

    Args:
        finder: the expression.
        data: all of them, joined.
        ends: where each ends in ``data``.
        gap: bytes between them.
        part: one of them.
    """
    at = 0
    while at <= len(data) and (span := finder.first(data, at)) is not None:
        n = bisect_right(ends, span[0] - gap)
        if n == len(ends):
            return
        if span[1] <= ends[n] or finder.is_in(part(n)):
            yield n
        at = ends[n] + gap
