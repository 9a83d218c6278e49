"""What comes from outside is shown, never obeyed: no byte of it acts on the terminal."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import unicodedata
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static, TextArea

from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.spec import ClientSpec, ServerSpec, Target
from sockplay.ui.screens.chooser import Chooser
from sockplay.ui.screens.code import CodeScreen
from sockplay.ui.screens.definition_editor import DefinitionEditor
from sockplay.ui.screens.kernel import KernelScreen
from sockplay.ui.screens.lab import Lab
from sockplay.ui.screens.library import LibraryScreen
from sockplay.ui.screens.offers import Offer, sent_offers
from sockplay.ui.screens.prompt import Prompt
from sockplay.ui.screens.recorded_workbench import RecordedWorkbench
from sockplay.ui.screens.socket_form import SocketForm
from sockplay.ui.screens.stream_map import StreamMapScreen
from sockplay.ui.widgets.console.entry import Entry
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.inspector.edit_field import EditField
from sockplay.ui.widgets.inspector.message_table import MessageTable
from sockplay.ui.widgets.inspector.readings_table import ReadingsTable
from sockplay.ui.widgets.kernel.numbers_view import NumbersView
from sockplay.ui.widgets.socket_rows import socket_rows
from sockplay.ui.widgets.stream_map.flow_map import FlowMap
from sockplay.values.composing.draft import Draft
from sockplay.values.hexrows import plain_hex
from sockplay.values.layouts.definitions import parse_layout
from sockplay.values.written_text import written_text
from tests.session.calls import plain, recorded
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


async def in_the_readings(desk: Desk, data: bytes) -> None:
    """Text in every encoding that the inspector knows, and in one that it does not."""
    desk.inspector.set_encoding(as_text(data)[:60])
    desk.inspector.show_bytes(as_text(data)[:60], data, 0, len(data))
    table = desk.inspector.query_one(ReadingsTable)
    table.focus()
    await desk.press("home", "enter")
    await desk.paste(as_text(data)[:3000])
    await desk.press("enter")
    await desk.pilot.pause()
    desk.inspector.query_one(EditField).action_close()
    await desk.press("end")


async def in_a_message(desk: Desk, data: bytes) -> None:
    """Fields of a definition from outside, its name too, and a value that is edited."""
    source = (
        """enum e : u8 { A = 65 }; struct m { e kind; char text[8]; u16 x = 7; char rest[EOF]; };"""
    )
    layout = parse_layout(source).message()
    table = desk.inspector.query_one(MessageTable)
    desk.inspector.show_bytes("composer", data, 0, 1)

    def is_read() -> int:
        desk.inspector.set_message(as_text(data)[:60], layout, "big")
        return table.count

    await desk.until(is_read)
    table.focus()
    await desk.press("home", "down", "enter")
    await desk.paste(as_text(data)[:3000])
    await desk.press("enter")
    await desk.pilot.pause()
    desk.inspector.query_one(EditField).action_close()
    desk.inspector.set_message("", None, "big")


async def in_the_code(desk: Desk, data: bytes) -> None:
    """A line of Python with a peer's bytes, and with a path."""
    if not desk.has("srv1"):
        await desk.pair()
    await in_the_path_of_a_socket(desk, data)
    await desk.bench.do(desk.engine.send(Target("cli1"), data))
    await desk.run("code")
    await desk.until(lambda: isinstance(desk.app.screen, CodeScreen))
    await desk.sees(".recv(4096)  # -> ")


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
    desk.sockets.show(socket_rows([info]))
    desk.composer.bar.show_targets([text])


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
    desk.app.push_screen(Chooser(text, sent_offers(drafts), text))


async def in_an_offer(desk: Desk, data: bytes) -> None:
    text = as_text(data)[:60_000]
    desk.app.push_screen(Chooser("", [Offer(text, text, (text,))], ""))


async def in_the_fields(desk: Desk, data: bytes) -> None:
    """The table of a line and of a message, and a cell that is edited."""
    quoted = written_text(data[:2000], "utf-8")
    desk.composer.load(Draft(f'a=u16:1 "{quoted}"', "line"))
    desk.workbench.go_to("composer")
    await desk.until(lambda: len(desk.composer.view.table.grid.rows) == 2)
    desk.composer.view.table.grid.focus()
    await desk.press("end", "enter")
    await desk.press("escape")
    source = plain_hex(data[:2000])
    desk.composer.load(Draft(source, "message", definition="struct m { u8 n; char text[EOF]; };"))
    await desk.until(lambda: [r.name for r in desk.composer.view.table.grid.rows] == ["n", "text"])


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


