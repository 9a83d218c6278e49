"""A program as it stands in a textbook: run whole, or line by line."""

from __future__ import annotations

import shlex
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Final, cast

from sockplay.console.interpreter import Interpreter, place_of
from sockplay.console.standard.module import SocketModule
from sockplay.console.standard.waits import Waits
from sockplay.console.state import Doing, Place
from sockplay.console.stepper import Stepper, Way
from sockplay.console.threads import SLICE_S
from sockplay.console.variables import Watch
from sockplay.model.errors import SockplayError

SOURCE_CHARS: Final = 1 << 20
PATIENCE_S: Final = 2.0
"""How long a program may take to end when it is told to."""


class Program(Interpreter):
    """Source with a name and arguments, in a namespace that begins anew with every run.

    Args:
        name: what it is called, such as its file's name.
        source: what it is.
        arguments: as in a shell, what ``sys.argv`` holds after the name.
        sockets: makes what ``import socket`` gives, once per run.

    Raises:
        SockplayError: the source is too long or the arguments cannot be read.
    """

    def __init__(
        self,
        name: str,
        source: str,
        arguments: str,
        sockets: Callable[[Waits], SocketModule],
    ) -> None:
        super().__init__(name, sockets)
        self._filename = f"<{name}>"
        self._stepper = Stepper(self._filename, self._stop)
        self._watch: Watch
        self._go = threading.Event()
        self._way: Way = "run"
        self._take(source, arguments)

    # what a person does

    def run(self) -> None:
        """Run it, or run on from where it is paused, to a breakpoint or its end.

        Raises:
            SockplayError: it runs already.
        """
        self._go_on("run")

    def step(self) -> None:
        """Run one line, also inside of what the line calls; begin before the first line.

        Raises:
            SockplayError: it still runs the line before.
        """
        self._go_on("step")

    def step_over(self) -> None:
        """Run one line with all that it calls; begin before the first line.

        Raises:
            SockplayError: it still runs the line before.
        """
        self._go_on("step over")

    def pause(self) -> None:
        """Stop it before its next line, which comes when a call that blocks has come back.

        Raises:
            SockplayError: it does not run.
        """
        if self._doing != "running":
            raise SockplayError(f"{self.name} does not run. Run it or step it first.")
        self._stepper.go("step")
        self._stepper.attend(self._frames())

    def restart(self, source: str | None = None, arguments: str | None = None) -> None:
        """Make it ready for its first line again; this may take as long as the program resists.

        Raises:
            SockplayError: it cannot be stopped, or what is new cannot be taken.
        """
        if not self._stop_all(time.monotonic() + PATIENCE_S):
            raise SockplayError(
                f"{self.name} does not let itself be interrupted. Load it under another name."
            )
        self._take(
            self.source if source is None else source,
            self.arguments if arguments is None else arguments,
        )
        self._begin_anew()
        self.transcript.clear()
        self._be("ready")

    def change(self, source: str, arguments: str) -> None:
        """Have other source for the next run; what it has said stays.

        Raises:
            SockplayError: it is too long or the arguments cannot be read.
        """
        self._take(source, arguments)
        if self._doing != "ready":
            self._begin_anew()
            self.transcript.say("note", f"{self.name} has changed since. It begins anew.")
            self._be("ready")

    @property
    def breakpoints(self) -> frozenset[int]:
        """The lines to stop at."""
        return self._stepper.breakpoints

    def toggle_breakpoint(self, line: int) -> None:
        """Stop at a line from now on, or no longer."""
        self._stepper.breakpoints ^= {line}
        self._stepper.attend(self._frames())
        self.changed()

    # inside

    def _take(self, source: str, arguments: str) -> None:
        if len(source) > SOURCE_CHARS:
            raise SockplayError("The program is longer than 1 MiB. Run it with Python itself.")
        try:
            given = shlex.split(arguments)
        except ValueError as error:
            raise SockplayError(
                "The arguments open a quote and do not close it. Add the other one."
            ) from error
        self.source = source
        self.arguments = arguments
        self.argv = [self.name, *given]

    def _go_on(self, way: Way) -> None:
        if self._doing == "paused":
            self._way = way
            self._be("running")
            self._go.set()
        elif self._doing == "running":
            raise SockplayError(f"{self.name} still runs. Wait for it, pause it or interrupt it.")
        else:
            if self._doing != "ready":
                self._begin_anew()
                self.transcript.say("note", f"{self.name} begins again, at its first line.")
            self._stepper.go("step" if way == "step over" else way)
            self._keep_source(self._filename, self.source)
            self._begin(self._run)

    def _begin_anew(self) -> None:
        self._renew()
        self._last_place = ()
        self._variables = ()

    def _run(self) -> None:
        self._watch = Watch(vars(self.sockets.module), self._socket_name)
        outcome: Doing = "failed"
        try:
            outcome = self._report(self.threads.guarded(self._execute))
            if outcome != "interrupted":
                late = self.threads.guarded(self._wait_as_python)
                outcome = outcome if late is None else self._report(late)
            if not self._stop_all(time.monotonic() + PATIENCE_S):
                self.transcript.say("note", "A thread that it started does not end.")
            self._close_namespace()
        finally:
            self._be(outcome)

    def _execute(self) -> None:
        code = compile(self.source, self._filename, "exec", dont_inherit=True)
        self._stepper.start()
        try:
            exec(code, self.namespace.names)
        finally:
            sys.settrace(None)

    def _wait_as_python(self) -> None:
        """Wait as Python waits at its end: a pool ends its idle threads first (_python_exit)."""
        for value in list(self.namespace.names.values()):
            if issubclass(type(value), ThreadPoolExecutor):
                cast("ThreadPoolExecutor", value).shutdown(wait=False)
        self.threads.wait_as_python()

    def _stop(self, frame: FrameType) -> None:
        """Stay before a line until a person says how to go on; called by the stepper."""
        self._look(frame.f_locals, place_of(self._frames()))
        self._go.clear()
        self._be("paused")
        try:
            while not self._go.wait(SLICE_S):
                continue
        except KeyboardInterrupt:
            self._be("running")
            raise
        self._stepper.go(self._way, frame)
        self._stepper.attend(self._frames())

    def _look(self, names: Mapping[str, object], place: tuple[Place, ...]) -> None:
        functions = tuple(one.function for one in place)
        self._variables = self._watch.look(names, functions, self.sockets.fills)

    def _report(self, error: BaseException | None) -> Doing:
        """Show how it ended, and what its variables were there."""
        names: Mapping[str, object] = self.namespace.names
        place: tuple[Place, ...] = ()
        trace = error.__traceback__ if error else None
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self._filename:
                place += (Place(trace.tb_frame.f_code.co_name, trace.tb_lineno),)
                names = trace.tb_frame.f_locals
            trace = trace.tb_next
        is_exit = isinstance(error, SystemExit)
        self._show(lambda: self._look(names, place or (Place("<module>", 0),)))
        if error is None or is_exit:
            self._say_exit(error.code if isinstance(error, SystemExit) else None)
            return "ended"
        self._last_place = place
        self._show_error(error)
        return "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"

    def _say_exit(self, code: object) -> None:
        if isinstance(code, int) and code:
            self.transcript.say("note", f"It ended with the exit code {int(code)}.")
        elif code is not None and not isinstance(code, int):
            self._show(lambda: self.transcript.say("error", str(code)))
