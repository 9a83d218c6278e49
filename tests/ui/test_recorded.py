"""A recorded session in the workbench: looked at, exported, had again, compared."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import Input

from sockplay.model.spec import Behaviour, Reply, ServerSpec
from sockplay.session.capture.export import write_packets
from sockplay.session.folder import remove, state_folder
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.ui.opened_bench import NOTHING_LIVE, OpenedBench
from sockplay.ui.screens.compare import CompareScreen
from sockplay.ui.screens.export_form import ExportForm
from sockplay.ui.screens.recorded_workbench import RecordedWorkbench
from sockplay.ui.screens.replay import ReplayScreen
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.compare.beside_view import BesideView
from sockplay.ui.widgets.compare.pairs_view import PairsView
from sockplay.values.layouts.definitions import parse_layout
from sockplay.values.reading.field_pairs import Meaning
from tests.session.calls import plain, recorded
from tests.session.talk import Talk
from tests.ui.desk import CopyingApp, Desk, at_work, engine_threads
from tests.ui.quiet import quick
from tests.waiting import wait_until


@asynccontextmanager
async def opened(path: Path, size: tuple[int, int] = (110, 32)) -> AsyncIterator[Desk]:
    """The workbench on a file, from its start to its end; nothing of it may survive."""
    bench = OpenedBench(path)
    app = CopyingApp(bench)
    app.animation_level = "none"
    desk: Desk | None = None
    try:
        with quick():
            async with app.run_test(size=size, notifications=True) as pilot:
                desk = Desk(app, pilot, bench, [])
                await desk.until(lambda: desk is not None and desk.workbench.is_ready)
                await desk.until(lambda: not bench.opened.reading)
                await desk.until(lambda: len(desk.timeline) == len(bench.opened.index))
                try:
                    yield desk
                finally:
                    app.exit()
    finally:
        if desk is not None:
            desk.record.close()
        bench.detach()
    await wait_until(lambda: engine_threads() == [])


def found(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def shown(desk: Desk) -> RecordedWorkbench:
    """The recorded session that opens over a live one, once it is there."""
    await desk.until(lambda: isinstance(desk.app.screen, RecordedWorkbench))
    above = desk.app.screen
    assert isinstance(above, RecordedWorkbench)
    await desk.until(lambda: above.is_ready)
    return above


def talk() -> Talk:
    """A client that asked twice."""
    first = Talk().sent(b"hello").read(b"HEL").read(b"LO")
    return first.sent(b"bye now").read(b"BYE NOW").did("close")


async def test_a_recorded_session_is_all_there_and_nothing_can_be_started_in_it(
    tmp_path: Path,
) -> None:
    async with opened(recorded(tmp_path / "then.session", talk().calls)) as desk:
        await desk.sees("then.session ▤ recorded")
        await desk.sees("recorded  ← 12 B  → 12 B")
        assert (desk.timeline.selected, desk.timeline.follow) == (1, False)
        await desk.press("g")
        await desk.type("6")
        await desk.press("enter")
        await desk.until(lambda: desk.is_home and desk.timeline.selected == 6)
        await desk.until(lambda: desk.inspector.chosen == b"bye now")
        await desk.press("g")
        await desk.type("99")
        await desk.press("enter")
        await desk.sees("There is no call #99")
        await desk.press("escape")
        for action in ("new_server", "recv", "console", "kernel", "calls", "knobs", "close"):
            desk.app.clear_notifications()
            await desk.run(action)
            await desk.hears(NOTHING_LIVE)
            assert desk.is_home, action
        await desk.run("stream_map")
        await desk.sees("hello")
        await desk.press("escape")
        await desk.run("code")
        await desk.sees("cli1.send(b'hello')")


async def test_the_first_screen_needs_the_first_block_alone(tmp_path: Path) -> None:
    """And what is still recorded is shown as it stands, which is said."""
    recorder = Recorder(tmp_path / "then.session")
    for seq in range(1, 31):
        recorder.take(plain(seq))
        if seq % 10 == 0:
            recorder.commit()
    bench = OpenedBench(recorder.path)
    assert (len(bench.opened.index), [info.name for info in bench.opened.infos]) == (10, ["conn1"])
    bench.detach()
    async with opened(recorder.path) as desk:
        await desk.sees("then.session ▤ recorded, not whole")
        await desk.hears("It is still being recorded")
        assert len(desk.timeline) == 30
    recorder.close()


async def test_a_damaged_session_opens_as_far_as_it_is_sound(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "then.session")
    for seq in range(1, 41):
        recorder.take(plain(seq))
        if seq % 10 == 0:
            recorder.commit()
    recorder.close()
    with closing(sqlite3.connect(recorder.path)) as file:
        file.execute("update blocks set columns = x'00' where first = 21")
        file.commit()
    async with opened(recorder.path) as desk:
        await desk.sees("✕ damaged, recorded")
        await desk.hears("then.session")
        assert len(desk.timeline) == 20


async def test_a_capture_of_packets_opens_as_a_session(tmp_path: Path) -> None:
    then = Reader(recorded(tmp_path / "then.session", talk().calls), ours=False)
    write_packets(then, tmp_path / "then.pcapng", None, over=False)
    then.close()
    async with opened(tmp_path / "then.pcapng") as desk:
        await desk.sees("then.pcapng ▤ recorded")
        await desk.until(lambda: desk.info("cli1").peer == "127.0.0.1:9000")
        rows = await desk.bench.rows(1, 99, 99)
        came = [row.call.data for row in rows if row.call.direction == "in"]
        assert b"".join(came) == b"HELLOBYE NOW"
        await desk.run("mark_call")
        await desk.hears("A capture keeps no marks")
        await desk.run("new_client")
        await desk.hears(NOTHING_LIVE)


async def test_what_takes_long_keeps_nothing_waiting_and_nothing_ends_it(tmp_path: Path) -> None:
    bench = OpenedBench(recorded(tmp_path / "then.session", talk().calls))
    go_on = Event()

    def count(reader: Reader) -> int:
        calls = reader.calls()
        next(calls)
        assert go_on.wait(20)
        return 1 + len(list(calls))

    long = asyncio.ensure_future(bench.read_apart(count))
    known = len(talk().calls)
    assert await bench.read_apart(lambda reader: len(list(reader.calls()))) == known
    assert len(await bench.rows(1, 99, 0)) == known
    assert not long.done()
    go_on.set()
    assert await long == known
    bench.detach()


async def test_a_session_opens_over_the_live_one_and_closes_again(tmp_path: Path) -> None:
    path = recorded(tmp_path / "then.session", talk().calls)
    async with at_work(tmp_path) as desk:
        await desk.pair()
        await desk.press("ctrl+o")
        await desk.type(str(tmp_path / "nothing.session"))
        await desk.press("enter")
        await desk.sees("There is no file")
        await desk.type(str(path))
        await desk.press("enter")
        await shown(desk)
        await desk.sees("then.session ▤ recorded")
        await desk.press("ctrl+q")
        await desk.until(lambda: desk.app.screen is desk.app.screen_stack[0])
        await desk.sees("play.sockplay ● rec")
        assert desk.info("cli1").state == "open"


async def test_a_session_that_a_crash_left_is_looked_at_where_it_lies(tmp_path: Path) -> None:
    path = recorded(state_folder() / "20260102-030405-99999999.session", talk().calls)
    async with at_work(tmp_path) as desk:
        await desk.run("leftovers")
        await desk.sees("o opens it")
        await desk.press("o")
        await shown(desk)
        await desk.sees("20260102-030405-99999999.session ▤ recorded")
    remove(path)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A path that leaves a sentence room in its line."""
    with tempfile.TemporaryDirectory(prefix="sp") as path:
        yield Path(path)


