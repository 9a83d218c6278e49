"""The console of an app: its prompt and its programs."""

from __future__ import annotations

import time
from typing import Final

from sockplay.console.history import History
from sockplay.console.interpreter import Interpreter
from sockplay.console.program import Program
from sockplay.console.prompt import Prompt
from sockplay.console.routes import Routes
from sockplay.console.standard.module import SocketModule
from sockplay.console.standard.waits import Waits
from sockplay.engine.engine import Engine
from sockplay.engine.host import Host

_PATIENCE_S: Final = 2.0


class Console:
    """Runs Python whose sockets are an engine's, until it is closed.

    Args:
        host: runs the engine.
        engine: makes the calls.
        history: keeps what is entered; this user's unless told.
    """

    def __init__(
        self,
        host: Host,
        engine: Engine,
        history: History | None = None,
    ) -> None:
        self._host = host
        self._engine = engine
        self._history = history or History()
        self._routes = Routes()
        self._routes.open()
        self.prompt = Prompt(self._history, self._sockets)
        self.programs: tuple[Program, ...] = ()
        self._hands: dict[str, Prompt] = {}
        self._leaving: list[Program] = []
        """Forgotten ones, which may take their time to end."""

    @property
    def history(self) -> tuple[str, ...]:
        """What was entered in this run and earlier ones, the oldest first."""
        return self._history.entries

    def load_history(self) -> None:
        """Read what was entered in earlier runs; waits for the disk."""
        problem = self._history.load()
        if problem:
            self.prompt.transcript.say("note", problem)

    def hand(self, socket: str) -> Prompt:
        """A prompt for one socket's calls alone, so that one can wait while another goes on.

        Args:
            socket: its name; empty for what makes sockets.
        """
        if socket not in self._hands:
            name = f"calls of {socket}" if socket else "new sockets"
            hand = Prompt(self._history, self._sockets, name)
            if (found := hand.sockets.attach(socket)) is not None:
                hand.namespace.names[socket] = found  # whatever else has this name
            hand.transcript.clear()
            self._hands[socket] = hand
        return self._hands[socket]

    def add_program(self, name: str, source: str, arguments: str = "") -> Program:
        """Have a program there, ready to be run.

        Args:
            name: what to call it; numbered where another one is called so.
            source: what it is.
            arguments: what ``sys.argv`` holds after the name, as in a shell.

        Raises:
            SockplayError: it is too long or the arguments cannot be read.
        """
        taken = {program.name for program in self.programs}
        number, free = 1, name
        while free in taken:
            number += 1
            free = f"{name} {number}"
        program = Program(free, source, arguments, self._sockets)
        self.programs += (program,)
        return program

    def remove_program(self, program: Program) -> None:
        """Interrupt a program and forget it."""
        self.programs = tuple(one for one in self.programs if one is not program)
        self._leaving.append(program)
        program.waits.close()
        program.interrupt()

    @property
    def waiting(self) -> tuple[str, bool] | None:
        """A call that waits, and whether a line entered here or a program made it; None if none."""
        here = (self.prompt, *self.programs)
        for one in (*here, *self._hands.values()):
            for blocked in one.state().blocked[:1]:
                return blocked.call, one in here
        return None

    def close(self) -> str:
        """End all; waits a little for what resists, and says in a sentence what does."""
        deadline = time.monotonic() + _PATIENCE_S
        everything: tuple[Interpreter, ...] = (
            *(*self._leaving, *self.programs, *self._hands.values()),
            self.prompt,
        )
        for one in everything:
            one.waits.close()
            one.interrupt()
        resists = [one.name for one in everything if not one.end(deadline)]
        self._routes.close()
        if not resists:
            return ""
        return f"{' and '.join(resists)} did not let itself be interrupted and was left behind."

    def _sockets(self, waits: Waits) -> SocketModule:
        return SocketModule(self._host, self._engine, waits)
