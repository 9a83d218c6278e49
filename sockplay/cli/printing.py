"""What becomes of the calls of a headless run: each is recorded, then printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sockplay.cli.forms import Form, in_form
from sockplay.cli.standard import StandardOutput, say
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError

if TYPE_CHECKING:
    from sockplay.session.recorder import Recorder


class PrintingSink:
    """Takes the engine's calls; one is printed when it was kept, or could not be.

    Args:
        form: how calls are printed.
        output: where to.
        recorder: keeps the session; None when nobody asked for it.
        on_gone: told that nobody reads the output any more; with what went wrong, if anything.
    """

    def __init__(
        self,
        form: Form,
        output: StandardOutput,
        recorder: Recorder | None,
        on_gone: Callable[[str], None],
    ) -> None:
        self.on_call: Callable[[Call], None] | None = None
        """Told of each call as it is made."""
        self._form = form
        self._output = output
        self._recorder = recorder
        self._on_gone = on_gone
        self._calls: list[Call] = []
        self._said = ""

    def take(self, call: Call) -> bool:
        """Take one call; True when the record has no room for it."""
        if self._form != "quiet":
            self._calls.append(call)
        if self.on_call is not None:
            self.on_call(call)
        return self._recorder is not None and self._recorder.take(call)

    def commit(self) -> bool:
        """Record what was taken and print it; False when the record must be tried again."""
        whole = self._recorder is None or self._recorder.commit()
        if self._recorder is not None:
            self._say_once(self._recorder.problem)
        self._print()
        return whole

    def close(self) -> bool:
        """Record and print the rest; False when a part of it could not be recorded."""
        self.commit()
        if self._recorder is None:
            return True
        whole = self._recorder.close()
        self._say_once(self._recorder.problem)
        return whole

    def _print(self) -> None:
        calls, self._calls = self._calls, []
        problem = ""
        try:
            self._output.lines(line for call in calls for line in in_form(call, self._form))
        except SockplayError as error:
            problem = str(error)
        if self._output.gone:
            self._on_gone(problem)

    def _say_once(self, problem: str) -> None:
        if problem and problem != self._said:
            say(f"sockplay: {problem}")
        self._said = problem