async def test_calls_are_exported_as_the_form_says_and_never_over_a_file_unasked(
    tmp_path: Path, short_folder: Path
) -> None:
    path = recorded(tmp_path / "then.session", talk().calls)
    target = short_folder / "out.jsonl"
    target.write_text("precious")
    async with opened(path) as desk:
        await desk.press("slash")
        await desk.type("bye")
        await desk.press("enter")
        await desk.until(lambda: len(desk.timeline) == 1)
        await desk.run("export")
        await desk.sees("packets for Wireshark")
        form = desk.app.screen
        assert isinstance(form, ExportForm)
        form.query_one("#export-part", Choice).value = "1"
        form.query_one("#export-file", Input).value = str(short_folder)
        await desk.press("enter")
        await desk.sees("is a folder. Name a file in it.")
        form.query_one("#export-file", Input).value = str(target)
        await desk.until(lambda: form.query_one("#export-suffix", Choice).value == ".jsonl")
        await desk.press("enter")
        await desk.sees("out.jsonl exists already.")
        assert target.read_text() == "precious"
        await desk.press("enter")
        await desk.until(lambda: desk.is_home)
    assert [json.loads(line)["seq"] for line in target.read_text().splitlines()] == [6]


async def test_an_export_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    path = recorded(tmp_path / "then.session", [plain(seq) for seq in range(1, 3000)])
    async with opened(path) as desk:
        await desk.run("export")
        await desk.sees("packets for Wireshark")
        form = desk.app.screen
        assert isinstance(form, ExportForm)
        form.query_one("#export-file", Input).value = str(tmp_path / "out.csv")
        await desk.pilot.pause()
        form.action_write()
        form.action_cancel()
        await desk.sees("nothing of it is left")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
    assert [path.name for path in found(tmp_path)] == ["then.session"]


