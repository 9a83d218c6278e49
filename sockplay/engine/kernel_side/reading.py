"""Reads all that the kernel tells of one open socket; a few dozen quick calls and no waiting."""

from __future__ import annotations

import socket
import struct
from typing import Any, Final

from sockplay.engine import kernel
from sockplay.engine.addresses import address_text
from sockplay.engine.kernel_side import unix_diag
from sockplay.engine.kernel_side.options import options
from sockplay.engine.kernel_side.tcp_info import (
    accept_queue,
    congestion,
    tcp_info,
    tcp_numbers,
    tcp_state,
)
from sockplay.engine.sockets import Sockets
from sockplay.model.kernel_state import KernelState, Kind

_CREDENTIALS: Final = struct.Struct("3i")
"""struct ucred of unix(7), SO_PEERCRED: pid, uid, gid."""


def read_open(sockets: Sockets, name: str) -> KernelState | None:
    """What the kernel tells of a socket of ours; None when it has ended, or is not opened yet."""
    opened = (end for end in sockets if end.name == name and end.is_open)
    endpoint = next(opened, None)
    return None if endpoint is None else read(endpoint.sock)


def read(sock: socket.socket) -> KernelState:
    """What the kernel tells of an open socket."""
    kind = _kind(sock)
    numbers: dict[str, Any] = options(sock)
    if kind in ("tcp", "tcp listening"):
        info = tcp_info(sock)
        numbers["tcp_state"] = tcp_state(info)
        numbers["congestion"] = congestion(sock)
        if kind == "tcp":
            numbers |= tcp_numbers(info)
            numbers["send_queue"] = kernel.unsent(sock)
            numbers["not_sent"] = kernel.not_sent(sock)
        else:
            numbers["accept_queue"], numbers["backlog"] = accept_queue(info)
    if kind == "unix listening":
        numbers["accept_queue"], numbers["backlog"] = unix_diag.accept_queue(sock)
    if not kind.endswith("listening"):
        numbers["recv_queue"] = kernel.queued(sock)
        numbers["peer"] = _peer(sock)
    if memory := kernel.memory(sock):
        numbers["recv_memory"] = memory[kernel.MEMINFO_RECEIVED]
        numbers["send_memory"] = memory[kernel.MEMINFO_TO_SEND]
        numbers["drops"] = memory[kernel.MEMINFO_DROPS]
    if kind == "unix":
        numbers["peer_pid"], numbers["peer_uid"] = _credentials(sock)
    return KernelState(kind=kind, **numbers)


def _kind(sock: socket.socket) -> Kind:
    is_stream = sock.type == socket.SOCK_STREAM
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        if not is_stream:
            return "udp"
        return "tcp listening" if _is_listening(sock) else "tcp"
    if not is_stream:
        return "unix-dgram"
    return "unix listening" if _is_listening(sock) else "unix"


def _is_listening(sock: socket.socket) -> bool:
    try:
        return bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:
        return False  # macOS has the name and no answer (getsockopt(2) there)


def _peer(sock: socket.socket) -> str:
    try:
        return address_text(sock.getpeername())
    except OSError:
        return "not connected"


def _credentials(sock: socket.socket) -> tuple[int | None, int | None]:
    if not kernel.ON_LINUX:
        return None, None
    try:
        found = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    except OSError:
        return None, None
    pid, uid, _ = _CREDENTIALS.unpack(found)
    # Of a socket that is not connected: pid 0 and uid -1 (net/core/sock.c, cred_to_ucred).
    return (pid, uid) if pid else (None, None)
