"""Every call as a button with fields: the line that it makes, and what comes of it."""

from __future__ import annotations

import ast
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Button

from sockplay.console.prompt import Prompt
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Protocol, Target
from sockplay.ui.screens.calls import CallsScreen
from sockplay.ui.screens.calls_arguments import DATA_MOST, FIELDS
from sockplay.ui.screens.calls_methods import FUNCTIONS, METHODS, first_choice
from sockplay.ui.screens.calls_told import kernel_said, told
from sockplay.ui.widgets.calls.flags import Flags
from sockplay.ui.widgets.calls.method_list import MethodList
from sockplay.ui.widgets.console.transcript import Transcript
from tests.console.talking import Talk
from tests.ui.desk import Desk, at_work
from tests.waiting import wait_here_until

DEFAULTS = {field.name: field.value for field in FIELDS} | {"to": "127.0.0.1:9", "name": "s2"}
ALL = METHODS | FUNCTIONS


def line(method: str, protocol: Protocol = "tcp", /, **typed: str) -> str:
    fields = DEFAULTS | {name.replace("_", "-"): text for name, text in typed.items()}
    return ALL[method].line("" if method in FUNCTIONS else "s", fields, protocol)


# the line


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (line("recv"), "s.recv(4096)"),
        (line("recv", read_flags="MSG_PEEK | MSG_OOB"), "s.recv(4096, MSG_PEEK | MSG_OOB)"),
        (line("recv_into", buffer="4"), "s.recv_into(buf := bytearray(b'.' * 4))"),
        (line("recv_into", read_flags="MSG_PEEK"),
         "s.recv_into(buf := bytearray(b'.' * 16), 0, MSG_PEEK)"),
        (line("recvmsg", read_flags="MSG_PEEK"), "s.recvmsg(4096, 0, MSG_PEEK)"),
        (line("recvmsg_into", buffers="1, 2"),
         "s.recvmsg_into(bufs := [bytearray(b'.' * 1), bytearray(b'.' * 2)])"),
        (line("send", data="a\\n\\xff"), "s.send(b'a\\n\\xff')"),
        (line("send", data="u16be:513", form="items"), "s.send(b'\\x02\\x01')"),
        (line("send", data=""), "s.send(b'')"),
        (line("sendall", send_flags="MSG_OOB"), "s.sendall(b'hello', MSG_OOB)"),
        (line("sendto"), "s.sendto(b'hello', ('127.0.0.1', 9))"),
        (line("sendto", send_flags="MSG_DONTWAIT", to="[::1]:9"),
         "s.sendto(b'hello', MSG_DONTWAIT, ('::1', 9))"),
        (line("sendto", "unix-dgram", to="@play"), "s.sendto(b'hello', b'\\x00play')"),
        (line("sendmsg"), "s.sendmsg([b'hello'])"),
        (line("sendmsg", more="you", to_other="127.0.0.1:9"),
         "s.sendmsg([b'hello', b'you'], [], 0, ('127.0.0.1', 9))"),
        (line("sendfile", path="a'b"), "with open(\"a'b\", 'rb') as file: s.sendfile(file, 0)"),
        (line("listen"), "s.listen()"),
        (line("listen", backlog="1"), "s.listen(1)"),
        (line("accept"), "s2, address = s.accept()"),
        (line("getaddrinfo", host="::1"), "getaddrinfo('::1', 80, type=SOCK_STREAM)"),
        (line("bind", "unix", at="/tmp/x"), "s.bind('/tmp/x')"),
        (line("getsockopt", option="so_rcvbuf"), "s.getsockopt(SOL_SOCKET, SO_RCVBUF)"),
        (line("getsockopt", option="so_ling"), "s.getsockopt(SOL_SOCKET, SO_LINGER)"),
        (line("recv", bufsize="-1"), "s.recv(-1)"),
        (line("setsockopt", option="SO_LINGER", value="i32le:1 i32le:0"),
         "s.setsockopt(SOL_SOCKET, SO_LINGER, b'\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00')"),
        (line("setsockopt", option="TCP_NODELAY", value="0x1"),
         "s.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)"),
        (line("settimeout", timeout="0.5"), "s.settimeout(0.5)"),
        (line("settimeout", timeout=""), "s.settimeout(None)"),
        (line("shutdown"), "s.shutdown(SHUT_WR)"),
        (line("socket.socket"), "s2 = socket.socket(AF_INET, SOCK_STREAM)"),
        (line("create_server", at="127.0.0.1:0", backlog="1"),
         "s2 = create_server(('127.0.0.1', 0), backlog=1)"),
    ],
)  # fmt: skip
def test_a_call_is_written_as_python_writes_it(made: str, expected: str) -> None:
    assert made == expected


