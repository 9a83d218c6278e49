"""The kernel's side of a socket on the screen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.engine import kernel
from sockplay.model.info import SocketInfo
from sockplay.model.kernel_state import End, KernelState, Kind, Left, TcpState
from sockplay.model.spec import ServerSpec
from sockplay.ui.screens import kernel as screen_of_kernel
from sockplay.ui.screens.kernel import KernelScreen
from sockplay.ui.widgets.kernel.diagram import HIGH, LOW, diagram
from sockplay.ui.widgets.kernel.gauges import KEPT, Gauges, bars
from sockplay.ui.widgets.kernel.number import NOT_AVAILABLE
from sockplay.ui.widgets.kernel.numbers import NUMBERS
from sockplay.ui.widgets.kernel.numbers_view import NumbersView
from sockplay.ui.widgets.kernel.states_pane import StatesPane
from tests.ui.desk import Desk, at_work

STATES: tuple[TcpState, ...] = get_args(TcpState)
WIDE = (120, 40)
NARROW = (80, 24)


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test need not wait for the next reading."""
    monkeypatch.setattr(screen_of_kernel, "_EVERY_S", 0.05)


async def look_at(desk: Desk, name: str) -> KernelScreen:
    """Open the kernel's side of a socket, and wait for the first reading."""
    await desk.pick(name)
    desk.app.set_focus(None)
    await desk.press("k")
    await desk.until(lambda: isinstance(desk.app.screen, KernelScreen))
    screen = desk.app.screen
    assert isinstance(screen, KernelScreen)
    await desk.until(lambda: screen.ends)
    return screen


def lines(desk: Desk, *words: str) -> list[str]:
    return [line for line in desk.seen.split("\n") if all(word in line for word in words)]


def lit(desk: Desk, name: str) -> str | None:
    """The state in the diagram that an end's glyph stands beside, when cli1 is this end."""
    pattern = "● ([A-Z][A-Z0-9-]+)" if name == "cli1" else "([A-Z][A-Z0-9-]+) ○"
    found = re.search(pattern, desk.seen)
    return found.group(1) if found else None


def seen_of(screen: KernelScreen) -> list[tuple[str, TcpState, TcpState]]:
    transitions = screen.query_one(StatesPane).transitions
    return [(seen.name, seen.before, seen.after) for seen in transitions]


async def test_both_ends_are_read_side_by_side(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        await desk.pair()
        await desk.by_hand("conn1")
        await desk.pick("cli1")
        await desk.send("hello worl")
        await look_at(desk, "cli1")
        await desk.until(lambda: lines(desk, "receive queue", "0 B", "10 B"))
        assert lines(desk, "● cli1", "○ conn1")
        assert lines(desk, "state", "ESTABLISHED", "ESTABLISHED")
        assert lines(desk, "● ESTABLISHED ○")
        assert lines(desk, "○ conn1  receive queue", "10 B  █ is 10 bytes")
        assert lines(desk, "● cli1  receive queue", "0 B  ▁ is 0")
        await desk.is_sound()


async def test_a_gauge_remembers_what_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_of_kernel, "_EVERY_S", 0.2)  # 60 of them are long enough
    async with at_work(folder, WIDE) as desk:
        await desk.pair()
        await desk.by_hand("conn1")
        await desk.pick("cli1")
        await desk.send("x" * 8)
        await look_at(desk, "conn1")
        await desk.until(lambda: lines(desk, "● conn1  receive queue", "8 B  █ is 8 bytes"))
        await desk.bench.do(desk.engine.recv("conn1", 4))
        await desk.until(lambda: lines(desk, "● conn1  receive queue", "4 B  █ is 8 bytes"))
        await desk.bench.do(desk.engine.recv("conn1", 4))
        await desk.until(lambda: lines(desk, "● conn1  receive queue", "0 B  █ is 8 bytes"))
        (bar,) = [line for line in desk.seen.split("\n") if "█" in line and "▁" in line]
        past = bar.split()[0]
        assert past == "".join(sorted(past, reverse=True))  # a queue that is read only falls
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        await look_at(desk, "conn1")
        await desk.until(lambda: lines(desk, "● conn1  receive queue", "0 B  █ is 8 bytes"))
        await desk.is_sound()


