"""The widgets one by one, each in a small app that hosts it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from textual import events
from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from sockplay.model.call import Call, Row
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Target
from sockplay.ui.themes import DARK
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.option_lines import laid_out, option_at, option_lines
from sockplay.ui.widgets.pane_bar import PaneBar
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.ui.widgets.socket_rows import socket_rows
from sockplay.ui.widgets.status_bar import Status, StatusBar
from sockplay.ui.widgets.timeline.timeline import OPENED_LINES, Timeline
from tests.waiting import wait_until

W = TypeVar("W", bound=Widget)


class Hosting(App[None]):
    """Shows one widget and keeps the messages that it sends up."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        self.heard: list[Message] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DARK

    def compose(self) -> ComposeResult:
        yield self.widget

    def hear(self, message: Message) -> None:
        if not any(message is known for known in self.heard[-20:]):
            self.heard.append(message)


@asynccontextmanager
async def hosted(widget: Widget, size: tuple[int, int] = (80, 12)) -> AsyncIterator[Pilot[None]]:
    app = Hosting(widget)
    async with app.run_test(size=size, message_hook=app.hear) as pilot:
        widget.focus()
        await pilot.pause()
        yield pilot
        app.workers.cancel_all()  # as SockplayApp does when it leaves


def lines(widget: Widget) -> list[str]:
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def heard(pilot: Pilot[None], kind: type[Message]) -> list[Message]:
    app = pilot.app
    assert isinstance(app, Hosting)
    return [message for message in app.heard if isinstance(message, kind)]


# choice


async def test_a_choice_goes_round_with_keys_and_follows_the_mouse() -> None:
    choice = Choice([("tcp", "TCP"), ("udp", "UDP"), ("unix", "Unix")])
    async with hosted(choice) as pilot:
        assert lines(choice) == ["◉ TCP  ○ UDP  ○ Unix"]
        await pilot.press("right")
        assert choice.value == "udp"
        await pilot.press("space", "right")
        assert choice.value == "tcp"
        await pilot.press("left")
        assert choice.value == "unix"
        assert lines(choice) == ["○ TCP  ○ UDP  ◉ Unix"]
        await pilot.click(choice, offset=(8, 0))
        assert choice.value == "udp"
        await pilot.click(choice, offset=(6, 0))
        assert choice.value == "udp"
        values = [m.value for m in heard(pilot, Choice.Changed) if isinstance(m, Choice.Changed)]
        assert values == ["udp", "unix", "tcp", "unix", "udp"]


# hex view


async def test_the_hex_view_moves_selects_and_hits_the_byte_under_the_mouse() -> None:
    view = HexView()
    data = bytes(range(48, 48 + 40))
    async with hosted(view) as pilot:
        view.show(data)
        await pilot.pause()
        assert lines(view)[0] == (
            " 0000  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?"
        )
        await pilot.press("right", "down")
        assert (view.cursor, view.selection, view.has_selection) == (17, (17, 18), False)
        await pilot.press("shift+right", "shift+right")
        assert view.selection == (17, 20)
        await pilot.press("shift+left", "shift+left", "shift+left")
        assert view.selection == (16, 18)
        await pilot.press("end")
        assert view.selection == (39, 40)
        await pilot.press("down", "right")
        assert view.cursor == 39
        await pilot.press("home", "left", "up")
        assert view.cursor == 0
        await pilot.press("ctrl+a")
        assert view.selection == (0, 40)
        for index in (0, 8, 23, 39):
            row, place = divmod(index, 16)
            column = 7 + 3 * place + (place > 7)
            for x in (column + 1, 7 + 50 + place):
                await pilot.mouse_down(view, offset=(x, row))
                await pilot.mouse_up(view, offset=(x, row))
                assert view.selection == (index, index + 1), (index, x)
        await pilot.mouse_down(view, offset=(2, 0))
        assert view.cursor == 39
        view.show(b"")
        assert view.selection == (0, 0)
        await pilot.press("right", "shift+right", "ctrl+a")
        assert view.selection == (0, 0)


