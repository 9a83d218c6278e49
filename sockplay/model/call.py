"""A call: one use of the socket API on one real socket, the unit of everything sockplay shows."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Badge = Literal["short write", "cut by bufsize", "truncated", "EOF", "would block", "error"]
Direction = Literal["out", "in"]

_DIRECTIONS: Final[dict[str, Direction]] = {
    "send": "out",
    "sendall": "out",
    "sendto": "out",
    "sendmsg": "out",
    "recv": "in",
    "recv_into": "in",
    "recvfrom": "in",
    "recvfrom_into": "in",
    "recvmsg": "in",
    "recvmsg_into": "in",
}


class Call(msgspec.Struct, frozen=True, gc=False):
    """What was asked of the kernel and what really came back. Sizes are in bytes, times in ns."""

    seq: int
    """Its number in the session, from 1."""
    time_ns: int
    """When it was made, in ns since the Unix epoch."""
    took_ns: int
    """How long the caller had to wait for it."""
    socket: str
    """The socket's short name, such as ``conn1``."""
    op: str
    """The Python method's name."""
    args: str = ""
    """The arguments as Python writes them, without data and bufsize."""
    requested: int | None = None
    """Bytes asked for: the bufsize of a recv, the length of the data of a send."""
    moved: int | None = None
    """Bytes that the kernel really moved."""
    left: int | None = None
    """Bytes still queued in the kernel right after a recv (FIONREAD); None where unknown."""
    data: bytes = b""
    """The bytes that moved."""
    offset: int | None = None
    """How many bytes this direction of a stream had carried before this call."""
    size: int | None = None
    """The real length of a received datagram."""
    local: str | None = None
    peer: str | None = None
    error: str | None = None
    """The errno's name when the call failed."""
    note: str = ""
    """One sentence on what it means; for a failed call, what to do."""
    badges: tuple[Badge, ...] = ()

    @property
    def direction(self) -> Direction | None:
        """Which way bytes move in such a call; None for calls that move none."""
        return direction_of(self.op)

    @property
    def stored(self) -> int:
        """How many bytes of data it holds."""
        return len(self.data)


def direction_of(op: str) -> Direction | None:
    """Which way bytes move in calls of a name; None for calls that move none."""
    return _DIRECTIONS.get(op)


def call_text(call: Call, data_length: int | None = None, room: int = 40) -> str:
    """The call as Python writes it, for a line with ``room`` cells for it.

    A send shows its bytes when they fit and all of them moved, else how many there were, so that
    no line claims bytes that were never offered. ``data_length`` is the length of the data where
    ``call`` holds only its beginning.
    """
    length = call.stored if data_length is None else data_length
    if call.op == "recvmsg_into":
        first = "[buf]"
    elif call.op.endswith("_into"):
        first = f"buf, {call.requested}"
    elif call.direction == "in":
        first = str(call.requested)
    elif call.direction == "out":
        first = _sent(call, length, room - len(call.op) - 2 - len(call.args))
    else:
        return f"{call.op}({call.args})"
    return f"{call.op}({first}, {call.args})" if call.args else f"{call.op}({first})"


def _sent(call: Call, length: int, room: int) -> str:
    if call.requested == length == call.stored and length <= room:
        literal = repr(call.data)
        if len(literal) <= room:
            return f"[{literal}]" if call.op == "sendmsg" else literal
    requested = call.requested or 0
    return f"{requested:,} byte" if requested == 1 else f"{requested:,} bytes"


class Row(msgspec.Struct, frozen=True):
    """A call as a view holds it: perhaps with only the beginning of its data."""

    call: Call
    length: int
    """How many bytes of data the call has in the record."""
