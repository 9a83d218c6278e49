"""Streams and arguments of the whole process that every interpreter has for itself.

In a thread of an interpreter they are that interpreter's; in every other thread they are what was
there before.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, MutableSequence
from typing import TYPE_CHECKING, Literal, SupportsIndex, TextIO, cast, overload

from sockplay.console.interpreter import interpreter_here

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class RoutedOutput:
    """In the place of ``sys.stdout`` or ``sys.stderr``: writes into a transcript.

    Args:
        beneath: what was there.
        kind: which kind of line it makes.
    """

    def __init__(self, beneath: TextIO, kind: Literal["output", "error"]) -> None:
        self._beneath = beneath
        self._kind = kind

    @property
    def buffer(self) -> object:
        """Takes bytes."""
        return _Bytes(self) if interpreter_here() else self._beneath.buffer

    def write(self, text: str) -> int:
        """Write text."""
        interpreter = interpreter_here()
        if interpreter is None:
            return self._beneath.write(text)
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        interpreter.transcript.write(self._kind, text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Have what was written shown."""
        if interpreter_here() is None:
            self._beneath.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal: a transcript is none."""
        return interpreter_here() is None and self._beneath.isatty()

    def fileno(self) -> int:
        """The number of the file beneath; a transcript has none."""
        if interpreter_here():
            raise io.UnsupportedOperation("fileno")
        return self._beneath.fileno()

    def close(self) -> None:
        """Stay open, since others write here too."""

    def __getattr__(self, name: str) -> object:
        return getattr(self._beneath, name)


class RoutedInput:
    """In the place of ``sys.stdin``: reads what the person answers.

    Args:
        beneath: what was there.
    """

    def __init__(self, beneath: TextIO) -> None:
        self._beneath = beneath

    def readline(self, size: int = -1) -> str:
        """One line; empty at the end."""
        interpreter = interpreter_here()
        return interpreter.read_line() if interpreter else self._beneath.readline(size)

    def read(self, size: int = -1) -> str:
        """All lines until the end."""
        return "".join(self) if interpreter_here() else self._beneath.read(size)

    def isatty(self) -> bool:
        """Whether it is a terminal: an answer comes from none."""
        return interpreter_here() is None and self._beneath.isatty()

    def fileno(self) -> int:
        """The number of the file beneath; answers have none."""
        if interpreter_here():
            raise io.UnsupportedOperation("fileno")
        return self._beneath.fileno()

    def close(self) -> None:
        """Stay open, since ``exit()`` closes it and more may be read."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.readline, "")

    def __getattr__(self, name: str) -> object:
        return getattr(self._beneath, name)


class RoutedArguments(MutableSequence[str]):
    """In the place of ``sys.argv``: the arguments that a program was given.

    Args:
        beneath: what was there.
    """

    def __init__(self, beneath: list[str]) -> None:
        self._beneath = beneath

    def _list(self) -> list[str]:
        interpreter = interpreter_here()
        return interpreter.argv if interpreter else self._beneath

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._list()[index]

    @overload
    def __setitem__(self, index: int, value: str) -> None: ...
    @overload
    def __setitem__(self, index: slice, value: Iterable[str]) -> None: ...
    def __setitem__(self, index: int | slice, value: str | Iterable[str]) -> None:
        self._list()[cast("int", index)] = cast("str", value)  # as the overloads allow

    def __delitem__(self, index: int | slice) -> None:
        del self._list()[index]

    def __len__(self) -> int:
        return len(self._list())

    def insert(self, index: SupportsIndex, value: str) -> None:
        """Put a value before the one at an index."""
        self._list().insert(index, value)

    def __eq__(self, other: object) -> bool:
        return self._list() == other

    def __add__(self, other: list[str]) -> list[str]:
        return self._list() + other

    def __repr__(self) -> str:
        return repr(self._list())


class _Bytes(io.RawIOBase):
    def __init__(self, text: RoutedOutput) -> None:
        super().__init__()
        self._text = text

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        view = memoryview(data)
        self._text.write(bytes(view).decode("utf-8", "backslashreplace"))
        return view.nbytes
