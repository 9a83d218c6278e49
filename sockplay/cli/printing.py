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
    """Takes the engine's calls; one is printed as soon as it is kept, and not before.

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

    @property
    def behind(self) -> bool:
        """Whether the record lags so far behind that reading should wait."""
        return self._recorder is not None and self._recorder.behind

    def take(self, call: Call) -> None:
        """Take one call."""
        self._calls.append(call)
        if self._recorder is not None:
            self._recorder.take(call)
        if self.on_call is not None:
            self.on_call(call)

    def commit(self) -> bool:
        """Record what was taken and print it; False when the record must be tried again."""
        if self._recorder is not None and not self._recorder.commit():
            self._say_once(self._recorder.problem)
            return False
        self._print()
        return True

    def close(self) -> bool:
        """Record and print the rest; False when a part of it could not be recorded."""
        whole = self.commit()
        if not whole:
            say(f"sockplay: The last {len(self._calls):,} calls are not in the session.")
            self._print()
        if self._recorder is not None:
            self._recorder.close()
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
