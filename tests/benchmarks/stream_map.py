"""How long the stream map of a long transfer takes to build and to draw."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
import tracemalloc
from contextlib import closing
from pathlib import Path

from textual.app import App, ComposeResult

from sockplay.model.call import Call
from sockplay.model.lane import Standing
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.session.stream_map import StreamMap
from sockplay.session.stream_map_ends import Conversation
from sockplay.ui.widgets.stream_map.flow_map import FlowMap

_CASES = {"1 GiB in 64 KiB": (16_384, 65_536), "500,000 sends of 100 B": (500_000, 100)}
_BATCH = 64
_ROUNDS = 5
_ENDS = ("127.0.0.1:40000", "127.0.0.1:9000")


def run() -> list[str]:
    """For each transfer: the index, its memory, and the frame of every zoom at 200 columns."""
    lines = []
    for name, (count, size) in _CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = _recorded(Path(folder, "map.session"), count, size)
            with closing(Reader(path, ours=True)) as reader:
                tracemalloc.start()
                stream = StreamMap(Conversation("cli1", *_ENDS, "conn1", datagrams=False))
                while stream.read_to < 2 * count:
                    stream.read_on(reader, 2 * count)
                memory = tracemalloc.get_traced_memory()[0] / (2 * count)
                tracemalloc.stop()
                again = StreamMap(stream.conversation)
                began = time.perf_counter()
                while again.read_to < 2 * count:
                    again.read_on(reader, 2 * count)
                built = time.perf_counter() - began
            frames = asyncio.run(_frames(again))
            lines.append(
                f"stream map, {name} ({2 * count:,} calls): read in {built:.2f} s, "
                f"{memory:.0f} bytes a call; a frame {statistics.median(frames):.1f} ms, "
                f"at most {max(frames):.1f} ms in {len(frames)} zooms"
            )
    return lines


def _recorded(path: Path, count: int, size: int) -> Path:
    recorder, data = Recorder(path), bytes(range(256)) * (size // 256 + 1)
    for number in range(count):
        for place, (socket, op) in enumerate((("cli1", "sendall"), ("conn1", "recv"))):
            recorder.take(
                Call(
                    seq=2 * number + place + 1,
                    time_ns=number,
                    took_ns=1,
                    socket=socket,
                    op=op,
                    requested=size,
                    moved=size,
                    data=data[:size],
                    offset=number * size,
                    local=_ENDS[place],
                    peer=_ENDS[1 - place],
                )
            )
        if number % _BATCH == 0:
            recorder.commit()
    recorder.close()
    return path


class _Maps(App[None]):
    def compose(self) -> ComposeResult:
        yield FlowMap(id="out")
        yield FlowMap(id="back")


async def _frames(stream: StreamMap) -> list[float]:
    """What drawing both directions takes in ms, from all of it down to single bytes; best of 5."""
    app, taken = _Maps(), []
    async with app.run_test(size=(200, 60)) as pilot:
        maps = [app.query_one("#out", FlowMap), app.query_one("#back", FlowMap)]
        for shown, flow in zip(maps, stream.flows, strict=True):
            shown.show(flow, Standing(0, 0))
        await pilot.pause()
        zooms = 0
        while maps[0].picture is not None and maps[0].picture.view.cells < 16:
            taken.append(min(_draw(maps, stream) for _ in range(_ROUNDS)))
            zooms += 1
            maps[0].action_zoom(1)
            if zooms % 8 == 0:
                maps[0].action_edge(1)
    return taken


def _draw(maps: list[FlowMap], stream: StreamMap) -> float:
    began = time.perf_counter()
    for shown, flow in zip(maps, stream.flows, strict=True):
        shown.show(flow, Standing(0, 0))
        for y in range(shown.size.height):
            shown.render_line(y)
    return (time.perf_counter() - began) * 1000
