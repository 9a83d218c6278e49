"""The options that are in force."""

from __future__ import annotations

from typing import Final

from sockplay.ui.widgets.kernel.number import (
    ANY,
    BOTH_TCP,
    INTERNET,
    UDP,
    Number,
)

OPTIONS: Final = (
    Number("nodelay", "Options", "TCP_NODELAY", "flag", BOTH_TCP,
           "On: small sends leave at once; off: Nagle's algorithm holds one back while another is "
           "unacknowledged.", "getsockopt TCP_NODELAY, tcp(7), RFC 896"),
    Number("cork", "Options", "TCP_CORK", "flag", BOTH_TCP,
           "On: only full segments leave, until it is turned off or 200 ms have passed.",
           "getsockopt TCP_CORK, tcp(7)"),
    Number("quickack", "Options", "TCP_QUICKACK", "flag", BOTH_TCP,
           "On: what arrives is acknowledged at once; the kernel turns it on and off by itself.",
           "getsockopt TCP_QUICKACK, tcp(7)"),
    Number("user_timeout_ms", "Options", "TCP_USER_TIMEOUT", "ms", BOTH_TCP,
           "How long bytes may go unacknowledged before the connection fails; 0 leaves it to the "
           "system, some 15 minutes.", "getsockopt TCP_USER_TIMEOUT, tcp(7), RFC 5482"),
    Number("keepalive", "Options", "SO_KEEPALIVE", "flag", BOTH_TCP,
           "On: a silent peer is probed, so that one that has vanished is noticed.",
           "getsockopt SO_KEEPALIVE, socket(7), RFC 9293 section 3.8.4"),
    Number("keepalive_idle_s", "Options", "TCP_KEEPIDLE", "s", BOTH_TCP,
           "Silence before the first probe, once SO_KEEPALIVE is on.",
           "getsockopt TCP_KEEPIDLE, tcp(7)"),
    Number("keepalive_interval_s", "Options", "TCP_KEEPINTVL", "s", BOTH_TCP,
           "Time between two probes.", "getsockopt TCP_KEEPINTVL, tcp(7)"),
    Number("keepalive_count", "Options", "TCP_KEEPCNT", "count", BOTH_TCP,
           "Probes without an answer before the connection fails.",
           "getsockopt TCP_KEEPCNT, tcp(7)"),
    Number("reuse_address", "Options", "SO_REUSEADDR", "flag", ANY,
           "On: bind takes a port although connections of it are still in TIME-WAIT.",
           "getsockopt SO_REUSEADDR, socket(7)"),
    Number("reuse_port", "Options", "SO_REUSEPORT", "flag", ANY,
           "On: several sockets share one port, and the kernel spreads what comes over them.",
           "getsockopt SO_REUSEPORT, socket(7)"),
    Number("linger", "Options", "SO_LINGER", "text", ANY,
           "Off: close returns at once and the kernel sends the rest; on, 0 s: close throws it "
           "away and sends a reset (RST).", "getsockopt SO_LINGER, socket(7)"),
    Number("out_of_band_inline", "Options", "SO_OOBINLINE", "flag", BOTH_TCP,
           "On: urgent data comes in its place of the stream; off: only a recv with MSG_OOB gets "
           "it.", "getsockopt SO_OOBINLINE, socket(7)"),
    Number("broadcast", "Options", "SO_BROADCAST", "flag", UDP,
           "On: datagrams may be sent to a broadcast address; off: that is refused.",
           "getsockopt SO_BROADCAST, socket(7)"),
    Number("count_drops", "Options", "SO_RXQ_OVFL", "flag", UDP,
           "On: each datagram brings the count of those dropped before it, for recvmsg.",
           "getsockopt SO_RXQ_OVFL, socket(7)"),
    Number("v6_only", "Options", "IPV6_V6ONLY", "text", INTERNET,
           "On: an IPv6 socket takes no IPv4; off: IPv4 peers come as ::ffff:a.b.c.d.",
           "getsockopt IPV6_V6ONLY, ipv6(7)"),
    Number("ttl", "Options", "IP_TTL", "count", INTERNET,
           "Routers that a packet may pass before it is thrown away; -1 leaves it to the route.",
           "getsockopt IP_TTL, ip(7), or IPV6_UNICAST_HOPS, ipv6(7)"),
    Number("tos", "Options", "IP_TOS", "count", INTERNET,
           "What a packet asks of routers: its class of service and congestion marks.",
           "getsockopt IP_TOS, ip(7), or IPV6_TCLASS, ipv6(7); RFC 2474"),
    Number("recv_low_water", "Options", "SO_RCVLOWAT", "bytes", ANY,
           "A recv that waits, and select, do so until this many bytes are there.",
           "getsockopt SO_RCVLOWAT, socket(7)"),
    Number("recv_timeout_us", "Options", "SO_RCVTIMEO", "limit", ANY,
           "How long the kernel lets a recv wait; Python's settimeout counts by itself and does "
           "not show here.", "getsockopt SO_RCVTIMEO, socket(7)"),
    Number("send_timeout_us", "Options", "SO_SNDTIMEO", "limit", ANY,
           "How long the kernel lets a send wait; Python's settimeout does not show here.",
           "getsockopt SO_SNDTIMEO, socket(7)"),
)  # fmt: skip
