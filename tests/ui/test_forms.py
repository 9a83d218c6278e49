"""The forms that start servers and clients, and the questions of one line."""

from __future__ import annotations

import socket
from pathlib import Path

from msgspec.structs import replace
from textual.widgets import Input, Static

from sockplay.model.spec import Target
from sockplay.ui.screens.prompt import Prompt
from sockplay.ui.screens.socket_form import SocketForm
from sockplay.ui.screens.socket_values import SocketValues
from sockplay.ui.widgets.choice import Choice
from tests.ui.desk import Desk, at_work
from tests.waiting import wait_until


def form(desk: Desk) -> SocketForm:
    screen = desk.app.screen
    assert isinstance(screen, SocketForm)
    return screen


def problem(desk: Desk) -> str:
    return str(desk.app.screen.query_one("#problem", Static).content)


async def fill(desk: Desk, values: SocketValues) -> None:
    """Put values into the open form, as typed; a choice may change what the fields propose."""
    for name in ("protocol", "family", "reads", "reply"):
        form(desk).query_one(f"#{name}", Choice).value = getattr(values, name)
    form(desk).query_one("#at-eof", Choice).value = values.at_eof
    await desk.pilot.pause()
    for name in ("host", "port", "path", "bufsize", "payload"):
        form(desk).query_one(f"#{name}", Input).value = getattr(values, name)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def opened(desk: Desk, key: str) -> None:
    await desk.press(key)
    await desk.until(lambda: isinstance(desk.app.screen, SocketForm))


async def test_f2_starts_a_server_on_a_free_port_and_f3_a_client_of_it(folder: Path) -> None:
    async with at_work(folder) as desk:
        await opened(desk, "f2")
        assert isinstance(desk.app.focused, Input)
        assert desk.app.focused.id == "port"
        await desk.sees("python  srv1 = socket.create_server(('127.0.0.1', 0))")
        await desk.sees("only this computer")
        await desk.press("enter")
        await desk.until(lambda: desk.has("srv1") and desk.is_home)
        port = int(desk.info("srv1").local.rpartition(":")[2])
        assert port > 0
        await desk.sees(f"srv1  TCP  127.0.0.1:{port}")
        await opened(desk, "f3")
        assert (form(desk).values.host, form(desk).values.port) == ("127.0.0.1", str(port))
        await desk.press("enter")
        await desk.until(lambda: desk.sockets.current == Target("cli1"))
        await desk.until(lambda: desk.has("conn1") and desk.info("cli1").state == "open")
        await desk.is_sound()


async def test_the_form_keeps_what_was_typed_and_says_one_sentence(folder: Path) -> None:
    (folder / "file").write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        base = SocketValues(reply="echo")
        cases = [
            (replace(base, port=port), "EADDRINUSE"),
            (replace(base, port="http"), "'http' is no port"),
            (replace(base, port=""), "is no port"),
            (replace(base, port="70000"), "'70000' is no port"),
            (replace(base, port="-1"), "'-1' is no port"),
            (replace(base, host="203.0.113.7"), "EADDRNOTAVAIL"),
            (replace(base, host="no such host"), "no such host"),
            (replace(base, host="x" * 300), "xxx"),
            (replace(base, host="a\x00b"), "a\\x00b"),
            (replace(base, host="::1"), "IPv6"),
            (replace(base, family="ipv6", host="127.0.0.1"), "IPv4"),
            (replace(base, family="both", host="127.0.0.1"), "Dual-stack"),
            (replace(base, protocol="unix", path=""), "path"),
            (replace(base, protocol="unix", path=f"{folder}/no/such"), "ENOENT"),
            (replace(base, protocol="unix", path="/tmp/" + "x" * 200), "107"),
            (replace(base, protocol="unix", path=f"{folder}/file"), "is no socket"),
            (replace(base, protocol="unix", path="/tmp/a\x00b"), ""),
            (replace(base, protocol="unix", path="/tmp/\udcff\ud800"), ""),
            (replace(base, reply="payload", payload="u8:300"), "(0 to 255)"),
            (replace(base, reply="payload", payload='file"/no/such"'), "/no/such"),
            (replace(base, bufsize="0"), "'0' is no bufsize"),
            (replace(base, bufsize="4k"), "'4k' is no bufsize"),
            (replace(base, bufsize="9" * 11), "is no bufsize"),
            (replace(base, bufsize="9" * 5000), "is no bufsize"),
        ]
        async with at_work(folder) as desk:
            await opened(desk, "f2")
            for values, said in cases:
                await fill(desk, values)
                form(desk).action_start()
                await desk.until(lambda: problem(desk).startswith("✕ "))
                assert said in problem(desk), values
                assert problem(desk).isprintable()
                assert form(desk).values == values
            await desk.press("escape")
            await desk.until(lambda: desk.is_home)
            await desk.is_sound()


