"""Waits of Python's own that hear an interruption: cut into slices in an interpreter's thread.

A thread that sleeps or waits for another thread runs no bytecode, and only bytecode meets an error
that was raised in its thread.
"""

from __future__ import annotations

import math
import threading
import time
from _thread import LockType
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial, wraps
from selectors import BaseSelector
from typing import Protocol, TypeVar

from sockplay.console.interpreter import interpreter_here
from sockplay.console.threads import SLICE_S

T = TypeVar("T")


def sleep(original: Callable[..., None]) -> Callable[[object], None]:
    """In the place of ``time.sleep``."""

    @wraps(original)
    def sliced(seconds: object, /) -> None:
        if isinstance(seconds, int | float):
            _sliced(original, seconds, lambda _: False, f"sleep({seconds!r})", "the time")
        else:
            original(seconds)

    return sliced


def join(original: Callable[..., None]) -> Callable[..., None]:
    """In the place of ``threading.Thread.join``."""

    @wraps(original)
    def sliced(thread: threading.Thread, timeout: float | None = None) -> None:
        _sliced(
            lambda slice_s: original(thread, slice_s),
            timeout,
            lambda _: not thread.is_alive(),
            f"{thread.name}.join()",
            "the end of a thread",
        )

    return sliced


def wait(original: Callable[..., bool]) -> Callable[..., bool]:
    """In the place of ``threading.Condition.wait``, which queues and events wait by too.

    Waiting again and again with a timeout would lose what is told between two waits, so this does
    as Lib/threading.py does, but for the slices.
    """

    @wraps(original)
    def sliced(condition: _Condition, timeout: float | None = None) -> bool:
        interpreter = interpreter_here()
        if interpreter is None or not condition._is_owned() or (timeout or 1) < 0:
            return original(condition, timeout)
        return interpreter.threads.sheltered(partial(_wait, condition, timeout))

    return sliced


def enter(original: Callable[..., bool]) -> Callable[..., bool]:
    """In the place of ``threading.Condition.__enter__``: its lock may be had by nobody any more."""

    @wraps(original)
    def sliced(condition: _Condition) -> bool:
        if interpreter_here() is None or not isinstance(condition._lock, LockType):
            return original(condition)
        while not condition._lock.acquire(timeout=SLICE_S):
            pass  # here an interruption is met
        return True

    return sliced


def select(original: Callable[..., tuple[list[T], ...]]) -> Callable[..., tuple[list[T], ...]]:
    """In the place of ``select.select``."""

    @wraps(original)
    def sliced(
        readers: Iterable[T],
        writers: Iterable[T],
        others: Iterable[T],
        timeout: float | None = None,
        /,
    ) -> tuple[list[T], ...]:
        asked = list(readers), list(writers), list(others)
        return _sliced(
            lambda slice_s: original(*asked, slice_s), timeout, any, "select()", "a ready socket"
        )

    return sliced


def selector(original: Callable[..., list[T]]) -> Callable[..., list[T]]:
    """In the place of a selector's ``select``."""

    @wraps(original)
    def sliced(selector: BaseSelector, timeout: float | None = None) -> list[T]:
        return _sliced(
            lambda slice_s: original(selector, slice_s),
            timeout,
            bool,
            "select()",
            "a ready socket",
        )

    return sliced


class _Condition(Protocol):
    _lock: object
    _waiters: deque[threading.Lock]

    def _is_owned(self) -> bool: ...

    def _release_save(self) -> object: ...

    def _acquire_restore(self, state: object) -> None: ...


def _wait(condition: _Condition, timeout: float | None) -> bool:
    waiter = threading.Lock()
    waiter.acquire()
    condition._waiters.append(waiter)
    state = condition._release_save()
    is_told = False
    try:
        is_told = _sliced(partial(waiter.acquire, True), timeout, bool, "wait()", "another thread")
        return is_told
    finally:
        _regain(condition, state)
        if not is_told:
            with suppress(ValueError):
                condition._waiters.remove(waiter)


def _regain(condition: _Condition, state: object) -> None:
    """Have the condition's lock again, unless an interruption comes first, as Python's own wait.

    An interruption may have torn another thread away from the lock, and then nobody gives it back.
    """
    interpreter = interpreter_here()
    if interpreter is None or not isinstance(condition._lock, LockType):
        condition._acquire_restore(state)
        return
    while not condition._lock.acquire(timeout=SLICE_S):
        if interpreter.threads.is_interrupted():
            return


def _sliced(
    original: Callable[[float | None], T],
    timeout: float | None,
    is_over: Callable[[T], object],
    call: str,
    waits_for: str,
) -> T:
    interpreter = interpreter_here()
    if interpreter is None:
        return original(timeout)
    sheltered = interpreter.threads.sheltered
    since_ns = time.monotonic_ns()
    deadline = math.inf if timeout is None else time.monotonic() + timeout
    first = SLICE_S if timeout is None or timeout > SLICE_S else timeout
    answer = sheltered(partial(original, first))  # most waits are shorter, and not worth a word
    if is_over(answer) or first == timeout or interpreter.threads.is_interrupted():
        return answer
    with interpreter.nap(call, waits_for, since_ns):
        while True:
            left = deadline - time.monotonic()
            answer = sheltered(partial(original, max(0.0, min(left, SLICE_S))))
            if is_over(answer) or left <= SLICE_S or interpreter.threads.is_interrupted():
                return answer
