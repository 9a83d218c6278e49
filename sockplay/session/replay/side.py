"""One side of a recorded conversation: what it sent when, and what came back in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from sockplay.model.call import Call, direction_of
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.session.forms.progress import Tell, told_blocks
from sockplay.session.reader import Reader
from sockplay.session.roster import Roster

Act = Literal["begin", "send", "finish", "close", "reset"]
"""``begin`` sends nothing: the peer speaks first, or there is nothing to wait for."""
HELD: Final = 64 << 20
"""Bytes of a side that are held in memory while it is had again."""


class Step(msgspec.Struct, frozen=True):
    """Something that the side did, and what came back before it did the next thing."""

    act: Act
    seq: int
    """The number of the call that did it; 0 for the beginning."""
    gap_ns: int
    """How long after the step before."""
    data: bytes
    back: tuple[bytes, ...]
    """Of a stream one piece with all bytes, of datagrams each one."""
    ended: bool
    """Whether the peer finished sending."""


class Side(msgspec.Struct, frozen=True):
    """A socket of a session that can have its part again."""

    info: SocketInfo
    steps: tuple[Step, ...]

    @property
    def serves(self) -> bool:
        """Whether it waits for a peer, rather than going to one."""
        spoken_to = not self.info.stream and bool(self.steps[0].back)
        return self.info.role == "connection" or spoken_to

    @property
    def sends(self) -> int:
        """How many times it sent."""
        return sum(step.act == "send" for step in self.steps)


def sides(reader: Reader, tell: Tell | None = None) -> list[SocketInfo]:
    """The sockets of a session that sent something.

    Args:
        reader: the session.
        tell: is told how far it has come, and says whether to go on.

    Raises:
        SockplayError: it cannot be read, or was given up.
    """
    roster = Roster()
    for block in told_blocks(reader, tell):
        roster.add(block, reader.kinds_of(block))
    return [info for info in roster.infos() if info.bytes_out]


def chosen_side(infos: Sequence[SocketInfo], name: str = "") -> SocketInfo:
    """The socket of that name; without one, the only client, or the only one that sent at all.

    Raises:
        SockplayError: there is none, or there are several.
    """
    if name:
        found = [info for info in infos if info.name == name]
    else:
        clients = [info for info in infos if info.role != "connection" and info.peer]
        found = clients or list(infos)
    if len(found) == 1:
        return found[0]
    names = ", ".join(info.name for info in infos[:12]) + (", ..." if len(infos) > 12 else "")
    if not infos:
        raise SockplayError("No socket of this session sent anything, so there is nothing to send.")
    if name:
        raise SockplayError(f"No socket {name} sent anything in this session. There are: {names}.")
    raise SockplayError(f"Several sockets sent something: {names}. Say which, with --socket NAME.")


def side(reader: Reader, info: SocketInfo, tell: Tell | None = None) -> Side:
    """All that a socket did, ready to be done again.

    Args:
        reader: the session.
        info: the socket.
        tell: is told how far it has come, and says whether to go on.

    Raises:
        SockplayError: it cannot be read, moved more than is held in memory, or was given up.
    """
    if info.bytes_in + info.bytes_out > HELD:
        raise SockplayError(
            f"{info.name} moved {(info.bytes_in + info.bytes_out) >> 20:,} MiB; a replay takes up "
            f"to {HELD >> 20} MiB. Choose another socket."
        )
    steps: list[_Step] = [_Step("begin", 0, 0, b"")]
    for block in told_blocks(reader, tell):
        ours = {n for n in set(block.kinds) if reader.kind(n).socket == info.name}
        for i, number in enumerate(block.kinds):
            if number in ours:
                _take(steps, block.call(i, reader.kind(number)), info.stream)
    times = [step.time_ns for step in steps]
    times[0] = times[1] if len(times) > 1 else 0
    return Side(
        info,
        tuple(
            step.frozen(max(0, times[at] - times[max(0, at - 1)]), info.stream)
            for at, step in enumerate(steps)
        ),
    )


class _Step:
    """A step while its answers are still being read."""

    def __init__(self, act: Act, seq: int, time_ns: int, data: bytes) -> None:
        self.act, self.seq, self.time_ns, self.data = act, seq, time_ns, data
        self.back: list[bytes] = []
        self.ended = False

    def frozen(self, gap_ns: int, stream: bool) -> Step:
        back = [b"".join(self.back)] if stream and self.back else self.back
        return Step(self.act, self.seq, gap_ns, self.data, tuple(back), self.ended)


def _take(steps: list[_Step], call: Call, stream: bool) -> None:
    way = direction_of(call.op)
    if call.error or "MSG_PEEK" in call.args:
        return
    if way == "out" and call.moved is not None:
        steps.append(_Step("send", call.seq, call.time_ns, call.data))
    elif way == "in" and "EOF" in call.badges:
        steps[-1].ended = True
    elif way == "in" and call.moved is not None:
        if call.data or not stream:
            steps[-1].back.append(call.data)
    elif call.op == "shutdown" and call.args in ("SHUT_WR", "SHUT_RDWR"):
        steps.append(_Step("finish", call.seq, call.time_ns, b""))
    elif call.op == "close":
        act: Act = "reset" if "(RST)" in call.note else "close"
        steps.append(_Step(act, call.seq, call.time_ns, b""))
