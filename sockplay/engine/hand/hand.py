"""The sockets that programs make, and every call that a program makes on a socket, by its name."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from sockplay.engine.endpoint import Endpoint
from sockplay.engine.explain import errno_name
from sockplay.engine.hand.birth import Births, Born, born_of
from sockplay.engine.hand.connects import CONNECTS, connect, is_connected
from sockplay.engine.hand.names import looked_up
from sockplay.engine.hand.patience import Wish
from sockplay.engine.hand.reads import READS, read
from sockplay.engine.hand.sends import SENDS, send, send_all
from sockplay.engine.hand.states import (
    accept,
    bind,
    listen,
    plain,
    set_timeout,
    show_address,
    shutdown,
)
from sockplay.engine.hand.written import asked_for, socket_arguments
from sockplay.engine.journal import Journal
from sockplay.engine.listener import Listener
from sockplay.engine.resolve import in_thread
from sockplay.engine.sockets import Sockets
from sockplay.engine.stream import Stream
from sockplay.engine.twins import Twins
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError

T = TypeVar("T")


class Order(msgspec.Struct, frozen=True):
    """One call of a program, as its thread hands it over."""

    socket: str
    op: str
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    timeout: float | None
    written: str
    """The arguments as Python writes them, without data and bufsize."""
    text: str
    """The call as Python writes it, for one who watches it wait."""
    wanted: str = ""
    """The name that the program gives to the socket that the call makes."""
    note: str = ""
    """What it is a part of, as a sentence without its full stop."""


class Hand:
    """Makes calls one by one, exactly as CPython would; its coroutines run on the engine's loop."""

    def __init__(
        self,
        journal: Journal,
        sockets: Sockets,
        twins: Twins,
        new_stream: Callable[[Listener], Stream],
    ) -> None:
        self._journal = journal
        self._sockets = sockets
        self._births = Births(journal, sockets, twins, new_stream)

    async def open(
        self,
        family: int,
        kind: int,
        proto: int,
        fileno: int | None,
        wanted: str,
        again: bool = False,
    ) -> Born:
        """Make a socket as ``socket.socket`` does, or take over a file descriptor.

        Args:
            family: as Python has it, like the next three.
            kind: its type.
            proto: its protocol.
            fileno: a file descriptor that is there already.
            wanted: the name that the program gives it; empty where it gives none.
            again: whether it comes in place of a closed one of exactly that name.

        Raises:
            OSError: as the call did, or it is of a kind that sockplay cannot show.
        """
        began = self._journal.now()
        try:
            return self._births.open(family, kind, proto, fileno, wanted, again)
        except OSError as error:
            written = socket_arguments(family, kind, proto, fileno)
            self._record(wanted, "socket", written, began, error)
            raise

    async def pair(
        self, family: int, kind: int, proto: int, wanted: tuple[str, str]
    ) -> tuple[Born, Born]:
        """Make two connected sockets, as ``socketpair`` does.

        Raises:
            OSError: as the call did.
        """
        return self._births.pair(family, kind, proto, wanted)

    async def call(self, order: Order) -> object:
        """Make one call on a socket; returns what the method of ``_socket.socket`` returns.

        Raises:
            Exception: as the call did.
        """
        began = self._journal.now()
        endpoint = self._sockets.find(order.socket)
        if endpoint is None:
            raise self._closed(order, began)
        wish = Wish(
            order.op,
            order.args,
            order.keywords,
            order.timeout,
            began,
            order.text,
            order.written,
            order.note,
        )
        if endpoint.state == "connecting":
            is_connected(endpoint)
        try:
            wish = await looked_up(endpoint, wish)
            return await self._made(endpoint, wish, order.wanted)
        except SockplayError:  # it was closed meanwhile
            raise self._closed(order, began) from None
        finally:
            show_address(endpoint)

    async def _made(self, endpoint: Endpoint, wish: Wish, wanted: str) -> object:
        op = wish.op
        if op in READS:
            return await read(endpoint, wish)
        if op in SENDS:
            return await send(endpoint, wish)
        if op in CONNECTS:
            return await connect(endpoint, wish)
        if op == "accept":
            fd, address, name = await accept(endpoint, wish, self._births, wanted)
            self._births.claim_later(fd, name)
            return fd, address
        if op == "sendall":
            await send_all(endpoint, wish)
        elif op in ("settimeout", "setblocking"):
            set_timeout(endpoint, wish)
        elif op == "listen":
            listen(endpoint, wish, self._births)
        elif op == "bind":
            bind(endpoint, wish)
        elif op == "shutdown":
            shutdown(endpoint, wish)
        else:
            return plain(endpoint, wish)
        return None

    async def close(self, name: str, note: str = "") -> None:
        """Close a socket, and it alone; a closed one stays as it is."""
        if endpoint := self._sockets.find(name):
            endpoint.close(note)

    async def detach(self, name: str, blocking: bool) -> int:
        """Give a socket's file descriptor away, as blocking as its program had it; -1 if closed."""
        endpoint = self._sockets.find(name)
        return -1 if endpoint is None else self._births.give_away(endpoint, blocking)

    async def dup(self, fd: int) -> int:
        """Duplicate a file descriptor.

        Raises:
            OSError: as the call did.
        """
        began = self._journal.now()
        owner = next((e for e in self._sockets if e.is_open and e.sock.fileno() == fd), None)
        name = owner.name if owner else ""
        try:
            copy = socket.dup(fd)
        except OSError as error:
            self._record(name, "dup", repr(fd), began, error)
            raise
        self._record(name, "dup", repr(fd), began, note=str(copy))
        return int(copy)

    async def ask_system(self, op: str, written: str, question: Callable[[], T]) -> T:
        """Ask the system for names or addresses, which may take long.

        Raises:
            OSError: it does not know.
        """
        began = self._journal.now()
        try:
            answer = await in_thread(question)
        except OSError as error:
            self._record("", op, written, began, error)
            raise
        self._record("", op, written, began, note=repr(answer))
        return answer

    # any thread may ask these

    def socket_of(self, name: str) -> socket.socket | None:
        """The real socket of that name, while it is open; for questions that change nothing."""
        endpoint = self._sockets.find(name)
        with suppress(SockplayError):  # it was closed meanwhile
            return endpoint.sock if endpoint else None
        return None

    def born(self, name: str) -> Born | None:
        """What an object that stands for an open socket must know of it."""
        endpoint = self._sockets.find(name)
        with suppress(SockplayError):  # it was closed meanwhile
            return born_of(endpoint, True) if endpoint else None
        return None

    def unclaimed(self, fd: int) -> str:
        """The name of an accepted socket that no socket object stands for yet."""
        return self._births.unclaimed(fd)

    def names(self) -> tuple[str, ...]:
        """The names of all open sockets."""
        return tuple(endpoint.name for endpoint in self._sockets)

    # inside

    def _closed(self, order: Order, began: int) -> OSError:
        error = OSError(errno.EBADF, os.strerror(errno.EBADF))
        requested = asked_for(order.op, order.args, order.keywords)
        self._record(order.socket, order.op, order.written, began, error, requested=requested)
        return error

    def _record(
        self,
        name: str,
        op: str,
        written: str,
        began: int,
        error: OSError | None = None,
        note: str = "",
        requested: int | None = None,
    ) -> None:
        """Write down a call that no open socket has made."""
        if error is not None:
            note = f"It failed: {error.strerror or error}."
        self._journal.take(
            Call(
                seq=self._journal.next_seq(),
                time_ns=began,
                took_ns=self._journal.now() - began,
                socket=name,
                op=op,
                args=written,
                requested=requested,
                error=errno_name(error) if error else None,
                note=note,
                badges=("error",) if error else (),
            )
        )
