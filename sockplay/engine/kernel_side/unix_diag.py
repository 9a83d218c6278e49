"""What Linux tells of Unix sockets only through sock_diag: their other end, their accept queue."""

from __future__ import annotations

import os
import socket
import struct
from typing import Final

from sockplay.engine.kernel_side import netlink

_QUESTION: Final = struct.Struct("=BBHIIIII")
"""struct unix_diag_req of sock_diag(7): family, protocol, padding, states, inode, show, cookie."""
_ANSWER: Final = struct.Struct("=BBBBIII")
"""struct unix_diag_msg: family, type, state, padding, inode, cookie; attributes follow it."""
_ATTRIBUTE: Final = struct.Struct("=HH")
"""struct nlattr of netlink(7): length, type."""
_SHOW_PEER: Final = 0x04
_SHOW_QUEUE: Final = 0x10
_PEER: Final = 2
_QUEUE: Final = 4
"""UDIAG_SHOW_PEER, UDIAG_SHOW_RQLEN, UNIX_DIAG_PEER and UNIX_DIAG_RQLEN, linux/unix_diag.h."""


def accept_queue(sock: socket.socket) -> tuple[int | None, int | None]:
    """How many connections wait at a listening socket, and how many may."""
    value = _attribute(inode(sock), _SHOW_QUEUE, _QUEUE)
    if value is None:
        return None, None
    waiting, may_wait = struct.unpack("=II", value)
    return waiting, may_wait


def peer_inode(sock: socket.socket) -> int | None:
    """The number of the socket that a Unix socket is connected to, once that was accepted."""
    value = _attribute(inode(sock), _SHOW_PEER, _PEER)
    return None if value is None else int(struct.unpack("=I", value)[0])


def inode(sock: socket.socket) -> int:
    """The number by which the kernel knows a socket."""
    return os.fstat(sock.fileno()).st_ino


def _attribute(inode: int, show: int, wanted: int) -> bytes | None:
    question = _QUESTION.pack(
        socket.AF_UNIX, 0, 0, netlink.ALL_STATES, inode, show, netlink.NO_COOKIE, netlink.NO_COOKIE
    )
    try:
        answer = netlink.ask(question)
    except OSError:
        return None
    at = _ANSWER.size
    while answer is not None and at + _ATTRIBUTE.size <= len(answer):
        size, kind = _ATTRIBUTE.unpack_from(answer, at)
        if kind == wanted:
            return answer[at + _ATTRIBUTE.size : at + size]
        at += max(size + 3 & ~3, _ATTRIBUTE.size)  # NLA_ALIGNTO is 4
    return None
