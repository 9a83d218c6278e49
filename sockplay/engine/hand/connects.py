"""connect and connect_ex by hand: blocking, with a timeout, or begun and looked at later."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import Final

from sockplay.engine.addresses import address_text, local_text
from sockplay.engine.datagram import Datagram
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.hand.patience import Wish, failure_note, interrupted, kernel_call
from sockplay.engine.stream import Stream

CONNECTS: Final = ("connect", "connect_ex")
_LOOK_AGAIN_S: Final = 0.01
_UNDER_WAY: Final = (errno.EINPROGRESS, errno.EALREADY)


async def connect(endpoint: Endpoint, wish: Wish) -> int | None:
    """Connect; ``connect_ex`` returns the error's number, as CPython's internal_connect has it.

    Raises:
        OSError: as the call did.
    """
    try:
        await _Connecting(endpoint, wish).make()
    except OSError as error:
        place = address_text(wish.args[0]) if wish.args else ""
        note = failure_note(endpoint, wish, error, "the connection")
        endpoint.record(wish.op, wish.began, args=wish.written, error=error, peer=place, note=note)
        if error.errno == errno.EINPROGRESS or _gave_up(error):
            _watch(endpoint)
        if wish.op == "connect_ex" and not isinstance(error, socket.gaierror):
            if _gave_up(error):
                return errno.EWOULDBLOCK  # SOCK_TIMEOUT_ERR
            if error.errno is not None:
                return error.errno
        raise
    except asyncio.CancelledError:
        note = "Interrupted while it waited for the connection."
        endpoint.record(wish.op, wish.began, args=wish.written, error=interrupted(), note=note)
        _watch(endpoint)
        raise
    is_connected(endpoint)
    endpoint.record(wish.op, wish.began, args=wish.written)
    return 0 if wish.op == "connect_ex" else None


def is_connected(endpoint: Endpoint) -> bool:
    """Whether a socket has a peer by now; one that has got it comes to life."""
    if not isinstance(endpoint, (Stream, Datagram)) or not endpoint.is_open:
        return False
    sock = endpoint.sock
    try:
        peer = sock.getpeername()
    except OSError:
        return False
    endpoint.local, endpoint.peer = local_text(sock), address_text(peer)
    if isinstance(endpoint, Datagram):
        endpoint.connected = True
    if endpoint.state in ("new", "bound", "connecting"):
        endpoint.start()
    return True


class _Connecting:
    def __init__(self, endpoint: Endpoint, wish: Wish) -> None:
        self._endpoint = endpoint
        self._wish = wish
        self._sock = endpoint.sock

    async def make(self) -> None:
        wish, endpoint = self._wish, self._endpoint
        try:
            self._attempt()
        except BlockingIOError as error:
            if wish.timeout is None:
                await self._as_the_kernel_waits(error)
            elif wish.timeout and error.errno == errno.EINPROGRESS:
                deadline = endpoint.loop.time() + wish.timeout
                await endpoint.readiness.ready("write", wish.text, deadline)
                number = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if number not in (0, errno.EISCONN):
                    raise OSError(number, os.strerror(number)) from None
            else:
                raise

    async def _as_the_kernel_waits(self, error: BlockingIOError) -> None:
        # Asking connect again, and not SO_ERROR, leaves the socket as a blocking connect would:
        # after a refusal another one can be made (Linux, net/ipv4/af_inet.c).
        while True:
            if error.errno in _UNDER_WAY:
                await self._endpoint.readiness.ready("write", self._wish.text)
            else:  # net/unix/af_unix.c: the server's queue is full, and nothing tells of room
                await asyncio.sleep(_LOOK_AGAIN_S)
            try:
                self._attempt()
            except BlockingIOError as again:
                error = again
            except OSError as final:
                if final.errno == errno.EISCONN:
                    return  # as systems other than Linux say that it is done
                raise
            else:
                return

    def _attempt(self) -> None:
        number = kernel_call(self._sock, self._wish)
        if number:
            raise OSError(number, os.strerror(number))


def _gave_up(error: OSError) -> bool:
    """Whether a timeout of Python's own ended the wait: the kernel connects on."""
    return isinstance(error, TimeoutError) and error.errno is None


def _watch(endpoint: Endpoint) -> None:
    """Show a connection that was begun as soon as it stands, or that it does not."""
    if not endpoint.is_open or endpoint.state == "connecting":
        return
    before = endpoint.state
    endpoint.state = "connecting"

    def settled() -> None:
        endpoint.readiness.unwatch("write", settled)
        if not is_connected(endpoint) and endpoint.state == "connecting":
            endpoint.state = before

    endpoint.readiness.watch("write", settled)
