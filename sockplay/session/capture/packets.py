"""Turns calls into packets, one call after the other, and says each call beside its packets."""

from __future__ import annotations

import struct
from collections import OrderedDict
from typing import Final, Literal

from msgspec.structs import replace

from sockplay.model.call import Call, Direction
from sockplay.session.capture.comments import comment_of
from sockplay.session.capture.duplicates import Duplicates
from sockplay.session.capture.headers import (
    Place,
    beside,
    datagram_most,
    place_of,
    udp_datagram,
)
from sockplay.session.capture.pcapng_writer import COMMENTS_MOST, Link, PcapngWriter
from sockplay.session.capture.recent import Recent
from sockplay.session.capture.shown_datagrams import Shown
from sockplay.session.capture.tcp_packets import TcpConnection
from sockplay.session.capture.unix_streams import UnixStreams
from sockplay.session.python.cast import accepted

_Kind = Literal["client", "connection", "datagrams"]
_KEPT_MOST: Final = 50_000
"""Sockets whose calls wait for a packet to be said beside; the oldest wait no longer."""
_PIECE: Final = 65_536
"""Bytes of a Unix socket in one packet: Wireshark takes up to 262,144 (wiretap/wtap.h)."""
_CONNECTS: Final = ("connect", "connect_ex")
_UNANSWERED: Final = frozenset({"ETIMEDOUT", "ECONNREFUSED"})
_PORTS_MADE_UP: Final = range(49_152, 65_536)
"""Ports for clients that never had one on record (RFC 6335, section 6)."""


