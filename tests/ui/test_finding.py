"""Finding calls and bytes on the screen: the filter language, the search, marks, times."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from rich.segment import Segment
from textual.widgets import Input

from sockplay.session.blocks import Kind
from sockplay.session.finding.proposals import proposals, seen
from sockplay.ui.widgets.hex_view import HexView
from tests.ui.desk import Desk, at_work


def lit(desk: Desk) -> str:
    """What stands out in the rows' hex as found."""
    found = desk.timeline._style("found")
    lines = [desk.timeline.render_line(y) for y in range(desk.timeline.size.height)]
    segments: list[Segment] = [segment for line in lines for segment in line]
    return "".join(s.text for s in segments if s.style and s.style.bgcolor == found.bgcolor)


async def conversation(desk: Desk) -> None:
    """Four sends of a client, an answer; one text is cut in two."""
    await desk.pair()
    for text in ("one apple", "a pear", "two ap", "ples"):
        await desk.send(text)
    await desk.until(lambda: desk.came("conn1").endswith(b"ples"))
    await desk.pick("conn1")
    await desk.send("thanks")
    await desk.until(lambda: desk.came("cli1") == b"thanks")
    await desk.until(lambda: len(desk.timeline) == len(desk.calls()))
    await desk.press("2")


async def test_a_filter_is_typed_with_proposals_and_says_where_it_is_wrong(folder: Path) -> None:
    async with at_work(folder) as desk:
        await conversation(desk)
        await desk.press("slash", *"soc")
        await desk.sees("▸socket")
        await desk.press("tab")
        await desk.sees("▸socket =")
        await desk.press("tab")
        await desk.sees("▸cli1")
        await desk.press("down")
        await desk.sees("▸conn1")
        await desk.pilot.click("#filter-line .below")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        assert isinstance(desk.app.focused, Input)
        assert desk.app.focused.value == "socket = conn1 "
        await desk.until(lambda: len(desk.timeline) == len(desk.calls("conn1")))
        await desk.type("socket = conn1 and size > 5 dir = out")
        await desk.until(lambda: len(desk.timeline) == 1)
        await desk.sees(f"  1 of {len(desk.calls())} calls")
        await desk.type("sze > 5 size")
        await desk.sees("^ ✕ sze is no field. Did you mean size?")
        line = next(line for line in desk.seen.splitlines() if "sze is no field" in line)
        typed = next(line for line in desk.seen.splitlines() if "filter sze" in line)
        assert line.index("^") == typed.index("sze")
        async with desk.workbench.showing:
            await desk.type("dir = in")
            await desk.until(lambda: desk.workbench._words == "dir = in")
            await desk.type("dir = in size >")
            await desk.sees("^ ✕ A value is missing here")
        await desk.press("enter")
        assert isinstance(desk.app.focused, Input), "what is wrong is not left"
        await desk.press("shift+tab")
        await desk.sees("^ ✕ A value is missing here")
        await desk.press("slash")
        incoming = [call for call in desk.calls() if call.direction == "in"]
        await desk.until(lambda: len(desk.timeline) == len(incoming))
        await desk.press("escape")
        await desk.until(lambda: len(desk.timeline) == len(desk.calls()))
        assert desk.timeline.has_focus
        await desk.is_sound()


async def test_a_search_finds_what_two_reads_have_cut_and_goes_round(folder: Path) -> None:
    async with at_work(folder) as desk:
        await conversation(desk)
        ways = ("send", "recv")
        one, _, ap, ples = (call.seq for call in desk.calls("cli1") if call.op.startswith("send"))
        assert [call.op for call in desk.calls("cli1", *ways)]
        await desk.press("home", "ctrl+f", *"apple", "enter")
        await desk.sees("1 of 4")
        assert desk.timeline.selected == one
        view = desk.inspector.query_one(HexView)
        await desk.until(lambda: view.selection == (4, 9))
        assert lit(desk).replace(" ", "").startswith("6170706c65")
        await desk.press("N")
        await desk.sees("4 of 4")
        await desk.press("N")
        await desk.sees("3 of 4")
        assert desk.timeline.selected == ap
        search = desk.workbench._search
        assert search is not None
        assert (search.spans[ap], search.spans[ples]) == ([(4, 6)], [(0, 3)])
        await desk.press("slash", *"socket = cli1", "enter")
        await desk.sees("2 found")
        await desk.pick("cli1")
        await desk.send("apple pie")
        await desk.sees("3 found")
        await desk.press("2", "ctrl+f")
        await desk.type("/a(?=p)/")
        await desk.press("enter")
        await desk.sees("✕ Looking ahead is not known here")
        assert isinstance(desk.app.focused, Input)
        await desk.type("zzz")
        await desk.press("enter", "n", "n")
        await desk.sees("0 found in the calls shown")
        assert not desk.app._notifications
        await desk.until(lambda: desk.workbench._under_way is None)  # else Esc stops it first
        await desk.press("escape")
        await desk.until(lambda: desk.workbench._search is None)
        assert lit(desk) == ""
        await desk.press("n")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.is_sound()


