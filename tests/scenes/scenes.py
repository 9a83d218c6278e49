"""The scenes: what happens in each picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from textual.widgets import Input, OptionList

from sockplay.model.spec import Behaviour, Reply
from sockplay.ui.themes import THEMES
from sockplay.values.composing.draft import Draft
from tests.scenes.stage import Stage

WIDE, NARROW, HUGE = (120, 40), (80, 24), (200, 60)
DARK, LIGHT, CONTRAST = (theme.name for theme in THEMES)

_SERVER = """\
import socket

srv = socket.create_server(('127.0.0.1', 9000))
cli = socket.create_connection(('127.0.0.1', 9000))
conn, addr = srv.accept()
cli.sendall((513).to_bytes(2, 'big'))
length = int.from_bytes(conn.recv(2), 'little')
print('length', length)
body = b''
while len(body) < length:
    body += conn.recv(length - len(body))
"""


class Scene(msgspec.Struct, frozen=True):
    """One picture."""

    name: str
    play: Callable[[Stage], Awaitable[None]]
    size: tuple[int, int] = WIDE
    theme: str = DARK

    @property
    def file(self) -> str:
        """The picture's file name."""
        return f"{self.name}-{self.size[0]}x{self.size[1]}.svg"


async def nothing(stage: Stage) -> None:
    """The screen that opens."""
    await stage.settle()


async def server_form(stage: Stage) -> None:
    """A port that is taken: the form keeps what was typed."""
    await stage.server(9000)
    await stage.calls(4)
    await stage.press("f2")
    await stage.until(lambda s: bool(s.pilot.app.screen.query("#port")))
    stage.pilot.app.screen.query_one("#port", Input).value = "9000"
    await stage.press("enter")
    await stage.settle()


async def partial_reads(stage: Stage) -> None:
    """Ten bytes wait; three reads of four take them."""
    await stage.server(9000, behaviour=Behaviour(None))
    peer = stage.peer(9000)
    peer.sendall(b"hello worl")
    await stage.info(lambda at: "conn1" in at and at["conn1"].recv_queue == 10)
    for _ in range(3):
        await stage.recv("conn1", 4)
    await stage.calls(8)
    await stage.press("down")
    await stage.settle()


async def echo(stage: Stage) -> None:
    """A server that echoes, a client that asks, and how the conversation ends."""
    await stage.server(9000, behaviour=Behaviour(4096, Reply("echo")))
    await stage.client(9000)
    await stage.calls(7)
    await stage.send("cli1", b"GET /temperature\r\n")
    await stage.calls(11)
    await stage.send("cli1", "안녕, sockets".encode())
    await stage.calls(15)
    await stage.bench.do(stage.bench.engine.shutdown("cli1", "SHUT_WR"))
    await stage.calls(20)
    await stage.settle()


async def compose_line(stage: Stage) -> None:
    """Typed fields on one line, and the bytes they make."""
    await stage.server(9000)
    await stage.client(9000)
    await stage.calls(7)
    await stage.info(lambda at: "cli1" in at)
    stage.workbench.query_one("#sockets").focus()
    await stage.press("end", "4")
    line = 'magic=u16be:0xcafe len:u8("hello") temp=f32:21.5 crc:crc-16/modbus(u32:7)'
    stage.workbench.composer.load(Draft(line, "line"))
    await stage.settle()


async def compose_integers(stage: Stage) -> None:
    """A value that does not fit says why."""
    await stage.press("4")
    stage.workbench.composer.load(Draft("513 -1", "integers", integer="u16", order="little"))
    await stage.settle()


async def truncated(stage: Stage) -> None:
    """A datagram longer than the buffer: the rest is gone."""
    await stage.server(9053, protocol="udp", behaviour=Behaviour(16, Reply("echo")))
    await stage.client(9053, protocol="udp", behaviour=Behaviour(65535))
    await stage.calls(4)
    await stage.send("udp2", b"a datagram goes whole or not at all")
    await stage.calls(8)
    await stage.settle()


async def endings(stage: Stage) -> None:
    """EOF is no reset, and a reset is no EOF."""
    await stage.server(9000)
    first, second = stage.peer(9000), stage.peer(9000)
    await stage.calls(6)
    first.sendall(b"bye")
    await stage.calls(7)
    first.close()
    await stage.calls(9)
    await stage.info(lambda at: "conn2" in at)
    stage.workbench.query_one("#sockets").focus()
    await stage.press("end")
    second.sendall(b"never read")
    await stage.calls(10)
    await stage.bench.ask(lambda: stage.bench.engine.abort("conn2"))
    await stage.calls(12)
    await stage.client(9000)
    await stage.calls(15)
    await stage.bench.ask(lambda: stage.bench.engine.abort("conn3"))
    await stage.calls(19)
    await stage.settle()


