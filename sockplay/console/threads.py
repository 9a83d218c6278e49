"""The threads of one interpreter: started, interrupted, waited for, never in the app's way."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final, TypeVar

from sockplay.console.interruption import meet_late, raise_in

T = TypeVar("T")
SLICE_S: Final = 0.1
"""How long a wait of Python's own may last before it hears an interruption."""


class Threads:
    """A main thread at a time, and those that it and they start; all are daemons to the app.

    Args:
        name: what the main thread is called after.
        on_begin: called first in every thread.
        on_error: told of what ends a thread other than the main one, with a heading.
        on_end: called last in every thread.
    """

    def __init__(
        self,
        name: str,
        on_begin: Callable[[], None],
        on_error: Callable[[BaseException, str], None],
        on_end: Callable[[], None],
    ) -> None:
        self._name = f"sockplay-console-{name}"
        self._on_begin = on_begin
        self._on_error = on_error
        self._on_end = on_end
        self._lock = threading.RLock()  # collecting garbage may run anything in the midst of it
        self._main: threading.Thread | None = None
        self._living: dict[threading.Thread, bool] = {}
        """Those that live, and whether Python's own end would wait for them."""
        self._interruptible: set[int] = set()
        self._sheltered: set[int] = set()
        self._missed: set[int] = set()
        """Sheltered threads that were interrupted."""

    def begin(self, work: Callable[[], None]) -> None:
        """Run work in a thread of its own, the main one."""
        self._main = _MainThread(target=self._live, args=(work,), name=self._name)
        with self._lock:
            self._living[self._main] = False
        self._main.start()

    def adopt(self, thread: threading.Thread) -> None:
        """Take in a thread that one of them is about to start."""
        run = thread.run
        with self._lock:
            self._living[thread] = not thread.daemon
        thread.daemon = True
        vars(thread)["run"] = lambda: self._live(lambda: self._run_child(thread, run))

    def disown(self, thread: threading.Thread) -> None:
        """Forget a thread that has ended or could not be started."""
        vars(thread).pop("run", None)  # it leads back to the thread, which would keep both
        with self._lock:
            self._living.pop(thread, None)
        self._on_end()

    def guarded(self, work: Callable[[], None]) -> BaseException | None:
        """Run what may be interrupted; what follows may not.

        Returns:
            What it raised.
        """
        thread = threading.get_ident()
        error: BaseException | None = None
        try:
            with self._lock:
                self._interruptible.add(thread)
            work()
        except BaseException as caught:
            error = caught
        while True:
            try:
                with self._lock:
                    self._interruptible.discard(thread)
                meet_late()
            except KeyboardInterrupt as late:
                error = error or late
                continue
            try:
                return error
            finally:
                del error  # its traceback leads here, and a circle would keep the sockets in it

    def sheltered(self, wait: Callable[[], T]) -> T:
        """Do what an interruption would tear, such as a wait that holds locks of Python's own.

        Raises:
            KeyboardInterrupt: it was interrupted meanwhile.
        """
        thread = threading.get_ident()
        if thread in self._sheltered:  # it may hold what an interrupt waits for with the lock
            return wait()
        with self._lock:
            meet_late()  # before anything is changed; nothing is raised while this holds the lock
            is_open = thread in self._interruptible
            if is_open:
                self._interruptible.discard(thread)
                self._sheltered.add(thread)
        if not is_open:
            return wait()
        try:
            return wait()
        finally:
            with self._lock:
                self._sheltered.discard(thread)
                self._interruptible.add(thread)
                is_missed = thread in self._missed
                self._missed.discard(thread)
            if is_missed:
                raise KeyboardInterrupt

    def is_interrupted(self) -> bool:
        """Whether the thread that asks is to end what it does sheltered."""
        return threading.get_ident() in self._missed

    def interrupt(self, end_calls: Callable[[], frozenset[int]]) -> None:
        """Have each of them meet KeyboardInterrupt once.

        Args:
            end_calls: has those that wait in a call of a socket meet it, and tells which did.
        """
        with self._lock:
            ended = end_calls()
            self._missed |= self._sheltered - ended
            for thread in self._interruptible - ended:
                raise_in(thread, KeyboardInterrupt)

    def stop(self, end_calls: Callable[[], frozenset[int]], deadline: float) -> bool:
        """Interrupt the others again and again until none is left; whether none is.

        Args:
            end_calls: as for ``interrupt``.
            deadline: when to give up, on the monotonic clock in seconds.
        """
        while (others := self.others()) and time.monotonic() < deadline:
            self.interrupt(end_calls)
            for thread in others:
                if thread.is_alive():
                    thread.join(SLICE_S / 4)
        return not self.others()

    def wait_as_python(self) -> None:
        """Wait as Python waits at its end: for those that were made to be no daemons."""
        with self._lock:
            awaited = [thread for thread, is_awaited in self._living.items() if is_awaited]
        for thread in awaited:
            thread.join()

    def others(self) -> set[threading.Thread]:
        """Those that live, without the one that asks."""
        with self._lock:
            return set(self._living) - {threading.current_thread()}

    def children(self) -> int:
        """How many live beside the main one."""
        with self._lock:
            return len(self._living.keys() - {self._main})

    def name_of(self, ident: int) -> str:
        """What one of them is called; nothing for the main one."""
        if self._main is not None and ident == self._main.ident:
            return ""
        with self._lock:
            return next((t.name for t in self._living if t.ident == ident), "another thread")

    def main_frames(self) -> Iterator[FrameType]:
        """What the main thread runs now, the innermost first."""
        frame = None
        if self._main is not None and self._main.ident is not None and self._main.is_alive():
            frame = sys._current_frames().get(self._main.ident)
        while frame is not None:
            yield frame
            frame = frame.f_back

    def _live(self, work: Callable[[], None]) -> None:
        self._on_begin()
        try:
            work()
        finally:
            self.disown(threading.current_thread())

    def _run_child(self, thread: threading.Thread, run: Callable[[], None]) -> None:
        error = self.guarded(run)
        if error is not None and not isinstance(error, SystemExit | KeyboardInterrupt):
            self._on_error(error, f"Exception in thread {thread.name}:\n")


class _MainThread(threading.Thread):
    """A daemon to the app, whose end it must not keep; to the code in it, Python's main thread.

    A thread is a daemon where the one that makes it is: a program's would all be.
    """

    _is_inside = False

    def run(self) -> None:
        self._is_inside = True
        super().run()

    @property
    def daemon(self) -> bool:
        return not self._is_inside

    @daemon.setter
    def daemon(self, _: bool) -> None:
        raise RuntimeError("cannot set daemon status of active thread")
