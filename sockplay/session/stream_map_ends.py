"""The two ends of a conversation: which sockets here talk to which address, and who that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from sockplay.model.info import SocketInfo
from sockplay.session.reader import Reader

_ANY_HOSTS: Final = frozenset({"0.0.0.0", "[::]"})
_LOOPBACKS: Final = ("127.", "[::1]", "[::ffff:127.")
_NAMELESS: Final = frozenset({"", "(unnamed)"})
NOT_OURS: Final = "not ours: unknown"
_UNIX: Final = "unknown: the ends of a Unix connection cannot be told apart"


class Conversation(msgspec.Struct, frozen=True):
    """A socket here, and one peer of it."""

    name: str
    local: str
    peer: str
    """The peer's address; empty when there is none yet, or it has no name."""
    twin: str | None
    """The name of the peer's socket, when that is here."""
    datagrams: bool
    unknown: str = NOT_OURS
    """Why nothing is known of the peer's calls, when it is not here."""

    @property
    def other(self) -> str:
        """What the peer is called."""
        return self.twin or self.peer or "the peer"


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


def remembered(conversation: Conversation, reader: Reader) -> Conversation:
    """The same, with a peer's socket that ended and left the list, but stands in the record."""
    local, peer = conversation.local, conversation.peer
    if conversation.twin or conversation.datagrams or {local, peer} & _NAMELESS:
        return conversation
    names = [name for name in reader.sockets_between(peer, local) if name != conversation.name]
    return replace(conversation, twin=names[-1]) if names else conversation


def is_at(address: str, local: str) -> bool:
    """Whether a datagram to an address reaches a socket that is bound to ``local``."""
    if address == local:
        return True
    host, _, port = local.rpartition(":")
    return (
        host in _ANY_HOSTS and address.rpartition(":")[2] == port and address.startswith(_LOOPBACKS)
    )


def _with(info: SocketInfo, peer: str, infos: Sequence[SocketInfo]) -> Conversation:
    twin = _twin(info, peer, infos)
    unix = info.protocol in ("unix", "unix-dgram")
    return Conversation(
        name=info.name,
        local=info.local,
        peer=peer,
        twin=twin.name if twin is not None else None,
        datagrams=not info.stream,
        unknown=_UNIX if unix else NOT_OURS,
    )


def _twin(info: SocketInfo, peer: str, infos: Sequence[SocketInfo]) -> SocketInfo | None:
    """The socket at the other end: of those that had the addresses, the one nearest in the list.

    An address is free again some time after a socket has closed, so there may have been several.
    """
    if peer in _NAMELESS or info.local in _NAMELESS:
        return None
    place = [one.name for one in infos].index(info.name)
    found = [
        (abs(at - place), at)
        for at, one in enumerate(infos)
        if one.name != info.name
        and one.role != "server"
        and one.protocol == info.protocol
        and is_at(peer, one.local)
        and (is_at(one.peer, info.local) if one.peer else not info.stream)
    ]
    return infos[min(found)[1]] if found else None