async def test_dragging_the_mouse_selects_bytes() -> None:
    view = HexView()
    async with hosted(view) as pilot:
        view.show(bytes(range(40)))
        await pilot.pause()
        await pilot.mouse_down(view, offset=(7 + 3 * 2, 0))
        await pilot._post_mouse_events([events.MouseMove], view, offset=(13, 1), button=1)
        assert view.selection == (2, 19)
        await pilot.mouse_up(view, offset=(13, 1))
        await pilot._post_mouse_events([events.MouseMove], view, offset=(7, 1), button=1)
        assert view.selection == (2, 19)


async def test_fields_differ_without_colour_every_second_one_is_underlined() -> None:
    view = HexView()
    async with hosted(view) as pilot:
        view.show(bytes(range(65, 75)), [2, 3, 1, 4])
        await pilot.pause()
        underlined = [
            bool(segment.style and segment.style.underline)
            for segment in view.render_line(0)
            for _ in segment.text
        ]
        shown = [underlined[7 + 3 * place + (place > 7)] for place in range(10)]
        assert shown == [False] * 2 + [True] * 3 + [False] + [True] * 4


async def test_more_than_64_kilobytes_have_longer_offsets_and_the_mouse_knows() -> None:
    view = HexView()
    async with hosted(view) as pilot:
        view.show(bytes(70_000))
        await pilot.pause()
        await pilot.press("end")
        assert lines(view)[-1].startswith(" 011160  00")
        await pilot.press("home")
        await pilot.mouse_down(view, offset=(9 + 3, 0))
        assert view.cursor == 1


# sockets


def info(name: str, **fields: object) -> SocketInfo:
    role = {"s": "server", "u": "datagram"}.get(name[0], "client")
    known: dict[str, object] = {
        "name": name,
        "protocol": "udp" if role == "datagram" else "tcp",
        "role": role,
        "state": "listening" if role == "server" else "open",
        "local": "127.0.0.1:9000",
        "peer": "" if role != "client" else "127.0.0.1:5000",
        "recv_queue": 0,
        "send_queue": 0,
    }
    return SocketInfo(**(known | fields))  # type: ignore[arg-type]


def conn(name: str, parent: str, **fields: object) -> SocketInfo:
    return info(name, role="connection", parent=parent, **fields)


async def test_the_tree_stands_in_order_and_says_the_state_of_each_socket() -> None:
    sockets = SocketList()
    async with hosted(sockets, (50, 30)) as pilot:
        assert " F4  starts a pair" in lines(sockets)
        sockets.show(
            socket_rows(
                [
                    info("srv1", wide=True, reply="echo"),
                    info("cli1", state="peer finished", bufsize=4096, waiting="recv(4)"),
                    info("udp1", peers=("127.0.0.1:7", "127.0.0.1:8"), dropped=3),
                    conn("conn1", "srv1", recv_queue=1200),
                    info("cli2", state="failed", bytes_in=5),
                ]
            )
        )
        await pilot.pause()
        assert [line for line in lines(sockets) if line] == [
            "▌srv1  TCP  127.0.0.1:9000".replace("▌", "▌ "),
            "   listening · 1 client · ↺ echo",
            "   ! open to other computers",
            "  └ conn1  ⇄ 127.0.0.1:5000",
            "     open · by hand",
            "     in-q ▅ 1.2 kB  out-q ▁ 0 B",
            "  cli1  TCP  → 127.0.0.1:5000",
            "   peer finished ∎ · auto(4096)",
            "   in-q ▁ 0 B  out-q ▁ 0 B",
            "   waits in recv(4) …",
            "  udp1  UDP  127.0.0.1:9000",
            "   open · by hand",
            "   next ▁ 0 B  out-q ▁ 0 B",
            "   ✕ 3 dropped by the kernel",
            "    └ 127.0.0.1:7  wrote last",
            "    └ 127.0.0.1:8",
            "  cli2  TCP  → 127.0.0.1:5000",
            "   failed ✕  ← 5 B  → 0 B",
        ]


