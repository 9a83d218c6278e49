"""The command, and sessions from somebody else."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.spec import ServerSpec
from sockplay.session.python.cast import Sides
from sockplay.session.python.conversation import conversation
from sockplay.session.python.line import line
from sockplay.session.python.program import program
from sockplay.session.reader import Reader
from tests.cli.conversations import Talk, had
from tests.cli.running import here
from tests.cli.talks import (
    a_refused_connection,
    an_echo,
    nothing,
    partial_reads,
)
from tests.session.calls import ANY_TEXT, numbered, recorded

# the command


def test_a_form_that_is_none_names_those_there_are(folder: Path) -> None:
    session = had(folder, nothing)
    for name in ("talk.pcap", "talk"):
        ended = here("export", session, "-o", folder / name)
        assert ended.returncode == 2
        assert b"There are: .pcapng (packets for Wireshark" in ended.stderr
        assert not (folder / name).exists()


def test_objects_are_those_that_show_prints(folder: Path) -> None:
    session = had(folder, an_echo)
    target = folder / "talk.jsonl"
    assert here("export", session, "-o", target).returncode == 0
    assert target.read_bytes() == here("show", "--json", session).stdout
    assert json.loads(target.read_text().splitlines()[0])["call"] == "socket"
    ended = here("export", session, "-o", target, "--side", "client")
    assert (ended.returncode, b"--side goes with -o FILE.py" in ended.stderr) == (2, True)


def test_an_export_that_is_terminated_leaves_nothing(folder: Path) -> None:
    session = had(folder, an_echo)
    out = folder / "out"
    out.mkdir()
    code = (
        "import os, signal, sys, sockplay.cli.export as command, sockplay.cli.main as main\n"
        "command.Progress = lambda _: lambda *_: os.kill(os.getpid(), signal.SIGTERM) or True\n"
        "main.run(sys.argv[1:])"
    )
    words = ("export", session, "-o", out / "talk.jsonl")
    assert subprocess.run([sys.executable, "-c", code, *words], check=False).returncode == 143
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("side", ["client", "server"])
def test_a_side_that_nobody_played_is_said(folder: Path, side: str) -> None:
    async def one(talk: Talk) -> None:
        if side == "client":
            await talk.engine.start_server(ServerSpec())
        else:
            await a_refused_connection(talk)

    ended = here("export", had(folder, one), "-o", folder / "x.py", "--side", side)
    assert ended.returncode == 1
    assert f"This session has no {side}." in ended.stderr.decode()


def test_a_session_too_long_for_a_program_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = had(folder, partial_reads)
    monkeypatch.setattr("sockplay.session.python.conversation.BYTES_MOST", 15)
    with closing(Reader(session, ours=False)) as reader, pytest.raises(SockplayError) as error:
        conversation(reader)
    assert "too long for a program" in str(error.value)


def test_a_program_may_have_as_many_steps_as_the_limit_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Reader(had(folder, partial_reads), ours=False)) as reader:
        steps = sum(len(made) for _, made in conversation(reader).played)
        monkeypatch.setattr("sockplay.session.python.conversation.STEPS_MOST", steps)
        assert conversation(reader).played
        monkeypatch.setattr("sockplay.session.python.conversation.STEPS_MOST", steps - 1)
        with pytest.raises(SockplayError):
            conversation(reader)


def test_a_file_that_is_there_stays_unless_force_is_used(folder: Path) -> None:
    session, target = had(folder, nothing), folder / "mine.py"
    target.write_text("mine")
    ended = here("export", session, "-o", target)
    assert (ended.returncode, b"use --force to replace it" in ended.stderr) == (1, True)
    assert target.read_text() == "mine"
    assert here("export", "--force", session, "-o", target).returncode == 0
    assert "sockplay wrote it" in target.read_text()
    assert sorted(folder.iterdir()) == sorted([session, target])


def test_of_a_file_that_is_no_session_no_line_is_shown(folder: Path) -> None:
    (folder / "x.session").write_text("no session")
    ended = here("show", "--python", folder / "x.session")
    assert (ended.returncode, ended.stdout) == (1, b"")


def test_the_calls_are_shown_as_python(folder: Path) -> None:
    shown = here("show", "--python", had(folder, partial_reads)).stdout.decode().splitlines()
    assert shown[0] == "import os, socket, struct"
    assert "cli1.sendall(b'hello worl')" in shown
    assert "conn1.recv(4)  # -> b'hell'" in shown


# a session from somebody else

EVIL = [
    "__import__('os').system('touch owned')",
    "x\n__import__('os').abort()",
    '"""',
    "'); import os; os.abort() #",
    "SHUT_WR), __import__('os').abort(",
    "\x1b]0;owned\x07\u202e",
    "socket",
    "class",
    "receive",
    "DATA_1",
    "play_srv1",
    "a" * 500,
    "cli1\\",
]


def storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@given(
    names=st.lists(st.sampled_from(EVIL), min_size=3, max_size=3, unique=True),
    data=st.lists(st.binary(max_size=300), max_size=3),
    sides=st.sampled_from(["both", "client", "server"]),
    texts=st.lists((ANY_TEXT | st.sampled_from(EVIL)).map(storable), min_size=8, max_size=8),
)
def test_nothing_of_a_session_becomes_code(
    names: list[str], data: list[bytes], sides: Sides, texts: list[str]
) -> None:
    server, conn, client = names
    made = [
        Call(0, 0, 0, server, "socket", "AF_INET, SOCK_STREAM"),
        Call(0, 0, 0, server, "setsockopt", texts[0]),
        Call(0, 0, 0, server, "bind", texts[1], local="127.0.0.1:9000"),
        Call(0, 0, 0, server, "listen", texts[2], local="127.0.0.1:9000"),
        Call(0, 0, 0, client, "socket", texts[3]),
        Call(0, 0, 0, client, "connect", texts[4], local="127.0.0.1:5", peer="127.0.0.1:9000"),
        Call(0, 0, 0, server, "accept", note=f"{conn}, x", peer="127.0.0.1:5"),
        Call(0, 0, 0, client, texts[5], texts[6], error=texts[7]),
        Call(0, 0, 0, client, "shutdown", texts[0], error="ENOTCONN"),
        *(Call(0, 0, 0, client, "sendall", requested=len(d), moved=len(d), data=d) for d in data),
        *(Call(0, 0, 0, conn, "recv", requested=300, moved=len(d), data=d) for d in data),
        Call(0, 0, 0, client, "send", requested=1, error=texts[7]),
    ]
    with tempfile.TemporaryDirectory(prefix="sp") as folder:
        session = Path(folder, "evil.session")
        recorded(session, numbered(made))
        with closing(Reader(session, ours=False)) as reader:
            try:
                source = program(conversation(reader, sides), texts[0])
            except SockplayError:
                return
            lines = [str(line(call)) for call in reader.calls()]
    for text in (source, "\n".join(lines)):
        assert all(part.isprintable() for part in text.split("\n"))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in ("__import__", "os.system", "os.abort")
            assert not isinstance(node, ast.Name) or node.id != "__import__"


@pytest.mark.parametrize("half", EVIL)
def test_a_shutdown_that_failed_becomes_no_code(folder: Path, half: str) -> None:
    session = folder / "evil.session"
    made = [
        Call(0, 0, 0, "cli1", "socket", "AF_INET, SOCK_STREAM"),
        Call(0, 0, 0, "cli1", "connect", "('127.0.0.1', 9)", peer="127.0.0.1:9"),
        Call(0, 0, 0, "cli1", "shutdown", half, error="ENOTCONN"),
        Call(0, 0, 0, "cli1", "shutdown", "SHUT_WR", error="ENOTCONN"),
    ]
    recorded(session, numbered(made))
    with closing(Reader(session, ours=False)) as reader:
        source = program(conversation(reader, "client"), "evil")
    ast.parse(source)
    assert source.count(".shutdown(") == 1
    assert "cli1.shutdown(socket.SHUT_WR)" in source


def test_an_accepted_socket_of_a_name_made_again_is_no_failure(folder: Path) -> None:
    session = folder / "odd.session"
    made = [
        Call(0, 0, 0, "srv1", "socket", "AF_INET, SOCK_STREAM"),
        Call(0, 0, 0, "srv1", "bind", "('127.0.0.1', 9)", local="127.0.0.1:9"),
        Call(0, 0, 0, "srv1", "listen", "5", local="127.0.0.1:9"),
        Call(0, 0, 0, "srv1", "accept", note="conn1, x", peer="127.0.0.1:5"),
        Call(0, 0, 0, "conn1", "socket", "AF_INET, SOCK_STREAM"),
    ]
    recorded(session, numbered(made))
    with closing(Reader(session, ours=False)) as reader:
        ast.parse(program(conversation(reader), "odd"))
