"""Decides which calls of a block a filter wants: texts once a kind, numbers a column at a time."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Final, TypeAlias

import msgspec

from sockplay.model.call import direction_of
from sockplay.session.blocks import Block, Kind
from sockplay.session.finding import flags
from sockplay.session.finding.flags import Flags
from sockplay.session.finding.held import held, holds
from sockplay.session.finding.message_fields import Decoder, message_passes
from sockplay.session.finding.pattern import to_bytes
from sockplay.session.finding.record import Record
from sockplay.session.finding.terms import (
    All,
    AnyOf,
    Decoded,
    Held,
    Marked,
    Moment,
    Not,
    Noted,
    Number,
    OfKind,
    OfSockets,
    Order,
    Term,
    TextTest,
    Word,
)
from sockplay.values.printable import visible

Told: TypeAlias = Word | OfKind | OfSockets | Noted
"""What is decided once for a kind of call."""
_COST: Final[dict[type, int]] = {Word: 2, Held: 2, Decoded: 3}
"""What is asked last, for it must look at bytes, or take them apart."""

_KINDS_KEPT: Final = 20_000
_DAY: Final = 24 * 60 * 60 * 1_000_000_000
_QUARTER: Final = 15 * 60 * 1_000_000_000


class Surroundings(msgspec.Struct, frozen=True):
    """What a filter may ask for that stands in no block."""

    began: int = 0
    """When the session's first call was made, in ns since the Unix epoch."""
    newest: int = 0
    """When its newest call was made."""
    marks: Mapping[int, str] = {}
    """The person's marks: notes by the numbers of calls."""
    decode: Decoder | None = None
    """Reads the fields of a message from a socket's data."""