async def test_the_tree_shows_sockets_that_a_program_has_just_made() -> None:
    sockets = SocketList()
    async with hosted(sockets, (50, 30)) as pilot:
        sockets.show(
            socket_rows(
                [
                    info("srv", accepts=False, waiting="accept()"),
                    info("fresh", state="new", local="", peer=""),
                    info("taken", state="bound", peer=""),
                ]
            )
        )
        await pilot.pause()
        shown = [line.strip() for line in lines(sockets) if line]
        assert "listening · 0 clients · by hand" in shown
        assert "waits in accept() …" in shown
        assert "new · by hand" in shown
        assert "bound · by hand" in shown


async def test_the_cursor_stays_on_its_socket_and_marks_vanish_with_theirs() -> None:
    sockets = SocketList()
    async with hosted(sockets, (50, 30)) as pilot:
        sockets.show(socket_rows([info("srv1"), info("cli1"), info("cli2")]))
        await pilot.press("down", "down")
        assert sockets.current == Target("cli2")
        sockets.show(socket_rows([info("srv1"), conn("conn1", "srv1"), info("cli1"), info("cli2")]))
        assert sockets.current == Target("cli2")
        sockets.show(socket_rows([info("cli2")]))
        assert sockets.current == Target("cli2")
        sockets.show(socket_rows([info("srv1"), info("cli1"), info("cli2")]))
        await pilot.press("space", "up", "space")
        assert sockets.targets == [Target("cli2"), Target("cli1")]
        assert [line[0] for line in lines(sockets) if line.startswith("◆")] == ["◆", "◆"]
        sockets.show(socket_rows([info("srv1"), info("cli1"), info("cli2", state="closed")]))
        assert sockets.targets == [Target("cli1")]
        await pilot.press("down", "space")
        assert sockets.targets == [Target("cli1")]
        sockets.show(socket_rows([info("srv1")]))
        assert sockets.targets == [Target("srv1")]
        sockets.show(socket_rows([]))
        assert sockets.targets == []
        assert sockets.current is None


async def test_a_click_chooses_a_socket_and_one_on_the_margin_marks_it() -> None:
    sockets = SocketList()
    async with hosted(sockets, (50, 30)) as pilot:
        sockets.show(socket_rows([info("srv1"), info("cli1"), info("cli2")]))
        await pilot.click(sockets, offset=(10, 3))
        assert sockets.current == Target("cli1")
        await pilot.click(sockets, offset=(0, 5))
        assert sockets.current == Target("cli2")
        assert sockets.targets == [Target("cli2")]
        await pilot.click(sockets, offset=(10, 25))
        assert sockets.current == Target("cli2")


async def test_a_long_list_scrolls_with_its_cursor() -> None:
    sockets = SocketList()
    async with hosted(sockets, (50, 10)) as pilot:
        sockets.show(socket_rows([info(f"cli{n}") for n in range(1, 60)]))
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert any("cli59 " in line for line in lines(sockets))
        await pilot.press("home")
        assert any("cli1 " in line for line in lines(sockets))


# bars


async def test_the_status_bar_says_it_all_in_one_line_or_in_two() -> None:
    bar = StatusBar()
    status = Status("play.session", "", 3, 1234, 1200, 5, "little", "cp949")
    async with hosted(bar, (120, 5)) as pilot:
        bar.status = status
        await pilot.pause()
        line = bar.render().plain
        assert line.startswith(
            "sockplay  play.session ● rec   3 sockets   1,234 calls   1.2 kB out"
        )
        assert line.endswith("order LITTLE   cp949   F1 help")
        assert len(line) == 118
        bar.status = Status("play.session", "disk full")
        assert "✕ not recording" in bar.render().plain
        bar.status = status
        bar.add_class("-narrow")
        await pilot.resize_terminal(80, 5)
        await wait_until(lambda: bar.size.height == 2)
        first, second = bar.render().plain.split("\n")
        assert first.endswith("order LITTLE   cp949   F1 help")
        assert second.startswith("3 sockets   1,234 calls")
        assert (len(first), len(second)) == (78, 78)