@pytest.mark.parametrize("first", ["cli1", "conn1"])
async def test_time_wait_lands_where_the_connection_was_closed_first(
    folder: Path, first: str
) -> None:
    async with at_work(folder, WIDE) as desk:
        await desk.pair()
        await desk.by_hand("cli1")
        await desk.by_hand("conn1")
        second = "conn1" if first == "cli1" else "cli1"
        screen = await look_at(desk, "cli1")
        glyph = {"cli1": "●", "conn1": "○"}
        await desk.bench.ask(lambda: desk.engine.close(first))
        await desk.until(lambda: lit(desk, first) == "FIN-WAIT-2")
        await desk.until(lambda: lit(desk, second) == "CLOSE-WAIT")
        await desk.sees("is closed here, and the")
        await desk.bench.ask(lambda: desk.engine.close(second))
        await desk.sees(f"TIME-WAIT lands on {glyph[first]} {first},")
        await desk.until(lambda: lit(desk, first) == "TIME-WAIT")
        await desk.until(lambda: lit(desk, second) == "CLOSED")
        assert sorted(seen_of(screen)) == sorted(
            [
                (first, "ESTABLISHED", "FIN-WAIT-2"),
                (second, "ESTABLISHED", "CLOSE-WAIT"),
                (first, "FIN-WAIT-2", "TIME-WAIT"),
                (second, "CLOSE-WAIT", "CLOSED"),
            ]
        )
        await desk.is_sound()


