"""What the kernel tells of a socket beside its calls: queues and drops. None where it does not."""

from __future__ import annotations

import array
import socket
import struct
import sys
from typing import Final

try:
    import fcntl
    from termios import FIONREAD, TIOCOUTQ
except ImportError:  # Windows has neither
    HAS_IOCTL = False
else:
    HAS_IOCTL = True

_LINUX: Final = sys.platform == "linux"

_SO_MEMINFO: Final = 55
"""Linux, include/uapi/asm-generic/socket.h; Python has no name for it."""
_MEMINFO_DROPS: Final = 8
"""SK_MEMINFO_DROPS, include/uapi/linux/sock_diag.h."""
MSG_TRUNC_TELLS_LENGTH: Final = _LINUX
"""Passed to a recv, MSG_TRUNC makes Linux return a datagram's real length (recv(2))."""


def queued(sock: socket.socket) -> int | None:
    """Bytes that wait to be received; of datagrams, on Linux, those of the next one (udp(7))."""
    return _ioctl(sock, FIONREAD)


def unsent(sock: socket.socket) -> int | None:
    """Bytes of a TCP socket that the peer's kernel has not acknowledged yet (SIOCOUTQ, tcp(7)).

    Of other sockets Linux tells the memory that waits, which is no number of bytes sent.
    """
    return _ioctl(sock, TIOCOUTQ) if _LINUX else None


def dropped(sock: socket.socket) -> int | None:
    """Datagrams that the kernel dropped because the receive buffer was full."""
    if not _LINUX:
        return None
    try:
        info = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 4 * (_MEMINFO_DROPS + 1))
    except OSError:
        return None
    if len(info) < 4 * (_MEMINFO_DROPS + 1):
        return None
    return int(struct.unpack_from("=I", info, 4 * _MEMINFO_DROPS)[0])


def _ioctl(sock: socket.socket, request: int) -> int | None:
    if not HAS_IOCTL:
        return None
    answer = array.array("i", [0])
    try:
        fcntl.ioctl(sock.fileno(), request, answer)
    except (OSError, ValueError):
        return None
    return answer[0]
