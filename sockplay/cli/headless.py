"""A server or a client without the workbench: its calls on standard output, until it is over."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from sockplay.cli.client import talk
from sockplay.cli.forms import Form, standard_output
from sockplay.cli.printing import PrintingSink
from sockplay.cli.standard import StandardOutput, say
from sockplay.engine.engine import Engine
from sockplay.model.errors import SockplayError
from sockplay.model.spec import ClientSpec, ServerSpec

_CODES: Final = {signal.SIGINT: 130, signal.SIGTERM: 0}


def run_headless(
    wish: ServerSpec | ClientSpec,
    sends: Sequence[bytes],
    form: Form,
    record: Path | None,
    wait_s: float | None,
) -> int:
    """Run until a client's peer finishes, or a signal comes; returns the exit code.

    Args:
        wish: what to start.
        sends: what a client sends first.
        form: how calls are printed.
        record: the session file to make.
        wait_s: how long a client's peer may be silent.

    Raises:
        SockplayError: it could not be started, or broke off.
    """
    # A selector loop, since the engine needs add_reader and Windows' default loop has none.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(_run(wish, sends, form, record, wait_s))


async def _run(
    wish: ServerSpec | ClientSpec,
    sends: Sequence[bytes],
    form: Form,
    record: Path | None,
    wait_s: float | None,
) -> int:
    recorder = None
    if record is not None:
        from sockplay.session.recorder import Recorder

        recorder = Recorder(record)
    output = standard_output(form)
    ending = _Ending(output)
    sink = PrintingSink(form, output, recorder, ending.on_gone)
    engine = Engine(sink)
    if isinstance(wish, ServerSpec):
        work = _serve(engine, wish)
    else:
        work = talk(engine, sink, wish, sends, wait_s)
    ending.watch(asyncio.ensure_future(work))
    try:
        with contextlib.suppress(asyncio.CancelledError):  # ended from outside
            await ending.work
    except SockplayError as error:
        ending.problem = error
    finally:
        engine.close_all()
        whole = sink.close()
    if ending.problem is not None:
        raise ending.problem
    return ending.code if whole else 1


async def _serve(engine: Engine, wish: ServerSpec) -> None:
    name = await engine.start_server(wish)
    local = next(info.local for info in engine.snapshot() if info.name == name)
    say(f"listening on {local}")
    await asyncio.get_running_loop().create_future()


class _Ending:
    """Ends the work from outside: a signal, or nobody who reads the output."""

    def __init__(self, output: StandardOutput) -> None:
        self.code = 0
        self.problem: SockplayError | None = None
        self.work: asyncio.Future[None]
        self._output = output
        self._loop = asyncio.get_running_loop()

    def watch(self, work: asyncio.Future[None]) -> None:
        """Let signals end this work instead of the process."""
        self.work = work
        for number in _CODES:
            # A shell's background job ignores Ctrl-C, and goes on ignoring it.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def on_gone(self, problem: str) -> None:
        """End since nobody reads the output."""
        if problem:
            self.problem = SockplayError(problem)
        self.work.cancel()

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self.code = _CODES[signal.Signals(number)]
        self._loop.call_soon_threadsafe(self.work.cancel)
        self._output.interrupt()