async def inspect(stage: Stage) -> None:
    """Selected bytes, read in both byte orders."""
    await stage.server(9000)
    peer = stage.peer(9000)
    peer.sendall(bytes.fromhex("02010000 3f800000 00ff0d0a") + "값 é".encode())
    await stage.calls(6)
    await stage.press("3")
    await stage.settle()
    await stage.press("shift+right", "shift+right", "shift+right")
    await stage.settle()


_QUERY = bytes.fromhex("1234 0100 0001 0000 0000 0000 07 6578616d706c65 03 6f7267 00 0001 0001")


async def _choose(stage: Stage, title: str) -> None:
    """Take an offer of the chooser that opens."""
    await stage.until(lambda s: bool(s.pilot.app.screen.query("Chooser OptionList")))
    offers = stage.pilot.app.screen.query_one(OptionList)
    texts = [str(offers.get_option_at_index(n).prompt) for n in range(offers.option_count)]
    offers.highlighted = next(n for n, text in enumerate(texts) if text.startswith(title))


async def _take(stage: Stage) -> None:
    """Have the offer, and wait until what was asked for with it is there."""
    await stage.press("enter")
    await stage.until(lambda s: all(w.group != "choosing" for w in s.pilot.app.workers))
    await stage.settle()


async def _query(stage: Stage) -> None:
    """A DNS query has come, and its call is looked at."""
    await stage.until(lambda s: bool(s.workbench.definitions))
    await stage.server(9053, protocol="udp")
    await stage.client(9053, protocol="udp")
    await stage.send("udp2", _QUERY)
    await stage.until(lambda s: s.workbench.inspector.chosen == _QUERY)
    await stage.press("2")


async def message(stage: Stage) -> None:
    """A DNS query, read by its definition."""
    await _query(stage)
    await stage.press("d")
    await _choose(stage, "dns ")
    await _take(stage)
    await stage.press("3", "tab", "pagedown", "pagedown")
    await stage.settle()


async def template(stage: Stage) -> None:
    """What received bytes could be, before one takes them into the composer."""
    await _query(stage)
    await stage.press("u")
    await _choose(stage, "dns ")
    await stage.settle()


async def message_composed(stage: Stage) -> None:
    """A received message, taken apart to be edited and sent."""
    await template(stage)
    await _take(stage)
    await stage.press("tab")
    await stage.settle()


async def library(stage: Stage) -> None:
    """The definitions that come with sockplay."""
    await stage.press("ctrl+l")
    await stage.settle()


async def sockets(stage: Stage) -> None:
    """Several sockets of every kind."""
    await stage.server(9000)
    stage.peer(9000), stage.peer(9000)
    await stage.server(9053, protocol="udp")
    await stage.client(9053, protocol="udp")
    await stage.send("udp2", b"ping")
    await stage.client(9000, behaviour=Behaviour(None))
    await stage.calls(15)
    await stage.press("1", "down", "space", "down", "space")
    await stage.settle()


async def filtered(stage: Stage) -> None:
    """Only the calls that hold a word."""
    await echo(stage)
    await stage.press("slash")
    await stage.type("temp")
    await stage.settle()


async def help_page(stage: Stage) -> None:
    """Every key on one page."""
    await stage.press("f1")
    await stage.settle()


async def bytes_lab(stage: Stage) -> None:
    """A number in both byte orders."""
    await stage.press("f9")
    await stage.until(lambda s: bool(s.pilot.app.screen.query("#value")))
    await stage.press("enter")
    await stage.settle()


async def wrong_reader(stage: Stage) -> None:
    """One message, and three readers that believe different things about it."""
    await bytes_lab(stage)
    await stage.press("4")
    await stage.settle()


async def stream_map(stage: Stage) -> None:
    """Three sends, two reads, and what is still on its way."""
    await stage.server(9000, behaviour=Behaviour(None))
    await stage.client(9000)
    for data in (b"hello worl", b"u2016", b"\x02\x01\x05temp"):
        await stage.send("cli1", data)
    await stage.recv("conn1", 4)
    await stage.recv("conn1", 12)
    await stage.calls(12)
    await stage.press("f7")
    await stage.until(lambda s: bool(s.pilot.app.screen.query("FlowView")))
    await stage.settle()
    await stage.press("right")
    await stage.settle()


