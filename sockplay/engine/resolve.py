"""Slow questions to the system, asked in a thread of their own so that no socket waits for them.

The threads are daemons: a look-up that hangs keeps neither the loop nor the exit waiting, which
the default executor's threads would (concurrent.futures.thread joins them at exit).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from sockplay.engine.addresses import SockAddr

T = TypeVar("T")
AddrInfo = tuple[socket.AddressFamily, SockAddr]


def in_thread(question: Callable[[], T]) -> asyncio.Future[T]:
    """Answer ``question`` in a daemon thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(put: Callable[[Any], None], value: object) -> None:
        if not future.done():
            put(value)

    def work() -> None:
        try:
            answer = question()
        except BaseException as error:
            _tell(loop, settle, future.set_exception, error)
        else:
            _tell(loop, settle, future.set_result, answer)

    threading.Thread(target=work, name="sockplay-lookup", daemon=True).start()
    return future


def _tell(loop: asyncio.AbstractEventLoop, settle: Callable[..., None], *args: object) -> None:
    # The loop may close at any moment; then nobody waits for the answer any more.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(settle, *args)


def lookup(
    host: str, port: int, family: socket.AddressFamily, kind: socket.SocketKind
) -> list[AddrInfo]:
    """Every address of a name, in the resolver's order, without repeats; it may take long.

    Raises:
        OSError: the name is unknown, or nobody answered (socket.gaierror).
        UnicodeError: the name cannot be a host's name.
    """
    if "\0" in host:
        raise UnicodeError("a name cannot hold a NUL character")
    answers = socket.getaddrinfo(host, port, family, kind)
    return list(dict.fromkeys((entry[0], entry[4]) for entry in answers))
