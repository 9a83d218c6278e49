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
        self._lock = threading.RLock()  # collecting garbage may make a call in the midst of it
        self._waiting: dict[Future[Any], Wait] = {}
        self._closed = False

    def current(self) -> tuple[Wait, ...]:
        """The calls that have not come back yet, the oldest first."""
        with self._lock:
            return tuple(self._waiting.values())

    def interrupt(self) -> frozenset[int]:
        """End every call that waits now: its thread raises KeyboardInterrupt; returns which."""
        with self._lock:
            waiting = [(future, self._waiting[future]) for future in tuple(self._waiting)]
            ended = [wait.thread for future, wait in waiting if future.cancel()]
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
            RuntimeError: this is the engine's thread, which collects a program's garbage.
        """
        if host.is_here:  # it would wait for itself
            work.close()
            raise RuntimeError(f"{call} was left out: nothing can wait where garbage is collected")
        is_begun = False

        def wait() -> T:
            nonlocal is_begun
            is_begun = True
            return self._result(host, work, call, waits_for)

        try:
            return self._shelter(wait)
        finally:
            if not is_begun:  # it was interrupted before that
                work.close()

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
        try:
            raise error.with_traceback(None)
        finally:  # its traceback has this frame: a circle would keep the program's sockets alive
            del error, future
