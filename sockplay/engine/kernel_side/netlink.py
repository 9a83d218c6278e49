"""One question to Linux about one socket, by NETLINK_SOCK_DIAG (sock_diag(7)), as ``ss`` asks.

It needs no privilege for the own network namespace.
"""

from __future__ import annotations

import socket
import struct
from typing import Final

from sockplay.engine import kernel

_NETLINK_SOCK_DIAG: Final = 4
"""include/uapi/linux/netlink.h"""
_SOCK_DIAG_BY_FAMILY: Final = 20
"""include/uapi/linux/sock_diag.h"""
_REQUEST: Final = 1
"""NLM_F_REQUEST alone, and no NLM_F_DUMP: one socket, found in the kernel's own hash table."""
_HEADER: Final = struct.Struct("=IHHII")
"""struct nlmsghdr of netlink(7): length, type, flags, sequence, port."""
_LARGEST: Final = 8192
ALL_STATES: Final = 0xFFFFFFFF
NO_COOKIE: Final = 0xFFFFFFFF
"""INET_DIAG_NOCOOKIE: whichever socket it is."""


def ask(question: bytes) -> bytes | None:
    """Ask for one socket; returns the answer without its header, or None where there is none.

    Raises:
        OSError: this platform cannot be asked, or will not tell.
    """
    if not kernel.ON_LINUX:
        raise OSError("only Linux has sock_diag")
    size = _HEADER.size + len(question)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _NETLINK_SOCK_DIAG) as asking:
        asking.send(_HEADER.pack(size, _SOCK_DIAG_BY_FAMILY, _REQUEST, 1, 0) + question)
        # The kernel answers within the send, so that nothing is waited for.
        answer = asking.recv(_LARGEST, socket.MSG_DONTWAIT)
    size, kind, _, _, _ = _HEADER.unpack_from(answer)
    if kind != _SOCK_DIAG_BY_FAMILY:
        return None  # NLMSG_ERROR: -ENOENT
    return answer[_HEADER.size : size]
