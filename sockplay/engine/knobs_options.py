"""The knobs that are options of the kernel, each turned by a setsockopt that is written down."""

from __future__ import annotations

import socket
import sys
from typing import Final

from sockplay.engine.endpoint import Endpoint
from sockplay.model.errors import SockplayError
from sockplay.model.knobs import Granted, Knobs, Writes

CORK: Final[int | None] = getattr(socket, "TCP_CORK", None)
"""Linux alone holds back all but full segments (tcp(7))."""
_BUFFERS: Final = (("SO_SNDBUF", socket.SO_SNDBUF), ("SO_RCVBUF", socket.SO_RCVBUF))
_LINUX: Final = sys.platform == "linux"


class Options:
    """What the kernel was asked for on one socket, and what it had before that."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._before: dict[int, int] = {}
        self._asked: dict[int, int | None] = {}
        self._writes: Writes = "nagle"

    def turn(self, knobs: Knobs) -> None:
        """Ask the kernel for what has changed.

        Raises:
            OSError: as ``setsockopt`` did.
            SockplayError: this platform has no such option.
        """
        for (name, option), size in zip(_BUFFERS, (knobs.sndbuf, knobs.rcvbuf), strict=True):
            if self._asked.get(option) != size:
                self._size(name, option, size)
                self._asked[option] = size
        if knobs.writes != self._writes:
            self._turn_writes(knobs.writes)

    def _size(self, name: str, option: int, size: int | None) -> None:
        sock = self._endpoint.sock
        had = self._before.setdefault(option, sock.getsockopt(socket.SOL_SOCKET, option))
        # Linux doubles what is asked for (socket(7)), so that half of what it had brings it back.
        wanted = size if size is not None else had // 2 if _LINUX else had
        began = self._endpoint.journal.now()
        args = f"SOL_SOCKET, {name}, {wanted}"
        try:
            sock.setsockopt(socket.SOL_SOCKET, option, wanted)
        except OSError as error:
            self._endpoint.record("setsockopt", began, args=args, error=error)
            raise
        granted = sock.getsockopt(socket.SOL_SOCKET, option)
        note = f"{granted:,} bytes granted; it had {had:,} at first."
        if _LINUX:
            note += " Linux doubles what is asked, within limits, and tunes it no more by itself."
        self._endpoint.record("setsockopt", began, args=args, note=note)

    def _turn_writes(self, writes: Writes) -> None:
        if writes == "cork" and CORK is None:
            raise SockplayError("This platform has no TCP_CORK. Choose Nagle or at once.")
        if self._writes != "nagle":
            self._flag(self._writes, False)
            self._writes = "nagle"
        if writes != "nagle":
            self._flag(writes, True)
            self._writes = writes

    def _flag(self, part: Writes, on: bool) -> None:
        name = "TCP_NODELAY" if part == "nodelay" else "TCP_CORK"
        option = getattr(socket, name)
        sock = self._endpoint.sock
        self._endpoint.call(
            "setsockopt",
            lambda: sock.setsockopt(socket.IPPROTO_TCP, option, on),
            f"IPPROTO_TCP, {name}, {int(on)}",
        )


def granted(sock: socket.socket) -> Granted:
    """The buffers that a socket has now."""
    return Granted(
        sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF),
        sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF),
    )
