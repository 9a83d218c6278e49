"""What Python has once per process, and every interpreter for itself while a console lives.

A program prints to ``sys.stdout``, reads ``sys.argv``, sleeps: all of these belong to the whole
process. While a console lives they ask which interpreter the calling thread belongs to; in every
other thread they do what they did before.
"""

from __future__ import annotations

import _thread
import functools
import select
import selectors
import sys
import threading
import time
from collections.abc import Callable, Mapping

from sockplay.console import sliced
from sockplay.console.interpreter import interpreter_here
from sockplay.console.routed import RoutedArguments, RoutedInput, RoutedOutput


class Routes:
    """Puts them in the place of Python's own, and those back."""

    def __init__(self) -> None:
        self._replaced: list[tuple[object, str, object, object]] = []

    def open(self) -> None:
        """Take their places."""
        self._replace(sys, "stdout", RoutedOutput(sys.stdout, "output"))
        self._replace(sys, "stderr", RoutedOutput(sys.stderr, "error"))
        self._replace(sys, "stdin", RoutedInput(sys.stdin))
        self._replace(sys, "argv", RoutedArguments(sys.argv))
        self._replace(sys, "displayhook", _displaying(sys.displayhook))
        self._replace(_thread, "start_new_thread", _starting_bare(_thread.start_new_thread))
        self._replace(threading.Thread, "start", _starting(threading.Thread.start))
        self._replace(threading.Thread, "join", sliced.join(threading.Thread.join))
        self._replace(threading.Condition, "wait", sliced.wait(threading.Condition.wait))
        entering = sliced.enter(threading.Condition.__enter__)
        self._replace(threading.Condition, "__enter__", entering)
        self._replace(time, "sleep", sliced.sleep(time.sleep))
        self._replace(select, "select", sliced.select(select.select))
        kinds = {kind for kind in vars(selectors).values() if isinstance(kind, type)}
        for kind in kinds - {selectors.BaseSelector}:
            if issubclass(kind, selectors.BaseSelector) and "select" in vars(kind):
                self._replace(kind, "select", sliced.selector(vars(kind)["select"]))

    def close(self) -> None:
        """Put back what is still in its place; what others put over it stays."""
        for place, name, before, ours in reversed(self._replaced):
            if vars(place).get(name) is ours:
                setattr(place, name, before)
        self._replaced.clear()

    def _replace(self, place: object, name: str, ours: object) -> None:
        self._replaced.append((place, name, vars(place)[name], ours))
        setattr(place, name, ours)


def _displaying(original: Callable[[object], None]) -> Callable[[object], None]:
    """Print an expression's value as Python's prompt prints it, and keep it in ``_``."""

    def display(value: object, /) -> None:
        interpreter = interpreter_here()
        if interpreter is None:
            original(value)
        elif value is not None:
            interpreter.namespace.builtins["_"] = None  # as Python does, lest its repr uses it
            interpreter.transcript.say("result", repr(value))
            interpreter.namespace.builtins["_"] = value

    return display


def _starting(original: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    """Start a thread as a child of the interpreter that starts it."""

    @functools.wraps(original)
    def start(thread: threading.Thread) -> None:
        interpreter = interpreter_here()
        if interpreter is None:
            original(thread)
            return
        if thread.ident is None:
            interpreter.threads.adopt(thread)
        try:
            interpreter.threads.sheltered(lambda: original(thread))
        except RuntimeError:  # started before, or the system gives no more threads
            if thread.ident is None:
                interpreter.threads.disown(thread)
            raise

    return start


def _starting_bare(original: Callable[..., int]) -> Callable[..., int]:
    """Start a thread as programs older than ``threading`` do."""

    def start(
        function: Callable[..., object],
        args: tuple[object, ...],
        kwargs: Mapping[str, object] | None = None,
        /,
    ) -> int:
        if interpreter_here() is None:
            return original(function, args, kwargs or {})
        thread = threading.Thread(target=function, args=args, kwargs=kwargs, daemon=True)
        thread.start()
        return thread.ident or 0

    return start
