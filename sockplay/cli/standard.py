"""The standard streams: output that may be cut off at any moment, and one way to say a sentence."""

from __future__ import annotations

import contextlib
import io
import os
import select
import sys
from collections.abc import Iterable
from typing import Any, Final

from sockplay.model.errors import SockplayError
from sockplay.values.printable import visible

_PIECE: Final = 1 << 16
"""Characters that are gathered before they are written: one system call for many lines."""


_CLEAR: Final = "\r\x1b[K"


class _WriteInterruptedError(Exception):
    """A signal came while writing, and the one who reads may never go on."""


class StandardOutput:
    """Standard output without a buffer, so that nothing is left to be written at exit.

    When its reader has gone (``| head``), the rest is dropped and ``gone`` says so.

    Args:
        encoding: of the lines; None for the terminal's own.
    """

    def __init__(self, encoding: str | None = None) -> None:
        self.gone = False
        self._writing = False
        self._raw: io.RawIOBase | None = None
        self._encoding = encoding or "utf-8"
        if sys.stdout is not None:  # else the process was started with none, and needs none
            self._encoding = encoding or sys.stdout.encoding
            buffer: Any = sys.stdout.buffer  # no buffer at all when Python runs with -u
            self._raw = getattr(buffer, "raw", buffer)

    def lines(self, lines: Iterable[str]) -> None:
        """Write lines, each of them safe to show already.

        Raises:
            SockplayError: they cannot be written.
        """
        piece: list[str] = []
        size = 0
        for line in lines:
            piece.append(line + "\n")
            size += len(line)
            if size >= _PIECE:
                self._text("".join(piece))
                piece, size = [], 0
            if self.gone:
                return
        self._text("".join(piece))

    def write(self, data: bytes) -> None:
        """Write bytes as they are.

        Raises:
            SockplayError: they cannot be written.
        """
        rest = memoryview(data)
        try:
            self._writing = True
            while rest and self._raw is not None and not self.gone:
                written = self._raw.write(rest)
                if written is None:  # whoever shares it has made it non-blocking
                    select.select([], [self._raw], [])
                rest = rest[written or 0 :]
        except (BrokenPipeError, _WriteInterruptedError):
            self.gone = True
        except OSError as error:
            self.gone = True
            reason = os.strerror(error.errno or 0)
            raise SockplayError(f"Standard output cannot be written: {reason}.") from error
        finally:
            self._writing = False

    def interrupt(self) -> None:
        """Give up a write that waits for its reader; for a signal's handler."""
        if self._writing:
            raise _WriteInterruptedError

    def _text(self, text: str) -> None:
        if not self.gone:
            self.write(text.encode(self._encoding, "backslashreplace"))


class _Passing:
    """Whether a line stands on standard error that goes before anything else is said."""

    stands = False


def say_passing(text: str) -> None:
    """Show a line on a terminal in place of the last such; an empty text takes it away."""
    if sys.stderr is None or not (text or _Passing.stands):
        return
    _Passing.stands = bool(text)
    with contextlib.suppress(OSError):  # nobody listens
        print(f"{_CLEAR}{text}", end="", file=sys.stderr, flush=True)


def say(text: str) -> None:
    """Say something on standard error, line by line safe to show."""
    if sys.stderr is None:
        return
    say_passing("")
    with contextlib.suppress(OSError):  # nobody listens
        for line in text.split("\n"):
            print(visible(line), file=sys.stderr, flush=True)