def _tag(code: int, value: bytes) -> bytes:
    """A tag of Wireshark's exported PDUs (epan/exported_pdu.h): big-endian, in steps of four."""
    size = -(-len(value) // 4) * 4
    return struct.pack(">HH", code, size) + value.ljust(size, b"\0")


_UNIX: Final = _tag(12, b"data") + _tag(33, b"UNIX") + _tag(0, b"")
"""Read as plain data, and named UNIX in the column of protocols."""


def _is_on_the_wire(call: Call) -> bool:
    moves = call.direction is not None and "MSG_PEEK" not in call.args
    return moves or call.op in (*_CONNECTS, "shutdown", "close")


class Packets:
    """Shows calls as packets, each byte once, though both ends of a conversation may be here.

    A call that makes no packet is said beside the next one of its socket, or beside the newest
    where nothing more can come of it.

    Args:
        writer: where packets go.
    """

    def __init__(self, writer: PcapngWriter) -> None:
        self._writer = writer
        self._kinds: Recent[str, _Kind] = Recent()
        self._duplicates = Duplicates()
        self._unix_streams = UnixStreams()
        self._connections: Recent[frozenset[Place], TcpConnection] = Recent()
        self._said: OrderedDict[str, list[str]] = OrderedDict()
        self._shown = Shown()
        self._count = 0
        self._made = False

    def take(self, call: Call) -> None:
        """Show one call."""
        self._made = False
        owner = self._duplicates.take(call)
        name = accepted(call) if call.op == "accept" and not call.error else owner
        shown = call if owner == call.socket else replace(call, socket=owner)
        is_another = call.op == "socket" and shown is not call
        goes_on = call.op == "close" and not call.error and not self._duplicates.ends(owner)
        over = False if is_another or goes_on else self._show(shown)
        if self._made:
            for comment in self._said.pop(name, ()):
                self._writer.comment(comment)
        if (self._made or over) and self._writer.has_packets:
            self._writer.comment(comment_of(call))
        else:
            self._wait(name, comment_of(call))

    def close(self) -> None:
        """Say what is left to say beside the last packet."""
        while self._said:
            self._say_oldest()

    def _show(self, call: Call) -> bool:
        """Make the packets of a call; returns whether it can be said nowhere but beside others."""
        if call.op in ("socket", "socketpair"):
            self._kinds[call.socket] = "datagrams" if "SOCK_DGRAM" in call.args else "client"
        elif call.op == "accept" and not call.error:
            self._accept(call)
        kind = self._kinds.get(call.socket)
        local, peer = place_of(call.local), place_of(call.peer)
        if local is None and peer is None:
            self._unix_streams.take(call)
            if call.data and _is_on_the_wire(call):
                return self._unix(call, kind)
        elif peer is None or not _is_on_the_wire(call):
            pass
        elif kind == "datagrams" or (kind is None and call.offset is None):
            return (
                call.direction is not None and not call.error and self._datagram(call, local, peer)
            )
        else:
            return self._stream(call, local, peer)
        return False

    def _stream(self, call: Call, local: Place | None, peer: Place) -> bool:
        if call.op in _CONNECTS and call.error:
            if call.error in _UNANSWERED:
                self._refused(call, local, peer)
            return False
        there = beside(peer, local or peer)
        ours = self._fitting(local, there) if local else None
        if ours is None:
            return False
        if self._kinds.get(call.socket) is None:
            self._kinds[call.socket] = "client"
        connection = self._connection(call, ours, there)
        connection.take(call, connection.end_at(ours))
        return connection.is_over

    def _refused(self, call: Call, local: Place | None, peer: Place) -> None:
        ours = local or Place(bytes(len(peer.host)), 0)
        if not ours.port:
            ours = Place(ours.host, _PORTS_MADE_UP[self._count % len(_PORTS_MADE_UP)])
        there = beside(peer, ours)
        met = self._fitting(ours, there)
        if met is not None:
            self._new(met, there).refuse(call, call.error == "ECONNREFUSED")

    def _connection(self, call: Call, ours: Place, there: Place) -> TcpConnection:
        found = self._connections.get(frozenset((ours, there)))
        if found is not None:
            end = found.end_at(ours)
            again = call.op in _CONNECTS or (end.closed and end.name != call.socket)
            if not (end.name and again):
                return found
        if self._kinds.get(call.socket) == "connection":
            return self._new(there, ours)
        return self._new(ours, there)

    def _new(self, client: Place, server: Place) -> TcpConnection:
        self._count += 1
        made = TcpConnection(client, server, self._count, self._packet)
        self._connections[frozenset((client, server))] = made
        return made

    def _datagram(self, call: Call, local: Place | None, peer: Place) -> bool:
        there = beside(peer, local or peer)
        ours = self._fitting(local or Place(bytes(len(there.host)), 0), there)
        if ours is None:
            return False
        done = call.time_ns + call.took_ns
        most = datagram_most(there)
        data = call.data[:most]
        if call.direction == "out":
            if not self._shown.sends(there.port, data):
                self._packet(done, udp_datagram(ours, there, data, len(data)), "out")
        else:
            size = min(max(call.size or 0, len(data)), most)
            if not self._shown.reads(ours.port, data, size):
                packet = udp_datagram(there, ours, data, size)
                self._packet(done, packet, "in", len(packet) + size - len(data))
        return True

    def _unix(self, call: Call, kind: _Kind | None) -> bool:
        done, data = call.time_ns + call.took_ns, call.data
        if kind != "datagrams":
            data = self._unix_streams.fresh(call)
        elif call.direction == "out":
            data = b"" if self._shown.sends(call.peer or "", data) else data
        else:
            size = max(call.size or 0, len(data))
            data = b"" if self._shown.reads(call.local or "", data, size) else data
        for at in range(0, len(data), _PIECE):
            piece = _UNIX + data[at : at + _PIECE]
            self._packet(done, piece, call.direction or "out", link="unix")
        return not data

    def _packet(
        self,
        time_ns: int,
        data: bytes,
        direction: Direction,
        size: int | None = None,
        link: Link = "raw",
    ) -> None:
        self._made = True
        self._writer.packet(time_ns, data, direction, size, link)

    def _fitting(self, ours: Place, there: Place) -> Place | None:
        """Our place as the peer met it; None where the two cannot have met."""
        found = beside(ours, there)
        return found if len(found.host) == len(there.host) else None

    def _accept(self, call: Call) -> None:
        """What a server did so far is said with its first connection, and so is the accept."""
        name = accepted(call)
        self._kinds[name] = "connection"
        for comment in self._said.pop(call.socket, ()):
            self._wait(name, comment)

    def _wait(self, name: str, comment: str) -> None:
        waiting = self._said.setdefault(name, [])
        if len(waiting) < COMMENTS_MOST:
            waiting.append(comment)
        if len(self._said) > _KEPT_MOST:
            self._say_oldest()

    def _say_oldest(self) -> None:
        _, comments = self._said.popitem(last=False)
        for comment in comments:
            self._writer.comment(comment)
