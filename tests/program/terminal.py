"""A real terminal for sockplay: a tmux of its own with one pane."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import wait_here_until

ROOT = Path(__file__).parent.parent.parent


class Terminal:
    """Runs one program under a shell that says how it ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state" / "sockplay"
        self.socket = str(folder / "tmux")

    def tmux(self, *args: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self.socket, *args],
            capture_output=True,
            timeout=10,
            check=False,
            env=os.environ | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
        )
        return done.stdout.decode("utf-8", "replace")

    def start(self, *args: str, size: tuple[int, int] = (120, 40)) -> None:
        """Run Python with these arguments."""
        env = f"XDG_STATE_HOME={self.folder}/state PYTHONPATH={ROOT} COLORTERM=truecolor"
        words = " ".join(f"'{arg}'" for arg in args)
        script = self.folder / "run.sh"
        script.write_text(
            f"cd {self.folder}\nunset COLUMNS LINES\nstty -a > before\n"
            f"{env} {sys.executable} {words}\necho $? > status\nstty -a > after\nexec cat\n"
        )
        width, height = map(str, size)
        self.tmux(
            *("-f", "/dev/null", "new-session", "-d", "-x", width, "-y", height),
            f"sh {script}",
        )
        self.tmux("set", "-g", "set-clipboard", "on")
        self.tmux("set", "-g", "window-size", "manual")

    @property
    def text(self) -> str:
        return self.tmux("capture-pane", "-p")

    def sees(self, text: str, limit_s: float = 20) -> None:
        deadline = time.monotonic() + limit_s
        while text not in (shown := self.text):
            assert time.monotonic() < deadline, f"no {text!r} in\n{shown}"
            time.sleep(0.03)

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def status(self) -> int:
        """How it ended."""
        path = self.folder / "status"
        wait_here_until(lambda: path.exists() and path.read_text().strip())
        return int(path.read_text())

    @property
    def pids(self) -> list[int]:
        """The processes that run in the folder, but for tmux and its shell."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                here = Path(os.readlink(entry / "cwd")) == self.folder
                if here and words[0] == sys.executable.encode():
                    found.append(int(entry.name))
        return found

    def sessions(self) -> list[Path]:
        return sorted(self.state.glob("*.session")) if self.state.exists() else []


@contextlib.contextmanager
def terminal() -> Iterator[Terminal]:
    """A terminal until the block ends; nothing that ran in it survives."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    with tempfile.TemporaryDirectory(prefix="sp") as path:
        made = Terminal(Path(path).resolve())
        try:
            yield made
        finally:
            left = made.pids
            made.tmux("kill-server")
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            wait_here_until(lambda: not made.pids)