async def test_the_pane_bar_marks_one_pane_and_tells_of_clicks() -> None:
    bar = PaneBar((("a", "Alpha"), ("b", "Beta"), ("c", "Gamma")), "a")
    async with hosted(bar) as pilot:
        bar.chosen = "b"
        assert bar.render().plain == " 1 Alpha   ▸2 Beta    3 Gamma"
        for x, name in ((1, "a"), (7, "a"), (12, "b"), (23, "c"), (28, "c")):
            await pilot.click(bar, offset=(x, 0))
            picked = heard(pilot, PaneBar.Picked)[-1]
            assert isinstance(picked, PaneBar.Picked)
            assert picked.name == name, x
        count = len(heard(pilot, PaneBar.Picked))
        await pilot.click(bar, offset=(60, 0))
        assert len(heard(pilot, PaneBar.Picked)) == count


async def test_tabs_that_have_no_room_are_seen_around_the_chosen_one() -> None:
    bar = PaneBar([(str(n), f"program{n}.py") for n in range(1, 20)], "9")
    async with hosted(bar, (60, 3)) as pilot:
        line = bar.render().plain
        assert "▸9 program9.py" in line
        assert (line[0], line[-1]) == ("‹", "›")
        assert len(line) <= 58
        await pilot.click(bar, offset=(1, 0))
        bar.chosen = heard(pilot, PaneBar.Picked)[-1].name  # type: ignore[attr-defined]
        assert bar.chosen == "8"
        bar.chosen = "1"
        assert bar.render().plain.startswith("▸1 program1.py")


def recv(seq: int, data: bytes, **fields: object) -> Call:
    known: dict[str, object] = {
        "seq": seq,
        "time_ns": 1_767_323_045_678_901_234 + seq,
        "took_ns": 5,
        "socket": "conn1",
        "op": "recv",
        "requested": 4096,
        "moved": len(data),
        "left": 0,
        "data": data,
    }
    return Call(**(known | fields))  # type: ignore[arg-type]


# the timeline


async def test_the_timeline_asks_for_rows_that_it_lacks_and_draws_those_it_has() -> None:
    timeline = Timeline()
    async with hosted(timeline, (100, 12)) as pilot:
        timeline.begin(0)
        timeline.grow((range(1, 101), [3] * 100, bytes(100)), [])
        await pilot.pause()
        wanted = heard(pilot, Timeline.Wanted)
        assert isinstance(wanted[-1], Timeline.Wanted)
        assert list(wanted[-1].runs) == [(95, 100)]
        assert lines(timeline)[-2].split()[-1] == "…"
        timeline.supply([Row(recv(seq, b"abc"), 3) for seq in range(95, 101)])
        assert "100" in lines(timeline)[-2]
        assert "61 62 63" in lines(timeline)[-1]
        assert all(timeline.render_line(y).cell_length == timeline.size.width for y in range(12))


async def test_following_ends_on_scrolling_up_and_comes_back_at_the_end() -> None:
    timeline = Timeline()
    async with hosted(timeline, (100, 12)) as pilot:
        rows = [Row(recv(seq, b"abc"), 3) for seq in range(1, 101)]
        timeline.grow((range(1, 101), [3] * 100, bytes(100)), rows)
        assert timeline.selected == 100
        await pilot.press("up")
        assert (timeline.selected, timeline.follow) == (99, False)
        timeline.grow(([101], [3], [0]), [Row(recv(101, b"abc"), 3)])
        assert timeline.selected == 99
        await pilot.press("end")
        assert (timeline.selected, timeline.follow) == (101, True)
        timeline.grow(([102], [3], [0]), [Row(recv(102, b"abc"), 3)])
        assert timeline.selected == 102
        timeline.scroll_to(y=50, animate=False, immediate=True)
        await pilot.pause()
        assert not timeline.follow
        await pilot.press("home")
        assert timeline.selected == 1
        await pilot.press("pagedown")
        assert timeline.selected == 7
        await pilot.press("pageup")
        assert timeline.selected == 1
        await pilot.click(timeline, offset=(20, 4))
        assert timeline.selected == 3