async def test_two_calls_are_laid_side_by_side(tmp_path: Path) -> None:
    path = recorded(
        tmp_path / "then.session", [plain(1, b"hello world"), plain(2, b"hello, wurld")]
    )
    async with opened(path) as desk:
        desk.timeline.choose(2)
        await desk.run("compare")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, CompareScreen))
        view = desk.app.screen.query_one(BesideView)
        await desk.until(lambda: len(view.beside) == 12)
        await desk.sees("11 and 12 bytes differ in 2 places")
        await desk.sees("+2c")
        await desk.press("n")
        assert view.at == 8
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        layout = parse_layout("struct greeting { u8 size; char text[EOF]; }").message("")
        meaning = Meaning("greeting", layout, "big")
        desk.app.push_screen(CompareScreen("a", b"\2hi", "b", b"\2ho", meaning))
        await desk.sees("fields of greeting")
        await desk.sees("differ in 1 place")
        await desk.press("tab")
        await desk.sees("≠ text")
        await desk.sees("1 of 2 fields differ")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)


async def test_a_side_is_had_again_and_what_differs_is_shown(tmp_path: Path) -> None:
    """A live echo answers in small letters, where capitals came then."""
    path = recorded(tmp_path / "then.session", talk().calls)
    async with at_work(tmp_path / "..", session=f"{tmp_path.name}.sockplay") as live:
        echo = ServerSpec(behaviour=Behaviour(4096, Reply("echo")))
        name = await live.bench.do(live.engine.start_server(echo))
        await live.until(lambda: live.has(name))
        port = live.info(name).local.rpartition(":")[2]
        await live.workbench._open(path)
        above = await shown(live)
        await live.until(lambda: above.infos)
        await above.run_action("replay")
        await live.sees("goes to a server")
        live.app.screen.query_one("#replay-port", Input).value = port
        live.app.screen.query_one("#replay-pace", Choice).value = "n"
        live.app.screen.query_one("#replay-speed", Input).value = "1000"
        await live.press("enter")
        await live.until(lambda: isinstance(live.app.screen, ReplayScreen))
        await live.sees("4 of 4 steps, 2 differ")
        await live.until(lambda: live.app.screen.query_one(PairsView).count == 3)
        await live.press("space")
        await live.sees("≠48≠45≠4c≠4c≠4f")
        await live.press("escape", "escape")
        await live.until(lambda: live.app.screen is above)
        assert live.came("conn1") == b"hellobye now"
