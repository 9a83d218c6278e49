"""Which calls a view shows: of some sockets, of one side, those that a typed line wants."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from sockplay.session.blocks import Kind
from sockplay.session.finding.record import ALL, Record

if TYPE_CHECKING:
    from sockplay.session.finding.matching import Matcher, Surroundings
    from sockplay.session.finding.terms import Term


class Filter(msgspec.Struct, frozen=True):
    """A call passes when its socket and its side are wanted, and what was typed holds for it."""

    sockets: frozenset[str] = frozenset()
    """Wanted sockets; empty lets all through."""
    text: str = ""
    """What was typed, for people."""
    wanted: Term | None = None
    """The same, as it was read."""
    side: Literal["", "client", "server"] = ""
    """Wanted side of the conversations; empty lets both through."""

    def __bool__(self) -> bool:
        return bool(self.sockets or self.wanted or self.side)

    def matcher(self, record: Record, around: Surroundings | None = None) -> Matcher:
        """The filter at work on a record."""
        from sockplay.session.finding.matching import Matcher, Surroundings  # see parse_filter
        from sockplay.session.finding.terms import All, Not, OfSockets

        parts: list[Term] = []
        if self.sockets:
            parts.append(OfSockets(self.sockets))
        if self.side:
            servers = OfSockets(servers_of(record.kinds()))
            parts.append(servers if self.side == "server" else Not(servers))
        if self.wanted is not None:
            parts.append(self.wanted)
        return Matcher(All(tuple(parts)), around or Surroundings())


def parse_filter(text: str, sockets: frozenset[str] = frozenset()) -> Filter:
    """A filter from what a person typed, in the filter language.

    Raises:
        ValuesError: it cannot be read; it names the column.
    """
    from sockplay.session.finding.language import parse  # much to load before anything is typed

    return Filter(sockets, " ".join(text.split()), parse(text))


def servers_of(kinds: Iterable[Kind]) -> frozenset[str]:
    """Who listened or was accepted; a datagram socket that is bound waits for others too."""
    bound, connected, accepted = set(), set(), set()
    for kind in kinds:
        if kind.op in ("connect", "connect_ex"):
            connected.add(kind.socket)
        elif kind.error is None and kind.op in ("bind", "listen"):
            bound.add(kind.socket)
        elif kind.error is None and kind.op == "accept":
            accepted.add(kind.note.partition(", ")[0])
    return frozenset(bound - connected | accepted)


def matches(
    record: Record, matcher: Matcher, first: int = 1, last: int = ALL
) -> Iterator[tuple[int, array[int]]]:
    """Look through a record block by block; it may be left after any, and gone on with later.

    Yields:
        For each block the number of the call after it, and those of its calls that are wanted,
        from ``first`` on.
    """
    for block in record.blocks(first, last):
        found = matcher.hits(block, record)
        if block.first < first or block.last > last:
            found = array("I", (seq for seq in found if first <= seq <= last))
        yield block.last + 1, found


def matching(record: Record, wanted: Filter, after: int = 0) -> array[int]:
    """The numbers, above ``after``, of all the calls that a filter lets through."""
    every: array[int] = array("I")
    for _, found in matches(record, wanted.matcher(record), after + 1):
        every.extend(found)
    return every
