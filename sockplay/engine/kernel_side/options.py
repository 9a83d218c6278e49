"""The options that are in force on a socket. SO_ERROR is left alone: reading it clears it."""

from __future__ import annotations

import socket
import struct
from typing import Any, Final

from sockplay.engine import kernel

_INT: Final = struct.calcsize("i")
_LINGER: Final = struct.Struct("ii" if not hasattr(socket, "SO_EXCLUSIVEADDRUSE") else "HH")
"""struct linger of socket(7); Winsock's has two shorts, and Winsock alone has that option."""
_TIMEVAL: Final = struct.Struct("@ll")
"""struct timeval, gettimeofday(2)."""
_SO_RXQ_OVFL: Final = 40
"""Linux, include/uapi/asm-generic/socket.h; Python has no name for it."""

_FLAGS: Final = {
    "reuse_address": ("SOL_SOCKET", "SO_REUSEADDR"),
    "reuse_port": ("SOL_SOCKET", "SO_REUSEPORT"),
    "keepalive": ("SOL_SOCKET", "SO_KEEPALIVE"),
    "out_of_band_inline": ("SOL_SOCKET", "SO_OOBINLINE"),
    "broadcast": ("SOL_SOCKET", "SO_BROADCAST"),
    "nodelay": ("IPPROTO_TCP", "TCP_NODELAY"),
    "cork": ("IPPROTO_TCP", "TCP_CORK"),
    "quickack": ("IPPROTO_TCP", "TCP_QUICKACK"),
}
_NUMBERS: Final = {
    "recv_buffer": ("SOL_SOCKET", "SO_RCVBUF"),
    "send_buffer": ("SOL_SOCKET", "SO_SNDBUF"),
    "recv_low_water": ("SOL_SOCKET", "SO_RCVLOWAT"),
    "user_timeout_ms": ("IPPROTO_TCP", "TCP_USER_TIMEOUT"),
    "keepalive_idle_s": ("IPPROTO_TCP", "TCP_KEEPIDLE"),
    "keepalive_interval_s": ("IPPROTO_TCP", "TCP_KEEPINTVL"),
    "keepalive_count": ("IPPROTO_TCP", "TCP_KEEPCNT"),
}
_TIMES: Final = {"recv_timeout_us": "SO_RCVTIMEO", "send_timeout_us": "SO_SNDTIMEO"}


def options(sock: socket.socket) -> dict[str, Any]:
    """The options that this kind of socket has, by their names in ``KernelState``."""
    levels = {"SOL_SOCKET"}
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        levels.add("IPPROTO_IPV6" if sock.family == socket.AF_INET6 else "IPPROTO_IP")
        if sock.type == socket.SOCK_STREAM:
            levels.add("IPPROTO_TCP")
    found: dict[str, Any] = {}
    for name, (level, option) in _NUMBERS.items():
        if level in levels:
            found[name] = _number(sock, level, option)
    for name, (level, option) in _FLAGS.items():
        if level in levels:
            number = _number(sock, level, option)
            found[name] = None if number is None else bool(number)
    if "IPPROTO_IP" in levels:
        found["ttl"] = _number(sock, "IPPROTO_IP", "IP_TTL")
        found["tos"] = _number(sock, "IPPROTO_IP", "IP_TOS")
        found["v6_only"] = "this is IPv4"
    elif "IPPROTO_IPV6" in levels:
        found["ttl"] = _number(sock, "IPPROTO_IPV6", "IPV6_UNICAST_HOPS")
        found["tos"] = _number(sock, "IPPROTO_IPV6", "IPV6_TCLASS")
        only = _number(sock, "IPPROTO_IPV6", "IPV6_V6ONLY")
        found["v6_only"] = None if only is None else "on" if only else "off"
    for name, option in _TIMES.items():
        found[name] = _microseconds(sock, option)
    found["linger"] = _linger(sock)
    if kernel.ON_LINUX:
        counts = _bytes(sock, _SO_RXQ_OVFL, _INT)
        found["count_drops"] = any(counts) if counts else None
    return found


def _number(sock: socket.socket, level: str, option: str) -> int | None:
    # A platform that lacks the option lacks its name.
    if not hasattr(socket, level) or not hasattr(socket, option):
        return None
    try:
        return sock.getsockopt(getattr(socket, level), getattr(socket, option))
    except OSError:
        return None


def _linger(sock: socket.socket) -> str | None:
    value = _bytes(sock, socket.SO_LINGER, _LINGER.size)
    if len(value) != _LINGER.size:
        return None
    is_on, seconds = _LINGER.unpack(value)
    return f"on, {seconds} s" if is_on else "off"


def _microseconds(sock: socket.socket, option: str) -> int | None:
    if not hasattr(socket, option):
        return None
    value = _bytes(sock, getattr(socket, option), _TIMEVAL.size)
    if len(value) != _TIMEVAL.size:
        return None
    seconds, microseconds = _TIMEVAL.unpack(value)
    return int(seconds * 1_000_000 + microseconds)


def _bytes(sock: socket.socket, option: int, size: int) -> bytes:
    try:
        return sock.getsockopt(socket.SOL_SOCKET, option, size)
    except OSError:
        return b""
