"""The other end of a socket: which of ours it is, who holds it, and what is left after a close."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Final

from sockplay.engine.holder import process_name, process_of_inode
from sockplay.engine.kernel_side import sock_diag
from sockplay.engine.kernel_side.places import place
from sockplay.model.info import SocketInfo, twin_of
from sockplay.model.kernel_state import Left

_PROTOCOLS: Final = {"tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP}


def other_end(infos: Sequence[SocketInfo], name: str) -> SocketInfo | None:
    """The socket here that is connected to one of ours; the newest, when there were several.

    Of a UDP server and its unconnected peers there is no one other end, but a connected client has
    its server.
    """
    one = next((info for info in infos if info.name == name), None)
    if one is None or one.protocol != "udp":
        twin = twin_of(one, infos) if one is not None else ""
        return next((info for info in infos if info.name == twin), None)
    there = place(one.peer)
    if there is None:
        return None
    port = one.peer.rpartition(":")[2]
    for info in reversed(infos):
        # There may be thousands, and few have the port.
        if info.name == name or not info.local.endswith(port) or info.protocol != "udp":
            continue
        if place(info.local) == there:
            return info
    return None


def left_behind(info: SocketInfo) -> Left | None:
    """What the kernel keeps of a TCP connection whose socket is closed; None where it tells not.

    After a close the kernel finishes the connection by itself, and the end that closed first stays
    in TIME-WAIT (RFC 9293, section 3.6.1).
    """
    here, there = place(info.local), place(info.peer)
    if info.protocol != "tcp" or here is None or there is None:
        return None
    try:
        found = sock_diag.find(here, there, socket.IPPROTO_TCP)
    except OSError:
        return None
    if found is None or not found.is_connected:
        return Left("CLOSED")
    return Left(found.state, found.remaining_ms)


def peer_program(info: SocketInfo, pid: int | None) -> str | None:
    """Which program is at the other end: ``nc (pid 4242)``; None where it cannot be told.

    It looks through the system's processes, which takes a while.

    Args:
        info: our end.
        pid: the process at the other end, where the kernel told it.
    """
    if pid is not None:
        try:
            return process_name(pid)
        except OSError:
            return f"a process that cannot be seen from here (pid {pid})"
    here, there = place(info.local), place(info.peer)
    protocol = _PROTOCOLS.get(info.protocol)
    if here is None or there is None or protocol is None:
        return None
    if not there.is_loopback and there.host != here.host:
        return "on another computer"
    try:
        found = sock_diag.find(there, here, protocol)
    except OSError:
        return None
    if found is None or (info.protocol == "tcp" and not found.is_connected):
        return "none: it has ended there"
    if found.inode:
        return process_of_inode(str(found.inode), str(found.uid))
    waits = found.state in ("ESTABLISHED", "SYN-RECEIVED", "CLOSE-WAIT")
    return "none yet: it waits for an accept" if waits else "none: it has ended there"
