"""What the form for a socket's knobs holds, as typed, and the wish that it amounts to."""

from __future__ import annotations

from typing import Final

import msgspec

from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.knobs import Knobs, Writes
from sockplay.model.spec import MAX_BUFSIZE
from sockplay.ui.screens.typed_numbers import typed_number

_GAP_MOST: Final = 60_000
_RATE_MOST: Final = 10**12
_BUFFER_MOST: Final = (1 << 30) - 1
"""Linux doubles it and keeps it in an int (net/core/sock.c)."""
_FLAGS: Final[dict[Writes, str]] = {"nodelay": "TCP_NODELAY", "cork": "TCP_CORK"}


class KnobValues(msgspec.Struct, frozen=True):
    """The fields of the form, each as it was typed; an empty one is a knob that is not turned."""

    slice: str = ""
    gap: str = ""
    reading: str = "on"
    rate: str = ""
    sndbuf: str = ""
    rcvbuf: str = ""
    writes: Writes = "nagle"

    @classmethod
    def of(cls, knobs: Knobs) -> KnobValues:
        """The fields that stand for some knobs."""

        def typed(number: int | None) -> str:
            return "" if not number else str(number)

        return cls(
            typed(knobs.slice),
            typed(knobs.gap_ms),
            "stalled" if knobs.stalled else "on",
            typed(knobs.rate),
            typed(knobs.sndbuf),
            typed(knobs.rcvbuf),
            knobs.writes,
        )

    def knobs(self) -> Knobs:
        """The knobs that are wanted.

        Raises:
            SockplayError: a field cannot be used.
        """
        size = _number(self.slice, "number of bytes for a slice", MAX_BUFSIZE)
        gap = _number(self.gap, "number of milliseconds", _GAP_MOST, least=0) or 0
        if gap and size is None:
            raise SockplayError("A pause stands between slices. Type how many bytes a slice has.")
        return Knobs(
            slice=size,
            gap_ms=gap,
            stalled=self.reading == "stalled",
            rate=_number(self.rate, "number of bytes per second", _RATE_MOST),
            sndbuf=_number(self.sndbuf, "size for a buffer", _BUFFER_MOST),
            rcvbuf=_number(self.rcvbuf, "size for a buffer", _BUFFER_MOST),
            writes=self.writes,
        )


def knobs_python(info: SocketInfo, knobs: Knobs) -> str:
    """The Python of a program that is hindered in the same way."""
    name = "conn" if info.role == "server" else info.name
    send, recv = ("sendall", "recv") if info.stream else ("send", "recvfrom")
    lines = [
        f"{name}.setsockopt(socket.SOL_SOCKET, socket.{option}, {size})"
        for option, size in (("SO_SNDBUF", knobs.sndbuf), ("SO_RCVBUF", knobs.rcvbuf))
        if size is not None
    ]
    if knobs.writes in _FLAGS:
        flag = _FLAGS[knobs.writes]
        lines.append(f"{name}.setsockopt(socket.IPPROTO_TCP, socket.{flag}, 1)")
    if knobs.slice is not None:
        lines.append(f"for at in range(0, len(data), {knobs.slice}):")
        lines.append(f"    {name}.{send}(data[at:at + {knobs.slice}])")
        if knobs.gap_ms:
            lines.append(f"    time.sleep({knobs.gap_ms / 1000:g})")
    if knobs.rate is not None:
        lines.append(f"time.sleep(len(part) / {knobs.rate})  # after each {send} and {recv}")
    if knobs.stalled:
        lines.append(f"# {name}.{recv}() is not called for now")
    return "\n".join(lines) or "# nothing is turned"


def _number(text: str, what: str, most: int, least: int = 1) -> int | None:
    return typed_number(text, what, least, most, "nothing") if text.strip() else None
