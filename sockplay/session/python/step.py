"""One thing that a socket does in a conversation."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Kind = Literal[
    "option", "bind", "listen", "accept", "connect", "send", "receive", "end", "send to",
    "datagram", "shutdown", "failure", "close", "echo",
]  # fmt: skip
AT_ONCE: Final = 1 << 16
"""Bytes that one sendall may send before anything is received; more may fill all buffers."""
ACTIVE: Final = frozenset({"connect", "send", "send to", "shutdown", "failure", "close", "echo"})
"""Steps that others may notice; the rest only notice what others did."""


class Step(msgspec.Struct):
    """One thing that a socket does. ``first`` and ``last`` are the numbers of its calls."""

    kind: Kind
    first: int
    last: int
    data: bytearray = msgspec.field(default_factory=bytearray)
    """What it sends, or what it must receive."""
    received: bytearray = msgspec.field(default_factory=bytearray)
    """What came while it sent; a send of much may wait for ever if that is not read."""
    args: str = ""
    error: str = ""
    peer: str = ""
    op: str = ""
    size: int = 0
    """The bufsize, or how many bytes a failed send offered."""
    sent: int = 0
    """How much its socket had sent when it was over: bytes, or datagrams."""
    came: int = 0
    """How much it had received."""
    others: int = 0
    """How much other sockets had done before it that could matter."""
    waits: list[int] = msgspec.field(default_factory=list)
    """Calls of other sockets that must have been made before."""
    marked: bool = False
    """Whether others wait for it."""

    @property
    def exchanges(self) -> bool:
        """Whether it is a send that goes on beside what is received."""
        return self.kind == "send" and (bool(self.received) or len(self.data) > AT_ONCE)

    @property
    def active(self) -> bool:
        """Whether others may notice it."""
        return self.kind in ACTIVE
