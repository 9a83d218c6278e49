"""All sockets of a run: starts them, names them, and carries out what a person asks of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from sockplay.engine import opening
from sockplay.engine.automatic import check_bufsize
from sockplay.engine.birth import Birth
from sockplay.engine.clock import Clock
from sockplay.engine.datagram import Datagram
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.explain import explain
from sockplay.engine.hand.hand import Hand
from sockplay.engine.journal import Journal, Sink
from sockplay.engine.listener import Listener
from sockplay.engine.sockets import Sockets
from sockplay.engine.stream import Stream
from sockplay.engine.talker import Talker
from sockplay.engine.twins import Twins
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.info import Role, SocketInfo
from sockplay.model.spec import (
    Behaviour,
    ClientSpec,
    HowSent,
    HowShut,
    Protocol,
    ServerSpec,
    Target,
)

T = TypeVar("T")
BACKLOG: Final = 4096
_ANY: Final = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}
"""Where to reach a server that is bound to every address; only some systems connect to those."""
_PREFIXES: Final[dict[str, str]] = {"server": "srv", "connection": "conn", "client": "cli"}


class Engine:
    """Real sockets, driven by the running loop; every method belongs on that loop's thread."""

    def __init__(self, sink: Sink, clock: Clock | None = None) -> None:
        self.journal = Journal(sink, clock)
        self.sockets = Sockets()
        self._twins = Twins()
        self.hand = Hand(self.journal, self.sockets, self._twins, self._accepted)

    # starting

    async def start_server(self, spec: ServerSpec) -> str:
        """Start a server; returns its name.

        Raises:
            SockplayError: it could not be started.
        """
        check_bufsize(spec.behaviour.bufsize)
        endpoint: Listener | Datagram
        if spec.protocol in ("udp", "unix-dgram"):
            endpoint = self._datagram(spec.protocol, spec.behaviour)
        else:
            endpoint = Listener(
                self.sockets.new_name("srv"),
                spec.protocol,
                self.journal,
                self.sockets.ended,
                spec.behaviour,
                self._accepted,
            )
        async with Birth(self.sockets, endpoint):
            await opening.bind(endpoint, spec)
            if isinstance(endpoint, Listener):
                endpoint.start(BACKLOG)
            else:
                endpoint.start()
        return endpoint.name

    async def start_client(self, spec: ClientSpec) -> str:
        """Start a client; returns its name once it is connected.

        Raises:
            SockplayError: it could not be connected.
        """
        check_bufsize(spec.behaviour.bufsize)
        endpoint: Talker
        if spec.protocol in ("udp", "unix-dgram"):
            endpoint = self._datagram(spec.protocol, spec.behaviour)
            endpoint.connected = True
        else:
            endpoint = self._stream(spec.protocol, "client", spec.behaviour)
        async with Birth(self.sockets, endpoint):
            await opening.connect(endpoint, spec)
            endpoint.start()
        return endpoint.name

    async def start_pair(self, server: ServerSpec, reads: Behaviour) -> tuple[str, str]:
        """Start a server and a client that is connected to it; returns their names.

        Raises:
            SockplayError: one of them could not be started.
        """
        check_bufsize(reads.bufsize)
        first = await self.start_server(server)
        endpoint = self.sockets.get(first)
        host, _, port = endpoint.local.rpartition(":")
        client = ClientSpec(
            server.protocol,
            "any",
            _ANY.get(host, host.strip("[]")),
            int(port) if port.isdecimal() else 0,
            server.path,
            reads,
        )
        try:
            return first, await self.start_client(client)
        except BaseException:
            self._close(endpoint)
            raise

    # doing

    async def send(self, target: Target, data: bytes, how: HowSent = "sendall") -> int:
        """Send to a socket, or to every connection of a server; returns the bytes moved.

        Raises:
            SockplayError: it cannot be sent.
        """
        endpoint = self.sockets.get(target.socket)
        if isinstance(endpoint, Listener):
            streams = [s for s in self._connections(endpoint) if s.state != "failed"]
            if not streams:
                raise SockplayError(f"{endpoint.name} has no connection yet. Let a client connect.")
            return await self._send_all(streams, data, how)
        return await self._send(endpoint, data, how, target.peer)

    async def recv(self, name: str, bufsize: int) -> Call:
        """Make one recv by hand, waiting for data as a blocking socket would.

        Raises:
            SockplayError: it cannot be read by hand, or the call failed.
        """
        return await self._talker(name, "read").recv(bufsize)

    def stop_waiting(self, name: str) -> None:
        """Give up a recv that waits."""
        self._talker(name, "read").stop_waiting()

    async def shutdown(self, name: str, how: HowShut) -> None:
        """Shut down one half of a connection, or both.

        Raises:
            SockplayError: it has no such half, or the call failed.
        """
        endpoint = self._talker(name, "shut down")
        await self._explained(endpoint.shutdown(how), "shutdown", endpoint)

    def close(self, name: str) -> None:
        """Close a socket, and with a server its connections."""
        self._close(self.sockets.get(name))

    def abort(self, name: str) -> None:
        """Close with a reset (RST); for a server, its connections.

        Raises:
            SockplayError: it is no connection.
        """
        endpoint = self.sockets.get(name)
        found = self._connections(endpoint) if isinstance(endpoint, Listener) else [endpoint]
        victims = [v for v in found if isinstance(v, Stream) and v.protocol == "tcp"]
        if not victims:
            raise SockplayError(f"{name} has no TCP connection to reset. Close it instead.")
        for victim in victims:
            victim.abort()

    def set_behaviour(self, name: str, behaviour: Behaviour) -> None:
        """Change how a socket reads and replies; a server passes it on to its connections.

        Raises:
            SockplayError: there is no such socket, or no such bufsize.
        """
        check_bufsize(behaviour.bufsize)
        endpoint = self.sockets.get(name)
        if isinstance(endpoint, Listener):
            endpoint.set_behaviour(behaviour)
            for stream in self._connections(endpoint):
                stream.set_behaviour(behaviour)
        elif isinstance(endpoint, Talker):
            endpoint.set_behaviour(behaviour)

    def behaviour(self, name: str) -> Behaviour:
        """How a socket reads and replies."""
        endpoint = self.sockets.get(name)
        if isinstance(endpoint, (Listener, Talker)):
            return endpoint.behaviour
        raise SockplayError(f"{name} reads nothing.")

    def close_all(self) -> None:
        """Close every socket, and have what they did kept."""
        for endpoint in self.sockets:
            endpoint.close()
        self.journal.commit()

    # telling

    def snapshot(self) -> tuple[SocketInfo, ...]:
        """Every socket's state, in the order in which they were made."""
        return self.sockets.snapshot()

    def forget_ended(self) -> None:
        """Let ended sockets go from the view."""
        self.sockets.forget_ended()

    # inside

    def _talker(self, name: str, verb: str) -> Talker:
        endpoint = self.sockets.get(name)
        if not isinstance(endpoint, Talker):
            raise SockplayError(
                f"{name} only accepts connections. Pick one of its connections to {verb}."
            )
        return endpoint

    def _connections(self, server: Listener) -> list[Stream]:
        return [e for e in self.sockets if isinstance(e, Stream) and e.parent == server.name]

    async def _send_all(self, streams: list[Stream], data: bytes, how: HowSent) -> int:
        sends = (self._send(stream, data, how, None) for stream in streams)
        outcomes = await asyncio.gather(*sends, return_exceptions=True)
        failed = [o for o in outcomes if isinstance(o, BaseException)]
        if failed:
            sent = len(streams) - len(failed)
            raise SockplayError(f"Sent to {sent} of {len(streams)} connections. {failed[0]}")
        return sum(outcome for outcome in outcomes if isinstance(outcome, int))

    async def _send(self, endpoint: Endpoint, data: bytes, how: HowSent, peer: str | None) -> int:
        if isinstance(endpoint, Datagram):
            sending = endpoint.send(data, peer)
        elif isinstance(endpoint, Stream):
            sending = endpoint.send(data, how)
        else:
            raise SockplayError(f"{endpoint.name} cannot send.")
        return await self._explained(sending, "send", endpoint)

    async def _explained(self, call: Awaitable[T], op: str, endpoint: Endpoint) -> T:
        try:
            return await call
        except OSError as error:
            place = endpoint.peer or endpoint.local
            raise explain(error, op, place, state=endpoint.state) from error

    def _stream(self, protocol: Protocol, role: Role, behaviour: Behaviour) -> Stream:
        name = self.sockets.new_name(_PREFIXES[role])
        return Stream(
            name, protocol, role, self.journal, self.sockets.ended, behaviour, self._twins
        )

    def _accepted(self, server: Listener) -> Stream:
        stream = self._stream(server.protocol, "connection", server.behaviour)
        self.sockets.add(stream)
        return stream

    def _datagram(self, protocol: Protocol, behaviour: Behaviour) -> Datagram:
        name = self.sockets.new_name("udp" if protocol == "udp" else "dgram")
        return Datagram(name, protocol, self.journal, self.sockets.ended, behaviour)

    def _close(self, endpoint: Endpoint) -> None:
        if isinstance(endpoint, Listener):
            for stream in self._connections(endpoint):
                stream.close()
        endpoint.close()
