"""The stream map: what was sent above what was read, for real sockets and in every size."""

from __future__ import annotations

import socket
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.widgets import Static

from sockplay.model.lane import Flow, Lane, Standing
from sockplay.model.spec import Behaviour, ClientSpec, ServerSpec, Target
from sockplay.session import stream_map
from sockplay.session.reader import Reader
from sockplay.session.stream_map import StreamMap
from sockplay.ui.screens.stream_map import StreamMapScreen
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.ui.widgets.stream_map import flow_lines
from sockplay.ui.widgets.stream_map.flow_lines import Picture
from sockplay.ui.widgets.stream_map.flow_map import FlowMap
from sockplay.ui.widgets.stream_map.line import Line
from sockplay.ui.widgets.stream_map.view import View, pieces
from tests.ui.desk import Desk, at_work

SMALL, USUAL, HUGE = (80, 24), (120, 40), (200, 60)
SIZES = st.lists(st.integers(1, 5000), min_size=1, max_size=200)


def text_of(line: Line) -> str:
    return "".join(segment.text for segment in line.segments(lambda _: None))  # type: ignore[arg-type,return-value]


def lane_of(sizes: list[int]) -> Lane:
    lane = Lane()
    for seq, size in enumerate(sizes, 1):
        lane.add(seq, size, "send")
    return lane


async def open_map(desk: Desk) -> StreamMapScreen:
    await desk.press("f7")
    await desk.until(lambda: isinstance(desk.app.screen, StreamMapScreen))
    screen = desk.app.screen
    assert isinstance(screen, StreamMapScreen)
    return screen


def drawn(desk: Desk, name: str = "out") -> FlowMap:
    return desk.app.screen.query_one(f"#map-{name}", FlowMap)


def details(desk: Desk) -> str:
    return str(desk.app.screen.query_one("#map-details", Static).content)


async def three_sends_two_recvs(desk: Desk) -> None:
    """``cli1`` sends 4, 3 and 3 bytes; ``conn1`` reads 6 of them, then 2."""
    await desk.pair()
    await desk.by_hand("conn1")
    for text in ("abcd", "efg", "hij"):
        await desk.bench.do(desk.engine.send(Target("cli1"), text.encode(), "send"))
    await desk.until(lambda: desk.info("conn1").recv_queue == 10)
    for bufsize in (6, 2):
        await desk.bench.do(desk.engine.recv("conn1", bufsize))
    await desk.pick("cli1")


@given(SIZES, st.integers(1, 40), st.integers(0, 60), st.integers(0, 12))
def test_at_every_zoom_the_columns_tell_of_each_call_once(
    sizes: list[int], width: int, panned: int, zooms: int
) -> None:
    lane = lane_of(sizes)
    view = View(width).fitted(lane.end)
    for _ in range(zooms):
        view = view.nearer(view.first)
    for _ in range(panned):
        view = view.moved(1, lane.end)
    found = pieces(lane, view)
    begun = lane.begun(view.end) - lane.begun(view.first)
    assert sum(piece.begun for piece in found) == begun
    if panned == zooms == 0:
        assert begun == len(sizes)
    assert all(piece.right > piece.left for piece in found)
    for before, after in pairwise(found):
        assert before.right == after.left


@given(SIZES)
def test_zooming_in_comes_to_single_calls_and_to_bytes(sizes: list[int]) -> None:
    lane = lane_of(sizes)
    view = View(100).fitted(lane.end)
    for _ in range(60):
        view = view.nearer(0)
    assert view.units == 1
    assert view.cells == 16
    assert not any(piece.dense for piece in pieces(lane, view))
    for _ in range(60):
        view = view.farther(0)
    assert view.end >= lane.end


def test_a_thousand_calls_in_a_few_columns_are_drawn_as_a_crowd_that_tells_its_number() -> None:
    lane = lane_of([10] * 1024)
    picture = Picture(Flow("cli1", "conn1", lane, None), Standing(), View(60).fitted(lane.end))
    assert " 1,024 calls " in text_of(flow_lines.calls(picture, "sent")[0])


def test_a_small_call_between_large_ones_has_its_column() -> None:
    lane = lane_of([5000, 1, 5000])
    view = View(50).fitted(lane.end)
    assert sum(piece.begun for piece in pieces(lane, view)) == 3
    assert max(piece.begun for piece in pieces(lane, view)) == 2


