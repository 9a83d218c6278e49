"""What the kernel knows of one socket at one moment, as a view shows it."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from sockplay.model.info import SocketInfo

TcpState = Literal[
    "CLOSED",
    "LISTEN",
    "SYN-SENT",
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
]
"""The states of a TCP connection, spelled as in RFC 9293, section 3.3.2."""

Kind = Literal["tcp", "tcp listening", "udp", "unix", "unix listening", "unix-dgram"]
"""What sort of socket it is, which decides what numbers it has."""

NO_THRESHOLD: Final = 0x7FFFFFFF
"""The slow start threshold before anything was lost: TCP_INFINITE_SSTHRESH of include/net/tcp.h."""
NOT_MEASURED: Final = 0xFFFFFFFF
"""The least round trip before there was one (net/ipv4/tcp.c, tcp_init_sock: ~0U)."""
NO_LIMIT: Final = 0xFFFFFFFFFFFFFFFF
"""The pacing rate where nothing limits it (net/ipv4/tcp.c, tcp_get_info: ~0ULL)."""


class KernelState(msgspec.Struct, frozen=True):
    """One reading of an open socket. None: it does not apply, or this platform does not tell."""

    kind: Kind

    # Queues, in bytes unless said otherwise.
    recv_queue: int | None = None
    """Bytes that wait for a recv; of datagrams, those of the next one."""
    send_queue: int | None = None
    not_sent: int | None = None
    accept_queue: int | None = None
    """Connections that wait for an accept."""
    backlog: int | None = None
    """Connections that may wait, as ``listen`` was granted it."""
    drops: int | None = None
    """Datagrams, or segments of TCP, that found no room."""

    # Buffers, in bytes.
    recv_buffer: int | None = None
    send_buffer: int | None = None
    recv_memory: int | None = None
    send_memory: int | None = None
    recv_space: int | None = None
    recv_window_limit: int | None = None
    peer_window: int | None = None

    # TCP. Times end in their unit; windows and counts are in segments.
    tcp_state: TcpState | None = None
    rtt_us: int | None = None
    rtt_var_us: int | None = None
    min_rtt_us: int | None = None
    rto_us: int | None = None
    cwnd: int | None = None
    ssthresh: int | None = None
    congestion: str | None = None
    send_mss: int | None = None
    recv_mss: int | None = None
    advertised_mss: int | None = None
    path_mtu: int | None = None
    retransmits: int | None = None
    """Segments sent again since the connection began."""
    timeouts: int | None = None
    """Timeouts in a row for the segment that waits for its acknowledgement now."""
    unacked: int | None = None
    sacked: int | None = None
    lost: int | None = None
    bytes_sent: int | None = None
    bytes_acked: int | None = None
    bytes_received: int | None = None
    bytes_retransmitted: int | None = None
    segments_out: int | None = None
    segments_in: int | None = None
    delivery_rate: int | None = None
    """Bytes per second."""
    pacing_rate: int | None = None
    """Bytes per second."""
    busy_us: int | None = None
    window_limited_us: int | None = None
    buffer_limited_us: int | None = None
    last_sent_ms: int | None = None
    last_received_ms: int | None = None

    # Options in force.
    nodelay: bool | None = None
    cork: bool | None = None
    quickack: bool | None = None
    user_timeout_ms: int | None = None
    keepalive: bool | None = None
    keepalive_idle_s: int | None = None
    keepalive_interval_s: int | None = None
    keepalive_count: int | None = None
    reuse_address: bool | None = None
    reuse_port: bool | None = None
    linger: str | None = None
    out_of_band_inline: bool | None = None
    broadcast: bool | None = None
    v6_only: str | None = None
    """Whether IPv4 is refused; an IPv4 socket says that it is one."""
    ttl: int | None = None
    tos: int | None = None
    recv_low_water: int | None = None
    recv_timeout_us: int | None = None
    send_timeout_us: int | None = None
    count_drops: bool | None = None

    # The peer.
    peer: str | None = None
    program: str | None = None
    """The program at the other end and its pid, where this computer runs it."""
    peer_pid: int | None = None
    peer_uid: int | None = None


class Left(msgspec.Struct, frozen=True):
    """What the kernel keeps of a connection whose socket here is closed."""

    tcp_state: TcpState
    """``CLOSED`` once it keeps nothing."""
    remaining_ms: int | None = None
    """How long it will stay so, where the kernel counts that."""

    @property
    def remaining_s(self) -> int | None:
        """The same in seconds, rounded up."""
        return None if self.remaining_ms is None else -(-self.remaining_ms // 1000)


class End(msgspec.Struct, frozen=True):
    """One end of a connection, or a socket that has no other end, as it was at one moment."""

    info: SocketInfo
    state: KernelState | None = None
    """None once it is closed."""
    left: Left | None = None
    """What the kernel still keeps then; None where that cannot be told."""

    @property
    def name(self) -> str:
        """The socket's name."""
        return self.info.name

    @property
    def kind(self) -> Kind:
        """What sort of socket it is, or was."""
        if self.state is not None:
            return self.state.kind
        if self.info.role == "server" and self.info.protocol in ("tcp", "unix"):
            return "tcp listening" if self.info.protocol == "tcp" else "unix listening"
        return self.info.protocol

    @property
    def tcp_state(self) -> TcpState | None:
        """Where it stands in TCP's diagram, closed or not."""
        if self.state is not None:
            return self.state.tcp_state
        return self.left.tcp_state if self.left is not None else None
