"""What an interpreter was told and what it said: the last lines of it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Final

from sockplay.console.state import Kind, Line

LINES: Final = 10_000
CHARS: Final = 1 << 20
LINE_CHARS: Final = 4096


class Transcript:
    """Lines numbered from 0; the oldest go when there are too many or they grow too large.

    Any thread may write and read it.

    Args:
        on_change: told of every change, in the thread that made it.
        shelter: within it a writer has the lock; one that is interrupted would never give it back.
    """

    def __init__(
        self,
        on_change: Callable[[], None],
        shelter: Callable[[Callable[[], None]], None] = lambda work: work(),
    ) -> None:
        self._on_change = on_change
        self._shelter = shelter
        self._lock = threading.Lock()
        self._written: deque[tuple[Kind, str, bool]] = deque()
        """What is not in the lines yet: collecting garbage may print in the midst of a write."""
        self._lines: deque[Line] = deque()
        self._chars = 0
        self._open = False
        """Whether the last line may still grow."""
        self.first = 0
        """The number of the oldest line that is kept: so many were dropped."""

    @property
    def end(self) -> int:
        """The number after the last line."""
        self._settle()
        with self._lock:
            return self.first + len(self._lines)

    def write(self, kind: Kind, text: str) -> None:
        """Add text, which goes on where the last one of its kind ended."""
        self._add(kind, text, False)

    def say(self, kind: Kind, text: str) -> None:
        """Add whole lines of their own."""
        self._add(kind, text + "\n", True)

    def lines(self, first: int, end: int) -> tuple[Line, ...]:
        """Those of the lines numbered first to before end that are kept."""
        self._settle()
        with self._lock:
            start = max(first - self.first, 0)
            return tuple(islice(self._lines, start, max(end - self.first, start)))

    def last_open(self) -> str:
        """The last line while nothing has ended it, such as what ``input`` asks; else empty."""
        self._settle()
        with self._lock:
            return self._lines[-1].text if self._open else ""

    def clear(self) -> None:
        """Forget all; what comes next is numbered on."""
        self._settle()
        with self._lock:
            self.first += len(self._lines)
            self._lines.clear()
            self._chars = 0
            self._open = False
        self._on_change()

    def _add(self, kind: Kind, text: str, is_apart: bool) -> None:
        if text:
            self._written.append((kind, text[-CHARS:], is_apart))
            self._shelter(self._settle)
            self._on_change()

    def _settle(self) -> None:
        while self._written and self._lock.acquire(blocking=False):
            try:
                while self._written:
                    self._take(*self._written.popleft())
            finally:
                self._lock.release()

    def _take(self, kind: Kind, text: str, is_apart: bool) -> None:
        self._open = self._open and not is_apart
        for number, piece in enumerate(text.split("\n")):
            if number:
                self._open_line(kind)  # an empty line is one too
                self._open = False
            if piece:
                self._append(kind, piece)
        while len(self._lines) > LINES or (self._chars > CHARS and len(self._lines) > 1):
            self._chars -= len(self._lines.popleft().text) + 1
            self.first += 1

    def _append(self, kind: Kind, piece: str) -> None:
        while piece:
            self._open_line(kind)
            line = self._lines[-1].text
            room = LINE_CHARS - len(line)
            self._lines[-1] = Line(kind, line + piece[:room])
            self._chars += len(piece[:room])
            piece = piece[room:]
            if piece:
                self._open = False  # what is longer than a line goes on in the next

    def _open_line(self, kind: Kind) -> None:
        if not self._open or self._lines[-1].kind != kind:
            self._lines.append(Line(kind, ""))
            self._chars += 1
            self._open = True
