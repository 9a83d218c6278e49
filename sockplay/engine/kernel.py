"""What the kernel tells of a socket beside its calls: queues and drops. None where it does not."""

from __future__ import annotations

import array
import select
import socket
import struct
import sys
import threading
from typing import Final

try:
    import fcntl
    from termios import FIONREAD, TIOCOUTQ
except ImportError:  # Windows has neither
    HAS_IOCTL = False
else:
    HAS_IOCTL = True

ON_LINUX: Final = sys.platform == "linux"
"""Whether the numbers are there that only Linux tells."""

_SIOCOUTQNSD: Final = 0x894B
"""include/uapi/linux/sockios.h; Python has no name for it."""
_SO_MEMINFO: Final = 55
"""Linux, include/uapi/asm-generic/socket.h; Python has no name for it."""
_MEMINFO: Final = struct.Struct("=9I")
MEMINFO_RECEIVED: Final = 0
MEMINFO_TO_SEND: Final = 2
MEMINFO_DROPS: Final = 8
"""SK_MEMINFO_RMEM_ALLOC, WMEM_ALLOC and DROPS of include/uapi/linux/sock_diag.h."""
LINGER_ZERO: Final = struct.pack("ii", 1, 0)
"""struct linger {1, 0}: close sends RST and drops what is queued (socket(7))."""
MSG_TRUNC_TELLS_LENGTH: Final = ON_LINUX
"""Passed to a recv, MSG_TRUNC makes Linux return a datagram's real length (recv(2))."""


def queued(sock: socket.socket) -> int | None:
    """Bytes that wait to be received; of datagrams, on Linux, those of the next one (udp(7))."""
    if not HAS_IOCTL:
        return None
    answer = _THREAD.answer
    try:
        fcntl.ioctl(sock.fileno(), FIONREAD, answer)
    except (OSError, ValueError):
        return None
    return answer[0]


def is_ready(sock: socket.socket) -> bool:
    """Whether a call that reads or accepts would find something now."""
    if not hasattr(select, "poll"):  # Windows
        return False
    asked = select.poll()
    asked.register(sock, select.POLLIN)
    return bool(asked.poll(0))


def unsent(sock: socket.socket) -> int | None:
    """Bytes of a TCP socket that the peer's kernel has not acknowledged yet (SIOCOUTQ, tcp(7)).

    Of other sockets Linux tells the memory that waits, which is no number of bytes sent.
    """
    return _ioctl(sock, TIOCOUTQ) if HAS_IOCTL and ON_LINUX else None


def not_sent(sock: socket.socket) -> int | None:
    """Bytes of a TCP socket that have not even left it for the first time (SIOCOUTQNSD)."""
    return _ioctl(sock, _SIOCOUTQNSD) if HAS_IOCTL and ON_LINUX else None


def memory(sock: socket.socket) -> tuple[int, ...] | None:
    """What SO_MEMINFO tells: bytes of the kernel's memory, and at its end the drops."""
    if not ON_LINUX:
        return None
    try:
        info = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
    except OSError:
        return None
    return _MEMINFO.unpack(info) if len(info) == _MEMINFO.size else None


def dropped(sock: socket.socket) -> int | None:
    """Datagrams that the kernel dropped because the receive buffer was full."""
    info = memory(sock)
    return info[MEMINFO_DROPS] if info else None


def _ioctl(sock: socket.socket, request: int) -> int | None:
    answer = array.array("i", [0])
    try:
        fcntl.ioctl(sock.fileno(), request, answer)
    except (OSError, ValueError):
        return None
    return answer[0]


class _Thread(threading.local):
    """What a thread asks with, made once: every recv asks."""

    def __init__(self) -> None:
        self.answer = array.array("i", [0])


_THREAD: Final = _Thread()


def resets_at_close(sock: socket.socket) -> bool:
    """Whether somebody has told a TCP socket to be reset when it is closed."""
    if sock.family == getattr(socket, "AF_UNIX", None):
        return False
    linger = sock.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(LINGER_ZERO))
    return linger == LINGER_ZERO
