"""Builds what a stream map shows from the record: both directions of one conversation."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Final

from sockplay.model.call import direction_of
from sockplay.model.lane import Flow, Lane, Tag, Urgent
from sockplay.session.moves import Move
from sockplay.session.reader import Reader
from sockplay.session.stream_map_datagrams import Came, Pairing
from sockplay.session.stream_map_ends import Conversation, is_at

PAGE: Final = 5_000
"""Calls that are read at a time: other questions to the record wait no longer than this takes."""
_INLINE: Final = "SOL_SOCKET, SO_OOBINLINE, "
_RESETS: Final = frozenset({"ECONNRESET", "ECONNABORTED"})
_TAGS: Final[tuple[Tag, ...]] = ("cut by bufsize", "short write", "truncated")


class StreamMap:
    """Both directions of a conversation, brought up to date by reading on in the record.

    Args:
        conversation: whose calls are wanted.
    """

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        name, twin, other = conversation.name, conversation.twin, conversation.other
        ours, theirs = _End(conversation.datagrams), _End(conversation.datagrams)
        self._ends = {name: ours} if twin is None else {name: ours, twin: theirs}
        if twin is not None and conversation.datagrams:
            ours.outgoing = theirs.incoming = Pairing(ours.sent, theirs.read)
            theirs.outgoing = ours.incoming = Pairing(theirs.sent, ours.read)
        self.out = Flow(name, other, ours.sent, theirs.read if twin else None)
        self.back = Flow(other, name, theirs.sent if twin else None, ours.read)
        self.read_to = 0
        """The number of the last call that was looked at."""
        self._is_between = lru_cache(1024)(self._between)

    @property
    def flows(self) -> tuple[Flow, Flow]:
        """What the chosen socket sent, and what it read."""
        return self.out, self.back

    @property
    def unexplained(self) -> int:
        """Datagrams that were read here and that no call here has sent."""
        pairings = [end.incoming for end in self._ends.values()]
        return sum(pairing.unexplained for pairing in pairings if pairing is not None)

    def read_on(self, reader: Reader, newest: int) -> None:
        """Look at the next page of calls, up to the one with number ``newest``."""
        last = min(newest, self.read_to + PAGE)
        for move in reader.moves(
            list(self._ends), self.read_to + 1, last, self.conversation.datagrams
        ):
            self._take(move)
        self.read_to = last

    def _take(self, move: Move) -> None:
        end, direction = self._ends[move.socket], direction_of(move.op)
        end.begun = True
        if direction is None:
            _finish(end, move)
        elif move.error is not None:
            if move.error in _RESETS:
                (end.sent if direction == "out" else end.read).finish("reset", move.seq)
        elif move.moved is None or move.peeked:
            return
        elif self.conversation.datagrams:
            if self._is_between(move.socket, move.peer) and self._have_begun:
                self._take_datagram(end, move, direction == "out")
        elif "MSG_OOB" in move.args and not self._comes_inline(end, direction == "out"):
            _take_urgent(end.sent if direction == "out" else end.read, move, move.moved)
        else:
            _take_part(end.sent if direction == "out" else end.read, move, move.moved)

    @property
    def _have_begun(self) -> bool:
        """Whether both sockets live: before that another one had the address of one of them."""
        return all(end.begun for end in self._ends.values())

    def _comes_inline(self, end: _End, out: bool) -> bool:
        """Whether what is sent as urgent is a byte of the stream like others, for its reader."""
        return out and any(other.inline for other in self._ends.values() if other is not end)

    def _take_datagram(self, end: _End, move: Move, out: bool) -> None:
        pairing = end.outgoing if out else end.incoming
        moved = move.moved or 0
        if pairing is None:
            (end.sent if out else end.read).add(move.seq, moved, move.op, _tag(move))
        elif out:
            pairing.send(move.seq, move.op, move.data)
        else:
            size = moved if move.size is None else move.size
            check = zlib.crc32(move.data)
            pairing.come(Came(move.seq, move.op, _tag(move), moved, size, check))

    def _between(self, name: str, peer: str) -> bool:
        """Whether a datagram of a socket here went to, or came from, the other end."""
        conversation = self.conversation
        if conversation.paired:
            return True
        if name == conversation.name:
            return peer == conversation.peer
        return is_at(peer, conversation.local)


class _End:
    """What one socket did, and for datagrams how its peer's calls are laid beside."""

    def __init__(self, datagrams: bool) -> None:
        self.sent = Lane(datagrams)
        self.read = Lane(datagrams)
        self.begun = False
        """Whether a call of it was seen."""
        self.inline = False
        """Whether it reads urgent bytes in their place of the stream (SO_OOBINLINE)."""
        self.outgoing: Pairing | None = None
        self.incoming: Pairing | None = None


def _take_part(lane: Lane, move: Move, moved: int) -> None:
    """Lay one call's part of a stream behind the others; what overlaps them was counted before."""
    if not moved and "EOF" in move.badges:
        lane.finish("EOF", move.seq)
    if move.offset is None:
        return  # it only looked
    end, offset = lane.end, move.offset - len(lane.urgent)
    if offset > end:
        lane.skip(offset - end)
        end = offset
    size = offset + moved - end
    if size > 0:
        lane.add(move.seq, size, move.op, _tag(move))


def _take_urgent(lane: Lane, move: Move, moved: int) -> None:
    """Note a byte beside the stream: the last of a send, the only one of a read (tcp(7))."""
    if moved > 1:
        _take_part(lane, move, moved - 1)
    if moved:
        lane.urgent.append(Urgent(lane.end, move.seq))


def _finish(end: _End, move: Move) -> None:
    """Take note of a call that ends one half or both, or changes what is read."""
    if move.error is not None:
        return
    if move.op == "setsockopt" and move.args.startswith(_INLINE):
        end.inline = move.args != f"{_INLINE}0"
    closes = move.op == "close"
    if closes and "(RST)" in move.note:
        end.sent.finish("reset", move.seq)
    elif (closes or _shuts(move, "SHUT_WR")) and not end.sent.ended:
        end.sent.finish("EOF", move.seq)
    if closes or _shuts(move, "SHUT_RD"):
        end.read.finish("closed", move.seq)


def _shuts(move: Move, half: str) -> bool:
    return move.op == "shutdown" and move.args in (half, "SHUT_RDWR")


def _tag(move: Move) -> Tag:
    if not move.badges:
        return ""
    return next((tag for tag in _TAGS if tag in move.badges), "")
