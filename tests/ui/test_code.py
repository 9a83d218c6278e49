"""The code view: a line of Python for each call, to be looked at and taken away."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path

import pytest
from textual.message import Message
from textual.widgets import Input, Static

from sockplay.model.spec import Target
from sockplay.session.recorder import Recorder
from sockplay.ui.screens.code import CodeScreen
from sockplay.ui.screens.prompt import Prompt
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.code.code_view import CodeView
from tests.cli.conversations import again
from tests.session.calls import plain
from tests.ui.desk import Desk, at_work


async def opened(desk: Desk) -> CodeScreen:
    await desk.press("f8")
    await desk.until(lambda: isinstance(desk.app.screen, CodeScreen))
    screen = desk.app.screen
    assert isinstance(screen, CodeScreen)
    await desk.until(lambda: screen.view.count)
    return screen


async def talked(desk: Desk) -> CodeScreen:
    """A pair that has said hello, and the view of it."""
    await desk.pair()
    await desk.send("hello")
    await desk.until(lambda: desk.came("conn1") == b"hello")
    await desk.until(lambda: desk.timeline.selected == len(desk.calls()))
    return await opened(desk)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_each_call_has_its_line_and_the_program_grows(
    folder: Path, size: tuple[int, int]
) -> None:
    async with at_work(folder, size) as desk:
        screen = await talked(desk)
        await desk.sees("import os, socket, struct")
        await desk.sees("cli1.sendall(b'hello')")
        await desk.sees("conn1.recv(4096)  # -> b'hello'")
        assert screen.view.here == len(desk.calls())
        await desk.bench.do(desk.engine.shutdown("cli1", "SHUT_WR"))
        await desk.sees("cli1.shutdown(socket.SHUT_WR)")
        await desk.sees("# -> b''  cli1 finished sending.")
        assert screen.view.cursor == screen.view.count - 1
        await desk.press("escape")
        await desk.is_sound()


async def test_it_shows_one_side_or_one_socket(folder: Path) -> None:
    async with at_work(folder, (120, 40)) as desk:
        screen = await talked(desk)
        sides = screen.query_one(Choice)
        await desk.press("tab", "right")
        assert sides.value == "client"
        await desk.until(lambda: "srv1.listen" not in desk.seen)
        await desk.sees("cli1.connect(")
        await desk.press("right")
        await desk.sees("srv1.listen(")
        await desk.sees("conn1.recv(4096)")
        assert "cli1.connect(" not in desk.seen
        await desk.press("right")
        await desk.until(lambda: "srv1.listen" not in desk.seen)
        await desk.sees("cli1.connect(")
        await desk.bench.do(desk.engine.send(Target("conn1"), b"back"))
        await desk.sees("cli1.recv(4096)  # -> b'back'")
        assert "conn1.sendall" not in desk.seen


async def test_a_line_lines_or_all_are_copied(folder: Path) -> None:
    async with at_work(folder, (120, 40)) as desk:
        await talked(desk)
        await desk.press("y")
        await desk.until(lambda: desk.app.copied == "conn1.recv(4096)  # -> b'hello'")
        await desk.press("shift+up", "y")
        await desk.until(lambda: desk.app.copied.startswith("cli1.sendall(b'hello')\nconn1"))
        await desk.sees("2 selected")
        await desk.press("up", "a")
        await desk.until(lambda: desk.app.copied.startswith("import os, socket, struct\nsrv1 = "))
        ast.parse(desk.app.copied)
        assert len(desk.app.copied.splitlines()) == 1 + len(desk.calls())


async def test_long_data_is_short_on_the_screen_and_whole_when_copied(folder: Path) -> None:
    data = bytes(range(256)) * 8
    async with at_work(folder, (120, 40)) as desk:
        await talked(desk)
        await desk.bench.do(desk.engine.send(Target("cli1"), data))
        await desk.sees("2,048 bytes: b'")
        await desk.press("end", "up", "y")
        await desk.until(lambda: "sendall(" in desk.app.copied)
        assert ast.literal_eval(desk.app.copied.removeprefix("cli1.sendall")) == data


async def test_enter_goes_to_the_call_in_the_timeline(folder: Path) -> None:
    async with at_work(folder, (120, 40)) as desk:
        await talked(desk)
        await desk.press("home", "down", "enter")
        await desk.until(lambda: desk.is_home)
        await desk.until(lambda: desk.timeline.selected == 2)


async def test_a_run_is_saved_as_a_program_that_works(folder: Path) -> None:
    target = folder / "again.py"
    async with at_work(folder, (120, 40)) as desk:
        await talked(desk)
        await desk.press("s")
        await desk.until(lambda: isinstance(desk.app.screen, Prompt))
        desk.app.screen.query_one(Input).value = str(target)
        await desk.press("enter")
        await desk.hears("Saved as")
        await desk.press("s")
        await desk.until(lambda: isinstance(desk.app.screen, Prompt))
        desk.app.screen.query_one(Input).value = str(target)
        await desk.press("enter")
        problem = desk.app.screen.query_one("#problem", Static)
        await desk.until(lambda: "exists already" in str(problem.content))
        await desk.press("escape", "tab", "right", "s")
        await desk.sees("It has the clients talk again")
        desk.app.screen.query_one(Input).value = str(folder / "client.py")
        await desk.press("enter")
        await desk.until(lambda: (folder / "client.py").exists())
    ended = await asyncio.to_thread(again, target)
    assert ended.returncode == 0
    assert '"""The client side of a recorded' in (folder / "client.py").read_text()


