"""One call by hand, and how long it waits: as CPython's sock_call_ex does it.

The real socket never blocks. ``sock_call_ex`` (Modules/socketmodule.c) leaves the waiting of a
blocking socket to the kernel and that of one with a timeout to poll(2); here both wait for the
loop, so that other sockets and the screen go on and the call can be given up.
"""

from __future__ import annotations

import asyncio
import errno
import selectors
import socket
import struct
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from sockplay.engine.asked import Asked
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.hand.written import asked_for, flags_of
from sockplay.engine.readiness import Way
from sockplay.engine.stream import Stream
from sockplay.model.call import Call

T = TypeVar("T")
_LOOK_AGAIN_S: Final = 0.01
"""Where the kernel cannot tell when there is room, one looks again."""
_Selector: Final = getattr(selectors, "PollSelector", selectors.SelectSelector)
"""The one that needs no file descriptor of its own."""
_NEVER_WAITS: Final = getattr(socket, "MSG_DONTWAIT", 0) | socket.MSG_OOB
"""Linux' tcp_recv_urg (net/ipv4/tcp.c) never waits for urgent data, blocking or not."""
_WAITS_FOR: Final = {"read": "data", "write": "room to send"}
_ENDS: Final = frozenset(
    getattr(errno, name)
    for name in (
        *("ECONNRESET", "ECONNABORTED", "EPIPE", "ENOTCONN"),
        *("ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"),
    )
)
"""What says that a connection is over, and not only this call."""


class Wish(msgspec.Struct, frozen=True):
    """One call as a program makes it."""

    op: str
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    timeout: float | None
    """As ``settimeout`` has it: None waits for ever, 0 never waits."""
    began: int
    """The journal's time."""
    text: str
    """The call as Python writes it, for one who watches it wait."""
    written: str
    """The arguments as Python writes them, without data and bufsize."""
    note: str = ""
    """What it is a part of, as a sentence without its full stop."""

    @property
    def flags(self) -> int:
        """The flags of a call that moves data."""
        return flags_of(self.op, self.args, self.keywords)

    @property
    def blocks(self) -> bool:
        """Whether the kernel itself would wait in it, for ever."""
        return self.timeout is None and not self.flags & _NEVER_WAITS

    @property
    def asks_nothing(self) -> bool:
        """Whether Python answers it without the kernel (sock_recv_guts)."""
        return (
            self.op in ("recv", "recv_into") and asked_for(self.op, self.args, self.keywords) == 0
        )

    def asked(self, requested: int | None = None, peek: bool = False) -> Asked:
        """The call as a socket writes it down."""
        return Asked(self.op, self.began, self.written, requested, peek)


class Patience:
    """Makes a call on a socket until it no more says that it would block, or the time is up."""

    def __init__(self, endpoint: Endpoint, wish: Wish, way: Way) -> None:
        self._endpoint = endpoint
        self._wish = wish
        self._way: Way = way
        limit = _kernel_limit(endpoint.sock, way) if wish.blocks else wish.timeout
        self._deadline = endpoint.loop.time() + limit if limit else None
        self._made = False

    async def make(self, attempt: Callable[[], T]) -> T:
        """Make it.

        Raises:
            OSError: as the call did; TimeoutError when the time is up.
        """
        wish = self._wish
        if wish.timeout and self._made and self._endpoint.loop.time() > (self._deadline or 0):
            raise TimeoutError("timed out")  # between the sends of a sendall
        self._made = True
        if wish.timeout and not wish.asks_nothing and not _is_ready(self._endpoint.sock, self._way):
            await self._wait()  # sock_call_ex polls before it calls
        while True:
            try:
                return attempt()
            except BlockingIOError as error:
                if not (wish.timeout or wish.blocks):
                    raise
                would_block = error
            try:
                await self._wait()
            except TimeoutError:
                if wish.timeout is None:  # SO_RCVTIMEO or SO_SNDTIMEO, socket(7)
                    raise would_block from None
                raise

    async def _wait(self) -> None:
        endpoint = self._endpoint
        if endpoint.protocol == "unix-dgram" and self._way == "write" and not endpoint.peer:
            # net/unix/af_unix.c, unix_dgram_poll: it counts as writable whoever the peer is
            if self._deadline is not None and endpoint.loop.time() > self._deadline:
                raise TimeoutError("timed out")
            await asyncio.sleep(_LOOK_AGAIN_S)
        else:
            await endpoint.readiness.ready(self._way, self._wish.text, self._deadline)


def kernel_call(sock: socket.socket, wish: Wish) -> Any:  # noqa: ANN401 as many types as methods
    """Make the call itself, written so that Python's own complaints name the method as ever.

    Raises:
        Exception: as the call did.
    """
    return getattr(socket.socket, wish.op)(sock, *wish.args, **wish.keywords)


def failed(endpoint: Endpoint, wish: Wish, asked: Asked, error: OSError, way: Way) -> Call:
    """Write down a call that moves data and failed, and what that means for a connection."""
    note = failure_note(endpoint, wish, error, _WAITS_FOR[way])
    if (
        isinstance(endpoint, Stream)
        and endpoint.is_open
        and endpoint.is_connected
        and error.errno in _ENDS
    ):
        told = endpoint.read_failed if way == "read" else endpoint.send_failed
        return told(asked, error, note)
    return endpoint.record_failure(asked, error, note)


def failure_note(endpoint: Endpoint, wish: Wish, error: OSError, waits_for: str) -> str:
    """What to say of a failure that is not the kernel's; empty for one that is."""
    if isinstance(error, InterruptedError):
        return f"Interrupted while it waited for {waits_for}."
    if isinstance(error, TimeoutError) and error.errno is None:
        return f"It waited {wish.timeout:g} s for {waits_for}, then gave up (settimeout)."
    if error.errno in (errno.EINPROGRESS, errno.EALREADY):
        return "It is under way: once the socket can be written, a connect or a send tells more."
    if error.errno == errno.EBUSY and error.strerror:
        return error.strerror
    if not endpoint.is_open:
        return "It was closed meanwhile."
    return ""


def interrupted() -> InterruptedError:
    """What the record has for a call that was given up."""
    return InterruptedError(errno.EINTR, "Interrupted system call")


def _is_ready(sock: socket.socket, way: Way) -> bool:
    """Whether a call would not wait now."""
    with _Selector() as selector:
        selector.register(sock, selectors.EVENT_READ if way == "read" else selectors.EVENT_WRITE)
        return bool(selector.select(0))


def _kernel_limit(sock: socket.socket, way: Way) -> float | None:
    """How long the kernel lets a blocking call wait, in seconds; None for ever."""
    name = "SO_RCVTIMEO" if way == "read" else "SO_SNDTIMEO"
    try:
        raw = sock.getsockopt(socket.SOL_SOCKET, getattr(socket, name), 16)
        seconds, micros = struct.unpack("ll", raw)
    except (OSError, AttributeError, struct.error):
        return None
    return seconds + micros / 1e6 or None
