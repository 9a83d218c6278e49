"""Stops a program before the lines where a person wants to look (sys.settrace)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from _typeshed import TraceFunction

Way = Literal["run", "step", "step over"]
_WITHIN_A_LINE: Final = ("<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


class Stepper:
    """Watches the frames of one source in the thread that it is started in.

    Args:
        filename: which frames are the program's: those whose code has it.
        stop: called before a line to stop at; the program goes on when it returns.
    """

    def __init__(self, filename: str, stop: Callable[[FrameType], None]) -> None:
        self._filename = filename
        self._stop = stop
        self._way: Way = "run"
        self._over: FrameType | None = None
        self.breakpoints: frozenset[int] = frozenset()

    def start(self) -> None:
        """Watch the calling thread from now on."""
        sys.settrace(self._on_call)

    def go(self, way: Way, frame: FrameType | None = None) -> None:
        """Say where to stop next.

        Args:
            way: at a breakpoint only, at the next line, or at the next line outside of what the
                frame calls.
            frame: where it is stopped now.
        """
        self._way = way
        self._over = frame if way == "step over" else None

    def attend(self, frames: Iterable[FrameType]) -> None:
        """Watch frames that ran without being watched, or watch none that need not be.

        A running program costs nothing until somebody wants it to stop; this is called when that
        changes, in any thread.
        """
        watch = self._on_line if self._is_needed() else None
        for frame in frames:
            if self._is_watched(frame):
                frame.f_trace = watch

    def _is_watched(self, frame: FrameType) -> bool:
        code = frame.f_code
        return code.co_filename == self._filename and code.co_name not in _WITHIN_A_LINE

    def _is_needed(self) -> bool:
        return self._way != "run" or bool(self.breakpoints)

    def _on_call(self, frame: FrameType, _: str, __: object) -> TraceFunction | None:
        return self._on_line if self._is_watched(frame) and self._is_needed() else None

    def _on_line(self, frame: FrameType, event: str, _: object) -> TraceFunction | None:
        if event == "line" and self._is_stop(frame):
            self._stop(frame)
        return frame.f_trace  # which may have changed meanwhile

    def _is_stop(self, frame: FrameType) -> bool:
        if frame.f_lineno in self.breakpoints or self._way == "step":
            return True
        return self._way == "step over" and not self._is_called_by(self._over, frame.f_back)

    @staticmethod
    def _is_called_by(over: FrameType | None, frame: FrameType | None) -> bool:
        while frame is not None:
            if frame is over:
                return True
            frame = frame.f_back
        return False