def test_the_unread_part_is_told_apart_by_where_it_waits() -> None:
    sent, read = lane_of([30, 30]), lane_of([20])
    flow, view = Flow("cli1", "conn1", sent, read), View(80)
    line = text_of(flow_lines.calls(Picture(flow, Standing(20, 20), view), "read")[0])
    assert "░ not read yet ░" in line
    assert "▒ on its way ▒" in line
    assert line.index("not read yet") < line.index("on its way")
    line = text_of(flow_lines.calls(Picture(flow, Standing(0, None, over=True), view), "read")[0])
    assert "never read" in line


def test_unread_datagrams_are_lost_once_none_waits_and_as_many_were_dropped() -> None:
    sent, read = Lane(datagrams=True), Lane(datagrams=True)
    for seq in range(1, 4):
        sent.add(seq, 5, "sendto")
    read.add(4, 5, "recvfrom")
    view = View(60, cells=16, datagrams=True)
    flow = Flow("udp2", "udp1", sent, read)

    def line(unread: int, dropped: int) -> str:
        standing = Standing(None, unread, dropped)
        return text_of(flow_lines.calls(Picture(flow, standing, view), "read")[0])

    assert "not read yet" in line(0, 0)
    assert "not read yet" in line(5, 2)
    assert "✕ lost" in line(0, 2)


