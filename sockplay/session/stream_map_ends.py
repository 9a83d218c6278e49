"""The two ends of a conversation: which sockets here talk to which address, and who that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from sockplay.model.info import SocketInfo, twin_of

_ANY_HOSTS: Final = frozenset({"0.0.0.0", "[::]"})
_LOOPBACKS: Final = ("127.", "[::1]", "[::ffff:127.")
_NAMELESS: Final = frozenset({"", "(unnamed)"})


class Conversation(msgspec.Struct, frozen=True):
    """A socket here, and one peer of it."""

    name: str
    local: str
    peer: str
    """The peer's address; empty when there is none yet, or it has no name."""
    twin: str | None
    """The name of the peer's socket, when that is here."""
    datagrams: bool
    paired: bool = False
    """Whether both ends have no other peer, so that addresses need not be compared."""

    @property
    def other(self) -> str:
        """What the peer is called."""
        return self.twin or self.peer or "the peer"

    @property
    def places(self) -> tuple[str, str]:
        """The addresses of both ends; of one without an address, what it is called."""
        here = self.name if self.local in _NAMELESS else self.local
        there = self.other if self.peer in _NAMELESS else self.peer
        return here, there


def conversations(
    name: str, infos: Sequence[SocketInfo], addressed: Iterable[str] = ()
) -> list[Conversation]:
    """Those of a socket; of a server, those of its connections, the newest first.

    Args:
        name: the socket.
        infos: every socket's state.
        addressed: addresses that an unconnected datagram socket has exchanged datagrams with.
    """
    info = next((info for info in infos if info.name == name), None)
    if info is None:
        return []
    if info.role == "server":
        return [_with(one, one.peer, infos) for one in reversed(infos) if one.parent == name]
    if info.stream or info.peer:
        return [_with(info, info.peer, infos)]
    callers = [other.local for other in infos if other.peer and is_at(other.peer, info.local)]
    peers = list(dict.fromkeys([*info.peers, *addressed, *callers]))
    return [_with(info, peer, infos) for peer in peers] or [_with(info, "", infos)]


def is_at(address: str, local: str) -> bool:
    """Whether a datagram to an address reaches a socket that is bound to ``local``."""
    if address == local:
        return True
    host, _, port = local.rpartition(":")
    return (
        host in _ANY_HOSTS and address.rpartition(":")[2] == port and address.startswith(_LOOPBACKS)
    )


def _with(info: SocketInfo, peer: str, infos: Sequence[SocketInfo]) -> Conversation:
    told = twin_of(info, infos)
    twin = told or _partner(info, peer, infos)
    return Conversation(
        name=info.name,
        local=info.local,
        peer=peer,
        twin=twin or None,
        datagrams=not info.stream,
        paired=bool(told),
    )


def _partner(info: SocketInfo, peer: str, infos: Sequence[SocketInfo]) -> str:
    """The socket at the other address, where nobody told: of several, an open one for an open one.

    An address is free again once a socket has closed, so there may have been several; then the
    one nearest in the list counts, and of those the later one. An end of another connection has
    its twin.
    """
    if peer in _NAMELESS or info.local in _NAMELESS:
        return ""
    place = [one.name for one in infos].index(info.name)
    found = [
        (one.ended and not info.ended, abs(at - place), -at, one.name)
        for at, one in enumerate(infos)
        if one.name != info.name
        and one.role != "server"
        and one.protocol == info.protocol
        and is_at(peer, one.local)
        and (is_at(one.peer, info.local) if one.peer else not info.stream)
        and not twin_of(one, infos)
    ]
    return min(found)[-1] if found else ""
