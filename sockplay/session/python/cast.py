"""Who takes part in a recorded conversation: its sockets, who met whom, and on which side."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError

Side = Literal["client", "server"]
Sides = Literal["client", "server", "both"]
PARTS_MOST: Final = 2_000
"""Sockets of a program: each is a function, and most are threads."""
_ADDRESSES_KEPT: Final = 16
WIDE: Final = ("0.0.0.0", "[::]")
"""Hosts that stand for every address of this computer."""
_MAPPED: Final = "[::ffff:"


class Part(msgspec.Struct):
    """One socket, and how it came about."""

    name: str
    args: str
    """Of ``socket.socket``; empty for one that accept made."""
    role: Literal["server", "connection", "client", "datagram"] = "client"
    made: int = 0
    """The number of the call that made it."""
    bound: str = ""
    """Where it was bound, as text."""
    peer: str = ""
    """Where it was connected to, or wanted to be."""
    connected: int = 0
    """The number of the call that connected it; 0 for none."""
    refused: bool = False
    parent: str = ""
    """The server that accepted it."""
    pair: tuple[str, ...] = ()
    """Both ends of a socketpair, of which it is one."""
    accepts: list[str] = msgspec.field(default_factory=list)
    """The connections that it accepted, in order."""
    twin: str = ""
    """The other end of its connection."""
    meets: str = ""
    """The server that it connects or sends to."""
    locals: set[str] = msgspec.field(default_factory=set)
    """Addresses that it has had."""
    wrote_to: set[str] = msgspec.field(default_factory=set)

    @property
    def side(self) -> Side:
        """Which side of the conversation it is."""
        if self.role == "datagram":
            return "server" if self.bound and not self.connected else "client"
        return "client" if self.role == "client" else "server"

    @property
    def is_given(self) -> bool:
        """Whether another socket's call made it: an accept, or the making of a pair."""
        return bool(self.parent) or self.pair[1:] == (self.name,)

    @property
    def lives(self) -> bool:
        """Whether anything came of it; the rest failed for reasons of that moment."""
        if self.pair:
            return bool(self.twin)
        return bool(self.parent or self.bound or self.connected or self.refused or self.wrote_to)


class Cast(msgspec.Struct, frozen=True):
    """The sockets of a session by name."""

    parts: dict[str, Part]
    copies: dict[str, str]
    """Names of duplicates, with the socket that each of them is."""

    def complete(self, part: Part) -> bool:
        """Whether all that it had to do with was recorded too."""
        if part.role == "server":
            others = [self.parts[name] for name in part.accepts]
            return not others or any(other.twin for other in others)
        met = bool(part.twin or part.meets or part.refused)
        return met or any(other.meets == part.name for other in self.parts.values())

    def sides(self) -> Sides:
        """Both sides where both were recorded, else the one that was.

        Raises:
            SockplayError: both were, but of different conversations.
        """
        parts = self.parts.values()
        if any(part.twin or part.meets for part in parts) or all(map(self.complete, parts)):
            return "both"
        found = {part.side for part in parts}
        if len(found) == 1:
            return found.pop()
        raise SockplayError(
            "The clients and servers of this session talked to other programs, not to one "
            "another. Choose the client side or the server side."
        )

    def chosen(self, sides: Sides) -> list[Part]:
        """The sockets that a program of these sides plays, in the order in which they were made."""
        if sides == "both":
            return [part for part in self.parts.values() if self.complete(part)]
        return [part for part in self.parts.values() if part.side == sides]


def cast(calls: Iterable[Call]) -> Cast:
    """Find out who took part; the calls need no data.

    Raises:
        SockplayError: there are too many sockets for a program.
    """
    parts: dict[str, Part] = {}
    copies: dict[str, str] = {}
    duplicates: dict[str, str] = {}
    for call in calls:
        number = call.args.rpartition("fileno=")[2]
        if call.op == "dup":
            duplicates[call.note] = copies.get(call.socket, call.socket)
        elif call.op == "socket" and number in duplicates and "fileno=" in call.args:
            copies[call.socket] = duplicates.pop(number)
        elif call.op == "socket" and not call.error:
            _make(parts, Part(call.socket, call.args, made=call.seq), call)
        elif call.op == "socketpair" and not call.error:
            _pair(parts, call)
        elif call.op == "accept" and not call.error and call.socket in parts:
            new = accepted(call)
            peer = plain(call.peer or "")
            made = Part(new, "", "connection", call.seq, peer=peer, parent=call.socket)
            _make(parts, made, call)
            parts[call.socket].accepts.append(new)
        elif part := parts.get(copies.get(call.socket, call.socket)):
            _note(part, call)
    living = {name: part for name, part in parts.items() if part.lives}
    for part in living.values():
        part.accepts = [name for name in part.accepts if name in living]
    _acquaint(living)
    return Cast(living, copies)


