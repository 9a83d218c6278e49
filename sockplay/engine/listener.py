"""A listening socket: accepts whoever comes, a budget of them a turn of the loop, or by hand."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from msgspec.structs import replace

from sockplay.engine import kernel
from sockplay.engine.addresses import SockAddr, address_python, address_text, local_text
from sockplay.engine.automatic import BUDGET
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.journal import Journal
from sockplay.engine.stream import Stream
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.knobs import Knobs
from sockplay.model.spec import Behaviour, Protocol

ACCEPT_RETRY_S: Final = 1.0
"""Out of files or memory, the connection stays queued and accept would fail again at once
(accept(2)), so it waits this long."""


def accepts_by_itself(name: str) -> OSError:
    """What a program is told that would accept where that is done already."""
    return OSError(
        errno.EBUSY,
        f"{name} accepts by itself. Use its connections by their names, "
        "or make a server here: socket.create_server(('', port)).",
    )


class Listener(Endpoint):
    """A server's own socket; each connection gets a Stream that behaves as the server says.

    One that a program made accepts by hand, until it is set to read by itself.
    """

    def __init__(
        self,
        name: str,
        protocol: Protocol,
        journal: Journal,
        on_end: Callable[[Endpoint], None],
        behaviour: Behaviour,
        new_stream: Callable[[Listener], Stream],
        by_hand: bool = False,
    ) -> None:
        super().__init__(name, protocol, "server", journal, on_end)
        self.behaviour = behaviour
        self.knobs = Knobs()
        """How connections that come from now on are hindered."""
        self._new_stream = new_stream
        self._by_hand = by_hand
        self._accepting = False

    @property
    def accepts(self) -> bool:
        """Whether it accepts by itself."""
        return not self._by_hand or self.behaviour.bufsize is not None

    def start(self, backlog: int) -> None:
        """Listen, and accept from now on.

        Raises:
            OSError: as ``listen`` did.
        """
        sock = self.sock
        self.call("listen", lambda: sock.listen(backlog), str(backlog), self.local)
        self.listens()

    def listens(self) -> None:
        """Take note that it listens, and accept from now on unless that is done by hand."""
        self.state = "listening"
        self._watch()

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """Change how connections that come from now on read and reply."""
        self.behaviour = behaviour
        if self.accepts:
            self.readiness.end(accepts_by_itself(self.name), "read")
        self._watch()

    def info(self) -> SocketInfo:
        """Its state and what its connections will do."""
        return replace(
            super().info(),
            bufsize=self.behaviour.bufsize,
            accepts=self.accepts,
            reply=self.behaviour.reply.kind,
            knobs=self.knobs,
        )

    def _watch(self) -> None:
        wanted = self.accepts and self.state == "listening"
        if wanted == self._accepting or not self.is_open:
            return
        self._accepting = wanted
        if wanted:
            self.loop.add_reader(self.sock, self._accept_all)
        else:
            self.loop.remove_reader(self.sock)

    def _accept_all(self) -> None:
        # A burst would fill the backlog while the loop turns, and the kernel drop who comes then.
        for _ in range(BUDGET):
            self._accept()
            if not self._accepting or not kernel.is_ready(self.sock):
                break

    def _accept(self) -> None:
        began = self.journal.now()
        try:
            sock, address = self.sock.accept()
        except OSError as error:
            self.record("accept", began, error=error)
            if not isinstance(error, (BlockingIOError, ConnectionAbortedError)):
                self.loop.remove_reader(self.sock)
                self._accepting = False
                self.loop.call_later(ACCEPT_RETRY_S, self._watch)
            return
        self.took(sock, address, began, self._new_stream(self))

    def took(self, sock: socket.socket, address: SockAddr, began: int, stream: Stream) -> None:
        """Write down an accept, and have its connection live."""
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
        with suppress(OSError, SockplayError):  # a setsockopt that failed is in the record
            stream.turn(self.knobs)
        stream.start()
