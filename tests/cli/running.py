"""Runs sockplay as people do, or its commands in this process."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sockplay.cli import main

SOCKPLAY = [sys.executable, "-m", "sockplay"]


def here(*args: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command that only reads and prints: to start Python for it takes ten times as long."""
    words = list(map(str, args))
    out, err = io.BytesIO(), io.BytesIO()
    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    handlers = [(number, signal.getsignal(number)) for number in signals]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8", write_through=True))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8", write_through=True))
        try:
            code = main.run(words)
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            for number, handler in handlers:
                signal.signal(number, handler)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def run(
    *args: str | Path, stdin: bytes | None = None, timeout_s: float = 30
) -> subprocess.CompletedProcess[bytes]:
    """Run sockplay to its end as a process; without stdin it gets /dev/null."""
    return subprocess.run(
        [*SOCKPLAY, *map(str, args)],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        timeout=timeout_s,
        check=False,
    )


class Running:
    """A server in a process of its own; ``address`` is what it listens on."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        assert process.stderr is not None
        line = process.stderr.readline().decode()
        assert line.startswith("listening on "), line
        self.address = line.removeprefix("listening on ").strip()

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.address.rpartition(":")[2])

    def end(self, number: int) -> tuple[int, bytes, bytes]:
        """Send a signal; returns the exit code and all output."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@contextmanager
def server(*args: str | Path) -> Iterator[Running]:
    """Run ``sockplay server`` until the block ends."""
    process = subprocess.Popen(
        [*SOCKPLAY, "server", *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()


def wait_until(happened: Callable[[], bool], timeout_s: float = 20) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
