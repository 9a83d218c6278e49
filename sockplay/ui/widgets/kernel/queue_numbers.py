"""The numbers of queues, of buffers and of the peer."""

from __future__ import annotations

from typing import Final

from sockplay.ui.widgets.kernel.number import (
    ANY,
    BOTH_TCP,
    LISTENING,
    TALKING,
    TCP,
    UNIX,
    Number,
)

QUEUES: Final = (
    Number("recv_queue", "Queues", "receive queue", "bytes", TALKING,
           "Bytes that have arrived and that no recv has taken yet; of datagrams, the size of the "
           "next one.", "ioctl FIONREAD, tcp(7), udp(7), unix(7)"),
    Number("send_queue", "Queues", "send queue", "bytes", TCP,
           "Bytes that send has handed over and that the peer's kernel has not acknowledged: send "
           "returning does not mean that they arrived.", "ioctl SIOCOUTQ, tcp(7)"),
    Number("not_sent", "Queues", "not yet sent", "bytes", TCP,
           "The part of the send queue that has not left this computer even once: the peer's "
           "window or the network holds it back.", "ioctl SIOCOUTQNSD, linux/sockios.h"),
    Number("accept_queue", "Queues", "accept queue", "count", LISTENING,
           "Connections that are complete and wait for an accept; their clients believe that they "
           "are served.",
           "TCP_INFO tcpi_unacked of a listening socket; sock_diag(7) of a Unix one"),
    Number("backlog", "Queues", "backlog", "count", LISTENING,
           "How many may wait for an accept: what listen asked for, at most net.core.somaxconn; "
           "Linux takes one more, then new clients wait.",
           "TCP_INFO tcpi_sacked of a listening socket; sock_diag(7) of a Unix one; listen(2)"),
    Number("drops", "Queues", "dropped", "count", ANY,
           "What arrived and was thrown away, mostly because the receive buffer was full; UDP "
           "tells nobody else about it.",
           "SO_MEMINFO SK_MEMINFO_DROPS, the counter that SO_RXQ_OVFL sends along, socket(7)"),
)  # fmt: skip

BUFFERS: Final = (
    Number("recv_buffer", "Buffers", "SO_RCVBUF", "bytes", ANY,
           "The most memory that received bytes may take, as granted: Linux doubles what was "
           "asked, for its own bookkeeping, and lets TCP's grow until one asks.",
           "getsockopt SO_RCVBUF, socket(7)"),
    Number("recv_memory", "Buffers", "receive memory", "bytes", ANY,
           "Memory that the received bytes take now, the bookkeeping included; this fills "
           "SO_RCVBUF, so small packets fill it early.", "SO_MEMINFO SK_MEMINFO_RMEM_ALLOC"),
    Number("send_buffer", "Buffers", "SO_SNDBUF", "bytes", ANY,
           "The most memory that bytes to be sent may take, as granted and doubled; once it is "
           "full, send blocks or takes only a part.", "getsockopt SO_SNDBUF, socket(7)"),
    Number("send_memory", "Buffers", "send memory", "bytes", ANY,
           "Memory of packets that are on their way out of this socket now.",
           "SO_MEMINFO SK_MEMINFO_WMEM_ALLOC"),
    Number("recv_window_limit", "Buffers", "window limit", "bytes", TCP,
           "The largest receive window that this end would offer its peer now.",
           "TCP_INFO tcpi_rcv_ssthresh"),
    Number("recv_space", "Buffers", "tuned to", "bytes", TCP,
           "How much the program read within a round trip, which is what the receive buffer is "
           "tuned to.", "TCP_INFO tcpi_rcv_space"),
    Number("peer_window", "Buffers", "peer's window", "bytes", TCP,
           "How much the peer last said that it can take; 0 stops this end until the peer reads.",
           "TCP_INFO tcpi_snd_wnd, RFC 9293 section 3.8.6"),
)  # fmt: skip

PEER: Final = (
    Number("peer", "Peer", "address", "text", TALKING,
           "The other end's address, as the kernel has it.", "getpeername(2)"),
    Number("program", "Peer", "program", "text", TALKING,
           "The program at the other end, where this computer runs it and lets us see it.",
           "sock_diag(7) for its inode, then /proc/*/fd; SO_PEERCRED of Unix sockets"),
    Number("peer_pid", "Peer", "pid", "id", UNIX,
           "The process that made the other end, as it was then.", "SO_PEERCRED, unix(7)"),
    Number("peer_uid", "Peer", "user", "id", UNIX,
           "The user id of that process; the kernel vouches for it, so a server may trust it.",
           "SO_PEERCRED, unix(7)"),
)  # fmt: skip

STATE: Final = Number(
    "tcp_state", "TCP", "state", "text", BOTH_TCP,
    "Where this end stands in TCP's diagram of states; each end has a state of its own.",
    "TCP_INFO tcpi_state, RFC 9293 section 3.3.2",
)  # fmt: skip
