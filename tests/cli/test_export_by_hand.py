"""What a textbook program did in the console is a conversation like any other."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from pathlib import Path

import pytest

from sockplay.console.standard.module import SocketModule
from sockplay.console.standard.waits import Waits
from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.session.recorder import Recorder
from tests.cli.conversations import again, exported

STREAM = """
srv = socket.create_server(('127.0.0.1', 0), backlog=1)
cli = socket.create_connection(srv.getsockname())
conn, addr = srv.accept()
cli.send(b'hello')
conn.recv(2)
conn.recv(10, socket.MSG_PEEK)
conn.recv_into(bytearray(10))
cli.settimeout(0.01)
try:
    cli.recv(10)
except TimeoutError:
    pass
conn.sendmsg([b'a', b'bc'])
cli.recvmsg(10)
cli.shutdown(socket.SHUT_WR)
conn.recv(4)
conn.close()
cli.recv(4)
cli.close()
srv.close()
"""
DATAGRAMS = """
waiting = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
waiting.bind(('127.0.0.1', 0))
writing = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
writing.sendto(b'one', waiting.getsockname())
data, address = waiting.recvfrom(100)
waiting.sendto(data * 2, address)
writing.recvfrom(4)
writing.close()
waiting.close()
"""
ONLY_THE_DATA = """
waiting = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
waiting.bind(('', 0))
writing = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
writing.connect(('127.0.0.1', waiting.getsockname()[1]))
writing.send(b'four of these')
waiting.recv(4)
writing.send(b'whole')
waiting.recv_into(bytearray(9))
waiting.recv(0)
writing.close()
waiting.close()
"""
PAIR = """
left, right = socket.socketpair()
left.send(b'pair')
copy = left.dup()
left.close()
copy.send(b'of two')
right.recv(3)
right.recv(30)
copy.close()
right.recv(1)
right.close()
"""
REFUSED = """
gone = socket.create_server(('127.0.0.1', 0))
where = gone.getsockname()
gone.close()
cli = socket.socket()
try:
    cli.connect(where)
except ConnectionRefusedError:
    pass
again = socket.socket()
again.connect_ex(where)
again.close()
cli.close()
"""


@pytest.fixture
def played(folder: Path) -> Callable[[str], Path]:
    """Runs a program in the console's world; gives its session."""

    def play(source: str) -> Path:
        session = folder / "hand.session"
        recorder = Recorder(session)
        engine = Engine(recorder)
        bugs: list[BaseException] = []
        host = Host(bugs.append)
        host.start()
        made = SocketModule(host, engine, Waits())
        linecache.cache["<program>"] = (len(source), None, source.splitlines(True), "<program>")
        try:
            exec(compile(source, "<program>", "exec"), {"socket": made.module})
        finally:
            host.ask(engine.close_all).result(5)
            host.stop()
            recorder.close()
        assert bugs == []
        return session

    return play


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (STREAM, ["cli: sent 5 bytes, received 3 bytes", "conn: sent 3 bytes, received 5 bytes"]),
        (DATAGRAMS, ["waiting: sent 6 bytes, received 3", "writing: sent 3 bytes, received 4"]),
        (ONLY_THE_DATA, ["waiting: sent 0 bytes, received 9", "writing: sent 18 bytes"]),
        (PAIR, ["left: sent 10 bytes, received 0", "right: sent 0 bytes, received 10 bytes"]),
        (REFUSED, ["cli: sent 0 bytes, received 0 bytes, failed 1 time"]),
    ],
    ids=["stream", "datagrams", "only the data", "pair", "refused"],
)
def test_a_program_has_again_what_was_typed(
    played: Callable[[str], Path], source: str, said: list[str]
) -> None:
    ended = again(exported(played(source)))
    assert ended.returncode == 0, ended.stderr
    for line in said:
        assert line in ended.stdout
