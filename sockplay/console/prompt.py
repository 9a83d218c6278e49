"""The prompt: Python entered statement by statement, whose sockets are the engine's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sockplay.console.checking import Entries
from sockplay.console.completion import complete
from sockplay.console.history import History
from sockplay.console.interpreter import Interpreter
from sockplay.console.standard.module import SocketModule
from sockplay.console.standard.waits import Waits
from sockplay.console.state import Completions, Verdict
from sockplay.console.variables import Watch
from sockplay.model.errors import SockplayError

RIGHTS: Final = (
    "What you enter here is Python and runs with your own rights: it can do whatever you can."
)
_LEAVES: Final = "Esc leaves the console, Ctrl+Q sockplay."


class Prompt(Interpreter):
    """One namespace that lives as long as the console.

    Args:
        history: keeps what was entered.
        sockets: makes what ``import socket`` gives.
        name: what it is called.
    """

    def __init__(
        self,
        history: History,
        sockets: Callable[[Waits], SocketModule],
        name: str = "console",
    ) -> None:
        super().__init__(name, sockets)
        self._history = history
        self._entries = Entries()
        self._entered = 0
        self.namespace.start_with_sockets()
        self._given = dict(self.namespace.names)
        self._watch = Watch(self._given, self._socket_name)
        self.transcript.say("note", RIGHTS)

    def check(self, source: str) -> Verdict:
        """Whether a text can be entered, needs more lines, or cannot be Python."""
        return self._entries.check(source)

    def enter(self, source: str) -> Verdict:
        """Run a text if it is complete; otherwise nothing runs.

        Raises:
            SockplayError: what was entered before still runs.
        """
        if self._doing != "ready":
            raise SockplayError("What you entered before still runs. Wait for it or interrupt it.")
        verdict = self._entries.check(source)
        if verdict.kind == "complete":
            self._begin(lambda: self._run(source))
        return verdict

    def complete(self, source: str, column: int) -> Completions:
        """Names that may stand at the cursor."""
        names = self.namespace.names
        return complete(source[:column], names, self.namespace.builtins, self._socket_name)

    def _run(self, source: str) -> None:
        self._entered += 1
        filename = f"<{self.name}-{self._entered}>"
        problem = self._history.add(source)
        if problem:
            self.transcript.say("note", problem)
        self._attach_sockets()
        self._keep_source(filename, source)
        try:
            self._report(self.threads.guarded(lambda: self._execute(source, filename)))
            self._show(self._look)
        finally:
            self._be("ready")

    def _report(self, error: BaseException | None) -> None:
        if isinstance(error, SystemExit):
            self.transcript.say("note", _LEAVES)
        elif error is not None:
            self._show_error(error)

    def _execute(self, source: str, filename: str) -> None:
        for text, code in self._entries.statements(source, filename):
            if text:
                lines = text.replace("\n", "\n... ")
                self.transcript.say("entered", f">>> {lines}")
            exec(code, self.namespace.names)

    def _attach_sockets(self) -> None:
        """Have the sockets of the panes there by name, where the person gave it to nothing."""
        names, python = self.namespace.names, self.namespace.builtins
        for name in self.sockets.names():
            is_free = name not in names and name not in python
            if is_free and (found := self.sockets.attach(name)) is not None:
                names[name] = self._given[name] = found

    def _look(self) -> None:
        self._variables = self._watch.look(self.namespace.names, (), self.sockets.fills)