async def test_marks_and_notes_are_kept_shown_and_gone_to(folder: Path) -> None:
    async with at_work(folder) as desk:
        await conversation(desk)
        await desk.press("home", "a", "down", "down", "A")
        await desk.until(lambda: not desk.is_home)
        await desk.type("here it\x1b[31m begins")
        await desk.press("enter")
        await desk.sees("⚑ here it\\x1b[31m begins")
        await desk.until(lambda: desk.record.marks() == {1: "", 3: "here it\\x1b[31m begins"})
        await desk.press("end", "greater_than_sign")
        assert desk.timeline.selected == 1
        await desk.press("less_than_sign")
        assert desk.timeline.selected == 3
        await desk.press("slash", *"marked not note ~ begins")
        await desk.until(lambda: list(desk.timeline.seqs) == [1])
        await desk.press("enter", "a")
        await desk.until(lambda: len(desk.timeline) == 0)
        assert list(desk.record.marks()) == [3]
        await desk.is_sound()


async def test_times_are_told_in_four_ways_and_rows_wait_for_no_search(folder: Path) -> None:
    async with at_work(folder) as desk:
        await conversation(desk)
        for heading in ("since start", "since prev", "other way"):
            await desk.press("i")
            await desk.sees(heading)
        last = desk.calls()[-1]
        sent = [call for call in desk.calls(last.socket) if call.op.startswith("send")][-1]
        await desk.sees(f"{(last.time_ns - sent.time_ns) / 1e9:12.6f} {last.socket}")
        await desk.press("i", "slash", *f"socket = {last.socket} dir = in", "enter", "i", "i")
        await desk.sees("since prev")
        assert "·" in desk.seen
        found = threading.Event()
        looking = asyncio.create_task(desk.bench.finder.ask(lambda _: found.wait(20)))
        assert await desk.bench.rows(1, 1, 0), "rows wait for nothing that is looked for"
        assert not looking.done()
        found.set()
        assert await looking
        await desk.is_sound()


def test_what_may_go_on_is_proposed_from_what_the_session_has() -> None:
    recv = Kind("conn1", None, "10.0.0.1:5", "recv", "", "ECONNRESET", "", ("short write", "EOF"))
    known = seen([recv, Kind("cli1", None, None, "send", "", None, "", ())])
    many = seen(Kind(f"conn{n}", None, None, "recv", "", None, "", ()) for n in range(9000))
    assert 200 < len(many["socket"]) < 9000, "every key looks through all of them"

    def offered(before: str) -> tuple[int, list[str]]:
        start, found = proposals(before, known)
        return start, [text for text, _ in found]

    assert offered("so") == (0, ["socket"])
    assert offered("(si") == (1, ["size", "since"])
    assert offered("size")[1][0] == "size ="
    assert offered("not con") == (4, ["conn1"])
    assert offered("dir=") == (4, ["in", "out"])
    assert offered("badge = eo") == (8, ["EOF"])
    assert offered('badge = "sh') == (8, ['"short write"'])
    assert offered("error ~ reset") == (8, ["ECONNRESET"])
    assert offered("peer = 10") == (7, ["10.0.0.1:5"])
    assert offered("left > ") == (7, [])
    assert offered("recv or size ") == (
        8,
        [f"size {sign}" for sign in ["=", "!=", ">", "<", ">=", "<="]],
    )
