"""How the sockets of programs come into view, what they turn into, and how they leave."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from typing import Final

import msgspec

from sockplay.engine.addresses import local_text
from sockplay.engine.datagram import Datagram
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.hand.connects import is_connected
from sockplay.engine.hand.states import show_address
from sockplay.engine.hand.written import socket_arguments
from sockplay.engine.journal import Journal
from sockplay.engine.listener import Listener
from sockplay.engine.sockets import Sockets
from sockplay.engine.stream import Stream
from sockplay.engine.timeout import Timeout
from sockplay.engine.twins import Twins
from sockplay.model.info import Role
from sockplay.model.spec import Behaviour, Protocol

_PROTOCOLS: Final[dict[tuple[int, int], Protocol]] = {
    (socket.AF_INET, socket.SOCK_STREAM): "tcp",
    (socket.AF_INET6, socket.SOCK_STREAM): "tcp",
    (socket.AF_INET, socket.SOCK_DGRAM): "udp",
    (socket.AF_INET6, socket.SOCK_DGRAM): "udp",
    (getattr(socket, "AF_UNIX", -1), socket.SOCK_STREAM): "unix",
    (getattr(socket, "AF_UNIX", -1), socket.SOCK_DGRAM): "unix-dgram",
}
_GIVEN_MOST: Final = 1000
_BY_HAND: Final = Behaviour(None)


class Born(msgspec.Struct, frozen=True):
    """What a program's socket object must know of the socket that it stands for."""

    name: str
    fd: int
    family: int
    kind: int
    proto: int
    blocking: bool
    """False when it was made with SOCK_NONBLOCK."""
    timeout: Timeout
    """The socket's own, which outlives it."""


