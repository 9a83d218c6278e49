"""What comes from outside is shown, never obeyed: no byte of it acts on the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.spec import ClientSpec, ServerSpec, Target
from sockplay.ui.screens.history import History
from sockplay.ui.screens.prompt import Prompt
from sockplay.ui.screens.socket_form import SocketForm
from sockplay.values.draft import Draft
from tests.ui.desk import Desk, at_work

PAYLOADS = {
    "every byte": bytes(range(256)),
    "controls": b"\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[2J\x1b[31m\x1bc\x1bP+q\x1b\\"
    + "\x9b31m\x9d0;owned\x9c\x85\x90a\u202eb\u2066c\u200bd\u200ee\ufefff\u0301\u2028".encode(),
    "markup and no UTF-8": b"[/] [@click=app.quit]x[/] [red]y[/red] [$x] [ \xff\xc3\x28\xed\xa0",
    "a megabyte in one line": b"\x1b[31mx" * 174_763,
}


def as_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape") + "\ud800"


async def in_the_bytes(desk: Desk, data: bytes) -> None:
    """Timeline, inspector and hex view."""
    if not desk.has("srv1"):
        await desk.pair()
    peer = await desk.connect("srv1")
    peer.sendall(data)
    name = f"conn{1 + len(desk.plain)}"
    await desk.until(lambda: desk.info(name).bytes_in == len(data))
    await desk.until(lambda: len(desk.timeline) == len(desk.bench.recorder.index))
    await desk.press("2", "enter", "3", "ctrl+a")
    await desk.until(lambda: desk.inspector.chosen)


async def in_the_path_of_a_socket(desk: Desk, data: bytes) -> None:
    number = sum(i.role == "server" for i in desk.workbench.infos) + 1
    path = (
        f"{desk.bench.path.parent}/{number}"
        + as_text(data.replace(b"\0", b"").replace(b"/", b""))[:40]
    )
    path = path.replace("\ud800", "")
    await desk.bench.do(desk.engine.start_server(ServerSpec("unix", path=path)))
    await desk.bench.do(desk.engine.start_client(ClientSpec("unix", path=path)))
    await desk.pick(f"cli{number}")


async def in_a_name_that_does_not_resolve(desk: Desk, data: bytes) -> None:
    with pytest.raises(SockplayError):
        await desk.bench.do(desk.engine.start_client(ClientSpec(host=as_text(data)[:3000])))
    await desk.until(lambda: len(desk.timeline) > 0)


async def in_the_list_of_sockets(desk: Desk, data: bytes) -> None:
    text = as_text(data)[:5000]
    info = SocketInfo("udp1", "udp", "datagram", "open", text, "", peers=(text,), waiting=text)
    desk.sockets.show([info])
    desk.composer.show_targets([text])


async def in_the_composer(desk: Desk, data: bytes) -> None:
    desk.composer.load(Draft("", "line"))
    desk.editor.focus()
    await desk.paste(as_text(data))
    await desk.press("enter")
    await desk.run("mode")


async def in_its_options(desk: Desk, data: bytes) -> None:
    for name in ("encoding", "integer"):
        desk.composer.query_one(f"#{name}", Input).value = as_text(data)[:5000]
    desk.editor.text = "x"
    await desk.run("send")


async def in_the_history(desk: Desk, data: bytes) -> None:
    text = as_text(data)[:60_000]
    drafts = [Draft(text), Draft("1", "integers", integer=text), Draft("x", encoding=text)]
    desk.app.push_screen(History(drafts))


async def in_a_prompt(desk: Desk, data: bytes) -> None:
    text = as_text(data)[:5000]

    async def refuse(typed: str) -> None:
        raise SockplayError(f"{typed} cannot be.")

    desk.app.push_screen(Prompt(text, text, text, refuse))
    await desk.until(lambda: isinstance(desk.app.screen, Prompt))
    await desk.press("enter")


async def in_a_toast(desk: Desk, data: bytes) -> None:
    desk.workbench.say(SockplayError(as_text(data)[:5000]))
    await desk.until(lambda: desk.toasts)


async def in_the_filter(desk: Desk, data: bytes) -> None:
    await desk.press("slash")
    await desk.paste(as_text(data))
    await desk.press("x", "enter")


async def in_a_form(desk: Desk, data: bytes) -> None:
    await desk.press("f2")
    await desk.until(lambda: isinstance(desk.app.screen, SocketForm))
    for name in ("host", "port", "bufsize", "payload"):
        desk.app.screen.query_one(f"#{name}", Input).focus()
        await desk.paste(as_text(data))
    await desk.press("enter")
    await desk.until(
        lambda: desk.is_home or "✕" in str(desk.app.screen.query_one("#problem", Static).content)
    )


PLACES: list[Callable[[Desk, bytes], Awaitable[None]]] = [
    in_the_bytes,
    in_the_path_of_a_socket,
    in_a_name_that_does_not_resolve,
    in_the_list_of_sockets,
    in_the_composer,
    in_its_options,
    in_the_history,
    in_a_prompt,
    in_a_toast,
    in_the_filter,
    in_a_form,
]


def leaks(desk: Desk) -> list[str]:
    """The widgets of the screen that would need the guard, but for text fields."""
    return [
        f"{widget!r} line {y}"
        for widget in desk.app.screen.query(Widget)
        if not isinstance(widget, Input | TextArea) and widget.region and widget.display
        for y in range(min(widget.size.height, 60))
        if not widget.render_line(y).text.isprintable()
    ]


def safe(text: str) -> bool:
    return all(
        line.isprintable()
        and not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in line)
        for line in text.split("\n")
    )


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
async def test_nothing_from_outside_acts_on_the_terminal(
    folder: Path, place: Callable[[Desk, bytes], Awaitable[None]]
) -> None:
    async with at_work(folder) as desk:
        for name, data in PAYLOADS.items():
            await place(desk, data)
            await desk.pilot.pause()
            assert safe(desk.seen), name
            assert leaks(desk) == [], name
            while not desk.is_home:
                desk.app.pop_screen()
            desk.app.clear_notifications()
        await desk.is_sound()


async def test_the_name_of_the_session_is_shown_safely(folder: Path) -> None:
    session = "a\x1b]0;owned\x07\u202e[@click=app.quit]x[]\udcff"
    async with at_work(folder, session=session) as desk:
        await desk.sees("owned")
        assert safe(desk.seen)
        assert leaks(desk) == []
        await desk.is_sound()


async def test_a_click_on_a_peers_markup_does_nothing(folder: Path) -> None:
    async with at_work(folder, (140, 44)) as desk:
        await desk.pair()
        await desk.send("[@click=app.quit]" + "x" * 30)
        await desk.until(lambda: desk.came("conn1"))
        await desk.bench.do(desk.engine.send(Target("cli1"), b"[@click=app.quit]x[/]" * 3))
        await desk.sees("[@click=app.quit]")
        for y in range(8, desk.app.size.height - 1, 3):
            await desk.pilot.click(offset=(60, y))
        await desk.is_sound()