async def in_the_search_and_a_note(desk: Desk, data: bytes) -> None:
    if not desk.calls():
        await desk.pair()
    await desk.until(lambda: desk.timeline.selected)
    await desk.press("2", "ctrl+f")
    await desk.paste(as_text(data))
    await desk.press("x", "enter", "home", "A")
    await desk.until(lambda: not desk.is_home)
    await desk.paste(as_text(data))
    await desk.press("x", "enter")
    await desk.sees("⚑")


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


async def kept(desk: Desk, data: bytes, row: str) -> None:
    """A library of hostile files, with the cursor on one of them."""
    library, text = desk.bench.library, as_text(data)[:200_000]
    text = text.encode("utf-8", "replace").decode()
    library.keep_payload("payload", Draft(text, encoding=text[:5000]))
    library.keep_definition("definition", text)
    odd = os.fsencode(library.folder / "payloads") + b"/"
    odd += b"odd" + data.replace(b"\0", b"").replace(b"/", b"")[:200] + b".payload"
    await asyncio.to_thread(Path(os.fsdecode(odd)).write_bytes, data)
    await desk.run("library")
    await desk.until(lambda: isinstance(desk.app.screen, LibraryScreen))
    await desk.until(lambda: isinstance(desk.app.focused, OptionList))
    rows = desk.app.screen.query_one(OptionList)
    await desk.until(lambda: rows.highlighted is not None)
    rows.highlighted = next(
        place for place, option in enumerate(rows.options) if (option.id or "").startswith(row)
    )


async def in_a_kept_payload(desk: Desk, data: bytes) -> None:
    await kept(desk, data, "payload:payload")
    await desk.until(lambda: "payload  text" in desk.seen)
    await desk.until(lambda: desk.app.screen.query_one("#kept-problem").display)


async def in_a_kept_definition(desk: Desk, data: bytes) -> None:
    await kept(desk, data, "definition:definition")
    await desk.until(lambda: "✕ Line 1, column " in desk.seen)


async def in_the_name_of_a_kept_file(desk: Desk, data: bytes) -> None:
    await kept(desk, data, "payload:odd")
    await desk.press("x")
    await desk.until(lambda: isinstance(desk.app.focused, Input))


async def in_the_editor_of_definitions(desk: Desk, data: bytes) -> None:
    await desk.run("library")
    await desk.until(lambda: isinstance(desk.app.focused, OptionList))
    await desk.press("n")
    await desk.until(lambda: isinstance(desk.app.screen, DefinitionEditor))
    await desk.until(lambda: isinstance(desk.app.focused, TextArea))
    state = desk.app.screen.query_one("#state", Static)
    desk.app.screen.query_one("#bytes", Input).value = data[:1000].hex()
    await desk.type("struct a { char text[EOF]; };")
    await desk.until(lambda: "typed above" in str(state.content))
    await desk.paste("\n" + as_text(data)[:200_000])
    await desk.until(lambda: "✕" in str(state.content))


async def in_the_lab(desk: Desk, data: bytes) -> None:
    lab = Lab(desk.bench)
    desk.app.push_screen(lab)
    await desk.until(lambda: lab.subject is not None)
    for field in ("value", "body"):
        lab.query_one(f"#{field}", Input).value = as_text(data)[:200]
    lab.action_page("readers")
    await desk.until(lambda: "✕" in str(lab.query_one("#lab-note", Static).content))


async def in_the_console(desk: Desk, data: bytes) -> None:
    """What Python prints, holds, asks and raises; a program's name, text, arguments, mistakes."""
    text, console = as_text(data), desk.bench.console
    program = console.add_program(text[:60], text[:200_000])
    await desk.run("console")
    await desk.until(lambda: isinstance(desk.app.focused, Entry))
    await desk.paste(text[:3000])
    console.prompt.enter(
        f"text = {text[:3000]!r}\nprint(text)\ntext\ntry:\n    raise ValueError(text)\n"
        "finally:\n    input(text)\n"
    )
    await desk.until(lambda: console.prompt.state().doing == "input")
    console.prompt.answer(text[:99])
    await desk.until(lambda: console.prompt.state().doing == "ready")
    await desk.press("f4", "f5")
    await desk.until(lambda: program.state().doing == "failed")
    await desk.press("ctrl+b")
    console.remove_program(program)


