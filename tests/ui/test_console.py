"""The console's screen: Python typed line by line, programs stepped, with real sockets below."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from pathlib import Path

from textual.widgets import Input, Static

from sockplay.ui.screens.console import ConsoleScreen
from sockplay.ui.widgets.console.entry import LONGEST
from sockplay.ui.widgets.console.names import Names
from sockplay.ui.widgets.console.program_area import ProgramArea
from sockplay.ui.widgets.console.program_pane import ProgramPane
from sockplay.ui.widgets.console.recent_calls import RecentCalls
from sockplay.ui.widgets.console.socket_table import SocketTable
from sockplay.ui.widgets.console.transcript import Said, Transcript
from sockplay.ui.widgets.console.variables import Variables
from sockplay.ui.widgets.rows_view import RowsView
from tests.ui.desk import Desk, at_work
from tests.ui.test_widgets import hosted, lines

SMALL, USUAL, HUGE = (80, 24), (120, 40), (200, 60)
SERVER = """\
import socket
srv = socket.create_server(('127.0.0.1', 0))
print(srv.getsockname()[1])
conn, addr = srv.accept()
data = conn.recv(10)
conn.sendall(data.upper())
conn.close()
srv.close()
"""


def console(desk: Desk) -> ConsoleScreen:
    screen = desk.app.screen
    assert isinstance(screen, ConsoleScreen)
    return screen


async def opened(desk: Desk) -> ConsoleScreen:
    await desk.press("f10")
    await desk.until(
        lambda: isinstance(desk.app.screen, ConsoleScreen) and desk.app.focused is not None
    )
    return console(desk)


async def enter(desk: Desk, *lines: str) -> None:
    """Type lines at the prompt and press Enter after each."""
    for line in lines:
        console(desk).prompt_pane.entry.take(line)
        await desk.press("enter")
        await desk.until(lambda: ready(desk) or waits(desk))


def ready(desk: Desk) -> bool:
    screen = console(desk)
    return screen.console.prompt.state().doing == "ready" and not screen.waiting


def waits(desk: Desk) -> bool:
    return console(desk).console.prompt.state().doing in ("blocked", "input")


def said(desk: Desk) -> list[str]:
    """What the chosen tab's transcript holds, without the sentence that it begins with."""
    return [line.text for line in console(desk).pane.transcript.lines if line.kind != "note"]


def doing(desk: Desk) -> str:
    return str(console(desk).pane.query_one(".doing", Static).content)


def offered(desk: Desk) -> bool:
    """Whether names are listed that go on from what is typed."""
    return console(desk).pane.query_one(Names).is_open


async def program(desk: Desk, source: str) -> ProgramPane:
    """Begin a program and paste it."""
    before = len(console(desk).panes)
    await desk.press("f2")
    await desk.until(lambda: len(console(desk).panes) > before)
    await desk.until(lambda: isinstance(desk.app.focused, ProgramArea))
    await desk.paste(source)
    pane = console(desk).pane
    assert isinstance(pane, ProgramPane)
    assert pane.area.text == source
    return pane


async def step(desk: Desk, *lines: int) -> None:
    """Run line after line of the program; each time it stops before one of these."""
    for line in lines:
        await desk.press("f8")
        await desk.until(lambda line=line: doing(desk).startswith(f"▶ before line {line}."))  # type: ignore[misc]


def rows(view: RowsView) -> list[str]:
    return ["".join(s.text for s in view.row(n, view.width)).rstrip() for n in range(view.count)]