async def test_a_client_says_why_it_cannot_connect(folder: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = str(closed.getsockname()[1])
        base = SocketValues(family="any", port=port)
        cases = [
            (base, "ECONNREFUSED"),
            (replace(base, host=""), "needs an address"),
            (replace(base, port="0"), "1 to 65535"),
            (replace(base, protocol="unix", path=f"{folder}/no.sock"), "ENOENT"),
        ]
        async with at_work(folder) as desk:
            await opened(desk, "f3")
            for values, said in cases:
                await fill(desk, values)
                form(desk).action_start()
                await desk.until(lambda: problem(desk).startswith("✕ "))
                assert said in problem(desk), values
            assert desk.toasts == []
            await desk.is_sound()


async def test_escape_gives_up_a_connect_that_takes_long(folder: Path) -> None:
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    fillers = []
    for _ in range(3):  # a full backlog lets further connects wait
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(full.getsockname())
        fillers.append(filler)
    try:
        async with at_work(folder) as desk:
            await opened(desk, "f3")
            await fill(desk, SocketValues(family="ipv4", port=str(full.getsockname()[1])))
            await desk.press("enter")
            await desk.until(lambda: "Esc gives up" in problem(desk))
            await desk.until(lambda: desk.info("cli1").state == "connecting")
            await desk.press("escape")
            await desk.until(lambda: desk.is_home)
            await desk.until(lambda: not desk.has("cli1") or desk.info("cli1").ended)
            await desk.is_sound()
    finally:
        for sock in (full, *fillers):
            sock.close()


async def test_the_form_warns_before_it_opens_a_door_to_others(folder: Path) -> None:
    async with at_work(folder) as desk:
        await opened(desk, "f2")
        form(desk).query_one("#family", Choice).value = "both"
        await desk.sees("! open to other computers")
        assert form(desk).values.host == "::"
        form(desk).query_one("#family", Choice).value = "ipv6"
        await desk.until(lambda: form(desk).values.host == "::1")
        await desk.sees("AF_INET6")
        await desk.press("escape")


async def test_the_forms_python_does_what_the_form_does(folder: Path) -> None:
    values = SocketValues()
    cases = [
        values,
        replace(values, protocol="udp"),
        replace(values, protocol="unix", path=str(folder / "a.sock")),
        replace(values, protocol="unix-dgram", path=str(folder / "b.sock")),
    ]
    for case in cases:
        made: dict[str, object] = {}
        exec("import socket as s; from socket import *", made)
        made["socket"] = made["s"] if "socket." in case.python(True) else socket.socket
        exec(case.python(True), made)
        found = next(v for k, v in made.items() if k in ("srv1", "udp1", "dgram1"))
        assert isinstance(found, socket.socket)
        found.close()


async def test_a_session_that_cannot_be_saved_leaves_the_question_open(folder: Path) -> None:
    (folder / "taken.session").write_text("mine")
    cases = [
        ("", "needs a name"),
        ("taken.session", "exists already"),
        ("no/such/folder", "No such file or directory"),
        ("x" * 300, "too long"),
        ("/proc/1/mem/x", "Choose another place"),
        ("~nobody-of-that-name/x", "nobody's folder"),
        ("a\x00b", "null"),
        ("a\udc80\ud800b", "Choose another place"),
    ]
    async with at_work(folder) as desk:
        await desk.press("ctrl+s")
        await desk.until(lambda: isinstance(desk.app.screen, Prompt))
        for typed, said in cases:
            await desk.type(typed)
            await desk.press("enter")
            await desk.until(lambda said=said: said in problem(desk))  # type: ignore[misc]
            assert problem(desk).startswith("✕ ")
            assert problem(desk).isprintable()
            assert desk.app.screen.query_one(Input).value == typed
        await desk.is_sound()
    assert (folder / "taken.session").read_text() == "mine"
    assert files(folder) == ["play.sockplay", "taken.session"]


async def test_a_prompt_that_waits_can_be_left(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.press("ctrl+s")
        await desk.until(lambda: isinstance(desk.app.screen, Prompt))
        await desk.press("escape")
        await wait_until(lambda: desk.is_home)
        assert not (folder / "play.session").exists()
        await desk.is_sound()