@pytest.mark.parametrize(
    ("method", "typed", "sentence"),
    [
        ("recv", {"bufsize": "four"}, "'four' is no bufsize. Type 0 to 67,108,864."),
        ("recv", {"bufsize": "9" * 5000}, "is no bufsize"),
        ("recv", {"bufsize": "٣"}, "is no bufsize"),
        ("recv", {"read_flags": "MSG_PEEK | quit()"}, "is none of these"),
        ("getaddrinfo", {"host": " "}, "A host is missing."),
        ("getaddrinfo", {"port": "70000"}, "is no port. Type 0 to 65,535."),
        ("connect", {"to": "localhost"}, "is no address. Type one such as 127.0.0.1:9000."),
        ("connect", {"to": "localhost:99999"}, "is no port. Type 0 to 65,535."),
        ("send", {"data": "\\x1"}, "The data cannot be"),
        ("send", {"data": 'file"/etc/passwd"', "form": "items"}, "The data cannot be"),
        ("send", {"data": "\ud800"}, "The data cannot be"),
        ("send", {"data": "x" * (DATA_MOST + 1)}, "too many for a line"),
        ("send", {"data": '("x")*100000', "form": "items"}, "The data cannot be"),
        ("getsockopt", {"option": "__class__"}, "is no option here"),
        ("getsockopt", {"option": "SO_RCV"}, "Type more."),
        ("setsockopt", {"value": "99999999999"}, "an int of 32 bits"),
        ("setsockopt", {"value": "b'abc'"}, 'Text goes in double quotes: "abc".'),
        ("settimeout", {"timeout": "1e9"}, "is no number of seconds"),
        ("accept", {"name": "a; quit()"}, "is no name"),
        ("sendfile", {}, "A file needs a name"),
        ("recvmsg_into", {"buffers": "4,"}, "is no size for a buffer"),
    ],
)
def test_what_cannot_be_an_argument_is_said(
    method: str, typed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SockplayError) as refused:
        line(method, **typed)
    assert sentence in str(refused.value)


CODE = ["quit()", "')", "\\", "'", '"', "\n", "#", "{name}", "{0}", "=", ",", ")", "b'", " if "]
TYPED = st.one_of(st.text(max_size=12), st.lists(st.sampled_from(CODE)).map("".join))


@given(
    st.sampled_from(sorted(ALL)),
    st.lists(TYPED, min_size=4, max_size=4),
    st.sampled_from(["tcp", "udp", "unix"]),
    st.sampled_from(range(16)),
)
def test_what_is_typed_never_becomes_code(
    method: str, wild: list[str], protocol: Protocol, which: int
) -> None:
    chosen = ALL[method]
    typed = DEFAULTS | {"path": "/x"}
    for place, (name, text) in enumerate(zip(chosen.fields, wild, strict=False)):
        if which >> place & 1:
            typed[name] = text
    owner = "" if method in FUNCTIONS else "s"
    try:
        made = chosen.line(owner, typed, protocol)
    except SockplayError:
        return
    assert "\n" not in made
    tree = ast.parse(made)
    assert len(tree.body) == 1
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [c for c in calls if c not in ("bytearray", "open")] == [f"{owner}.{method}".strip(".")]
    loaded = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and type(n.ctx) is ast.Load}
    constants = {name for name in loaded if name.isupper()}
    assert constants <= set(dir(socket))
    allowed = {"s", "socket", "bytearray", "open", "file", "socketpair"}
    assert loaded - constants <= allowed | {"create_server", "create_connection"}