class Births:
    """Makes sockets, and turns one into a listening one under its name."""

    def __init__(
        self,
        journal: Journal,
        sockets: Sockets,
        twins: Twins,
        new_stream: Callable[[Listener], Stream],
    ) -> None:
        self._journal = journal
        self._sockets = sockets
        self._twins = twins
        self._new_stream = new_stream
        self._unclaimed: dict[int, str] = {}
        """Sockets that accept or socketpair made, by the descriptor with which they are claimed."""
        self._given: dict[int, tuple[int, int]] = {}
        """The bytes in and out of those that went on outside, by their inode."""

    def open(
        self, family: int, kind: int, proto: int, fileno: int | None, wanted: str, again: bool
    ) -> Born:
        """Make a socket, or take over a file descriptor.

        Raises:
            OSError: as the call did, or it is of a kind that sockplay cannot show.
        """
        began = self._journal.now()
        claimed = self._unclaimed.pop(fileno, "") if isinstance(fileno, int) else ""
        endpoint = self._sockets.find(claimed)
        if endpoint is not None and endpoint.sock.fileno() == fileno:
            return born_of(endpoint, True)
        self._refuse_a_second(fileno)
        real = socket.socket(family, kind, proto, fileno)
        blocking = real.gettimeout() is None
        name = wanted if again and not self._sockets.find(wanted) else self._name(wanted, "sock")
        endpoint = self._endpoint(real, name, fileno is not None)
        written = socket_arguments(real.family, real.type, proto, fileno)
        endpoint.record("socket", began, args=written)
        if fileno is not None:
            self._count_on(endpoint)
            self._look_at(endpoint)
        return born_of(self._sockets.find(endpoint.name) or endpoint, blocking)

    def pair(
        self, family: int, kind: int, proto: int, wanted: tuple[str, str]
    ) -> tuple[Born, Born]:
        """Make two connected sockets.

        Raises:
            OSError: as the call did.
        """
        began = self._journal.now()
        reals = socket.socketpair(family, kind, proto)
        names = [self._name(name, "sock") for name in wanted]
        ends = [self._endpoint(real, name, False) for real, name in zip(reals, names, strict=True)]
        for end, twin in zip(ends, reversed(names), strict=True):
            end.twin = twin
            written = socket_arguments(family, kind, proto, None)
            end.record("socketpair", began, args=written, note=", ".join(names))
            is_connected(end)
            self._unclaimed[end.sock.fileno()] = end.name
        return born_of(ends[0], True), born_of(ends[1], True)

    def accepted(self, server: Listener, wanted: str) -> Stream:
        """The socket of a connection that is being accepted by hand."""
        stream = self._stream(server.protocol, self._name(wanted, "conn"), "connection")
        self._sockets.add(stream)
        return stream

    def claim_later(self, fd: int, name: str) -> None:
        """Have the next socket object that is made of a descriptor stand for a socket."""
        self._unclaimed[fd] = name

    def unclaimed(self, fd: int) -> str:
        """The name of a socket that no socket object stands for yet; any thread may ask."""
        return self._unclaimed.get(fd, "")

    def listener(self, stream: Endpoint) -> Listener:
        """Go on with a socket that listens now: the same one, under the same name."""
        listener = Listener(
            stream.name,
            stream.protocol,
            self._journal,
            self._sockets.ended,
            _BY_HAND,
            self._new_stream,
            by_hand=True,
        )
        listener.local, listener.wide, listener.calls = stream.local, stream.wide, stream.calls
        listener.timeout = stream.timeout
        if isinstance(stream, Stream):
            listener.knobs = stream.knobs  # its connections get what was asked of it before
        listener.adopt(stream.release())
        self._sockets.add(listener)
        listener.listens()
        return listener

    def give_away(self, endpoint: Endpoint, blocking: bool) -> int:
        """Let a descriptor go on outside of sockplay; returns it."""
        began = self._journal.now()
        sock = endpoint.release()
        if not self._is_shared(sock):
            sock.setblocking(blocking)
        fd = sock.detach()
        endpoint.record("detach", began, note=f"Descriptor {fd} goes on outside of this list.")
        endpoint.leave()
        self._given[os.fstat(fd).st_ino] = endpoint.bytes_in, endpoint.bytes_out
        if len(self._given) > _GIVEN_MOST:
            del self._given[next(iter(self._given))]
        return fd

    def _name(self, wanted: str, otherwise: str) -> str:
        return self._sockets.name_like(wanted) if wanted else self._sockets.new_name(otherwise)

    def _endpoint(self, real: socket.socket, name: str, given: bool) -> Endpoint:
        protocol = _PROTOCOLS.get((real.family, real.type))
        if protocol is None:
            if given:
                real.detach()  # it stays with the one who gave it
            real.close()
            raise OSError(
                errno.EPROTONOSUPPORT,
                "TCP, UDP and Unix sockets can be shown here, and this is another one. "
                "Run the program in Python itself",
            )
        endpoint: Stream | Datagram
        if protocol in ("tcp", "unix"):
            endpoint = self._stream(protocol, name, "client")
        else:
            endpoint = Datagram(name, protocol, self._journal, self._sockets.ended, _BY_HAND)
        endpoint.adopt(real)
        endpoint.state = "new"
        self._sockets.add(endpoint)
        return endpoint

    def _stream(self, protocol: Protocol, name: str, role: Role) -> Stream:
        return Stream(
            name, protocol, role, self._journal, self._sockets.ended, _BY_HAND, self._twins
        )

    def _look_at(self, endpoint: Endpoint) -> None:
        """Find out in which state a descriptor came here."""
        if is_connected(endpoint):
            return
        show_address(endpoint)
        listens = getattr(socket, "SO_ACCEPTCONN", None)
        if isinstance(endpoint, Stream) and listens is not None:
            endpoint.local = local_text(endpoint.sock)
            if endpoint.sock.getsockopt(socket.SOL_SOCKET, listens):
                self.listener(endpoint)

    def _count_on(self, endpoint: Endpoint) -> None:
        """Count a stream's bytes on from where they were under another descriptor."""
        inode = os.fstat(endpoint.sock.fileno()).st_ino
        counts = self._given.pop(inode, (0, 0))
        for other in (e for e in self._sockets if e.is_open and e is not endpoint):
            if os.fstat(other.sock.fileno()).st_ino == inode:
                counts = max(counts[0], other.bytes_in), max(counts[1], other.bytes_out)
        if isinstance(endpoint, Stream):
            endpoint.bytes_in, endpoint.bytes_out = counts

    def _is_shared(self, sock: socket.socket) -> bool:
        """Whether a duplicate is here: it would block too (fcntl(2): F_SETFL), and all with it."""
        fd = sock.fileno()
        return any(os.path.sameopenfile(fd, e.sock.fileno()) for e in self._sockets if e.is_open)

    def _refuse_a_second(self, fileno: object) -> None:
        for endpoint in self._sockets if fileno is not None else ():
            if endpoint.is_open and endpoint.sock.fileno() == fileno:
                raise OSError(
                    errno.EBUSY,
                    f"{endpoint.name} has the descriptor {fileno} already. "
                    "Use dup() for another socket of the same connection",
                )


def born_of(endpoint: Endpoint, blocking: bool) -> Born:
    """What there is to know of an open socket.

    Raises:
        SockplayError: it is closed.
    """
    sock, timeout = endpoint.sock, endpoint.timeout
    return Born(endpoint.name, sock.fileno(), sock.family, sock.type, sock.proto, blocking, timeout)
