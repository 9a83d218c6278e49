from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sockplay.model.call import Call
from sockplay.session.python.arguments import address, written
from sockplay.session.python.line import WHOLE, line
from tests.session.calls import calls


def call(
    op: str,
    args: str = "",
    *,
    requested: int | None = None,
    error: str | None = None,
    note: str = "",
    peer: str | None = None,
) -> Call:
    """A call that moved nothing."""
    return Call(7, 0, 0, "cli1", op, args, requested=requested, error=error, note=note, peer=peer)


def moved(
    op: str,
    data: bytes,
    args: str = "",
    *,
    requested: int | None = None,
    note: str = "",
    peer: str | None = None,
) -> Call:
    """A call that moved bytes."""
    asked = len(data) if requested is None else requested
    made = call(op, args, requested=asked, note=note, peer=peer)
    return replace(made, moved=len(data), data=data)


@pytest.mark.parametrize(
    ("made", "written_line"),
    [
        (
            call("socket", "AF_INET, SOCK_STREAM"),
            "cli1 = socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        ),
        (call("bind", "('127.0.0.1', 9000)"), "cli1.bind(('127.0.0.1', 9000))"),
        (call("connect", "b'\\x00SO_NAME'"), "cli1.connect(b'\\x00SO_NAME')"),
        (
            call("accept", note="conn1, ('127.0.0.1', 5)", peer="127.0.0.1:5"),
            "conn1, address = cli1.accept()  # -> ('127.0.0.1', 5)",
        ),
        (
            call("connect", "('127.0.0.1', 9)", error="ECONNREFUSED", note="Nothing listens."),
            "cli1.connect(('127.0.0.1', 9))  # ConnectionRefusedError (ECONNREFUSED)",
        ),
        (
            call("getaddrinfo", "'localhost', 80, type=SOCK_STREAM", note="127.0.0.1:80"),
            "socket.getaddrinfo('localhost', 80, type=socket.SOCK_STREAM)  # -> 127.0.0.1:80",
        ),
        (call("getaddrinfo", "'x', 80", error="EAI_NONAME"),
         "socket.getaddrinfo('x', 80)  # socket.gaierror (EAI_NONAME)"),
        (call("shutdown", "SHUT_WR"), "cli1.shutdown(socket.SHUT_WR)"),
        (
            call("setsockopt", "SOL_SOCKET, SO_LINGER, struct.pack('ii', 1, 0)"),
            "cli1.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))",
        ),
        (moved("sendall", b"hi\n"), "cli1.sendall(b'hi\\n')"),
        (moved("send", b"hi"), "cli1.send(b'hi')  # -> 2"),
        (
            moved("send", b"hi", requested=9000),
            "cli1.send(b'hi')  # -> 2, of 9,000 offered",
        ),
        (
            moved("sendto", b"hi", "('127.0.0.1', 53)"),
            "cli1.sendto(b'hi', ('127.0.0.1', 53))  # -> 2",
        ),
        (
            call("send", requested=5, error="EPIPE"),
            "cli1.send(bytes(5))  # BrokenPipeError (EPIPE), its 5 bytes were not recorded",
        ),
        (moved("recv", b"hell", requested=4), "cli1.recv(4)  # -> b'hell'"),
        (moved("recv", b"h", "MSG_PEEK | MSG_DONTWAIT", requested=4),
         "cli1.recv(4, socket.MSG_PEEK | socket.MSG_DONTWAIT)  # -> b'h'"),
        (
            moved("recv", b"", requested=4, note="conn1 finished sending."),
            "cli1.recv(4)  # -> b''  conn1 finished sending.",
        ),
        (call("recv", requested=4, error="TimeoutError"), "cli1.recv(4)  # TimeoutError"),
        (
            moved("recvfrom", b"x", requested=99, peer="127.0.0.1:53"),
            "cli1.recvfrom(99)  # -> b'x' from 127.0.0.1:53",
        ),
        (moved("recv_into", b"abc", requested=64), "cli1.recv_into(bytearray(64))  # -> 3: b'abc'"),
        (moved("sendmsg", b"abc"), "cli1.sendmsg([b'abc'])  # -> 3"),
        (
            moved("sendall", b"0" * 200_000),
            "cli1.sendall(data7)  # data7 = 200,000 bytes: b'000000000000000000000000'…",
        ),
        (call("bind", "open('x')"), "# cli1.bind(open('x'))"),
        (replace(call("close"), socket="a b"), "sockets['a b'].close()"),
    ],
)  # fmt: skip
def test_a_line_is_the_python_that_makes_the_call(made: Call, written_line: str) -> None:
    assert str(line(made, room=WHOLE)) == written_line


@given(calls())
def test_any_line_is_printable_python(made: list[Call]) -> None:
    for each in made:
        text = str(line(each))
        assert text.isprintable()
        ast.parse(text)


@given(st.binary(max_size=200))
def test_data_that_has_room_is_written_whole(data: bytes) -> None:
    tree = ast.parse(line(moved("sendall", data), room=1000).code, mode="eval").body
    assert isinstance(tree, ast.Call)
    assert ast.literal_eval(tree.args[0]) == data


def test_a_line_knows_when_it_was_given_only_the_beginning() -> None:
    made = replace(moved("recv", b"hello", requested=4096))
    assert line(made, length=4096).comment == "-> 4,096 bytes: b'hello'…"


@pytest.mark.parametrize(
    "args",
    [
        "__import__('os')", "os", "x", "SO_X(1)(", "'", "1 if 2 else 3", "SOCK_STREAM.y",
        "lambda: 1", "struct.unpack('i', b'')", "f'{x}'", "1" * 5000, "[i for i in x]",
        "'a'\n", "*A_B, **C_D",
    ],
)  # fmt: skip
def test_what_is_no_plain_argument_is_not_written(args: str) -> None:
    assert written(args) is None


@pytest.mark.parametrize("value", [("::1", 80, 0, 2), ("127.0.0.1", 0), "/tmp/x y'", b"\0\xff"])
def test_an_address_is_read_as_it_was_written(value: object) -> None:
    assert address(repr(value)) == value


@pytest.mark.parametrize("args", ["(1, 2)", "5", "('x',)", "AF_INET", "('x', 'y')", "None"])
def test_what_is_no_address_is_none(args: str) -> None:
    assert address(args) is None