async def test_a_socket_that_has_ended_can_still_be_looked_at(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        await desk.pair()
        await desk.bench.ask(lambda: desk.engine.close("cli1"))
        await desk.until(lambda: desk.info("conn1").ended and desk.info("cli1").ended)
        screen = await look_at(desk, "cli1")
        await desk.sees("TIME-WAIT lands on ● cli1,")
        table = screen.query_one(NumbersView)
        assert [number.field for number in table.numbers] == ["tcp_state"]
        assert lines(desk, "Closed: the kernel keeps no more numbers.")
        await desk.press("down")
        assert table.number is None
        await desk.run("clear_ended")
        readings = len(screen.ends)
        await desk.press("r")
        await desk.sees("TIME-WAIT lands on ● cli1,")
        assert readings == len(screen.ends) == 2
        await desk.is_sound()


async def test_a_socket_that_begins_to_listen_gets_other_numbers(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_of_kernel, "_EVERY_S", 3600)
    async with at_work(folder, WIDE) as desk:
        await desk.pair()
        await look_at(desk, "srv1")
        gauges = desk.app.screen.query_one(Gauges)
        await desk.until(lambda: gauges.size.height == 2)
        table = desk.app.screen.query_one(NumbersView)
        info = SocketInfo("new", "tcp", "client", "open", "", "")
        for kind, lines_wanted in (("tcp", 4), ("tcp listening", 2)):
            ends = [End(info, KernelState(cast("Kind", kind)))]
            gauges.take(ends)
            gauges.show([0])
            table.show(ends)
            await desk.pilot.pause()
            await desk.until(lambda wanted=lines_wanted: gauges.size.height == wanted)  # type: ignore[misc]
            named = [number.field for number in table.numbers]
            assert ("rtt_us" in named, "backlog" in named) == (kind == "tcp", kind != "tcp")
        await desk.is_sound()


async def test_a_click_chooses_a_number_and_each_has_a_sentence_and_a_source(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        await desk.pair()
        screen = await look_at(desk, "cli1")
        table = screen.query_one(NumbersView)
        await desk.pilot.click("#kernel-numbers", offset=(50, 5))
        assert (table.cursor, table.end) == (4, 1)
        await desk.sees("state  conn1: ESTABLISHED")
        shown = []
        for place in range(0, table.count, 6):
            table.go(place)
            table.action_move(0)
            await desk.pilot.pause()
            number = table.number
            assert number is not None
            assert number.source.split(",")[0][:60] in desk.seen
            assert number.help.split()[-1] in desk.seen
            shown.append(number.field)
        assert shown[0] == "recv_queue"
        assert len(shown) > 9
        await desk.is_sound()


async def test_a_narrow_terminal_shows_one_end_and_one_page_at_a_time(folder: Path) -> None:
    async with at_work(folder, NARROW) as desk:
        await desk.pair()
        await look_at(desk, "cli1")
        await desk.sees("receive queue  cli1: 0 B")
        await desk.press("right")
        await desk.sees("receive queue  conn1: 0 B")
        assert lines(desk, "○ conn1  receive queue")
        assert not lines(desk, "● cli1  receive queue")  # only one end's gauges have room
        await desk.press("left", "down")
        await desk.sees("send queue  cli1: 0 B")
        await desk.sees("round trip")
        assert not lines(desk, "● ESTABLISHED ○")
        await desk.press("tab")
        await desk.sees("● ESTABLISHED ○")
        assert not lines(desk, "round trip")
        await desk.press("1")
        await desk.sees("round trip")
        await desk.pilot.click("PaneBar", offset=(18, 0))
        await desk.sees("● ESTABLISHED ○")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        await desk.is_sound()


async def test_a_listening_socket_has_its_accept_queue_and_its_state(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        await desk.pair()
        await look_at(desk, "srv1")
        await desk.sees("● LISTEN")
        assert lines(desk, "● srv1  accept queue", "0 of 4,096")
        assert lines(desk, "backlog", "4,096")
        assert not lines(desk, "round trip")
        await desk.is_sound()


async def test_a_socket_without_states_says_why(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        for protocol, name, says in (
            ("udp", "udp1", "UDP keeps no connection"),
            ("unix", "cli1", "A Unix connection has no such"),
        ):
            await desk.pair(protocol)
            await look_at(desk, name)
            await desk.sees(says)
            if protocol == "unix":
                await desk.until(lambda: lines(desk, "● cli1", "○ conn1"))
            assert lines(desk, "SO_RCVBUF", " B")
            assert not lines(desk, "ESTABLISHED")
            await desk.is_sound()


async def test_the_peers_program_is_named(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        server = await desk.bench.do(desk.engine.start_server(ServerSpec()))
        await desk.connect(server)
        await look_at(desk, "conn1")
        table = desk.app.screen.query_one(NumbersView)
        table.go([number.field for number in table.numbers].index("program"))
        table.action_move(0)
        await desk.sees("program  conn1: this sockplay")
        await desk.sees("The other end is not in sockplay")
        await desk.is_sound()


async def test_what_the_platform_does_not_tell_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "ON_LINUX", False)
    async with at_work(folder, (160, 40)) as desk:
        server = await desk.bench.do(desk.engine.start_server(ServerSpec()))
        await desk.connect(server)
        await look_at(desk, "conn1")
        for title in ("send queue", "round trip", "congestion window"):
            await desk.until(lambda title=title: lines(desk, title, NOT_AVAILABLE))  # type: ignore[misc]
        assert lines(desk, f"Where ● conn1 stands is {NOT_AVAILABLE}.")
        await desk.bench.ask(lambda: desk.engine.close("conn1"))
        await desk.sees("what is left of it cannot be told")
        await desk.is_sound()


async def test_r_reads_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_of_kernel, "_EVERY_S", 3600)
    async with at_work(folder, WIDE) as desk:
        await desk.pair()
        await desk.by_hand("conn1")
        screen = await look_at(desk, "conn1")
        await desk.until(lambda: screen.ends[0].state and screen.ends[0].state.program)
        await desk.bench.ask(lambda: desk.engine.sockets.get("cli1").sock.send(b"hello"))
        await desk.press("r")
        await desk.until(lambda: lines(desk, "● conn1  receive queue", "5 B"))
        await desk.is_sound()


# the parts


def test_every_field_has_its_words_and_only_one() -> None:
    fields = set(KernelState.__struct_fields__) - {"kind"}
    named = [number.field for number in NUMBERS]
    assert sorted(named) == sorted(fields)
    for number in NUMBERS:
        assert number.help.endswith(".")
        assert len(number.help) <= 2 * 76  # two lines of the smallest terminal
        assert len(number.title) <= 18
        assert number.source


@given(st.lists(st.none() | st.integers(0, 1 << 40), max_size=KEPT))
def test_bars_rise_with_their_values(values: list[int | None]) -> None:
    top = max((value for value in values if value), default=1)
    drawn = bars(values, top)
    assert len(drawn) == len(values)
    for value, bar in zip(values, drawn, strict=True):
        assert (bar == " ") == (value is None)
        assert (bar == "▁") == (value == 0)
        assert (bar == "█") == (value is not None and value * 7 > top * 6)
    known = [(value, bar) for value, bar in zip(values, drawn, strict=True) if value is not None]
    assert [bar for _, bar in sorted(known)] == sorted(bar for _, bar in known)


def end(name: str, state: TcpState, closed: bool = False) -> End:
    info = SocketInfo(name, "tcp", "client", "closed" if closed else "open", "", "")
    if closed:
        return End(info, left=Left(state))
    return End(info, KernelState("tcp", tcp_state=state))


@given(st.sampled_from(STATES), st.none() | st.sampled_from(STATES), st.booleans(), st.booleans())
def test_the_diagram_lights_each_end_once(
    this: TcpState, other: TcpState | None, has_lived: bool, high: bool
) -> None:
    ends = [end("a", this)] + ([end("b", other)] if other else [])
    plain = diagram([], has_lived, high).plain
    drawn = diagram(ends, has_lived, high).plain
    assert len(drawn.split("\n")) == (HIGH if high else LOW)
    assert drawn.count("●") == 1
    assert drawn.count("○") == (1 if other else 0)
    assert f"● {this} " in drawn
    if other:
        assert f" {other} ○" in drawn
    assert [len(line) for line in drawn.split("\n")] == [len(line) for line in plain.split("\n")]
    assert drawn.replace("●", " ").replace("○", " ") == plain


def test_closed_is_the_last_state_of_a_connection_that_has_lived() -> None:
    for has_lived in (False, True):
        rows = diagram([end("a", "CLOSED", closed=True)], has_lived, False).plain.split("\n")
        (row,) = [number for number, line in enumerate(rows) if "●" in line]
        assert row == (len(rows) - 1 if has_lived else 0)