# each against a real socket


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    there = Talk(tmp_path)
    yield there
    assert there.close() == ""
    assert there.bugs == []


def made(talk: Talk, owner: str, method: str, **typed: str) -> str:
    """What a call said in the end, made as its button makes it."""
    hand = talk.console.hand(owner)
    fields = DEFAULTS | {name.replace("_", "-"): text for name, text in typed.items()}
    protocol: Protocol = "udp" if owner.startswith("u") else "tcp"
    text = ALL[method].line(owner, fields, protocol)
    first = hand.transcript.end
    source = f"{text}\n" if text.startswith("with ") else text
    assert hand.enter(source).kind == "complete"
    wait_here_until(lambda: hand.state().doing == "ready")
    lines = told(hand.transcript.lines(first, hand.transcript.end))
    return "\n".join(line.text for line in lines[1:])


def place(answer: str) -> str:
    host, port = ast.literal_eval(answer)
    return f"{host}:{port}"


def test_every_button_makes_its_call_on_a_real_socket(talk: Talk, tmp_path: Path) -> None:
    used: set[str] = set()

    def press(owner: str, method: str, **typed: str) -> str:
        used.add(method)
        return made(talk, owner, method, **typed)

    assert talk.console.prompt
    assert press("", "socket.socket", name="srv") == ""
    assert press("srv", "setsockopt", option="SO_REUSEADDR") == ""
    assert press("srv", "bind", at="127.0.0.1:0") == ""
    assert press("srv", "listen", backlog="5") == ""
    at = place(press("srv", "getsockname"))
    assert "('127.0.0.1', 9)" in press("", "getaddrinfo", host="127.0.0.1", port="9")
    assert press("", "create_connection", name="cli", to=at) == ""
    assert press("srv", "accept", name="conn") == ""
    assert place(press("conn", "getpeername")) == place(press("cli", "getsockname"))
    assert press("cli", "send", data="hello worl") == "10"
    assert press("conn", "recv", bufsize="4", read_flags="MSG_PEEK") == "b'hell'"
    assert press("conn", "recv", bufsize="4") == "b'hell'"
    assert press("conn", "recv_into", buffer="4") == "4"
    assert press("conn", "recvfrom", bufsize="2") == "(b'rl', None)"
    assert press("cli", "sendall", data="u16be:513", form="items") == ""
    assert press("conn", "recvmsg", bufsize="9") == "(b'\\x02\\x01', [], 0, None)"
    assert press("cli", "sendmsg", data="he", more="llo") == "5"
    assert press("conn", "recvmsg_into", buffers="2, 8").startswith("(5, [], 0, ")
    (tmp_path / "file").write_bytes(b"0123456789")
    assert press("cli", "sendfile", path=str(tmp_path / "file"), offset="4", count="3") == "3"
    assert talk.kept.calls[-1].note.startswith("A block of sendfile, from /")
    assert press("conn", "recvfrom_into", buffer="9") == "(3, None)"
    assert press("conn", "settimeout", timeout="0.01") == ""
    assert press("conn", "gettimeout") == "0.01"
    assert press("conn", "recv") == "TimeoutError: timed out"
    assert press("conn", "setblocking", blocking="False") == ""
    assert press("conn", "getblocking") == "False"
    assert press("conn", "recv").startswith("BlockingIOError: [Errno 11]")
    assert press("conn", "getsockopt", option="SO_ERROR") == "0"
    assert press("conn", "setsockopt", option="SO_LINGER").startswith("OSError: [Errno 22]")
    assert "SO_LINGER: it wants two ints, i32" in talk.kept.calls[-1].note
    assert int(press("conn", "fileno")) > 2
    assert press("cli", "shutdown") == ""
    assert press("conn", "dup", name="copy") == ""
    assert press("copy", "recv") == "b''"
    assert press("conn", "close") == ""
    assert press("conn", "recv") == "OSError: [Errno 9] Bad file descriptor"
    assert press("srv", "close") == ""
    assert press("", "socket.socket", name="late") == ""
    assert press("late", "connect", to=at).startswith("ConnectionRefusedError: [Errno 111]")
    assert press("late", "connect_ex", to=at) == "111"
    assert press("", "create_server", name="other") == ""
    for name in ("u1", "u2"):
        assert press("", "socket.socket", name=name, type="SOCK_DGRAM") == ""
        assert press(name, "bind") == ""
    assert press("u1", "sendto", to="[::1]:9").startswith("socket.gaierror: [Errno -9]")
    assert "'::1' is no address for this socket" in talk.kept.calls[-1].note
    to = place(press("u2", "getsockname"))
    assert press("u1", "sendto", to=to) == "5"
    assert press("u2", "recv", bufsize="2") == "b'he'"
    assert press("", "socketpair", name="left", other="right") == ""
    assert used == set(ALL)
    assert not any(
        said.text.startswith(("NameError", "SyntaxError", "AttributeError"))
        for hand in ("", "srv", "conn", "cli", "u1", "u2", "late")
        for said in told(talk.console.hand(hand).transcript.lines(0, 999))
    )


