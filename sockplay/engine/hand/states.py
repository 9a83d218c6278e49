"""Calls by hand that move no data: bind, listen, accept, shutdown, options and names."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, Final

from sockplay.engine.addresses import SockAddr, address_text
from sockplay.engine.datagram import Datagram
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.hand.patience import Patience, Wish, failure_note, interrupted, kernel_call
from sockplay.engine.listener import Listener, accepts_by_itself
from sockplay.engine.stream import Stream
from sockplay.model.spec import HowShut

if TYPE_CHECKING:
    from sockplay.engine.hand.birth import Births

_HALVES: Final[dict[int, HowShut]] = {
    socket.SHUT_RD: "SHUT_RD",
    socket.SHUT_WR: "SHUT_WR",
    socket.SHUT_RDWR: "SHUT_RDWR",
}


def plain(endpoint: Endpoint, wish: Wish) -> object:
    """Make a call that comes back at once and changes nothing that is shown.

    Raises:
        OSError: as the call did.
    """
    result = _made(endpoint, wish)
    told = "" if result is None else repr(result)
    endpoint.record(wish.op, wish.began, args=wish.written, note=told)
    return result


def bind(endpoint: Endpoint, wish: Wish) -> None:
    """Bind, and read back what the kernel chose.

    Raises:
        OSError: as the call did.
    """
    _made(endpoint, wish, address_text(wish.args[0]) if wish.args else "")
    endpoint.bound()
    show_address(endpoint)
    endpoint.record(wish.op, wish.began, args=wish.written)


def shutdown(endpoint: Endpoint, wish: Wish) -> None:
    """Shut one half down, or both.

    Raises:
        OSError: as the call did.
    """
    _made(endpoint, wish)
    endpoint.record(wish.op, wish.began, args=wish.written)
    if isinstance(endpoint, Stream) and endpoint.is_connected:
        endpoint.has_shut(_HALVES[wish.args[0]])


def listen(endpoint: Endpoint, wish: Wish, births: Births) -> None:
    """Listen; the socket is a server's own from then on.

    Raises:
        OSError: as the call did.
    """
    _made(endpoint, wish, endpoint.local)
    endpoint.bound()
    endpoint.record(wish.op, wish.began, args=wish.written)
    if isinstance(endpoint, Stream):
        births.listener(endpoint)


async def accept(
    endpoint: Endpoint, wish: Wish, births: Births, wanted: str
) -> tuple[int, SockAddr, str]:
    """Accept one connection; returns its file descriptor, its peer and its name.

    Raises:
        OSError: as the call did, or the server accepts by itself.
    """
    sock: Any = endpoint.sock

    def attempt() -> tuple[int, SockAddr]:
        if isinstance(endpoint, Listener) and endpoint.accepts:  # perhaps only since the last one
            raise accepts_by_itself(endpoint.name)
        made: tuple[int, SockAddr] = sock._accept()
        return made

    try:
        fd, address = await Patience(endpoint, wish, "read").make(attempt)
    except OSError as error:
        note = failure_note(endpoint, wish, error, "a client")
        endpoint.record("accept", wish.began, error=error, note=note)
        raise
    except asyncio.CancelledError:
        note = "Interrupted while it waited for a client."
        endpoint.record("accept", wish.began, error=interrupted(), note=note)
        raise
    accepted = socket.socket(sock.family, sock.type, sock.proto, fileno=fd)
    # One that a duplicate of it made listen has not been seen to listen yet.
    server = endpoint if isinstance(endpoint, Listener) else births.listener(endpoint)
    stream = births.accepted(server, wanted)
    server.took(accepted, address, wish.began, stream)
    return fd, address, stream.name


def set_timeout(endpoint: Endpoint, wish: Wish) -> None:
    """Have Python check a timeout, and keep it. The real socket stays as it is: it never blocks.

    Raises:
        OSError: the socket is closed.
    """
    sock = endpoint.sock
    kernel_call(sock, wish)
    timeout = sock.gettimeout()
    sock.setblocking(False)
    endpoint.timeout.seconds = timeout
    if timeout is None:
        what = "calls wait until they are done"
    elif timeout:
        what = f"a call that waits gives up after {timeout:g} s"
    else:
        what = "a call that would wait fails at once (EAGAIN)"
    note = f"Python's own: from now on {what}."
    endpoint.record(wish.op, wish.began, args=wish.written, note=note)


def show_address(endpoint: Endpoint) -> None:
    """Show the address that a socket has by now; a datagram socket needs no more to live."""
    if not endpoint.is_open or endpoint.state != "new":
        return
    address = endpoint.sock.getsockname()
    if address[1] if isinstance(address, tuple) else address:
        endpoint.local = address_text(address)
        endpoint.state = "bound"
        if isinstance(endpoint, Datagram):
            endpoint.start()


def _made(endpoint: Endpoint, wish: Wish, place: str = "") -> object:
    try:
        return kernel_call(endpoint.sock, wish)
    except OSError as error:
        peer = place or None
        endpoint.record(wish.op, wish.began, args=wish.written, error=error, peer=peer)
        raise
