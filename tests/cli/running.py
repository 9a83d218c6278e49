"""Runs sockplay as people do: as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SOCKPLAY = [sys.executable, "-m", "sockplay"]


def run(
    *args: str | Path, stdin: bytes | None = None, timeout_s: float = 15
) -> subprocess.CompletedProcess[bytes]:
    """Run sockplay to its end; without stdin it gets /dev/null."""
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
        out, err = self.process.communicate(timeout=10)
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


def wait_until(happened: Callable[[], bool], timeout_s: float = 10) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