def test_the_next_socket_gets_the_same_call_where_it_can_make_it() -> None:
    server = SocketInfo("srv1", "tcp", "server", "listening", "127.0.0.1:1", "")
    client = SocketInfo("cli1", "tcp", "client", "open", "127.0.0.1:2", "127.0.0.1:1")
    assert first_choice(client, "getpeername") == "getpeername"
    assert first_choice(server, "getsockname") == "getsockname"
    assert first_choice(server, "recv_into") == "accept"
    assert first_choice(client, "accept") == first_choice(client)
    assert first_choice(client, "create_server") == first_choice(client)


def test_what_the_kernel_did_is_one_sentence(talk: Talk) -> None:
    assert talk.console.prompt
    made(talk, "", "create_server", name="srv")
    made(talk, "", "create_connection", name="cli", to=place(made(talk, "srv", "getsockname")))
    made(talk, "srv", "accept", name="conn")
    made(talk, "cli", "send", data="hello worl")
    made(talk, "conn", "recv", bufsize="4")
    calls = [call for call in talk.kept.calls if call.socket == "conn"]
    assert kernel_said(calls, False).endswith("4 of 4 bytes, 6 left in the kernel, cut by bufsize.")
    assert "no call was made" in kernel_said([], False)
    assert kernel_said([], True) == "No call was made."
    returned = made(talk, "cli", "getpeername")
    assert kernel_said(talk.kept.calls[-1:], False, {returned}).endswith("  Done.")


# on the screen


async def opened(desk: Desk) -> CallsScreen:
    await desk.press("c")
    await desk.until(lambda: isinstance(desk.app.screen, CallsScreen))
    return here(desk)


def here(desk: Desk) -> CallsScreen:
    screen = desk.app.screen
    assert isinstance(screen, CallsScreen)
    return screen


def waits(hand: Prompt) -> bool:
    return hand.state().doing == "blocked"


async def test_a_server_and_a_client_are_made_by_keys_alone(folder: Path) -> None:
    async with at_work(folder, (80, 24)) as desk:
        await opened(desk)
        await desk.until(lambda: here(desk).rows.typed["name"] == "sock1")
        await desk.press("c", "enter", "enter")
        await desk.until(lambda: here(desk).socket == "srv1")
        server = here(desk)
        await desk.until(lambda: isinstance(server.focused, Button))
        assert server.query_one(MethodList).method == "accept"
        await desk.press("enter")
        await desk.until(lambda: not server.query_one(Button).has_class("-active"))
        await desk.press("enter")
        await desk.sees("✕ One call at a time. ◷ srv1.accept() waits")
        assert waits(server.hand)
        await desk.press("f2")
        await desk.until(lambda: here(desk).socket == "")
        await desk.until(lambda: here(desk).rows.typed["to"] == desk.info("srv1").local)
        here(desk).query_one(MethodList).choose("create_connection")
        await desk.press("enter", "enter")
        await desk.until(lambda: here(desk).socket == "cli1")
        await desk.until(lambda: desk.has("conn1") and not waits(server.hand))
        await desk.sees("Esc list")
        await desk.press("escape")
        await desk.sees("Esc leave")
        await desk.press(*"getp", "enter", "enter", *"sendto")  # from the button too
        assert here(desk).method.name == "sendto"
        assert here(desk).rows.typed["to"] == desk.info("cli1").peer
        await desk.until(lambda: server.hand.transcript.lines(0, 99)[-1].kind == "note")
        await desk.press("enter", "ctrl+c")
        assert desk.toasts == []
        await desk.press("escape", "escape")
        await desk.until(lambda: desk.is_home and desk.sockets.current == Target("cli1"))
        await desk.is_sound()


