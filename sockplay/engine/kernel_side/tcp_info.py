"""TCP's own numbers of a connection: Linux's ``struct tcp_info`` (tcp(7), TCP_INFO)."""

from __future__ import annotations

import socket
import struct
from typing import Any, Final

from sockplay.engine import kernel
from sockplay.model.kernel_state import TcpState

STATES: Final[dict[int, TcpState]] = {
    1: "ESTABLISHED",
    2: "SYN-SENT",
    3: "SYN-RECEIVED",
    4: "FIN-WAIT-1",
    5: "FIN-WAIT-2",
    6: "TIME-WAIT",
    7: "CLOSED",
    8: "CLOSE-WAIT",
    9: "LAST-ACK",
    10: "LISTEN",
    11: "CLOSING",
    12: "SYN-RECEIVED",
}
"""include/net/tcp_states.h; 12 is TCP_NEW_SYN_RECV, the same state before it has a socket."""

_TCP_INFO: Final = 11
"""include/uapi/linux/tcp.h; Python has the name only where its C library has it."""
_TCP_CONGESTION: Final = 13
_LARGEST: Final = 1024
"""More than the struct has: the kernel returns as much as it knows (its size has grown since
Linux 2.4 from 88 bytes to 280, always at the end)."""
_NAME_LARGEST: Final = 16
"""TCP_CA_NAME_MAX of include/net/tcp.h."""

_FIELDS: Final[dict[str, tuple[int, str]]] = {
    "timeouts": (2, "B"),  # tcpi_retransmits
    "rto_us": (8, "I"),
    "send_mss": (16, "I"),
    "recv_mss": (20, "I"),
    "unacked": (24, "I"),
    "sacked": (28, "I"),
    "lost": (32, "I"),
    "last_sent_ms": (44, "I"),
    "last_received_ms": (52, "I"),
    "path_mtu": (60, "I"),
    "recv_window_limit": (64, "I"),  # tcpi_rcv_ssthresh
    "rtt_us": (68, "I"),
    "rtt_var_us": (72, "I"),
    "ssthresh": (76, "I"),  # tcpi_snd_ssthresh
    "cwnd": (80, "I"),
    "advertised_mss": (84, "I"),
    "recv_space": (96, "I"),
    "retransmits": (100, "I"),  # tcpi_total_retrans
    "pacing_rate": (104, "Q"),
    "bytes_acked": (120, "Q"),
    "bytes_received": (128, "Q"),
    "segments_out": (136, "I"),
    "segments_in": (140, "I"),
    "min_rtt_us": (148, "I"),
    "delivery_rate": (160, "Q"),
    "busy_us": (168, "Q"),
    "window_limited_us": (176, "Q"),
    "buffer_limited_us": (184, "Q"),
    "bytes_sent": (200, "Q"),
    "bytes_retransmitted": (208, "Q"),
    "peer_window": (228, "I"),  # tcpi_snd_wnd
}
"""Offset and format of each number in ``struct tcp_info``, include/uapi/linux/tcp.h."""


def tcp_numbers(info: bytes) -> dict[str, Any]:
    """The numbers of a connection, as far as this kernel's struct is long."""
    return {
        name: struct.unpack_from(f"={form}", info, offset)[0]
        for name, (offset, form) in _FIELDS.items()
        if offset + struct.calcsize(form) <= len(info)
    }


def tcp_state(info: bytes) -> TcpState | None:
    """The state of a TCP socket, a listening one too."""
    return STATES.get(info[0]) if info else None


def accept_queue(info: bytes) -> tuple[int | None, int | None]:
    """How many connections wait at a listening socket, and how many may.

    Linux, net/ipv4/tcp.c, tcp_get_info(): of a listening socket tcpi_unacked and tcpi_sacked are
    sk_ack_backlog and sk_max_ack_backlog.
    """
    numbers = tcp_numbers(info)
    return numbers.get("unacked"), numbers.get("sacked")


def tcp_info(sock: socket.socket) -> bytes:
    """The struct as the kernel returns it; empty where there is none."""
    return _option(sock, _TCP_INFO, _LARGEST)


def congestion(sock: socket.socket) -> str | None:
    """The name of the congestion control, such as ``cubic``."""
    name = _option(sock, _TCP_CONGESTION, _NAME_LARGEST)
    return name.partition(b"\0")[0].decode("ascii", "backslashreplace") or None


def _option(sock: socket.socket, option: int, largest: int) -> bytes:
    if not kernel.ON_LINUX:
        return b""
    try:
        return sock.getsockopt(socket.IPPROTO_TCP, option, largest)
    except OSError:
        return b""
