"""When the bytes of a socket last went the other way, for a column of times."""

from __future__ import annotations

from typing import Final

from sockplay.model.call import Direction, direction_of
from sockplay.session.finding.record import Record

REACH: Final = 8192
"""Calls before the first one that are looked at: further back nobody looks for an answer."""
_OTHER: Final[dict[Direction, Direction]] = {"in": "out", "out": "in"}


def turns(record: Record, first: int, last: int) -> dict[int, int | None]:
    """For the calls numbered first to last the time of the last one that went the other way.

    Returns:
        Times in ns since the Unix epoch, of calls of the same socket; None where there is none,
        or it is too far back.
    """
    found: dict[int, int | None] = {}
    times: dict[tuple[str, Direction], int] = {}
    known: dict[int, tuple[str, Direction | None, bool]] = {}
    for block in record.blocks(max(1, first - REACH), last):
        for number in set(block.kinds) - known.keys():
            kind = record.kind(number)
            known[number] = kind.socket, direction_of(kind.op), kind.error is None
        for seq, number, time_ns in zip(
            range(block.first, block.last + 1), block.kinds, block.times, strict=True
        ):
            if seq > last:
                break
            socket, way, worked = known[number]
            if seq >= first:
                found[seq] = times.get((socket, _OTHER[way])) if way else None
            if way and worked:
                times[socket, way] = time_ns
    return found