async def in_the_kernels_side(desk: Desk, data: bytes) -> None:
    """The addresses of a Unix connection, and the line of the number under the cursor."""
    await in_the_path_of_a_socket(desk, data)
    await desk.run("kernel")
    await desk.until(lambda: isinstance(desk.app.screen, KernelScreen) and desk.app.screen.ends)
    table = desk.app.screen.query_one(NumbersView)
    table.go([number.field for number in table.numbers].index("peer"))
    table.action_move(0)


async def in_the_stream_map(desk: Desk, data: bytes) -> None:
    """Bytes from a peer and the path of one, zoomed in to single bytes."""
    await in_the_path_of_a_socket(desk, data)
    await desk.press("f7")
    await desk.until(lambda: isinstance(desk.app.screen, StreamMapScreen))
    await desk.sees("nothing was sent this way yet")
    await desk.press("escape")
    await desk.until(lambda: desk.is_home)
    await desk.run("pair('tcp')")
    await desk.until(lambda: any(i.protocol == "tcp" for i in desk.workbench.infos))
    server = next(i.name for i in desk.workbench.infos if i.protocol == "tcp")
    peer = await desk.connect(server)
    await asyncio.to_thread(peer.sendall, data)
    name = desk.children(server)[-1].name
    await desk.until(lambda: desk.info(name).bytes_in == len(data))
    await desk.pick(name)
    await desk.press("f7")
    await desk.until(lambda: isinstance(desk.app.screen, StreamMapScreen))
    shown = desk.app.screen.query_one("#map-back", FlowMap)
    await desk.until(lambda: shown.chosen is not None)
    shown.focus()
    for _ in range(16):
        shown.action_zoom(1)
    await desk.until(lambda: desk.app.screen.query_one(HexView).data)
    await desk.until(lambda: shown.render_line(4).text[10:].strip())


async def in_a_recorded_session(desk: Desk, data: bytes) -> None:
    """Every text of a file that somebody else wrote: its sockets, a replay's form, a comparison."""
    text = data.decode("utf-8", "replace")[:2000].replace("\0", "")
    path = desk.bench.path.with_name(f"theirs{len(data)}.session")
    recorded(path, [plain(1, data[:5000]), plain(2, data[:400] + b"!")])
    with closing(sqlite3.connect(path)) as file:
        file.execute("update links set socket = ?, local = ?, peer = ?", (text[:60], text, text))
        file.execute("update kinds set op = 'send', args = ?, note = ?", (text, text))
        file.commit()
    await desk.workbench._open(path)
    await desk.until(lambda: isinstance(desk.app.screen, RecordedWorkbench))
    opened = desk.app.screen
    assert isinstance(opened, RecordedWorkbench)
    await desk.until(lambda: opened.is_ready and opened.infos and opened.shown == 2)
    assert safe(desk.seen)
    assert leaks(desk) == []
    for action, typed in (("replay", ""), ("compare", "2"), ("compare_session", str(path))):
        await opened.run_action(action)
        await desk.until(lambda: desk.app.screen is not opened)
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        if typed:
            await desk.type(typed)
            await desk.press("enter")
            await desk.sees("≠ changed")
        assert safe(desk.seen)
        assert leaks(desk) == []
        desk.app.pop_screen()
        await desk.until(lambda: desk.app.screen is opened)
    desk.app.pop_screen()


PLACES: list[Callable[[Desk, bytes], Awaitable[None]]] = [
    in_the_bytes,
    in_the_readings,
    in_a_message,
    in_the_code,
    in_the_path_of_a_socket,
    in_a_name_that_does_not_resolve,
    in_the_list_of_sockets,
    in_the_composer,
    in_its_options,
    in_the_history,
    in_an_offer,
    in_the_fields,
    in_a_prompt,
    in_a_toast,
    in_the_filter,
    in_the_search_and_a_note,
    in_a_form,
    in_the_lab,
    in_the_stream_map,
    in_the_kernels_side,
    in_the_console,
    in_a_kept_payload,
    in_a_kept_definition,
    in_the_name_of_a_kept_file,
    in_the_editor_of_definitions,
    in_a_recorded_session,
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
