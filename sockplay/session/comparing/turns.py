"""What was said in a session, socket by socket: bytes in one direction until the other answers.

A stream's reads and sends are cut by chance, so turns are compared and not calls: two sessions that
carried the same bytes are the same, however often each of them called recv for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

import msgspec

from sockplay.model.call import Direction, direction_of
from sockplay.model.errors import SockplayError
from sockplay.session.comparing.window import HELD, Window, start_of_difference
from sockplay.session.forms.progress import Tell, told_blocks
from sockplay.session.reader import Reader

MOST: Final = 200_000
"""Turns of a session that are compared: they are held in memory."""
HEAD: Final = 48
"""Bytes of a turn that a list shows."""
_PAGE: Final = 4096


class Turn(msgspec.Struct, frozen=True):
    """Bytes that a socket sent, or read, without any the other way between; or one datagram."""

    socket: str
    direction: Direction
    first: int
    """The number of its first call."""
    last: int
    size: int
    digest: int
    """A number that stands for its direction and its bytes."""
    head: bytes = b""
    """Its first bytes."""


class _Open:
    """A turn that may go on."""

    def __init__(self, socket: str, direction: Direction, seq: int) -> None:
        self.socket, self.direction = socket, direction
        self.first = self.last = seq
        self.size = 0
        self.head = b""
        self._hash = blake2b(direction.encode(), digest_size=7)

    def add(self, seq: int, data: bytes) -> None:
        self.last = seq
        self.size += len(data)
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self._hash.update(data)

    def closed(self) -> Turn:
        digest = int.from_bytes(self._hash.digest(), "big")
        return Turn(
            self.socket, self.direction, self.first, self.last, self.size, digest, self.head
        )


def turns(reader: Reader, tell: Tell | None = None) -> dict[str, list[Turn]]:
    """What each socket said and heard, in the order of the sockets' first calls.

    Args:
        reader: the session.
        tell: is told how many calls are done, and of how many; says whether to go on.

    Raises:
        SockplayError: it cannot be read, has too many turns, or was given up.
    """
    found: dict[str, list[Turn]] = {}
    open_: dict[str, _Open] = {}
    count = 0
    for block in told_blocks(reader, tell):
        for i, number in enumerate(block.kinds):
            kind = reader.kind(number)
            way = direction_of(kind.op)
            if way is None or kind.error or "MSG_PEEK" in kind.args or block.moved[i] < 0:
                continue
            data, datagram = block.bytes_of(i), block.offset[i] < 0
            if not data and not datagram:
                continue
            turn = open_.get(kind.socket)
            if turn is None or turn.direction != way or datagram:
                if turn is not None:
                    found[kind.socket].append(turn.closed())
                turn = open_[kind.socket] = _Open(kind.socket, way, block.first + i)
                found.setdefault(kind.socket, [])
                count += 1
                if count > MOST:
                    raise SockplayError(
                        f"{reader.path} has more than {MOST:,} turns of sending and receiving, "
                        "which are too many to compare. Compare two messages of it instead."
                    )
            turn.add(block.first + i, data)
    for name, last in open_.items():
        found[name].append(last.closed())
    return found


def turn_window(one: Reader, left: Turn | None, other: Reader, right: Turn | None) -> Window:
    """The part of two turns that is worth looking at; a turn that is missing has no bytes.

    Raises:
        SockplayError: they cannot be read.
    """
    start = start_of_difference(_pieces(one, left), _pieces(other, right))
    return Window(start, _part(one, left, start), _part(other, right, start))


def _part(reader: Reader, turn: Turn | None, start: int) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for data in _pieces(reader, turn):
        pieces.append(data[max(0, start - at) : start + HELD - at])
        at += len(data)
        if at >= start + HELD:
            break
    return b"".join(pieces)


def _pieces(reader: Reader, turn: Turn | None) -> Iterator[bytes]:
    if turn is None:
        return
    for first in range(turn.first, turn.last + 1, _PAGE):
        last = min(turn.last, first + _PAGE - 1)
        for move in reader.moves([turn.socket], first, last, True):
            if direction_of(move.op) == turn.direction and not move.peeked:
                yield move.data
