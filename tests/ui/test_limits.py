"""What happens when there is too much, and when sockplay itself is wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sockplay.model.spec import Target
from sockplay.session.reader import Reader
from sockplay.ui.screens.workbench import Workbench
from tests.ui.desk import CopyingApp, at_work
from tests.waiting import wait_until

SECRET = "AUTH hunter2"


async def test_ten_thousand_calls_cost_few_messages(folder: Path) -> None:
    seen: list[str] = []
    async with at_work(folder, hook=lambda message: seen.append(type(message).__name__)) as desk:
        await desk.pair()
        peer = await desk.connect("srv1")

        async def shout() -> None:
            for _ in range(5000):
                await desk.engine.send(Target("conn2"), b"x")

        sent = len(desk.bench.recorder.index)
        seen.clear()
        await desk.bench.do(shout())
        await desk.bench.do(shout())
        await desk.bench.ask(desk.bench.recorder.commit)
        newest = len(desk.bench.recorder.index)
        assert newest - sent >= 10_000
        await desk.until(lambda: len(desk.timeline) == newest)
        assert len(seen) < 500
        assert len(peer.recv(1 << 20)) > 0
        assert desk.timeline.selected == newest
        await desk.is_sound()


async def test_a_bug_in_an_action_ends_the_app_keeps_the_session_and_quotes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(self: Workbench) -> None:
        payload = SECRET.encode()
        raise ValueError(f"cannot read {payload!r}")

    monkeypatch.setattr(Workbench, "action_follow", broken)

    async def work() -> CopyingApp:
        async with at_work(folder) as desk:
            apps.append(desk.app)
            await desk.pair()
            await desk.send(SECRET)
            await desk.until(lambda: desk.came("conn1") == SECRET.encode())
            desk.timeline.focus()
            desk.app.simulate_key("f")
            await wait_until(lambda: desk.app.bug is not None)
        return desk.app

    apps: list[CopyingApp] = []
    with pytest.raises(ValueError, match="cannot read"):
        await work()
    app = apps[0]
    assert isinstance(app.bug, ValueError)
    reports = list((folder / "state" / "sockplay").glob("bug-*.txt"))
    assert len(reports) == 1
    report = reports[0].read_text()
    assert "broken" in report
    assert "ValueError" in report
    assert "hunter2" not in report
    assert "cannot read" not in report
    assert reports[0].stat().st_mode & 0o777 == 0o600
    printed = "".join(capsys.readouterr())
    assert "sockplay has a bug" in printed
    assert "hunter2" not in printed
    assert "Traceback" not in printed
    assert str(folder / "play.sockplay") in printed.replace("\n", "")
    reader = Reader(folder / "play.sockplay", ours=False)
    assert any(SECRET.encode() in call.data for call in reader.calls())
    reader.close()


async def test_a_bug_in_the_engine_is_told_and_everything_goes_on(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()

        def broken() -> None:
            raise ValueError(SECRET)

        def later() -> None:
            asyncio.get_running_loop().call_soon(broken)

        await desk.bench.ask(later)
        await desk.hears("A bug in sockplay. The session goes on")
        assert [type(bug) for bug in desk.bugs] == [ValueError]
        desk.bugs.clear()
        await desk.send("still here")
        await desk.until(lambda: desk.came("conn1") == b"still here")
        report = next((folder / "state" / "sockplay").glob("bug-*.txt")).read_text()
        assert "hunter2" not in report
        await desk.is_sound()


async def test_a_flood_is_followed_to_its_end_and_keys_answer_meanwhile(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        peer = await desk.connect("srv1")
        flood = asyncio.create_task(asyncio.to_thread(peer.sendall, b"x" * (8 << 20)))
        await desk.press("f1")
        await desk.until(lambda: not desk.is_home)
        await desk.press("escape")
        await flood
        total = 8 << 20
        await desk.until(lambda: desk.info("conn2").bytes_in == total, 10)
        await desk.until(lambda: len(desk.timeline) == len(desk.bench.recorder.index))
        await desk.is_sound()