async def test_a_server_and_a_client_are_typed_line_by_line(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await enter(
            desk,
            "srv = socket.create_server(('127.0.0.1', 0))",
            "cli = socket.create_connection(srv.getsockname())",
            "conn, addr = srv.accept()",
            "cli.send('hello'.encode())",
            "conn.recv(4)",
        )
        await desk.until(lambda: said(desk)[-1:] == ["b'hell'"])
        assert ">>> cli.send('hello'.encode())" in said(desk)
        assert said(desk)[-3] == "5"
        calls = screen.query_one(RecentCalls)
        await desk.until(lambda: "conn    ← recv(4) = b'hell'" in rows(calls)[-1])
        assert rows(calls)[-1].endswith("✂ cut")
        sockets = screen.query_one(SocketTable)
        await desk.until(lambda: any(r.startswith("conn") and "1 B" in r for r in rows(sockets)))
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        await desk.until(lambda: all(desk.has(name) for name in ("srv", "cli", "conn")))
        await desk.is_sound()


async def test_sockets_of_the_panes_are_there_by_name(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await desk.pair()
        await desk.by_hand("conn1")
        await opened(desk)
        await enter(desk, "cli1.sendall(b'from the console')", "conn1.recv(8)")
        await desk.until(lambda: said(desk)[-1:] == ["b'from the'"])


async def test_a_blocked_call_shows_a_clock_and_ctrl_c_interrupts_it(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await opened(desk)
        await enter(desk, "srv = socket.create_server(('127.0.0.1', 0))", "srv.accept()")
        await desk.sees("◷ srv.accept() waits for a client")
        await desk.until(lambda: "0.5 s. Ctrl+C interrupts." in doing(desk))
        await desk.until(lambda: "1.0 s. Ctrl+C interrupts." in doing(desk))
        await desk.press("ctrl+c")
        await desk.until(lambda: said(desk)[-1:] == ["KeyboardInterrupt"])
        await enter(desk, "1 + 1")
        await desk.until(lambda: said(desk)[-1:] == ["2"])


async def test_the_app_ends_in_the_middle_of_a_blocked_call_and_leaves_no_thread(
    folder: Path,
) -> None:
    async with at_work(folder, USUAL) as desk:
        await opened(desk)
        await enter(desk, "srv = socket.create_server(('127.0.0.1', 0))", "srv.accept()")
        await desk.until(lambda: waits(desk))
        await program(desk, "while True:\n    pass\n")
        await desk.press("f5")
        await desk.until(lambda: "runs for" in doing(desk))
        names = [thread.name for thread in threading.enumerate()]
        assert sum(name.startswith("sockplay-console") for name in names) == 2
    # at_work itself asserts that no thread of sockplay is left


async def test_what_is_typed_while_something_runs_is_entered_after_it(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await opened(desk)
        await enter(desk, "srv = socket.create_server(('127.0.0.1', 0))", "srv.accept()[0].close()")
        await desk.until(lambda: waits(desk))
        for line in ("x = 6", "x * 7"):
            console(desk).prompt_pane.entry.take(line)
            await desk.press("enter")
        await desk.sees("2 more wait")
        assert ">>> x = 6" not in said(desk)
        await desk.until(lambda: desk.has("srv"))
        port = int(desk.info("srv").local.rpartition(":")[2])
        desk.keep(await asyncio.to_thread(socket.create_connection, ("127.0.0.1", port)))
        await desk.until(lambda: said(desk)[-2:] == [">>> x * 7", "42"])


async def test_a_paste_of_several_lines_is_shown_and_runs_only_on_enter(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await desk.paste("a = 1\nfor i in range(3):\n    a += i\nprint('sum', a)")
        await desk.sees("4 lines, none has run. Enter at the end runs them")
        assert said(desk) == []
        await desk.sees("... print('sum', a)")
        await desk.press("enter")
        await desk.until(lambda: said(desk)[-1:] == ["sum 4"])
        assert screen.prompt_pane.entry.text == ""


async def test_a_block_is_typed_with_its_indentation_and_an_empty_line_ends_it(
    folder: Path,
) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await desk.press(*"for i in (1, 2):")
        await desk.press("enter")
        assert screen.prompt_pane.entry.text == "for i in (1, 2):\n    "
        await desk.press(*"print(i * 3)", "enter")
        assert said(desk) == []
        await desk.press("enter")
        await desk.until(lambda: said(desk)[-2:] == ["3", "6"])


async def test_a_mistake_is_named_and_what_was_typed_stays(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await enter(desk, "x = = 2")
        await desk.until(lambda: doing(desk).startswith("✕ "))
        assert screen.prompt_pane.entry.text == "x = = 2"
        await desk.press("backspace")
        await desk.until(lambda: doing(desk).startswith("Enter runs it"))
        assert said(desk) == []


async def test_up_brings_back_what_was_entered_and_ctrl_c_empties(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await enter(desk, "'one'", "'two'")
        entry = screen.prompt_pane.entry
        await desk.press("up")
        assert entry.text == "'two'"
        await desk.press("up")
        assert entry.text == "'one'"
        await desk.press("down", "down")
        assert entry.text == ""
        await desk.press("up", "ctrl+c")
        assert entry.text == ""


async def test_tab_completes_with_a_line_of_help_for_each_name(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        entry = screen.prompt_pane.entry
        await desk.press(*"SHUT_W", "tab")
        assert entry.text == "SHUT_WR"
        assert offered(desk)
        await desk.press("space")
        assert not offered(desk)
        entry.take("s = socket.socket(); s.set")
        await desk.press("tab")
        assert entry.text == "s = socket.socket(); s.set"
        await enter(desk, "s = socket.socket()")
        await desk.press(*"s.set", "tab")
        await desk.until(lambda: offered(desk))
        await desk.sees("setblocking")
        await desk.press("tab")
        assert entry.text == "s.setblocking"
        await desk.press("enter")
        assert entry.text == "s.setblocking"
        assert not offered(desk)
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)


async def test_a_megabyte_is_too_long_for_the_prompt(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await desk.paste("x" * (1 << 20))
        await desk.hears(f"which takes {LONGEST:,}. F2 begins a program")
        assert screen.prompt_pane.entry.text == ""


async def test_a_program_is_stepped_and_its_line_marked(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        pane = await program(desk, "a = 1\nb = a + 1\nprint('b is', b)\n")
        await desk.press("f8")
        await desk.sees("▶ before line 1.")
        await desk.sees("▶ 1 a = 1")
        await step(desk, 2, 3)
        await desk.sees("▶ 3 print('b is', b)")
        table = screen.query_one(Variables)
        await desk.until(lambda: any(row.split() == ["◆", "b", "2"] for row in rows(table)))
        assert pane.area.read_only
        await desk.press("f8")
        await desk.until(lambda: said(desk)[-1:] == ["b is 2"])
        await desk.until(lambda: doing(desk).startswith("∎ ended"))
        assert not pane.area.read_only


async def test_a_program_stops_where_a_line_was_marked_by_key_or_click(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await opened(desk)
        pane = await program(desk, "for i in range(2):\n    j = i\nprint('end')\n")
        pane.area.move_cursor((1, 0))
        await desk.press("f9")
        await desk.sees("●  2")
        await desk.pilot.click(ProgramArea, offset=(0, 2))
        await desk.sees("●  3")
        await desk.press("f5")
        await desk.sees("●▶ 2")
        await desk.press("f9", "f5")
        await desk.sees("●▶ 3")
        await desk.press("f5")
        await desk.until(lambda: said(desk)[-1:] == ["end"])


async def test_two_programs_are_stepped_alternately_side_by_side(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await program(desk, SERVER)
        await step(desk, 1, 2, 3, 4)
        server = screen.chosen
        port = said(desk)[-1]
        client = f"import socket\ncli = socket.create_connection(('127.0.0.1', {port}))\n"
        await program(desk, client + "cli.sendall(b'abc')\nprint(cli.recv(10))\ncli.close()\n")
        await step(desk, 1, 2, 3, 4)
        await desk.press("alt+1", "alt+3", "ctrl+b")  # the prompt was chosen in between
        assert sum(pane.display for pane in screen.panes.values()) == 2
        await desk.sees("▶ 4 conn, addr = srv.accept()")
        await desk.sees("▶ 4 print(cli.recv(10))")
        await desk.press("f8", "f4")
        assert screen.chosen is server
        await step(desk, 5, 6, 7)
        await desk.press("f3")
        await desk.until(lambda: said(desk)[-1:] == ["b'ABC'"])
        await desk.press("f5", "f3", "f5")
        await desk.until(lambda: doing(desk).startswith("∎ ended"))


async def test_a_step_whose_call_blocks_is_shown_blocked_and_can_be_interrupted(
    folder: Path,
) -> None:
    async with at_work(folder, SMALL) as desk:
        await opened(desk)
        await program(desk, SERVER)
        await step(desk, 1, 2, 3, 4)
        await desk.press("f8")
        await desk.until(lambda: doing(desk).startswith("◷ srv.accept() waits for a client"))
        await desk.sees("▶ 4 conn, addr = srv.accept()")
        await desk.press("ctrl+c")
        await desk.until(lambda: doing(desk).startswith("✕ interrupted"))


async def test_an_answer_is_typed_where_the_program_asks(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        await opened(desk)
        pane = await program(desk, "name = input('Who? ')\nprint('Hello', name)\n")
        assert not pane.entry.display
        await desk.press("f5")
        await desk.sees("it asks: Who?")
        await desk.until(lambda: pane.entry.has_focus)
        await desk.press(*"Ada", "enter")
        await desk.until(lambda: said(desk) == ["Who? Ada", "Hello Ada"])
        await desk.until(lambda: pane.area.has_focus)


async def test_arguments_reach_the_program_and_a_restart_begins_anew(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await opened(desk)
        pane = await program(desk, "import sys\nprint(sys.argv[1:])\n")
        pane.query_one(Input).value = "-p 'a b'"
        await desk.press("f5")
        await desk.until(lambda: said(desk) == ["['-p', 'a b']"])
        await desk.press("f8")
        await desk.sees("▶ before line 1")
        await desk.press("ctrl+r")
        await desk.until(lambda: doing(desk).startswith("F5 runs it"))


async def test_a_file_is_loaded_and_one_that_cannot_be_is_told_in_a_sentence(
    folder: Path,
) -> None:
    (folder / "hello.py").write_text("print('from a file')\n")
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await desk.press("ctrl+o")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.type("nothing.py")
        await desk.press("enter")
        await desk.sees("✕ nothing.py cannot be read")
        await desk.type("hello.py")
        await desk.press("enter", "f5")  # at once: no key is lost while the question closes
        await desk.until(lambda: desk.app.screen is screen and len(screen.panes) == 2)
        await desk.sees("print('from a file')")
        await desk.until(lambda: said(desk) == ["from a file"])
        await desk.press("alt+1")
        await desk.until(lambda: screen.chosen is screen.console.prompt)
        assert screen.pane.entry.text == ""


async def test_leaving_the_screen_keeps_what_was_typed_and_what_runs(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        screen.prompt_pane.entry.take("not yet")
        await program(desk, "import time\ntime.sleep(60)\n")
        await desk.press("f5")
        await desk.until(lambda: "sleep(60)" in doing(desk))
        await program(desk, "half = 1")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        again = await opened(desk)
        assert again is not screen
        assert again.prompt_pane.entry.text == "not yet"
        areas = [pane.area.text for pane in again.query(ProgramPane)]
        assert areas == ["import time\ntime.sleep(60)\n", "half = 1"]
        await desk.press("f4")
        await desk.until(lambda: "sleep(60)" in doing(desk))


async def test_a_program_is_taken_away_only_when_asked_twice(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await program(desk, "while True:\n    pass\n")
        await desk.press("f5")
        await desk.until(lambda: "runs for" in doing(desk))
        await desk.press("f12")
        await desk.hears("F12 again takes this program away")
        assert len(screen.panes) == 2
        await desk.press("f12")
        await desk.until(lambda: len(screen.query(ProgramPane)) == 0)
        assert screen.console.programs == ()


async def test_recv_into_shows_fresh_and_stale_bytes_apart(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        await enter(
            desk,
            "a, b = socket.socketpair()",
            "buf = bytearray(b'old old old old')",
            "a.send(b'hello')",
            "n = b.recv_into(buf)",
        )
        table = screen.query_one(Variables)
        await desk.until(lambda: any("5 bytes fresh, 10 stale" in row for row in rows(table)))
        shown = [row.split() for row in rows(table)]
        assert ["fresh", "0000", "68", "65", "6c", "6c", "6f", "hello"] in shown
        assert any(row[:2] == ["stale", "0005"] for row in shown)


async def test_no_view_is_lost_in_any_size(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        screen = await opened(desk)
        views = [screen.query_one(view) for view in (SocketTable, Variables, RecentCalls)]
        for size in (SMALL, USUAL, HUGE):
            await desk.pilot.resize_terminal(*size)
            seen = set()
            for _ in range(3):
                seen |= {view for view in views if view.region.area}
                await desk.press("f6")
            assert seen == set(views)
            for view in views:
                assert view.region.right <= size[0]
                assert view.region.bottom <= size[1]


async def test_a_flood_of_output_leaves_the_screen_free_and_is_stopped(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        pane = await program(desk, "while True:\n    print('x' * 70)\n")
        await desk.press("f5")
        await desk.until(lambda: pane.transcript.end > 12_000)
        assert len(pane.transcript.lines) < 11_000
        await desk.press("f4")
        await enter(desk, "6 * 7")
        await desk.until(lambda: said(desk)[-1:] == ["42"])
        await desk.press("f3", "ctrl+c")
        await desk.until(lambda: doing(desk).startswith("✕ interrupted"))
        assert screen.console.programs[0].state().doing == "interrupted"


async def test_the_entry_and_a_program_keep_ctrl_c_for_copying_a_selection(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        screen = await opened(desk)
        entry = screen.prompt_pane.entry
        entry.take("some text")
        entry.select_all()
        await desk.press("ctrl+c")
        assert desk.app.copied == "some text"
        assert entry.text == "some text"
        await desk.press("ctrl+c")
        assert entry.text == ""


async def test_a_transcript_folds_long_lines_lets_old_ones_go_and_stays_at_the_newest() -> None:
    view = Transcript()
    async with hosted(view, (21, 5)):
        view.show(0, 0, [Said("output", "a" * 25), Said("output", "gro")])
        assert lines(view)[:3] == ["a" * 19, "a" * 6, "gro"]
        view.show(0, 1, [Said("output", "grown"), Said("error", "no"), Said("note", "one two")])
        assert lines(view) == ["a" * 19, "a" * 6, "grown", "no", "one two"]
        view.show(1, 4, [Said("result", f"{n}") for n in range(4)])
        assert view.end == 8
        assert lines(view) == ["one two", "0", "1", "2", "3"]
        view.scroll_home(animate=False, immediate=True)
        view.show(1, 8, [Said("output", "below")])
        assert lines(view)[0] == "grown"
        view.show(90, 90, [Said("output", "all else is gone")])
        assert [line.text for line in view.lines] == ["all else is gone"]
        assert view.end == 91
        view.show(90, 91, [Said("error", "OSError: not connected now")])
        assert [line.rstrip() for line in lines(view)[1:3]] == ["OSError: not", "connected now"]


def test_a_console_that_was_never_opened_is_not_even_imported() -> None:
    code = (
        "import sys, sockplay.ui.app, sockplay.ui.screens.workbench\n"
        "print([name for name in sys.modules if name.startswith('sockplay.console')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