async def console(stage: Stage) -> None:
    """Every call by hand: a server and a client, a read that was cut, and one that waits."""
    await stage.press("f10")
    for line in (
        "srv = socket.socket(AF_INET, SOCK_STREAM)",
        "srv.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)",
        "srv.bind(('127.0.0.1', 9000))",
        "srv.listen()",
        "cli = socket.socket()",
        "cli.connect(('127.0.0.1', 9000))",
        "conn, addr = srv.accept()",
        "cli.send('hello worl'.encode())",
        "buf = bytearray(16)",
        "conn.recv_into(buf, 8)",
        "conn.recv(4)",
    ):
        await stage.enter(line)
    await stage.settle()


async def calls(stage: Stage) -> None:
    """A call as a button: its fields, its line of Python, what came of it."""
    await stage.server(9000, behaviour=Behaviour(None))
    await stage.client(9000, behaviour=Behaviour(None))
    await stage.calls(7)
    await stage.send("cli1", b"hello worl")
    await stage.info(lambda at: "conn1" in at and at["conn1"].recv_queue == 10)
    await stage.press("1", "down", "c")
    await stage.until(lambda s: bool(s.pilot.app.screen.query("#calls-methods")))
    await stage.press("r", "e", "c", "v", "enter")
    await stage.until(lambda s: isinstance(s.pilot.app.focused, Input))
    await stage.press("home", "ctrl+k", "4", "enter")
    await stage.info(lambda at: at["conn1"].recv_queue == 6)
    await stage.settle()


async def stepping(stage: Stage) -> None:
    """A program, paused before its next line."""
    await stage.press("f10")
    await stage.paste(_SERVER)
    for _ in range(7):
        await stage.step()
    await stage.settle()


async def code(stage: Stage) -> None:
    """The run as a program."""
    await echo(stage)
    await stage.press("escape", "f8")
    await stage.until(lambda s: bool(s.pilot.app.screen.query("#code-title")))
    await stage.settle()


async def knobs(stage: Stage) -> None:
    """What goes wrong on a socket, and the Python of it."""
    await stage.server(9000)
    await stage.client(9000)
    await stage.calls(7)
    await stage.press("down", "down", "b")
    await stage.until(lambda s: bool(s.pilot.app.screen.query("#slice")))
    await stage.press("3", "tab", "5", "0")
    await stage.settle()


SCENES = (
    Scene("start", nothing),
    Scene("start", nothing, NARROW),
    Scene("server-form", server_form),
    Scene("server-form", server_form, NARROW),
    Scene("partial-reads", partial_reads),
    Scene("partial-reads", partial_reads, NARROW),
    Scene("echo", echo),
    Scene("echo", echo, HUGE),
    Scene("echo-light", echo, theme=LIGHT),
    Scene("echo-contrast", echo, theme=CONTRAST),
    Scene("compose-line", compose_line),
    Scene("compose-line", compose_line, NARROW),
    Scene("compose-integers", compose_integers, NARROW),
    Scene("truncated", truncated),
    Scene("endings", endings),
    Scene("inspect", inspect, NARROW),
    Scene("inspect", inspect, HUGE),
    Scene("message", message),
    Scene("message", message, NARROW),
    Scene("template", template),
    Scene("compose-message", message_composed),
    Scene("compose-message", message_composed, HUGE),
    Scene("library", library),
    Scene("sockets", sockets, NARROW),
    Scene("filter", filtered),
    Scene("help", help_page),
    Scene("lab", bytes_lab),
    Scene("lab", bytes_lab, NARROW),
    Scene("lab", bytes_lab, HUGE),
    Scene("lab-reader", wrong_reader),
    Scene("lab-reader", wrong_reader, NARROW),
    Scene("stream-map", stream_map),
    Scene("stream-map", stream_map, NARROW),
    Scene("console", console),
    Scene("console", console, NARROW),
    Scene("calls", calls),
    Scene("calls", calls, NARROW),
    Scene("stepping", stepping),
    Scene("stepping", stepping, HUGE),
    Scene("code", code),
    Scene("knobs", knobs, NARROW),
    Scene("lab-reader-contrast", wrong_reader, theme=CONTRAST),
)
