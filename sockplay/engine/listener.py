"""A listening socket: accepts whoever comes, one accept a turn of the loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from sockplay.engine.addresses import address_python, address_text, local_text
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.journal import Journal
from sockplay.engine.stream import Stream
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Behaviour, Protocol

ACCEPT_RETRY_S: Final = 1.0
"""Out of files or memory, the connection stays queued and accept would fail again at once
(accept(2)), so it waits this long."""


class Listener(Endpoint):
    """A server's own socket; each connection gets a Stream that behaves as the server says."""

    def __init__(
        self,
        name: str,
        protocol: Protocol,
        journal: Journal,
        on_end: Callable[[Endpoint], None],
        behaviour: Behaviour,
        new_stream: Callable[[Listener], Stream],
    ) -> None:
        super().__init__(name, protocol, "server", journal, on_end)
        self.behaviour = behaviour
        self._new_stream = new_stream

    def start(self, backlog: int) -> None:
        """Listen, and accept from now on.

        Raises:
            OSError: as ``listen`` did.
        """
        sock = self.sock
        self.call("listen", lambda: sock.listen(backlog), str(backlog), self.local)
        self.state = "listening"
        self._watch()

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """Change how connections that come from now on read and reply."""
        self.behaviour = behaviour

    def info(self) -> SocketInfo:
        """Its state and what its connections will do."""
        return replace(
            super().info(), bufsize=self.behaviour.bufsize, reply=self.behaviour.reply.kind
        )

    def _watch(self) -> None:
        if self.is_open:
            self.loop.add_reader(self.sock, self._accept)

    def _accept(self) -> None:
        began = self.journal.now()
        try:
            sock, address = self.sock.accept()
        except OSError as error:
            self.record("accept", began, error=error)
            if not isinstance(error, (BlockingIOError, ConnectionAbortedError)):
                self.loop.remove_reader(self.sock)
                self.loop.call_later(ACCEPT_RETRY_S, self._watch)
            return
        stream = self._new_stream(self)
        peer = address_text(address)
        self.record(
            "accept",
            began,
            peer=peer,
            note=f"{stream.name}, {address_python(address)}",
        )
        stream.adopt(sock)
        stream.local, stream.peer = local_text(sock), peer
        stream.parent = self.name
        stream.wide = self.wide
        stream.start()
