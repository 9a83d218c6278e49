"""A program of one side talks to any peer, and says when it goes otherwise."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sockplay.model.spec import ClientSpec, ServerSpec, Target
from tests.cli.conversations import AUTO, ECHO, Talk, again, exported, had
from tests.cli.talks import (
    a_half_close,
)
from tests.engine.world import read_exactly

# one side alone, against a peer that is no part of the program


def served_by(reply: Callable[[socket.socket], None]) -> tuple[int, threading.Thread]:
    """A plain server that serves one client; returns its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener:
            conn, _ = listener.accept()
            with conn:
                conn.settimeout(10)
                reply(conn)

    thread = threading.Thread(target=serve)
    thread.start()
    return listener.getsockname()[1], thread


def cut_into_pieces(conn: socket.socket) -> None:
    """Reads a question, and answers it byte by byte."""
    assert read_exactly(conn, 4) == b"ping"
    for byte in b"pong, in pieces":
        conn.sendall(bytes([byte]))


async def asks(talk: Talk, port: int) -> None:
    cli = await talk.engine.start_client(ClientSpec(host="127.0.0.1", port=port, behaviour=AUTO))
    await talk.engine.send(Target(cli), b"ping")
    await talk.until(lambda: talk.info(cli).ended)
    assert talk.came(cli) == b"pong, in pieces"


def test_a_client_alone_talks_to_another_server_elsewhere(folder: Path) -> None:
    port, thread = served_by(cut_into_pieces)
    session = had(folder, lambda talk: asks(talk, port))
    thread.join()
    program = exported(session)
    port, thread = served_by(cut_into_pieces)
    ended = again(program, "--host", "localhost", "--port", str(port))
    thread.join()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "cli1: sent 4 bytes, received 15 bytes, as recorded\n"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"pong, in pieceS", "b'S', then no more was read; b's' was recorded from byte 14 on"),
        (b"pong", "received b'', then the end; b', in pieces' was recorded from byte 4 on"),
        (b"pong, in pieces!", "received b'!', then no more was read; the end was recorded"),
    ],
)
def test_a_difference_is_said_with_both_and_ends_with_1(
    folder: Path, answer: bytes, sentence: str
) -> None:
    port, thread = served_by(cut_into_pieces)
    session = had(folder, lambda talk: asks(talk, port))
    thread.join()
    program = exported(session, "--side", "client")

    def differ(conn: socket.socket) -> None:
        read_exactly(conn, 4)
        conn.sendall(answer)

    port, thread = served_by(differ)
    ended = again(program, "--port", str(port))
    thread.join()
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert ended.stderr.startswith("cli1: received ")
    assert ended.stdout == ""


def test_nobody_there_is_a_difference_too(folder: Path) -> None:
    port, thread = served_by(cut_into_pieces)
    session = had(folder, lambda talk: asks(talk, port))
    thread.join()
    ended = again(exported(session))
    assert ended.returncode == 1
    assert "Connection refused; that was not recorded" in ended.stderr


def started(program: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
    """A program that serves, and where."""
    process = subprocess.Popen(
        [sys.executable, str(program), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    return process, process.stderr.readline().rpartition(" is at ")[2].strip()


def test_a_server_alone_serves_clients_that_are_not_ours(folder: Path) -> None:
    async def serve(talk: Talk) -> None:
        server = await talk.engine.start_server(ServerSpec(behaviour=ECHO))
        for name in (b"first", b"second"):
            peer = await talk.connect_plain(server)
            await asyncio.to_thread(peer.sendall, name)
            assert await asyncio.to_thread(read_exactly, peer, len(name)) == name
            peer.close()
            await talk.until(lambda: not talk.connections(server))

    program = exported(had(folder, serve))
    process, where = started(program, "--port", "0")
    port = int(where.rstrip(")").rpartition(" ")[2])
    for name in (b"first", b"second"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
            peer.sendall(name)
            assert read_exactly(peer, len(name)) == name
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines() == [
        "conn1: sent 5 bytes, received 5 bytes, as recorded",
        "conn2: sent 6 bytes, received 6 bytes, as recorded",
    ]


def test_a_datagram_server_alone_answers_whoever_writes(folder: Path) -> None:
    async def serve(talk: Talk) -> None:
        server = await talk.engine.start_server(ServerSpec("udp", behaviour=ECHO))
        port = int(talk.info(server).local.rpartition(":")[2])
        peer = talk.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        for data in (b"one", b"two"):
            peer.sendto(data, ("127.0.0.1", port))
            assert await asyncio.to_thread(peer.recv, 99) == data

    process, where = started(exported(had(folder, serve)))
    port = int(where.rstrip(")").rpartition(" ")[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.settimeout(10)
        for data in (b"one", b"two"):
            peer.sendto(data, ("127.0.0.1", port))
            assert peer.recv(99) == data
    assert (process.communicate(timeout=20)[1], process.returncode) == ("", 0)


def test_both_sides_apart_talk_to_each_other(folder: Path) -> None:
    session = had(folder, a_half_close)
    serving, where = started(exported(session, "--side", "server"))
    port = where.rstrip(")").rpartition(" ")[2]
    ended = again(exported(session, "--side", "client"), "--port", port)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (serving.communicate(timeout=20)[1], serving.returncode) == ("", 0)


def test_connections_of_other_programs_are_left_out_and_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def mixed(talk: Talk) -> None:
        _, cli = await talk.pair(ECHO)
        peer = await talk.connect_plain("srv1")
        peer.sendall(b"stranger")
        await talk.engine.send(Target(cli), b"ours")
        await talk.has_read(cli, 4)
        await talk.has_read("conn2", 8)

    program = exported(had(folder, mixed))
    assert "Left out, as the other end is another program: conn2." in capsys.readouterr().err
    ended = again(program)
    assert ended.returncode == 0
    assert "conn2" not in ended.stdout
