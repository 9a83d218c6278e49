"""A session whose disk is gone goes on in another file, and says so until it does."""

from __future__ import annotations

import shutil
import sys
from contextlib import closing
from pathlib import Path

import pytest
from textual.widgets import Input

from sockplay.session.reader import Reader
from tests.ui.desk import at_work


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps open files from being removed")
async def test_recording_goes_on_in_another_file(tmp_path: Path, folder: Path) -> None:
    place, other = tmp_path / "place", folder / "other.session"
    place.mkdir()
    async with at_work(place) as desk:
        await desk.pair()
        await desk.send("before")
        await desk.until(lambda: desk.came("conn1") == b"before")
        shutil.rmtree(place)
        await desk.send("meanwhile")
        await desk.sees("not recording")
        await desk.hears("is gone. Sockets go on.")
        await desk.run("record_elsewhere")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.type(str(other))
        await desk.press("enter")
        await desk.sees("other.session")
        await desk.send("after")
        await desk.until(lambda: len(desk.timeline) == len(desk.bench.recorder.index))
        await desk.sees("after")
        assert "not recording" not in desk.seen
    with closing(Reader(other, ours=False)) as reader:
        came = b"".join(call.data for call in reader.calls() if call.direction == "in")
    assert came == b"beforemeanwhileafter"
