"""The whole program in a real terminal."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.program.terminal import ROOT, Terminal, terminal
from tests.waiting import wait_here_until

HOSTILE = (
    b"\x1b]0;owned\x07\x1b]2;owned\x1b\\\x1bkowned\x1b\\\x1b]52;c;b3duZWQ=\x07\x1b[2J\x1b[?1049l"
    b"\x9b2J\xc2\x9b2J\xc2\x9d0;owned\xc2\x9c\x0e\x0f\x1bc[@click=app.quit]x[/][/]\xe2\x80\xae"
    + bytes(range(256))
)


def show(session: Path) -> str:
    """What ``sockplay show`` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "sockplay", "show", str(session)],
        cwd=ROOT,
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def opened(term: Terminal, size: tuple[int, int] = (120, 40)) -> None:
    term.start("-m", "sockplay", size=size)
    term.sees("F4")
    term.sees("COMPOSE" if size[0] >= 100 else "Timeline")


def say_hey(term: Terminal) -> None:
    """Type into the composer and wait for it to arrive."""
    term.sees("to cli1")
    term.keys("4")
    term.keys("h", "e", "y", "Enter")
    term.sees("recv(4096)")


def port(term: Terminal) -> int:
    """The port of the pair's server."""
    wait_here_until(lambda: re.search(r"srv1  TCP  127\.0\.0\.1:\d+", term.text))
    found = re.search(r"srv1  TCP  127\.0\.0\.1:(\d+)", term.text)
    assert found is not None
    return int(found[1])


def flood(peer: socket.socket, stop: threading.Event) -> None:
    """Send without end until told to stop, or until nobody is there."""
    while not stop.is_set():
        try:
            peer.sendall(b"flood" * 60)
        except TimeoutError:
            continue
        except OSError:
            return


def test_it_starts_takes_keys_quits_and_leaves_the_terminal_as_it_was() -> None:
    with terminal() as term:
        opened(term)
        term.keys("F4")
        term.sees("cli1")
        term.sees("conn1")
        say_hey(term)
        term.keys("C-q")
        assert term.status() == 0
        after = term.folder / "after"
        wait_here_until(lambda: after.read_text().strip())
        assert (term.folder / "before").read_text() == after.read_text()
        assert term.tmux("display", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}") == (
            "0 0 1\n"
        )
        assert term.text.strip() == ""
        assert term.sessions() == []
        assert list(term.state.glob("*")) == []
        assert term.pids == []


def test_hostile_bytes_change_neither_title_nor_clipboard() -> None:
    with terminal() as term:
        opened(term)
        title = term.tmux("display", "-p", "#{pane_title} #{window_name}")
        term.keys("F4")
        with socket.create_connection(("127.0.0.1", port(term)), timeout=5) as peer:
            peer.sendall(HOSTILE)
            term.sees("conn2")
            term.sees("recv(4096)")
            term.keys("2")
            term.keys("Enter")
            term.keys("3")
            term.sees("1b 5d 30 3b")
        assert term.tmux("display", "-p", "#{pane_title} #{window_name}") == title
        assert term.tmux("list-buffers") == ""
        assert "owned" not in term.tmux("show-buffer")
        term.keys("F1")
        term.sees("Esc closes")
        term.keys("Escape")
        term.keys("4")
        latin_1 = term.folder / "latin-1"
        latin_1.write_bytes(b"caf\xe9 au lait")
        term.tmux("load-buffer", str(latin_1))
        term.tmux("paste-buffer")
        term.sees("caf� au lait")
        term.keys("C-q")
        assert term.status() == 0


def test_it_lives_through_resizes_during_a_flood_until_its_terminal_hangs_up() -> None:
    with terminal() as term:
        opened(term)
        term.keys("F4")
        with socket.create_connection(("127.0.0.1", port(term)), timeout=1) as peer:
            stop = threading.Event()

            thread = threading.Thread(target=flood, args=(peer, stop))
            thread.start()
            try:
                for width, height in ((80, 24), (200, 60), (30, 8), (120, 40)):
                    term.tmux("resize-window", "-x", str(width), "-y", str(height))
                    wait_here_until(
                        lambda width=width: (  # type: ignore[misc]
                            f"{width}\n" in term.tmux("display", "-p", "#{pane_width}\n")
                        )
                    )
                term.sees("COMPOSE")
                term.keys("F1")
                term.sees("Esc closes")
                assert len(term.pids) == 1
                term.tmux("kill-server")
                wait_here_until(lambda: not term.pids, 10)
            finally:
                stop.set()
                thread.join()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_session_can_be_read(number: signal.Signals) -> None:
    with terminal() as term:
        opened(term)
        term.keys("F4")
        term.sees("conn1")
        say_hey(term)
        (pid,) = term.pids
        os.kill(pid, number)
        wait_here_until(lambda: not term.pids)
        (session,) = term.sessions()
        assert "recv(4096) b'hey'" in show(session)


def test_an_idle_one_whose_terminal_hangs_up_leaves_no_process_behind() -> None:
    with terminal() as term:
        opened(term)
        term.keys("F4")
        term.sees("conn1")
        assert len(term.pids) == 1
        term.tmux("kill-server")
        wait_here_until(lambda: not term.pids, 10)


def test_a_bug_is_told_in_a_sentence_and_keeps_the_session() -> None:
    with terminal() as term:
        program = term.folder / "broken.py"
        program.write_text(
            "import sys\n"
            "from sockplay.ui.screens.workbench import Workbench\n"
            "from sockplay.cli.main import run\n"
            "def broken(self):\n"
            "    payload = b'AUTH hunter2'\n"
            "    raise ValueError(payload)\n"
            "Workbench.action_follow = broken\n"
            "sys.exit(run([]))\n"
        )
        term.start(str(program))
        term.sees("COMPOSE")
        term.keys("F4")
        term.sees("conn1")
        term.keys("2")
        term.keys("f")
        assert term.status() == 1
        term.sees("sockplay has a bug")
        assert "hunter2" not in term.text
        assert "Traceback" not in term.text
        (session,) = term.sessions()
        assert "connect" in show(session)
