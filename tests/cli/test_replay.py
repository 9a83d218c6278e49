"""``sockplay replay`` and ``sockplay compare`` as commands, on real sockets."""

from __future__ import annotations

import os
from pathlib import Path

from tests.cli.running import here, run, server
from tests.session.talk import Talk


def session(path: Path, answer: bytes = b"hello") -> Path:
    """A session in which a client said hello and got an answer."""
    with Talk().sent(b"hello").read(answer).reader(path) as reader:
        return reader.path


def test_a_replay_exits_with_0_when_all_came_as_then_and_shows_what_did_not(folder: Path) -> None:
    alike, other = session(folder / "a.session"), session(folder / "b.session", b"help")
    with server("0", "--reply", "echo", "--quiet") as echo:
        ended = run("replay", alike, str(echo.port), "--speed", "100", "--record", folder / "now")
        assert (ended.returncode, ended.stdout.decode()) == (
            0,
            "  #3 sends 5 bytes                 back: 5 bytes, as then\n",
        )
        assert b"cli1 again, as a client of 127.0.0.1:" in ended.stderr
        assert b"sendall(b'hello')" in here("show", folder / "now").stdout
        ended = run("replay", other, "127.0.0.1", str(echo.port), "--step", stdin=b"\n")
        assert (ended.returncode, ended.stdout.decode().splitlines()) == (
            1,
            [
                "≠ #3 sends 5 bytes                 back: 4 bytes then, 5 bytes now",
                "    0000  68 65 6c≠70 ··           help     │ "
                "0000  68 65 6c≠6c+6f           hello",
            ],
        )
        assert b"Enter: #3 sends 5 bytes" in ended.stderr
    ended = run("replay", alike, str(echo.port))
    assert (ended.returncode, b"Nothing listens on" in ended.stderr) == (1, True)
    ended = run("replay", alike, "--patience", "-1")
    assert (ended.returncode, b"'-1' is no time. Use seconds" in ended.stderr) == (2, True)
    ended = run("replay", alike, "--socket", "cli9")
    assert b"There are: cli1." in ended.stderr


def test_two_sessions_or_two_files_are_compared(folder: Path) -> None:
    one, other = session(folder / "a.session"), session(folder / "b.session", b"help")
    ended = here("compare", one, other)
    assert ended.returncode == 1
    assert "≠ cli1     ← 5 bytes  #4" in ended.stdout.decode()
    assert here("compare", one, one).returncode == 0
    left, right = folder / "left", folder / "right"
    left.write_bytes(bytes.fromhex("0001 02"))
    right.write_bytes(bytes.fromhex("0101 02"))
    ended = here("compare", "--layout", "n=u16be k=u8", left, right)
    assert (ended.returncode, ended.stdout.decode().splitlines()) == (
        1,
        [
            "≠ n  1 │ 257",
            "0000 ≠00 01 02                 ...      │ 0000 ≠01 01 02                 ...",
        ],
    )
    ended = here("compare", one, left)
    assert (ended.returncode, b"Compare two of a kind" in ended.stderr) == (1, True)
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    ended = here("compare", pipe, one)
    assert (ended.returncode, b"is no regular file" in ended.stderr) == (1, True)
