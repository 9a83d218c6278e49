"""What runs a person's Python: its threads, their interruption, what they read and say."""

from __future__ import annotations

import importlib.util
import itertools
import linecache
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from sockplay.console.namespace import Namespace
from sockplay.console.standard.facade import HandSocket
from sockplay.console.standard.module import SocketModule
from sockplay.console.standard.waits import Waits
from sockplay.console.state import Blocked, Doing, InterpreterState, Place, Variable
from sockplay.console.threads import SLICE_S, Threads
from sockplay.console.tracebacks import report
from sockplay.console.transcript import Transcript

_here = threading.local()
_LIBRARIES: Final = frozenset(
    spec.origin for name in ("socket", "ssl") if (spec := importlib.util.find_spec(name))
)
"""Where the standard library calls a socket; those of sockplay wait elsewhere."""


def interpreter_here() -> Interpreter | None:
    """The interpreter that this thread belongs to; None in every thread of the app's own."""
    found: Interpreter | None = getattr(_here, "interpreter", None)
    return found


class Interpreter:
    """A namespace, the daemon threads that run in it, and their transcript.

    Args:
        name: what it is called on the screen.
        sockets: makes what ``import socket`` gives, once per run.
    """

    def __init__(
        self,
        name: str,
        sockets: Callable[[Waits], SocketModule],
    ) -> None:
        self.name = name
        self.version = 0
        """Another number after every change."""
        self._versions = itertools.count(1)
        self.argv = [name]
        self.threads = Threads(name, self._enter, self._show_error, self.changed)
        self.transcript = Transcript(self.changed, self.threads.sheltered)
        self.namespace: Namespace
        self.sockets: SocketModule
        self.waits: Waits
        self._make_sockets = sockets
        self._doing: Doing = "ready"
        self._since_ns = time.monotonic_ns()
        self._heard_at: tuple[Place, ...] | None = None
        """Where it was when it was interrupted last."""
        self._variables: tuple[Variable, ...] = ()
        self._last_place: tuple[Place, ...] = ()
        self._sources: set[str] = set()
        self._naps: dict[int, Blocked] = {}
        self._reading = 0
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._renew()

    # what a person does

    def interrupt(self) -> None:
        """Stop what runs, as Ctrl-C would: its threads meet KeyboardInterrupt."""
        self._heard_at = place_of(self._frames())
        self.threads.interrupt(self.waits.interrupt)

    def answer(self, text: str | None) -> None:
        """Answer ``input``; None ends what can be read."""
        self._answers.put(text)

    def end(self, deadline: float) -> bool:
        """Stop all for good; whether nothing is left.

        Args:
            deadline: when to give up, on the monotonic clock in seconds.
        """
        is_over = self._stop_all(deadline)
        for source in self._sources:
            linecache.cache.pop(source, None)
        self._close_namespace()
        return is_over

    # what a view asks

    def state(self) -> InterpreterState:
        """What it does now."""
        doing, since_ns = self._doing, self._since_ns
        blocked = self._blocked()
        if doing == "running" and self._reading:
            doing = "input"
        elif doing == "running" and blocked and not blocked[0].thread:
            doing, since_ns = "blocked", blocked[0].since_ns
        now = place_of(self._frames())
        place = now or self._last_place
        return InterpreterState(
            self.name,
            doing,
            since_ns,
            place[-1].line if place else None,
            place,
            self._variables,
            blocked,
            self.transcript.last_open() if doing == "input" else "",
            self.threads.children(),
            waits_outside=doing == "running" and self._waits_outside(),
            is_heard=self._heard_at is not None and self._heard_at == now,
        )

    def changed(self) -> None:
        """Tell that something is new."""
        self.version = next(self._versions)

    # for the threads in it

    def read_line(self) -> str:
        """Wait for an answer; empty at the end of what can be read."""
        self._reading += 1
        self.changed()
        try:
            while True:
                try:
                    answer = self._answers.get(timeout=SLICE_S)
                except queue.Empty:
                    continue
                if answer is None:
                    return ""
                self.transcript.write(
                    "output" if self.transcript.last_open() else "entered", f"{answer}\n"
                )
                return f"{answer}\n"
        finally:
            self._reading -= 1
            self.changed()

    @contextmanager
    def nap(self, call: str, waits_for: str, since_ns: int) -> Iterator[None]:
        """Show that this thread waits in a call of Python's own."""
        thread = threading.get_ident()
        name = self.threads.name_of(thread)
        self._naps[thread] = Blocked(call, waits_for, since_ns, name)
        self.changed()
        try:
            yield
        finally:
            self._naps.pop(thread, None)
            self.changed()

    # for the kinds of it

    def _renew(self) -> None:
        """Begin with a fresh namespace, whose sockets are in nobody's way."""
        self.waits = Waits(self.threads.sheltered)
        self.sockets = self._make_sockets(self.waits)
        self.namespace = Namespace(self.sockets)
        self._answers = queue.SimpleQueue()

    def _close_namespace(self) -> None:
        """Give back all that the person's names hold, as the system does when Python ends."""
        self.sockets.close()
        self.namespace.names.clear()

    def _stop_all(self, deadline: float) -> bool:
        """Interrupt until no other thread is left; whether none is."""
        self.waits.close()
        return self.threads.stop(self.waits.interrupt, deadline)

    def _begin(self, work: Callable[[], None]) -> None:
        """Run work in a thread of its own, as this interpreter's main thread."""
        self._be("running")
        self.threads.begin(work)

    def _socket_name(self, value: object) -> str | None:
        # isinstance would ask a value that is none for its class, which may run anything.
        return self.sockets.name_of(value) if issubclass(type(value), HandSocket) else None

    def _be(self, doing: Doing) -> None:
        self._doing = doing
        self._heard_at = None
        self._since_ns = time.monotonic_ns()
        self.changed()

    def _show(self, work: Callable[[], None]) -> bool:
        """Show what the person's objects say of themselves, unless that is interrupted too."""
        error = self.threads.guarded(work)
        if error is not None and not isinstance(error, KeyboardInterrupt):
            raise error
        return error is None

    def _show_error(self, error: BaseException, heading: str = "") -> None:
        if not self._show(lambda: self.transcript.say("error", heading + report(error))):
            self.transcript.say("error", heading + type(error).__name__)

    def _keep_source(self, filename: str, source: str) -> None:
        """Let tracebacks and the naming of sockets find the lines of what runs."""
        lines = source.splitlines(keepends=True)
        linecache.cache[filename] = (len(source), None, lines, filename)
        self._sources.add(filename)

    def _frames(self) -> list[FrameType]:
        """The main thread's frames of what the person wrote, the innermost first."""
        frames = self.threads.main_frames()
        return [frame for frame in frames if frame.f_code.co_filename in self._sources]

    # inside

    def _waits_outside(self) -> bool:
        """Whether the main thread is in a call of a socket that Python itself has opened."""
        innermost = next(self.threads.main_frames(), None)
        return innermost is not None and innermost.f_code.co_filename in _LIBRARIES

    def _enter(self) -> None:
        _here.interpreter = self

    def _blocked(self) -> tuple[Blocked, ...]:
        waits = self.waits.current()
        calling = {wait.thread for wait in waits}  # how a call waits is no wait beside it
        shown = [
            Blocked(wait.call, wait.waits_for, wait.since_ns, self.threads.name_of(wait.thread))
            for wait in waits
            if wait.waits_for  # the others come back at once
        ]
        shown += [nap for thread, nap in list(self._naps.items()) if thread not in calling]
        return tuple(sorted(shown, key=lambda blocked: bool(blocked.thread)))


def place_of(frames: Iterable[FrameType]) -> tuple[Place, ...]:
    """Where frames are, the innermost last.

    Args:
        frames: the innermost first.
    """
    places = [Place(frame.f_code.co_name, frame.f_lineno or 0) for frame in frames]
    return tuple(reversed(places))
