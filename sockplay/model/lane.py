"""The calls of one direction of one socket laid end to end: what a stream map is drawn from."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import Final, Literal

import msgspec

Tag = Literal["", "cut by bufsize", "short write", "truncated"]
_TAGS: Final[tuple[Tag, ...]] = ("", "cut by bufsize", "short write", "truncated")
EndKind = Literal["EOF", "reset", "closed"]


class End(msgspec.Struct, frozen=True):
    """How a lane ended, and with which call."""

    kind: EndKind
    at: int
    """Where, in the lane's units."""
    seq: int


class Span(msgspec.Struct, frozen=True):
    """One call's part of a lane; a ``seq`` of 0 stands for a part that no call moved."""

    seq: int
    op: str
    tag: Tag
    start: int
    end: int
    size: int
    """Bytes that it moved."""

    @property
    def absent(self) -> bool:
        """Whether there is no call: a datagram that was lost."""
        return not self.seq


class Urgent(msgspec.Struct, frozen=True):
    """A byte that went beside the stream (MSG_OOB), and with which call."""

    at: int
    """How many bytes of the stream were before it."""
    seq: int


class Lane:
    """Calls that tile their direction in order, without gap or overlap.

    The unit is a byte of the stream, or one datagram. A call takes 14 bytes of memory, of
    datagrams 18. A lane only grows, and a call counts once its end stands there, so that one thread
    may add calls while another draws them.

    Args:
        datagrams: whether the unit is one datagram.
    """

    def __init__(self, datagrams: bool = False) -> None:
        self.datagrams = datagrams
        self.ended: list[End] = []
        """The ends that it came to, one of each kind at most."""
        self.urgent: list[Urgent] = []
        """The bytes beside the stream, in order."""
        self.absent = 0
        """Units that no call moved."""
        self._seqs = array("I")
        self._ends = array("Q")
        self._ops = bytearray()
        self._tags = bytearray()
        self._sizes = array("I")
        self._names: list[str] = []

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def end(self) -> int:
        """How many units all calls together have moved."""
        return self._ends[-1] if self._ends else 0

    def add(self, seq: int, size: int, op: str = "", tag: Tag = "") -> None:
        """Append a call that moved ``size`` bytes: that much of a stream, or one datagram."""
        ends, names = self._ends, self._names
        if op not in names:
            names.append(op)
        self._seqs.append(seq)
        self._ops.append(names.index(op))
        self._tags.append(_TAGS.index(tag))
        if self.datagrams:
            self._sizes.append(min(size, 0xFFFF_FFFF))
            size = 1
        ends.append(ends[-1] + size if ends else size)

    def skip(self, units: int) -> None:
        """Append a part that no call moved."""
        self.absent += units
        for size in [0] * units if self.datagrams else [units]:
            self.add(0, size)

    def finish(self, kind: EndKind, seq: int) -> None:
        """Note an end; the first of its kind stands."""
        if all(end.kind != kind for end in self.ended):
            self.ended.append(End(kind, self.end, seq))

    def start(self, number: int) -> int:
        """Where a call begins."""
        return self._ends[number - 1] if number else 0

    def __getitem__(self, number: int) -> Span:
        start, end = self.start(number), self._ends[number]
        return Span(
            seq=self._seqs[number],
            op=self._names[self._ops[number]],
            tag=_TAGS[self._tags[number]],
            start=start,
            end=end,
            size=self._sizes[number] if self.datagrams else end - start,
        )

    def at(self, place: int) -> int:
        """The number of the call that holds a place; that of the last one beyond the end."""
        return max(0, min(bisect_right(self._ends, place), len(self) - 1))

    def begun(self, place: int) -> int:
        """How many calls begin before a place."""
        count = len(self)
        if place <= 0 or not count:
            return 0
        return 1 + bisect_left(self._ends, place, 0, count - 1)

    def over(self, start: int, end: int) -> range:
        """The numbers of the calls that hold some of ``start`` to ``end``, which is left out."""
        if start >= min(end, self.end):
            return range(0)
        return range(bisect_right(self._ends, start), self.begun(end))

    def tagged(self, tag: Tag, first: int, last: int) -> int:
        """How many calls from ``first`` to ``last``, which is left out, have a tag."""
        return self._tags.count(_TAGS.index(tag), first, last)


class Flow(msgspec.Struct, frozen=True):
    """One direction of a conversation: what one end sent, and what the other read of it."""

    source: str
    """The name of the socket that sends, or the address of one that is not ours."""
    sink: str
    """The same of the one that reads."""
    sent: Lane | None
    """None when the sender is not ours."""
    read: Lane | None

    @property
    def datagrams(self) -> bool:
        """Whether the unit is one datagram."""
        return any(lane is not None and lane.datagrams for lane in (self.sent, self.read))

    @property
    def end(self) -> int:
        """How many units are known of."""
        return max(lane.end for lane in (self.sent, self.read) if lane is not None)


class Standing(msgspec.Struct, frozen=True):
    """What the kernel holds of a flow now. Sizes are in bytes; None means nobody can tell."""

    unacknowledged: int | None = None
    """Sent, and not yet acknowledged by the peer's kernel (SIOCOUTQ)."""
    unread: int | None = None
    """Waits to be read (FIONREAD); of datagrams, the next one's length."""
    dropped: int | None = None
    """Datagrams that the reader's kernel dropped since it was opened, whoever sent them."""
    over: bool = False
    """The reader is closed: what it has not read, it never will."""
