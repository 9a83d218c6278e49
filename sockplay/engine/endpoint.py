"""One real socket that sockplay owns, and the one place where its calls are made and written down.

Sockets are non-blocking and driven by the loop's readers and writers; asyncio's transports and
streams would hide partial reads and writes.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable
from typing import Any, TypeVar

from sockplay.engine import kernel
from sockplay.engine.addresses import is_wide, local_text
from sockplay.engine.asked import Asked
from sockplay.engine.explain import errno_name, explain
from sockplay.engine.journal import Journal
from sockplay.engine.readiness import Readiness
from sockplay.engine.timeout import Timeout
from sockplay.model.call import Badge, Call
from sockplay.model.errors import SockplayError
from sockplay.model.info import Role, SocketInfo, State
from sockplay.model.spec import Protocol

T = TypeVar("T")


class Endpoint:
    """What every socket has: a name, a state, counters, and calls that are written down.

    Args:
        name: its short name, a valid Python identifier.
        protocol: what it speaks.
        role: what it is for.
        journal: where its calls go.
        on_end: told once, when the socket has ended.
    """

    __slots__ = (
        *("name", "protocol", "role", "journal", "readiness", "timeout", "at_close"),
        *("state", "local", "peer", "parent", "twin", "wide", "problem"),
        *("bytes_in", "bytes_out", "calls", "_on_end", "_sock", "_pending"),
    )
    """A stream has more than Python keeps at hand without: each use would take twice as long."""

    def __init__(
        self,
        name: str,
        protocol: Protocol,
        role: Role,
        journal: Journal,
        on_end: Callable[[Endpoint], None],
    ) -> None:
        self.name = name
        self.protocol: Protocol = protocol
        self.role: Role = role
        self.journal = journal
        self.state: State = "connecting"
        self.local = ""
        self.peer = ""
        self.parent: str | None = None
        self.twin = ""
        """The name of the socket here at the other end of its connection."""
        self.wide = False
        self.problem = ""
        self.bytes_in = 0
        self.bytes_out = 0
        self.calls = 0
        self.at_close: Callable[[], None] | None = None
        """What else goes when it closes: the file of a Unix path."""
        self.readiness = Readiness(self)
        self.timeout = Timeout()
        self._on_end = on_end
        self._sock: socket.socket | None = None
        self._pending: asyncio.Future[Any] | None = None
        """What opening it now waits for."""

    @property
    def sock(self) -> socket.socket:
        """The open socket.

        Raises:
            SockplayError: it is closed.
        """
        if self._sock is None:
            raise SockplayError(f"{self.name} is closed. Start another one.")
        return self._sock

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that drives it."""
        return asyncio.get_running_loop()

    @property
    def is_open(self) -> bool:
        """Whether it still has a socket in the kernel."""
        return self._sock is not None

    def record(
        self,
        op: str,
        began: int,
        *,
        args: str = "",
        error: BaseException | None = None,
        requested: int | None = None,
        peer: str | None = None,
        note: str = "",
    ) -> Call:
        """Write down a call that moved no data; ``began`` is the journal's time of the wish."""
        code: str | None = None
        badges: tuple[Badge, ...] = ()
        if error is not None:
            code = errno_name(error)
            badges = ("would block" if code == "EAGAIN" else "error",)
            place = args if op == "setsockopt" else peer or self.peer or self.local
            note = note or explain(error, op, place, state=self.state).sentence
        self.calls += 1
        call = Call(
            seq=self.journal.next_seq(),
            time_ns=began,
            took_ns=self.journal.now() - began,
            socket=self.name,
            op=op,
            args=args,
            requested=requested,
            local=self.local or None,
            peer=(peer if peer is not None else self.peer) or None,
            error=code,
            note=note,
            badges=badges,
        )
        self.journal.take(call)
        return call

    def moved(
        self,
        op: str,
        began: int,
        requested: int | None,
        data: bytes,
        args: str = "",
        left: int | None = None,
        offset: int | None = None,
        size: int | None = None,
        peer: str | None = None,
        note: str = "",
        badges: tuple[Badge, ...] = (),
    ) -> Call:
        """Write down a call that moved data: in a flood this is done 100,000 times a second."""
        journal = self.journal
        journal.seq += 1
        call = Call(
            journal.seq,
            began,
            journal.now() - began,
            self.name,
            op,
            args,
            requested,
            len(data),
            left,
            data,
            offset,
            size,
            self.local or None,
            peer or self.peer or None,
            None,
            note,
            badges,
        )
        journal.take(call)
        self.calls += 1
        return call

    def record_failure(self, asked: Asked, error: OSError, note: str = "") -> Call:
        """Write down a call that failed."""
        op, began, args = asked.op, asked.began, asked.args
        return self.record(op, began, args=args, requested=asked.requested, error=error, note=note)

    def call(self, op: str, function: Callable[[], T], args: str = "", place: str = "") -> T:
        """Make one call that moves no data, and write it down.

        Raises:
            OSError: as the call did.
        """
        began = self.journal.now()
        try:
            result = function()
        except OSError as error:
            note = explain(error, op, place).sentence if place else ""
            self.record(op, began, args=args, error=error, note=note)
            raise
        self.record(op, began, args=args)
        return result

    def open(self, family: socket.AddressFamily, kind: socket.SocketKind) -> socket.socket:
        """Make the socket itself, non-blocking.

        Raises:
            OSError: as ``socket.socket`` did.
        """
        args = f"{family.name}, {kind.name}"
        sock = self.call("socket", lambda: socket.socket(family, kind), args)
        self.adopt(sock)
        return sock

    def adopt(self, sock: socket.socket) -> None:
        """Take over a socket, which blocks no more."""
        sock.setblocking(False)
        self._sock = sock

    async def until_closed(self, future: asyncio.Future[T]) -> T:
        """Wait for something that opening it needs; closing it ends the wait.

        Raises:
            SockplayError: it was closed meanwhile.
        """
        self._pending = future
        try:
            result = await future
        finally:
            self._pending = None
        if self.state == "closed":
            raise SockplayError(f"{self.name} was closed.")
        return result

    def bound(self) -> None:
        """Read the local address again, after the kernel may have chosen it."""
        self.local = local_text(self.sock)
        self.wide = is_wide(self.sock.getsockname())

    def close(self, note: str = "") -> None:
        """Close the socket and end, or stop opening it; closing a closed one does nothing."""
        if self.state != "failed":
            self.state = "closed"
        if self._pending is not None and not self._pending.done():
            self._pending.set_exception(SockplayError(f"{self.name} was closed."))
        if self._sock is None:
            return
        self.drop(note)
        self._on_end(self)

    def drop(self, note: str = "") -> None:
        """Close the socket in the kernel; another may be opened in its place."""
        if self._sock is None:
            return
        if self.at_close is not None:
            self.at_close()
            self.at_close = None
        began = self.journal.now()
        self.release().close()
        self.record("close", began, note=note)

    def release(self) -> socket.socket:
        """Give the socket away as it is; who waits for it is told that it is gone."""
        sock = self.sock
        self.readiness.close(OSError(errno.EBADF, os.strerror(errno.EBADF)))
        # By its number: the selector writes a socket down, with its addresses, to say it has none.
        self.loop.remove_reader(sock.fileno())
        self.loop.remove_writer(sock.fileno())
        self._sock = None
        return sock

    def leave(self) -> None:
        """End without closing the socket, which somebody else has now."""
        self.state = "closed"
        self._on_end(self)

    def fail(self, problem: str) -> None:
        """Note why it can go on no more; the first reason stands."""
        if self.state != "failed":
            self.state, self.problem = "failed", problem

    def info(self) -> SocketInfo:
        """Its state, with the kernel's queues as they are now."""
        sock = self._sock
        listening, tcp = self.state == "listening", self.protocol == "tcp"
        return SocketInfo(
            name=self.name,
            protocol=self.protocol,
            role=self.role,
            state=self.state,
            local=self.local,
            peer=self.peer,
            parent=self.parent,
            twin=self.twin,
            bytes_in=self.bytes_in,
            bytes_out=self.bytes_out,
            calls=self.calls,
            recv_queue=kernel.queued(sock) if sock and not listening else None,
            send_queue=kernel.unsent(sock) if sock and tcp and not listening else None,
            waiting=self.readiness.call,
            wide=self.wide,
            problem=self.problem,
        )
