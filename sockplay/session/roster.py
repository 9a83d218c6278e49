"""The sockets of a record, as its calls tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from sockplay.model.call import direction_of
from sockplay.model.info import Role, SocketInfo
from sockplay.model.spec import Protocol
from sockplay.session.blocks import Block, Kind

MOST: Final = 2_000
"""Sockets that are listed; the calls of more are in the record all the same."""
_PROTOCOLS: Final[dict[tuple[bool, bool], Protocol]] = {
    (False, False): "tcp",
    (False, True): "udp",
    (True, False): "unix",
    (True, True): "unix-dgram",
}


class _Known(msgspec.Struct):
    """What is known of one socket so far."""

    unix: bool = False
    datagrams: bool = False
    listens: bool = False
    bound: bool = False
    connected: bool = False
    local: str = ""
    peer: str = ""
    partner: str = ""
    """Who a datagram was last exchanged with."""
    several: bool = False
    """Whether that was not the same one all the time."""
    calls: int = 0
    bytes_in: int = 0
    bytes_out: int = 0


class Roster:
    """Finds out which sockets there were, block by block."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._parents: dict[str, str] = {}

    def add(self, block: Block, kinds: Mapping[int, Kind]) -> None:
        """Take note of the next block's calls, whose kinds are given by number."""
        calls = Counter(block.kinds)
        sizes = dict.fromkeys(kinds, 0)
        for number, length in zip(block.kinds, block.lengths, strict=True):
            sizes[number] += length
        for number, kind in kinds.items():
            if not kind.socket:
                continue  # a row that tells of calls which could not be recorded
            known = self._known.get(kind.socket)
            if known is None:
                if len(self._known) >= MOST:
                    continue
                known = self._known[kind.socket] = _Known()
            self._look(kind, known)
            known.calls += calls[number]
            match direction_of(kind.op):
                case "in":
                    known.bytes_in += sizes[number]
                case "out":
                    known.bytes_out += sizes[number]

    def infos(self) -> tuple[SocketInfo, ...]:
        """The sockets, in the order of their first calls."""
        made = [self._info(name, known) for name, known in self._known.items()]
        ends = {(info.local, info.peer): info.name for info in made if info.peer}
        return tuple(
            replace(info, twin=ends.get((info.peer, info.local), "")) if info.stream else info
            for info in made
        )

    def _look(self, kind: Kind, known: _Known) -> None:
        known.local = kind.local or known.local
        known.peer = kind.peer or known.peer
        if kind.error:
            return
        if kind.op == "socket":
            known.unix = "AF_UNIX" in kind.args
            known.datagrams = "SOCK_DGRAM" in kind.args
        elif kind.op in ("bind", "listen"):
            known.bound = True
            known.listens = known.listens or kind.op == "listen"
        elif kind.op in ("connect", "connect_ex"):
            known.connected = True
        elif kind.op == "accept":
            if len(self._parents) < MOST:
                self._parents[kind.note.partition(",")[0]] = kind.socket
        elif known.datagrams and kind.peer:
            known.several |= known.partner not in ("", kind.peer)
            known.partner = kind.peer

    def _info(self, name: str, known: _Known) -> SocketInfo:
        parent = self._parents.get(name)
        parental = self._known.get(parent) if parent else None
        unix = known.unix or bool(parental and parental.unix)
        role: Role = "client"
        if known.datagrams:
            role = "datagram"
        elif known.listens:
            role = "server"
        elif parent:
            role = "connection"
        served = known.bound and not known.connected
        several = known.datagrams and (served or known.several)
        return SocketInfo(
            name=name,
            protocol=_PROTOCOLS[unix, known.datagrams],
            role=role,
            state="recorded",
            local=known.local,
            peer="" if role == "server" or several else known.peer,
            parent=parent,
            calls=known.calls,
            bytes_in=known.bytes_in,
            bytes_out=known.bytes_out,
        )
