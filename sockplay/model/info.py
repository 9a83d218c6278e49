"""The state of one socket as a view shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from sockplay.model.knobs import Knobs
from sockplay.model.spec import Protocol

State = Literal[
    "new",
    "bound",
    "connecting",
    "listening",
    "open",
    "peer finished",
    "we finished",
    "both finished",
    "closed",
    "failed",
    "recorded",
]
Role = Literal["server", "connection", "client", "datagram"]


class SocketInfo(msgspec.Struct, frozen=True):
    """A snapshot of one socket. Sizes are in bytes; None means the platform does not tell."""

    name: str
    protocol: Protocol
    role: Role
    state: State
    local: str
    peer: str
    parent: str | None = None
    """The server that accepted it."""
    twin: str = ""
    """The socket here at the other end of its connection."""
    bufsize: int | None = None
    """The bufsize of automatic reads; None when it reads by hand."""
    accepts: bool = True
    """Whether a listening socket accepts by itself, rather than by hand."""
    reply: str = "nothing"
    bytes_in: int = 0
    bytes_out: int = 0
    calls: int = 0
    recv_queue: int | None = None
    send_queue: int | None = None
    dropped: int | None = None
    """Datagrams that the kernel dropped because the receive buffer was full."""
    waiting: str = ""
    """The call that now waits, such as ``recv(4)``."""
    exactly: tuple[int, int] | None = None
    """How far a loop that reads exactly so many bytes is, and how many it wants."""
    knobs: Knobs = msgspec.field(default_factory=Knobs)
    """How it is hindered; of a server, what its connections get."""
    tail: int = 0
    """Bytes that the last short send left; they can be sent by the next one."""
    wide: bool = False
    """Bound wider than this computer's loopback."""
    peers: tuple[str, ...] = ()
    """Peers seen by an unconnected datagram socket, the last writer first."""
    problem: str = ""
    """Why it failed."""

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen on it."""
        return self.state in ("closed", "failed")

    @property
    def stream(self) -> bool:
        """Whether it carries a stream of bytes rather than datagrams."""
        return self.protocol in ("tcp", "unix")


def twin_of(info: SocketInfo, infos: Iterable[SocketInfo]) -> str:
    """The name of the socket here at the other end of a connection; empty when there is none.

    Args:
        info: one end. It may have closed before its connection was accepted: then the other end
            alone knows.
        infos: every socket's state.
    """
    return info.twin or next((other.name for other in infos if other.twin == info.name), "")
