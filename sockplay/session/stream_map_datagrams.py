"""Which of the datagrams that were sent is the one that was read."""

from __future__ import annotations

import zlib
from array import array
from collections import deque
from typing import Final

import msgspec

from sockplay.model.lane import Lane, Tag

_LOOK_AHEAD: Final = 100_000
"""Datagrams among which the one that was read is looked for: more are not lost at once."""
_WAITING_MOST: Final = 64


class Came(msgspec.Struct, frozen=True):
    """A datagram that was read, or the beginning of one."""

    seq: int
    op: str
    tag: Tag
    moved: int
    size: int
    """Its real length, where the kernel told; else what was read."""
    check: int
    """A checksum of the bytes that were read."""


class Pairing:
    """Lays what was read under what was sent, in order, by length and content.

    Datagrams between two sockets of one computer keep their order, so what was sent before one
    that was read, and was not read, is lost. Of equal datagrams the earliest counts as the one
    that came. 8 bytes a datagram beside the lanes.
    """

    def __init__(self, sent: Lane, read: Lane) -> None:
        self._sent = sent
        self._read = read
        self._keys = array("Q")
        self.unexplained = 0
        """Datagrams that were read and that no call here has sent."""
        self._waiting: deque[Came] = deque(maxlen=_WAITING_MOST)
        """The last of them: a call is recorded when it returns, so the one that sent a datagram
        may stand after the one that read it."""

    def send(self, seq: int, op: str, data: bytes) -> None:
        """A datagram was sent."""
        place = len(self._keys)
        self._keys.append(_key(len(data), zlib.crc32(data)))
        self._sent.add(seq, len(data), op)
        came = next((one for one in self._waiting if self._is(one, place)), None)
        if came is not None:
            self._waiting.remove(came)
            self.unexplained -= 1
            self._lay(came, place)

    def come(self, came: Came) -> None:
        """A datagram was read."""
        place = self._find(came)
        if place is None:
            self._waiting.append(came)
            self.unexplained += 1
        else:
            self._lay(came, place)

    def _lay(self, came: Came, place: int) -> None:
        self._read.skip(place - self._read.end)
        self._read.add(came.seq, came.moved, came.op, came.tag)

    def _find(self, came: Came) -> int | None:
        first = self._read.end
        last = min(len(self._keys), first + _LOOK_AHEAD)
        if came.tag == "truncated":
            return next((place for place in range(first, last) if self._is(came, place)), None)
        try:
            return self._keys.index(_key(came.moved, came.check), first, last)
        except ValueError:
            return None

    def _is(self, came: Came, place: int) -> bool:
        """Whether the one that was sent there can be the one that came."""
        key = self._keys[place]
        if came.tag == "truncated":  # what is gone of it is in no checksum
            return key >> 32 == came.size
        return key == _key(came.moved, came.check)


def _key(length: int, check: int) -> int:
    return length << 32 | check