async def test_a_call_is_made_waits_and_is_interrupted(folder: Path) -> None:
    async with at_work(folder, (120, 40)) as desk:
        await desk.pair()
        await desk.pick("conn1")
        screen = await opened(desk)
        await desk.until(lambda: screen.query_one(MethodList).method == "send")
        await desk.sees("F6 read by hand")
        await desk.press("f6")
        await desk.until(lambda: not screen.reads_itself)
        await desk.bench.do(desk.engine.send(Target("cli1"), b"hello"))
        await desk.pilot.click(MethodList, offset=(4, 1))
        await desk.until(lambda: screen.method.name == "recv")
        await desk.press("2")
        await desk.sees("conn1.recv(2)")
        flags = screen.query_one("#argument-read-flags", Flags)
        await desk.pilot.click(flags, offset=(3, 0))
        assert flags.value == "MSG_PEEK"
        await desk.pilot.click("#calls-call")
        await desk.sees("b'he'")
        await desk.sees("A look ahead: the bytes stay queued.")
        flags.focus()
        await desk.press("space", "escape", "f", "down", "up", "r", "down", "enter", "enter")
        await desk.sees("bytes 0 to 4 are new, 11 are as before")
        await desk.press("enter")
        await desk.sees("waits for data")
        await desk.press("ctrl+c")
        await desk.sees("KeyboardInterrupt")
        said = [line.text for line in screen.query_one(Transcript).lines]
        assert said[0] == ">>> conn1.recv(2, MSG_PEEK)"
        assert not any("Traceback" in line for line in said)
        assert desk.bench.console.history[-1].startswith("conn1.recv_into(buf := ")
        screen.rows.take("buffer", "many")
        await desk.sees("✕ 'many' is no size for a buffer.")
        screen.rows.take("buffer", "4")
        await desk.press("enter")
        await desk.until(lambda: waits(screen.hand))
        await desk.press("escape", "escape")
        await desk.is_sound()
        await desk.until(lambda: desk.bench.waiting)
        await desk.press("ctrl+c")
        await desk.hears("waits; Ctrl+C interrupts it among its calls (c)")
        assert waits(screen.hand)  # and leaves no thread behind when all is closed


async def test_what_peers_and_fields_hold_acts_on_nothing(folder: Path) -> None:
    bad = "\x1b]52;c;b3duZWQ=\x07[/]\u202e\x9b31m\n\udc80"
    async with at_work(folder, (120, 40)) as desk:
        await desk.pair()
        await desk.by_hand("conn1")
        data = bad.encode("utf-8", "surrogateescape")
        await desk.bench.do(desk.engine.send(Target("cli1"), data))
        screen = await opened(desk)
        await desk.until(lambda: screen.query_one(MethodList).method == "recv")
        await desk.press("enter", "enter")
        await desk.sees("b'\\x1b]52;c;")
        for name in ("data", "to", "option", "bufsize", "path"):
            screen.rows.take(name, bad)
        for method in ("send", "connect", "getsockopt", "recv", "sendfile"):
            screen.query_one(MethodList).choose(method)
            await desk.pilot.pause()
            screen.action_call()
            await desk.pilot.pause()
            assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(desk.seen)
        await desk.is_sound()
