"""A program in a pseudo-terminal that is read as fast as it writes, as a terminal would."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import tempfile
import termios
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

_KEPT = 1 << 16
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Terminal:
    """Starts a program at 120x40; leaving the block kills it if it still runs."""

    def __init__(self, command: Sequence[str]) -> None:
        self.started = time.perf_counter()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a person has compiled modules
        environment["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="sockplay-bench-")
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, close_fds=True
        )
        os.close(slave)
        self._output = bytearray()
        self._news = threading.Condition()
        threading.Thread(target=self._drain, daemon=True).start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self._master, keys)

    def seen(self, marker: bytes, timeout_s: float = 20.0) -> float:
        """Wait until the program has written something; returns when, by ``perf_counter``."""
        with self._news:
            if not self._news.wait_for(lambda: marker in self._output, timeout_s):
                raise TimeoutError(f"{marker!r} did not appear")
        return time.perf_counter()

    def answer_ms(self, key: bytes, marker: bytes) -> float:
        """How long a key takes to show, in ms."""
        with self._news:
            self._output.clear()
        pressed = time.perf_counter()
        self.press(key)
        return (self.seen(marker) - pressed) * 1000

    def cpu_s(self) -> float:
        """Processor time used so far, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mb(self) -> float:
        """Resident memory, in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * _PAGE / 1e6

    def leave(self) -> int:
        """Quit with Ctrl+Q; returns the exit code."""
        self.press(b"\x11")
        return self.process.wait(30)

    def _drain(self) -> None:
        while True:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                return
            with self._news:
                self._output += data
                if len(self._output) > 2 * _KEPT:
                    del self._output[:-_KEPT]
                self._news.notify_all()
