"""Raises an error in another thread, as Ctrl-C raises one in the main thread."""

from __future__ import annotations

import ctypes


def raise_in(thread: int, error: type[BaseException]) -> None:
    """Have a thread meet an error at its next bytecode (C-API: PyThreadState_SetAsyncExc).

    Args:
        thread: its ident.
        error: what it meets.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def meet_late() -> None:
    """Meet here what was raised in this thread and not met yet: a call looks for it.

    Taking it back instead (raising NULL) would leave CPython 3.11 looking for ever, and a traced
    thread would then stand still before the first line of its next function (ceval.c: DO_TRACING).
    """
