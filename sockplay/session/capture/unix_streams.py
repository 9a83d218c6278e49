"""Which bytes of Unix stream sockets were shown as packets already, since both ends are here."""

from __future__ import annotations

from collections import deque
from typing import Final

from sockplay.model.call import Call
from sockplay.session.capture.recent import Recent
from sockplay.session.python.cast import accepted

_AHEAD_MOST: Final = 1 << 20
"""Bytes that an end may be ahead of the other: kernels queue fewer (net.core.wmem_default)."""
_ALL_AHEAD_MOST: Final = 64 << 20
"""The same of all connections together."""
_QUEUE_MOST: Final = 4096
"""Clients that wait for accept, as the kernel has it at most (/proc/sys/net/core/somaxconn)."""


class _Way:
    """One direction of a connection: what one end has shown of it, and the other not yet."""

    def __init__(self) -> None:
        self.ahead = bytearray()
        self.sent = True
        """Whether the sender has shown it, and not the reader."""
        self.is_known = True
        """Whether the two are the ends of one connection, as far as their bytes tell."""


class UnixStreams:
    """Knows the two ends of Unix connections, which have no addresses to be told apart by.

    Clients of one path are accepted in the order in which they came. Where others come to that
    path too, this may match the wrong two: their bytes tell, and both are shown from then on.
    """

    def __init__(self) -> None:
        self._ways: Recent[str, tuple[_Way, _Way]] = Recent()
        """What a socket sends, and what it reads."""
        self._clients: Recent[str, deque[str]] = Recent()
        """By the path that was bound here, who waits there to be accepted."""
        self._accepts: Recent[str, deque[tuple[int, str]]] = Recent()
        """Connections whose client was not told of yet, and when they were accepted."""
        self._ahead = 0

    def take(self, call: Call) -> None:
        """Take note of who meets whom."""
        if call.error:
            return
        here, there = call.local or "", call.peer or ""
        match call.op:
            case "bind":  # whoever waited there before is never accepted
                self._clients[here] = deque(maxlen=_QUEUE_MOST)
                self._accepts[here] = deque(maxlen=_QUEUE_MOST)
            case "connect" | "connect_ex" if there in self._clients:
                self._connect(call, self._accepts[there], self._clients[there])
            case "accept" if here in self._clients:
                self._accept(call, self._accepts[here], self._clients[here])
            case "socketpair":
                ends = call.note.split(", ")
                if len(ends) == 2 and ends[1] == call.socket:
                    self._begin(ends[0])
                    self._meet(ends[0], ends[1])
            case "close":
                self._ways.pop(call.socket, None)

    def fresh(self, call: Call) -> bytes:
        """Those bytes of a call that were not shown."""
        sends = call.direction == "out"
        both = self._ways.get(call.socket)
        way = both[not sends] if both else None
        if way is None or not way.is_known:
            return call.data
        data = call.data
        if way.ahead and way.sent != sends:
            shared = min(len(data), len(way.ahead))
            if way.ahead[:shared] != data[:shared]:
                self._forget(way)
                return data
            del way.ahead[:shared]
            self._ahead -= shared
            data = data[shared:]
        if data:
            way.sent = sends
            way.ahead += data
            self._ahead += len(data)
            if len(way.ahead) > _AHEAD_MOST or self._ahead > _ALL_AHEAD_MOST:
                self._forget(way)
        return data

    def _forget(self, way: _Way) -> None:
        way.is_known = False
        self._ahead -= len(way.ahead)
        way.ahead.clear()

    def _connect(self, call: Call, accepts: deque[tuple[int, str]], clients: deque[str]) -> None:
        while accepts:
            done, connection = accepts.popleft()
            if done >= call.time_ns:
                self._meet(connection, call.socket)
                return
        self._begin(call.socket)
        clients.append(call.socket)

    def _accept(self, call: Call, accepts: deque[tuple[int, str]], clients: deque[str]) -> None:
        connection = accepted(call)
        if clients:
            self._meet(clients.popleft(), connection)
        else:
            self._begin(connection)
            accepts.append((call.time_ns + call.took_ns, connection))

    def _begin(self, name: str) -> None:
        self._ways[name] = _Way(), _Way()

    def _meet(self, one: str, other: str) -> None:
        if one in self._ways:
            self._ways[other] = self._ways[one][::-1]
