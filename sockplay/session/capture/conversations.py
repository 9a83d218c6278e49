"""Sorts the packets of a capture into conversations, each of them one socket of its client."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Final, Literal

from sockplay.model.call import Call
from sockplay.session.capture import link_layers
from sockplay.session.capture.fragments import Fragments
from sockplay.session.capture.headers import ACK, SYN, Place
from sockplay.session.capture.ip_layer import (
    TCP,
    UDP,
    Carried,
    Datagram,
    Segment,
    carried,
    tcp_segment,
    udp_datagram,
)
from sockplay.session.capture.journal import FROM_A_CAPTURE, Journal, python_of
from sockplay.session.capture.packet import Packet
from sockplay.session.capture.reassembly import Held
from sockplay.session.capture.tcp_calls import TcpCalls

CONVERSATIONS_MOST: Final = 20_000
"""Conversations that are followed at once; those silent for longest are ended first."""
_DATAGRAM_MOST: Final = 65_535
_SERVICES_END: Final = 1024
"""Ports below it belong to servers (RFC 6335, section 6)."""


class Conversations:
    """Makes calls of packets.

    Args:
        take: where calls go.
    """

    def __init__(self, take: Callable[[Call], object]) -> None:
        self.journal = Journal(take)
        self.packets = 0
        self.left_out: Counter[str] = Counter()
        """Packets that no call was made of, by the reason."""
        self._fragments = Fragments()
        self._tcp: OrderedDict[frozenset[Place], TcpCalls] = OrderedDict()
        self._udp: OrderedDict[frozenset[Place], tuple[str, tuple[Place, Place]]] = OrderedDict()
        self._names: Counter[str] = Counter()
        self._held = Held()

    def take(self, packet: Packet) -> None:
        """Take the next packet."""
        self.packets += 1
        self.journal.time_ns = max(self.journal.time_ns, packet.time_ns)
        reason = self._take(packet)
        if reason:
            self.left_out[reason] += 1

    def close(self) -> None:
        """There are no more packets."""
        for connection in self._tcp.values():
            connection.close()
        self._fragments.close()
        if self._fragments.lost:
            self.left_out["fragments of packets that are not whole"] += self._fragments.lost

    def _take(self, packet: Packet) -> str:
        """Take a packet; returns why it is left out, if it is."""
        if packet.link not in link_layers.KNOWN:
            return f"of link type {packet.link}, which is not read"
        frame = link_layers.ip_packet(packet.link, packet.data)
        if frame is None:
            return "without IP"
        ip = carried(frame)
        if ip is None:
            return "damaged or cut within their headers"
        if ip.protocol not in (TCP, UDP):
            return "neither TCP nor UDP"
        if ip.is_fragment:
            whole = self._fragments.add(ip)
            if whole is None:
                return ""  # counted when it turns out that the rest never came
            ip = whole
        return self._talk(ip)

    def _talk(self, ip: Carried) -> str:
        if ip.protocol == TCP:
            segment = tcp_segment(ip)
            if segment is not None:
                self._segment(segment)
                return ""
        else:
            datagram = udp_datagram(ip)
            if datagram is not None:
                self._datagram(datagram)
                return ""
        return "damaged or cut within their headers"

    def _segment(self, segment: Segment) -> None:
        key = frozenset((segment.source, segment.target))
        connection = self._tcp.get(key)
        if connection is not None and connection.begins_anew(segment):
            connection.close()
            connection = None
        if connection is None:
            begins = segment.flags & (SYN | ACK)
            if begins == SYN | ACK:
                client, server = segment.target, segment.source
            elif begins == SYN:
                client, server = segment.source, segment.target
            else:
                client, server = _guessed(segment.source, segment.target)
            name = self._name("cli")
            connection = TcpCalls(name, client, server, self.journal, self._held)
            self._tcp[key] = connection
        self._tcp.move_to_end(key)
        connection.take(segment)
        if len(self._tcp) > CONVERSATIONS_MOST:
            self._tcp.popitem(last=False)[1].close()

    def _datagram(self, datagram: Datagram) -> None:
        key = frozenset((datagram.source, datagram.target))
        if key not in self._udp:
            ends = _guessed(datagram.source, datagram.target)
            name = self._name("udp")
            self.journal.made(name, ends[0], "SOCK_DGRAM")
            self.journal.write(name, "connect", python_of(ends[1]), ends=ends, note=FROM_A_CAPTURE)
            self._udp[key] = name, ends
            if len(self._udp) > CONVERSATIONS_MOST:
                self._udp.popitem(last=False)
        self._udp.move_to_end(key)
        name, ends = self._udp[key]
        data, size = datagram.payload, datagram.size
        lost = size - len(data)
        note = f"The capture lacks {lost:,} of {size:,} bytes." if lost else ""
        if datagram.source == ends[0]:
            self.journal.write(name, "send", ends=ends, data=data, requested=size, note=note)
        else:
            self.journal.write(
                name,
                "recvfrom",
                ends=ends,
                data=data,
                requested=_DATAGRAM_MOST,
                size=size,
                note=note,
                badges=("truncated",) if lost else (),
            )

    def _name(self, kind: Literal["cli", "udp"]) -> str:
        self._names[kind] += 1
        return f"{kind}{self._names[kind]}"


def _guessed(source: Place, target: Place) -> tuple[Place, Place]:
    """Client and server: who wrote first is the client, unless its port is a service's."""
    if source.port < _SERVICES_END <= target.port:
        return target, source
    return source, target
