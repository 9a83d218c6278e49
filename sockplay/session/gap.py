"""What could not be recorded: a row of the timeline tells of it."""

from __future__ import annotations

from typing import Final

from sockplay.model.call import Call

GAP: Final = "gap"
"""The ``op`` of such a row."""


class Gap:
    """Counts the calls that are left out.

    Args:
        first: the first of them, whose number and time the row has.
        cause: why, as the system says it.
        code: the same by its name.
    """

    def __init__(self, first: Call, cause: str, code: str) -> None:
        self._first = first
        self._until = first.time_ns
        self._cause = cause.removeprefix("database or ")  # of which a row has no room to tell
        self._code = code
        self.calls = 0
        self._bytes = 0

    def add(self, call: Call) -> None:
        """Leave out one more."""
        self.calls += 1
        self._bytes += len(call.data)
        self._until = max(self._until, call.time_ns)

    def call(self) -> Call:
        """The row that tells of them."""
        return Call(
            seq=self._first.seq,
            time_ns=self._first.time_ns,
            took_ns=self._until - self._first.time_ns,
            socket="",
            op=GAP,
            error=self._code,
            note=f"{self.calls:,} calls ({self._bytes:,} bytes) not recorded: {self._cause}.",
            badges=("error",),
        )
