"""Runs the engine on a loop of its own, in one daemon thread, beside any view."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sockplay.model.errors import SockplayError

T = TypeVar("T")


class Host:
    """A thread with a selector loop: sockets go on while a view is busy or its terminal stalls.

    A selector loop, since Windows' default one has no ``add_reader``.

    Args:
        on_bug: told of an exception that nobody awaited, in the host's thread.
    """

    def __init__(self, on_bug: Callable[[BaseException], None]) -> None:
        self._on_bug = on_bug
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="sockplay-engine", daemon=True)
        self._stop: asyncio.Event
        self._loop: asyncio.AbstractEventLoop

    def start(self) -> None:
        """Start the thread; returns when its loop runs.

        Raises:
            SockplayError: the system could not give it a loop.
        """
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise SockplayError(
                f"The engine could not start: {self._failure}. Close some programs and try again."
            ) from self._failure

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine on the engine's loop."""
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError:  # the loop is closed
            work.close()
            raise

    @property
    def is_here(self) -> bool:
        """Whether the thread that asks is the engine's own, which must wait for nothing."""
        return threading.current_thread() is self._thread

    def ask(self, question: Callable[[], T]) -> concurrent.futures.Future[T]:
        """Call a plain function on the engine's loop."""

        async def answer() -> T:
            return question()

        return self.submit(answer())

    def stop(self, timeout_s: float = 5.0) -> None:
        """Stop the loop and join the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._handle)
        self._stop = asyncio.Event()
        self._ready.set()
        await self._stop.wait()

    def _handle(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self._on_bug(error if error is not None else RuntimeError(context.get("message", "?")))