class Matcher:
    """A filter at work on the blocks of a record.

    Args:
        wanted: what is asked for.
        around: what stands in no block.
    """

    def __init__(self, wanted: Term, around: Surroundings) -> None:
        self._wanted = wanted
        self.around = around
        self._tables: dict[Told, dict[int, bool]] = {}

    def hits(self, block: Block, record: Record) -> array[int]:
        """The numbers of the calls that it wants."""
        found = self._of(self._wanted, block, record, b"\1" * len(block))
        return array("I", compress(range(block.first, block.first + len(block)), found))

    def _of(self, term: Term, block: Block, record: Record, among: Flags) -> Flags:
        """Those of some calls that a term holds for."""
        match term:
            case All(parts):
                for part in sorted(parts, key=_cost):
                    if 1 not in among:
                        break
                    among = self._of(part, block, record, among)
                return among
            case AnyOf(parts):
                rest = among
                for part in sorted(parts, key=_cost):
                    rest = flags.without(rest, self._of(part, block, record, rest))
                return flags.without(among, rest)
            case Not(part):
                return flags.without(among, self._of(part, block, record, among))
            case Word(text):
                told = flags.both(among, self._told(term, block, record))
                rest = flags.without(among, told)
                return flags.either(told, holds(to_bytes(text), block, rest))
            case OfKind() | OfSockets():
                return flags.both(among, self._told(term, block, record))
            case Noted(test):
                told = flags.both(among, self._told(term, block, record))
                noted = (seq for seq, note in self._marks(block) if passes(test, note))
                own = flags.at((seq - block.first for seq in noted), len(block))
                return flags.either(told, flags.both(among, own))
            case Marked():
                own = flags.at((seq - block.first for seq, _ in self._marks(block)), len(block))
                return flags.both(among, own)
            case Number(field, order, value):
                return flags.both(among, _compared(_column(field, block), order, value))
            case Moment(order, _, _):
                times, instant = self._times(term, block)
                return flags.both(among, _compared(times, order, instant, signed=True))
            case Held():
                return held(term, block, among)
            case Decoded():
                return self._decoded(term, block, record, among)

    def _told(self, term: Told, block: Block, record: Record) -> Flags:
        table = self._tables.setdefault(term, {})
        if len(table) > _KINDS_KEPT:
            table.clear()
        kinds = set(block.kinds)
        for number in kinds - table.keys():
            table[number] = _holds_for(term, record.kind(number))
        if len({table[number] for number in kinds}) == 1:
            return bytes([table[block.kinds[0]]]) * len(block)
        return bytes(map(table.__getitem__, block.kinds))

    def _marks(self, block: Block) -> Iterator[tuple[int, str]]:
        return (
            (seq, note)
            for seq, note in self.around.marks.items()
            if block.first <= seq <= block.last
        )

    def _times(self, term: Moment, block: Block) -> tuple[Sequence[int], int]:
        """The times of a block's calls, and what they are compared with."""
        if term.anchor != "day":
            since = self.around.began if term.anchor == "began" else self.around.newest
            return block.times, term.ns + since
        # As a clock on the wall shows them: it is changed in some nights, which has hours twice.
        began = self.around.began + _offset(self.around.began // _QUARTER)
        instant = began - began % _DAY + term.ns
        quarters = {time_ns // _QUARTER for time_ns in block.times}
        offsets = {quarter: _offset(quarter) for quarter in quarters}
        if len(set(offsets.values())) == 1:
            return block.times, instant - offsets.popitem()[1]
        return [time_ns + offsets[time_ns // _QUARTER] for time_ns in block.times], instant

    def _decoded(self, term: Decoded, block: Block, record: Record, among: Flags) -> Flags:
        decode = self.around.decode
        if decode is None:
            return bytes(len(block))
        return flags.at(
            (
                i
                for i in compress(range(len(block)), among)
                if block.lengths[i]
                and message_passes(
                    term, decode(record.kind(block.kinds[i]).socket, block.bytes_of(i))
                )
            ),
            len(block),
        )


def _offset(quarter: int) -> int:
    """How far the clock here is ahead of UTC in a quarter of an hour; it is set between two."""
    return time.localtime(quarter * 15 * 60).tm_gmtoff * 1_000_000_000


def passes(test: TextTest, text: str) -> bool:
    """Whether a text is, or holds, what is looked for."""
    if test.pattern is not None:
        return test.pattern.in_text.is_in(to_bytes(text))
    looked_for, shown = _lower(visible(test.text)), _lower(visible(text))
    return looked_for in shown if test.order == "~" else looked_for == shown


def _cost(term: Term) -> int:
    match term:
        case All(parts) | AnyOf(parts):
            return max(map(_cost, parts))
        case Not(part):
            return _cost(part)
    return _COST.get(type(term), 1)


def _holds_for(term: Told, kind: Kind) -> bool:
    match term:
        case Word(text):
            words = (kind.socket, kind.op, ",".join(kind.badges), kind.error, kind.note, kind.peer)
            looked_for = _lower(visible(text))
            return any(looked_for in _lower(visible(word)) for word in words if word)
        case OfSockets(names):
            return kind.socket in names
        case Noted(test):
            return passes(test, kind.note)
        case OfKind("badge", test):
            return any(passes(test, badge) for badge in kind.badges)
        case OfKind(field, test):
            return passes(test, _TEXTS[field](kind) or "")


_TEXTS: Final[dict[str, Callable[[Kind], str | None]]] = {
    "socket": lambda kind: kind.socket,
    "dir": lambda kind: direction_of(kind.op),
    "call": lambda kind: kind.op,
    "error": lambda kind: kind.error,
    "peer": lambda kind: kind.peer,
    "local": lambda kind: kind.local,
    "args": lambda kind: kind.args,
}


def _lower(text: str) -> str:
    """Lower case of A to Z alone, so that no other letter changes its length."""
    return text.encode().lower().decode()


def _column(field: str, block: Block) -> Sequence[int]:
    match field:
        case "seq":
            return range(block.first, block.last + 1)
        case "size":
            pairs = zip(block.size, block.lengths, strict=True)
            # A call that moved no bytes has no size; an empty datagram has one, 0.
            return [size if size >= 0 else length or -1 for size, length in pairs]
    column: Sequence[int] = getattr(block, field)
    return column


def _compared(column: Sequence[int], order: Order, value: int, signed: bool = False) -> Flags:
    """Those numbers that compare so; where not ``signed``, a negative one is none at all."""
    turned = {
        "=": value.__eq__,
        "!=": value.__ne__,
        "<": value.__gt__,
        "<=": value.__ge__,
        ">": value.__lt__,
        ">=": value.__le__,
    }
    found = bytes(map(turned[order], column))
    if signed or (value >= 0 and order in ("=", ">", ">=")):
        return found
    return flags.both(found, bytes(map((-1).__lt__, column)))