async def test_a_row_opens_with_enter_and_folds_again() -> None:
    timeline = Timeline()
    async with hosted(timeline, (100, 40)) as pilot:
        timeline.grow(([1], [160], [0]), [Row(recv(1, bytes(160)), 160)])
        await pilot.pause()
        assert sum(" 00 00" in line for line in lines(timeline)) == 4
        assert "… 96 more bytes" in lines(timeline)[5]
        await pilot.press("enter")
        assert sum(" 00 00" in line for line in lines(timeline)) == 10
        assert not any("more bytes" in line for line in lines(timeline))
        await pilot.press("enter")
        assert sum(" 00 00" in line for line in lines(timeline)) == 4
        await pilot.click(timeline, offset=(20, 0), times=2)
        assert sum(" 00 00" in line for line in lines(timeline)) == 10


async def test_a_huge_row_opens_to_a_bounded_number_of_lines() -> None:
    timeline = Timeline()
    async with hosted(timeline, (100, 12)) as pilot:
        timeline.grow(([1], [1 << 20], [0]), [Row(recv(1, bytes(4096)), 1 << 20)])
        await pilot.press("enter")
        assert timeline.virtual_size.height == 1 + OPENED_LINES + 1
        timeline.scroll_end(animate=False, immediate=True)
        assert "the inspector shows them" in lines(timeline)[-1]


async def test_fewer_rows_are_seen_even_when_it_was_scrolled_far_down() -> None:
    timeline = Timeline()
    async with hosted(timeline, (100, 12)) as pilot:
        rows = [Row(recv(seq, b"abc"), 3) for seq in range(1, 101)]
        timeline.grow((range(1, 101), [3] * 100, bytes(100)), rows)
        await pilot.press("up")
        index = timeline.new_index()
        for seq in (7, 8):
            index.extend(([seq], [3], [0]))
        timeline.replace(index)
        await pilot.pause()
        shown = [line.replace("▌", " ").split()[0] for line in lines(timeline) if line]
        assert shown == ["7", "0000", "8", "0000"]
        timeline.choose(7)
        timeline.replace(timeline.new_index())
        timeline.replace(index)
        assert timeline.selected == 7, "where it stood before nothing was shown"


def test_options_that_do_not_fit_stand_on_further_lines() -> None:
    options = [Content("◉ one"), Content("○ two"), Content("○ three")]
    assert laid_out(options, 0).plain == "◉ one  ○ two  ○ three"
    assert laid_out(options, 12).plain == "◉ one  ○ two\n○ three"
    assert option_lines(options, 3) == [[0], [1], [2]], "one that is too long stands alone"
    assert [option_at(options, 12, x, 0) for x in (0, 5, 7, 11, 12)] == [0, None, 1, 1, None]
    assert [option_at(options, 12, 0, y) for y in (1, 2)] == [2, None]


async def test_a_note_that_is_read_before_its_call_has_a_line_of_its_own() -> None:
    timeline = Timeline()
    async with hosted(timeline, (100, 12)) as pilot:
        timeline.show_marks({1: "mine"})
        timeline.grow(([1], [3], [0]), [Row(recv(1, b"abc"), 3)])
        await pilot.pause()
        shown = [line.replace("▌", " ").split()[:2] for line in lines(timeline) if line]
        assert shown[1:] == [["⚑", "mine"], ["0000", "61"]]


async def test_the_narrow_form_keeps_every_row_and_folds_bytes_to_one_line() -> None:
    timeline = Timeline()
    async with hosted(timeline, (80, 12)) as pilot:
        timeline.grow(([1, 2], [40, 0], [1, 0]), [])
        timeline.supply([Row(recv(1, bytes(40), note="hm"), 40), Row(recv(2, b""), 0)])
        assert timeline.virtual_size.height == 6
        assert timeline.set_narrow(True)
        index = timeline.new_index()
        index.extend(([1, 2], [40, 0], [1, 0]))
        timeline.replace(index)
        await pilot.pause()
        assert timeline.virtual_size.height == 4
        assert len(timeline) == 2
