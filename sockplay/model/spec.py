"""What a person asks for: a server, a client, how it reads and what it replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

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


@dataclass(frozen=True, slots=True)
class Reply:
    """What a socket in auto mode answers to what it reads."""

    kind: ReplyKind = "nothing"
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a socket treats what arrives."""

    bufsize: int | None = None
    """What each automatic recv asks for, in bytes; None reads only by hand."""
    reply: Reply = field(default_factory=Reply)
    keep_open: bool = False
    """Stay half-open after the peer's EOF instead of closing."""


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """A server to start. ``host`` and ``port`` are for TCP and UDP, ``path`` for Unix."""

    protocol: Protocol = "tcp"
    family: Family = "ipv4"
    host: str = "127.0.0.1"
    port: int = 0
    path: str = ""
    behaviour: Behaviour = field(default_factory=Behaviour)


@dataclass(frozen=True, slots=True)
class ClientSpec:
    """A client to start. A name is tried at each of its addresses, in the resolver's order."""

    protocol: Protocol = "tcp"
    family: Family = "any"
    host: str = "localhost"
    port: int = DEFAULT_PORT
    path: str = ""
    behaviour: Behaviour = field(default_factory=Behaviour)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a send goes: a socket, and for an unconnected datagram socket one of its peers.

    Without a peer such a socket answers the one that last wrote.
    """

    socket: str
    peer: str | None = None
