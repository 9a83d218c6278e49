"""What a person asks for: a server, a client, how it reads and what it replies."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Protocol = Literal["tcp", "udp", "unix", "unix-dgram"]
Family = Literal["any", "ipv4", "ipv6", "both"]
ReplyKind = Literal["nothing", "echo", "discard", "payload"]
HowSent = Literal["send", "sendall"]
HowShut = Literal["SHUT_RD", "SHUT_WR", "SHUT_RDWR"]

DEFAULT_PORT: Final = 2500
DEFAULT_BUFSIZE: Final = 4096
MAX_BUFSIZE: Final = 1 << 26
WHOLE_DATAGRAM: Final = 65535
"""A UDP length field has 16 bits (RFC 768), so no datagram is longer than this."""
REPLAY_PATIENCE_S: Final = 2.0
"""How long a peer of a replay may owe an answer in silence, or take nothing, unless told."""


class Reply(msgspec.Struct, frozen=True):
    """What a socket in auto mode answers to what it reads."""

    kind: ReplyKind = "nothing"
    payload: bytes = b""


class Behaviour(msgspec.Struct, frozen=True):
    """How a socket treats what arrives."""

    bufsize: int | None = None
    """What each automatic recv asks for, in bytes; None reads only by hand."""
    reply: Reply = msgspec.field(default_factory=Reply)
    keep_open: bool = False
    """Stay half-open after the peer's EOF instead of closing."""


class ServerSpec(msgspec.Struct, frozen=True):
    """A server to start. ``host`` and ``port`` are for TCP and UDP, ``path`` for Unix."""

    protocol: Protocol = "tcp"
    family: Family = "ipv4"
    host: str = "127.0.0.1"
    port: int = 0
    path: str = ""
    behaviour: Behaviour = msgspec.field(default_factory=Behaviour)


class ClientSpec(msgspec.Struct, frozen=True):
    """A client to start. A name is tried at each of its addresses, in the resolver's order."""

    protocol: Protocol = "tcp"
    family: Family = "any"
    host: str = "localhost"
    port: int = DEFAULT_PORT
    path: str = ""
    behaviour: Behaviour = msgspec.field(default_factory=Behaviour)


class Target(msgspec.Struct, frozen=True):
    """Where a send goes: a socket, and for an unconnected datagram socket one of its peers.

    Without a peer such a socket answers the one that last wrote.
    """

    socket: str
    peer: str | None = None