def accepted(call: Call) -> str:
    """The socket that an accept made, whose name is the first word of its note."""
    return call.note.partition(", ")[0]


def plain(address: str) -> str:
    """An address as text, an IPv4 address in IPv6 (RFC 4291, 2.5.5.2) as what it means."""
    if address.startswith(_MAPPED) and "." in address:
        return address.removeprefix(_MAPPED).replace("]", "", 1)
    return address


def _make(parts: dict[str, Part], part: Part, call: Call) -> None:
    """A client that tries another address begins anew, under the same name."""
    if "SOCK_DGRAM" in call.args:
        part.role = "datagram"
    parts.pop(part.name, None)
    parts[part.name] = part
    if len(parts) > PARTS_MOST:
        raise SockplayError(
            f"This session has more than {PARTS_MOST:,} sockets, too many for a program."
        )


def _pair(parts: dict[str, Part], call: Call) -> None:
    ends = tuple(call.note.split(", "))
    part = Part(call.socket, call.args, made=call.seq, pair=ends)
    _make(parts, part, call)
    if part.role != "datagram" and len(ends) == 2 and ends[1] == part.name and ends[0] in parts:
        part.twin, parts[ends[0]].twin = ends[0], part.name


def _note(part: Part, call: Call) -> None:
    if call.local and len(part.locals) < _ADDRESSES_KEPT:
        part.locals.add(plain(call.local))
    peer = plain(call.peer or "")
    match call.op:
        case "bind" if not call.error:
            part.bound = plain(call.local or "")
        case "listen" if not call.error:
            part.role = "server"
        case "connect" | "connect_ex":
            part.peer = peer
            if not call.error:
                part.connected = call.seq
            elif call.error in ("ECONNREFUSED", "ENOENT"):
                part.refused = True
        case "sendto" if not call.error and len(part.wrote_to) < _ADDRESSES_KEPT:
            part.wrote_to.add(peer)


def _acquaint(parts: dict[str, Part]) -> None:
    """Find the other end of each connection, and the server of each client."""
    places: dict[str, list[Part]] = defaultdict(list)
    for part in parts.values():
        if part.bound and (part.role == "server" or part.side == "server"):
            places[_port(part.bound)].append(part)
    callers: dict[tuple[str, str], deque[Part]] = defaultdict(deque)
    clients = [part for part in parts.values() if part.role in ("client", "datagram")]
    for part in sorted(clients, key=lambda part: part.connected):
        for peer in [part.peer] if part.peer else sorted(part.wrote_to):
            server = _server(places, part, peer)
            part.meets = server.name if server else part.meets
        if part.meets and part.connected and part.role == "client":
            # All Unix clients are unnamed, but a queue serves them in their order.
            for caller in {_caller(local) for local in part.locals or {""}}:
                callers[part.meets, caller].append(part)
    for part in parts.values():
        met = [other for other in parts.values() if other.meets == part.name]
        if part.role == "datagram" and len(met) == 1:
            part.twin, met[0].twin = met[0].name, part.name
    for part in sorted(parts.values(), key=lambda part: part.made):
        queue = callers.get((part.parent, _caller(part.peer)))
        if part.role == "connection" and queue:
            client = queue.popleft()
            part.twin, client.twin = client.name, part.name


def _server(places: dict[str, list[Part]], client: Part, peer: str) -> Part | None:
    """The server at an address, the last one that was made there before the client came."""
    found = [
        server
        for server in places.get(_port(peer), [])
        if server is not client
        and (server.role == "datagram") == (client.role == "datagram")
        and server.made < (client.connected or client.made or server.made + 1)
        and (server.bound == peer or server.bound.rpartition(":")[0] in WIDE)
    ]
    return found[-1] if found else None


def _port(address: str) -> str:
    """What servers on this computer can be told apart by: the port, or the path."""
    return address.rpartition(":")[2] if not address.startswith(("/", "@")) else address


def _caller(address: str) -> str:
    """A client as its server sees it: its address, or none."""
    port = address.rpartition(":")[2]
    return address if port.isdecimal() else ""