async def test_a_program_is_saved_at_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    async with at_work(folder, (120, 40)) as desk:
        await talked(desk)
        for typed, problem in (("~/here.py", ""), ("~nobody-of-that-name/x.py", "nobody's folder")):
            await desk.press("s")
            await desk.until(lambda: isinstance(desk.app.screen, Prompt))
            desk.app.screen.query_one(Input).value = typed
            await desk.press("enter")
            if problem:
                await desk.sees(problem)
            else:
                await desk.hears("Saved as")
    assert (folder / "here.py").exists()


async def test_an_empty_run_says_so(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.press("f8")
        await desk.sees("Nothing was called yet")
        await desk.press("y")
        await desk.hears("There is no line to copy yet.")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)


async def test_of_many_lines_only_those_seen_are_read(folder: Path) -> None:
    asked: set[int] = set()

    def hook(message: Message) -> None:
        if isinstance(message, CodeView.Wanted):
            asked.update(range(message.first, message.last + 1))

    async with at_work(folder, (120, 40), hook) as desk:
        recorder = desk.bench.recorder
        assert isinstance(recorder, Recorder)

        def fill() -> None:
            for seq in range(1, 20_001):
                recorder.take(plain(seq))
            recorder.commit()

        await desk.bench.ask(fill)
        screen = await opened(desk)
        await desk.until(lambda: screen.view.count == 20_000)
        await desk.press("home")
        await desk.sees("     1  ← conn1.recv(4096)")
        await desk.press("end")
        await desk.sees(" 20000")
        assert 0 < len(asked) < 200


async def test_the_line_of_a_call_is_copied_in_the_timeline(folder: Path) -> None:
    async with at_work(folder, (120, 40)) as desk:
        await talked(desk)
        await desk.press("escape")
        await desk.press("2", "home", "P")
        await desk.until(
            lambda: desk.app.copied == "srv1 = socket.socket(socket.AF_INET, socket.SOCK_STREAM)"
        )


async def test_a_click_chooses_a_line(folder: Path) -> None:
    async with at_work(folder, (120, 40)) as desk:
        screen = await talked(desk)
        await desk.pilot.click(CodeView, offset=(20, 3))
        assert screen.view.seq == 3
        await desk.pilot.click(CodeView, offset=(20, 3), times=2)
        await desk.until(lambda: desk.is_home)
