"""The calls of one program that have not come back yet, and how they are interrupted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, Protocol, TypeVar

import msgspec

from sockplay.engine.host import Host

T = TypeVar("T")


class Wait(msgspec.Struct, frozen=True):
    """One call that has not come back yet."""

    thread: int
    """``threading.get_ident()`` of the thread that is in it."""
    call: str
    """The call as Python writes it, with the socket's name: ``conn.recv(4)``."""
    waits_for: str
    """``data``, ``room to send``, ``a client``, ``the connection`` or ``an answer``; empty for a
    call that comes back at once."""
    since_ns: int
    """When it was made, as ``time.monotonic_ns()`` has it."""


class Shelter(Protocol):
    """Does what must not be torn by an error that is raised in its thread."""

    def __call__(self, wait: Callable[[], T], /) -> T:
        """Do it."""


def _bare(wait: Callable[[], T], /) -> T:
    return wait()


class Waits:
    """Has a program's threads wait for the engine; any thread may ask and interrupt.

    Args:
        shelter: within it every call is made and waited for. Who waits has the future's lock, and
            so has who interrupts: to enter a shelter only then could have each wait for the other.
    """

    def __init__(self, shelter: Shelter = _bare) -> None:
        self._shelter = shelter
        self._lock = threading.Lock()
        self._waiting: dict[Future[Any], Wait] = {}
        self._closed = False

    def current(self) -> tuple[Wait, ...]:
        """The calls that have not come back yet, the oldest first."""
        with self._lock:
            return tuple(self._waiting.values())

    def interrupt(self) -> frozenset[int]:
        """End every call that waits now: its thread raises KeyboardInterrupt; returns which."""
        with self._lock:
            ended = [wait.thread for future, wait in self._waiting.items() if future.cancel()]
        return frozenset(ended)

    def close(self) -> None:
        """End every call that waits, and have every later one raise SystemExit."""
        self._closed = True
        self.interrupt()

    def result(self, host: Host, work: Coroutine[Any, Any, T], call: str, waits_for: str) -> T:
        """Have the engine do something, and wait for what comes of it.

        Raises:
            Exception: as the work did, without the frames of the engine's thread.
            KeyboardInterrupt: it was interrupted.
            SystemExit: the program is being ended.
        """
        return self._shelter(lambda: self._result(host, work, call, waits_for))

    def _result(self, host: Host, work: Coroutine[Any, Any, T], call: str, waits_for: str) -> T:
        wait = Wait(threading.get_ident(), call, waits_for, time.monotonic_ns())
        with self._lock:
            if self._closed:
                work.close()
                raise SystemExit
            try:
                future = host.submit(work)
            except RuntimeError:
                raise SystemExit from None  # the engine has gone
            self._waiting[future] = wait
        try:
            error = future.exception()
            if error is None:
                return future.result()
        except CancelledError:
            raise (SystemExit if self._closed else KeyboardInterrupt) from None
        finally:
            future.cancel()  # where it was left before its end
            with self._lock:
                del self._waiting[future]
        error.__context__ = error.__cause__ = None
        raise error.with_traceback(None)