async def test_three_sends_became_two_recvs_and_two_bytes_wait_at_every_size(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        await three_sends_two_recvs(desk)
        for size in (SMALL, USUAL, HUGE):
            await desk.pilot.resize_terminal(*size)
            await open_map(desk)
            await desk.sees("in flight 2, queued: 2 at conn1")
            await desk.sees("3 sends")
            await desk.sees("2 recvs")
            await desk.sees("⧉ coalesced")
            await desk.sees("✂")
            await desk.sees("÷ split")
            assert "not read" in desk.seen
            await desk.until(lambda: "a" in text_of(flow_lines.content(picture(desk), units(desk))))
            parts = desk.app.screen.query("#map-about, FlowMap, #map-details, HexView, KeyBar")
            for shown in parts:
                assert shown.region.height > 0
                assert shown.region.bottom <= size[1]
            await desk.is_sound()


def picture(desk: Desk, name: str = "out") -> Picture:
    found = drawn(desk, name).picture
    assert found is not None
    return found


def units(desk: Desk) -> dict[int, bytes]:
    return dict(drawn(desk)._units)


async def test_a_call_is_chosen_by_key_or_mouse_explained_and_found_in_the_timeline(
    folder: Path,
) -> None:
    async with at_work(folder, USUAL) as desk:
        await three_sends_two_recvs(desk)
        await open_map(desk)
        await desk.until(lambda: drawn(desk).chosen == ("sent", 0))
        await desk.press("right")
        await desk.until(lambda: "send(b'efg')" in details(desk))
        assert "4 to 6, 3 bytes of cli1 → conn1" in details(desk)
        assert "÷ split" in details(desk)
        await desk.press("down")
        await desk.until(lambda: "recv(6)" in details(desk))
        assert "⧉ coalesced" in details(desk)
        assert "all its 4 bytes" in details(desk)
        assert "2 of its 3 bytes" in details(desk)
        await desk.until(lambda: desk.app.screen.query_one(HexView).data == b"abcdef")
        await desk.press("enter")
        await desk.until(lambda: desk.is_home)
        (call,) = [call for call in desk.calls("conn1", "recv") if call.requested == 6]
        await desk.until(lambda: desk.timeline.selected == call.seq)

        await desk.pick("cli1")
        await open_map(desk)
        await desk.until(lambda: drawn(desk).chosen == ("sent", 0))
        left = 10 + picture(desk).view.column(8)
        await desk.pilot.click("#map-out", offset=(left, 3))
        await desk.until(lambda: drawn(desk).chosen == ("sent", 2))
        await desk.pilot.click("#map-out", offset=(left, 5))
        assert drawn(desk).chosen == ("sent", 2)
        await desk.pilot.click("#map-out", offset=(12, 5))
        await desk.until(lambda: drawn(desk).chosen == ("read", 0))

        await desk.press("escape")
        await desk.pick("conn1")
        await open_map(desk)
        await desk.until(lambda: drawn(desk, "back").has_focus)  # there are the calls
        await desk.until(lambda: "send(b'abcd')" in details(desk))

        await desk.press("escape", "slash")
        await desk.type("connect")
        await desk.press("enter")
        await desk.until(lambda: 0 < len(desk.timeline) < 4)
        await desk.pick("cli1")
        await open_map(desk)
        await desk.until(lambda: drawn(desk).chosen is not None)
        await desk.press("enter")
        await desk.hears("The filter hides call #")
        await desk.is_sound()


async def test_zooming_panning_and_fitting_change_only_what_is_seen(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        await desk.pair()
        await desk.bench.do(desk.engine.send(Target("cli1"), bytes(1000), "sendall"))
        await desk.until(lambda: len(desk.came("conn1")) == 1000)
        await open_map(desk)
        await desk.until(lambda: drawn(desk).chosen == ("sent", 0))
        fitted = picture(desk).view
        assert fitted.units > 1
        assert fitted.end >= 1000
        for _ in range(8):
            await desk.press("plus")
        assert picture(desk).view.cells > 1
        assert picture(desk).view.first == 0
        await desk.press("pagedown")
        assert picture(desk).view.first > 0
        await desk.press("f")
        assert picture(desk).view.end >= 1000
        await desk.press("0")
        assert picture(desk).view == fitted
        await desk.press("minus")
        assert picture(desk).view == fitted


async def test_it_grows_while_it_is_looked_at(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await desk.pair()
        await open_map(desk)
        await desk.sees("nothing was sent this way yet")
        await desk.bench.do(desk.engine.send(Target("cli1"), b"hello", "send"))
        await desk.sees("send 5")
        await desk.sees("recv 5")
        await desk.bench.do(desk.engine.shutdown("cli1", "SHUT_WR"))
        await desk.sees("∎ EOF")


async def test_a_reset_is_no_eof(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await desk.pair()
        await desk.bench.ask(lambda: desk.engine.abort("cli1"))
        await open_map(desk)
        await desk.sees("✕ reset")
        assert "∎ EOF" not in drawn(desk).render_line(3).text
        assert "✕ reset" in drawn(desk).render_line(5).text


async def test_of_a_remote_peer_the_row_is_unknown(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await desk.run("pair('tcp')")
        peer = await desk.connect("srv1")
        peer.sendall(b"from outside")
        await desk.until(lambda: desk.came("conn2") == b"from outside")
        await desk.pick("conn2")
        await desk.bench.do(desk.engine.send(Target("conn2"), b"answer", "send"))
        await open_map(desk)
        await desk.sees("not ours: unknown")
        await desk.until(lambda: "send(b'answer')" in details(desk))
        assert "not ours: unknown" in drawn(desk, "out").render_line(5).text
        assert "not ours: unknown" in drawn(desk, "back").render_line(3).text
        await desk.until(lambda: "a" in drawn(desk, "out").render_line(4).text[10:])


async def test_both_ends_of_a_unix_pair_are_known(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await desk.pair("unix")
        await desk.bench.do(desk.engine.send(Target("cli1"), b"a long enough text", "send"))
        await desk.until(lambda: desk.came("conn1") == b"a long enough text")
        await open_map(desk)
        await desk.sees("cli1 → conn1   1 send, 18 B   1 recv, 18 B")


async def test_datagrams_that_are_lost_and_truncated_are_marked(folder: Path) -> None:
    """The kernel drops what has no room in a small buffer; what is read after that tells so."""
    async with at_work(folder, USUAL) as desk:
        await desk.pair("udp")
        await desk.by_hand("udp1")
        receiver = desk.engine.sockets.get("udp1").sock
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        for number in range(6):
            data = bytes([65 + number]) * 1000
            await desk.bench.do(desk.engine.send(Target("udp2"), data))
        now = {info.name: info for info in await desk.bench.sockets()}
        lost = now["udp1"].dropped or 0
        kept = 6 - lost
        assert lost
        for _ in range(kept):
            await desk.bench.do(desk.engine.recv("udp1", 10))
        await desk.bench.do(desk.engine.send(Target("udp2"), b"last"))
        await desk.bench.do(desk.engine.recv("udp1", 10))
        await desk.pick("udp2")
        await open_map(desk)
        await desk.sees(f"✕ lost {lost}")
        await desk.sees(f"✕ truncated {kept}")
        assert "✕ lost" in drawn(desk).render_line(5).text
        assert "✕ truncated" in drawn(desk).render_line(6).text
        assert f"#{desk.calls('udp1', 'recvfrom')[-1].seq} 4" in drawn(desk).render_line(5).text


async def test_a_server_shows_its_connections_one_after_the_other(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        server = await desk.bench.do(
            desk.engine.start_server(ServerSpec(behaviour=Behaviour(4096)))
        )
        await desk.pick(server)
        await open_map(desk)
        await desk.sees("srv1 has no connection yet. Let a client connect.")
        port = int(desk.info(server).local.rpartition(":")[2])
        for number in (1, 2):
            spec = ClientSpec(host="127.0.0.1", port=port)
            await desk.bench.do(desk.engine.start_client(spec))
            await desk.sees(f"conn{number} → cli{number}")
        await desk.sees("1 of 2: p shows the next")
        await desk.press("p")
        await desk.sees("conn1 → cli1")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        await desk.is_sound()


async def test_reading_a_long_record_tells_how_far_it_is_and_esc_stops_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_work(folder, USUAL) as desk:
        await desk.pair()
        go_on = threading.Event()
        read_on = StreamMap.read_on

        def slowly(stream: StreamMap, reader: Reader, newest: int) -> None:
            if stream.read_to:
                assert go_on.wait(5)
            read_on(stream, reader, newest)

        monkeypatch.setattr(stream_map, "PAGE", 1)
        monkeypatch.setattr(StreamMap, "read_on", slowly)
        screen = await open_map(desk)
        await desk.sees(f"Reading 1 of {len(desk.bench.recorder.index)} calls. Esc stops it.")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        go_on.set()
        assert not [w for w in desk.app.workers if screen in w.node.ancestors_with_self]
        await desk.is_sound()


async def test_the_wheel_pans_and_with_ctrl_zooms_and_the_key_bar_can_be_clicked(
    folder: Path,
) -> None:
    async with at_work(folder, SMALL) as desk:
        await desk.pair()
        await desk.bench.do(desk.engine.send(Target("cli1"), bytes(1000), "sendall"))
        await desk.until(lambda: len(desk.came("conn1")) == 1000)
        await open_map(desk)
        await desk.until(lambda: drawn(desk).chosen == ("sent", 0))
        fitted = picture(desk).view

        def wheel(kind: type[events.MouseScrollUp | events.MouseScrollDown], ctrl: bool) -> None:
            shown = drawn(desk)
            shown.post_message(kind(shown, 40, 3, 0, 0, 0, False, False, ctrl))

        wheel(events.MouseScrollUp, True)
        await desk.until(lambda: picture(desk).view.units < fitted.units)
        assert picture(desk).view.first > 0
        first = picture(desk).view.first
        wheel(events.MouseScrollDown, False)
        await desk.until(lambda: picture(desk).view.first > first)
        units = picture(desk).view.units
        left = desk.app.screen.query_one(KeyBar).render().plain.index("zoom")
        await desk.pilot.click("#map-keys", offset=(left + 1, 0))
        await desk.until(lambda: picture(desk).view.units < units)


async def test_a_recv_that_tells_no_sender_stands_below_the_datagram_it_read(
    tmp_path: Path,
) -> None:
    typed = (
        "srv = socket.socket(AF_INET, SOCK_DGRAM); srv.bind(('', 0)); "
        "cli = socket.socket(AF_INET, SOCK_DGRAM); "
        "cli.connect(('127.0.0.1', srv.getsockname()[1])); "
        "cli.send(b'hello'); srv.recv(4096); cli.send(b'too long'); srv.recv(3)"
    )
    async with at_work(tmp_path, USUAL) as desk:
        prompt = desk.bench.console.prompt
        prompt.enter(typed)
        await desk.until(lambda: prompt.state().doing == "ready")
        await desk.pick("cli")
        desk.app.set_focus(None)
        await open_map(desk)
        await desk.sees("read 2")
        assert "not read yet" not in desk.seen
        assert "truncated" in desk.seen
