"""The endianness lab: what a teacher types, walks through and sends for real."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from textual.widgets import Input, Static

from sockplay.ui.screens.lab import PAGES, Lab
from sockplay.ui.screens.lab_exchange import Exchange
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.lab.byte_boxes import ByteBoxes
from sockplay.ui.widgets.lab.lab_page import LabPage
from sockplay.ui.widgets.pane_bar import PaneBar
from tests.ui.desk import Desk, at_work

SMALL, USUAL, HUGE = (80, 24), (120, 40), (200, 60)


def lab(desk: Desk) -> Lab:
    screen = desk.app.screen
    assert isinstance(screen, Lab)
    return screen


async def open_lab(desk: Desk, value: str = "513", page: str = "bytes") -> Lab:
    """F9, a value, a page; letters and digits are keys then."""
    await desk.press("f9")
    await desk.until(lambda: isinstance(desk.app.screen, Lab) and desk.app.focused is not None)
    await desk.type(value)
    await desk.press("enter")
    lab(desk).action_page(page)
    await desk.pilot.pause()
    return lab(desk)


def choose(desk: Desk, **values: str) -> None:
    for name, value in values.items():
        lab(desk).query_one(f"#{name.replace('_', '-')}", Choice).value = value


def text_of(desk: Desk, name: str) -> str:
    return str(lab(desk).query_one(f"#{name}", Static).content)


async def test_a_number_is_shown_in_both_orders_and_as_old_beside_one_that_does_not_fit(
    folder: Path,
) -> None:
    async with at_work(folder, SMALL) as desk:
        await desk.press("f9")
        await desk.sees("BIG: network  02 01  ▸ sent")
        await desk.sees("LITTLE: x86, ARM  01 02")
        seen = " ".join(desk.seen.split())
        assert "+0 +1 +0 +1" in seen
        assert "│ A MSB │ B LSB │ │ B LSB │ A MSB │" in seen
        assert "│ 00000010 │ 00000001 │ │ 00000001 │ 00000010 │" in seen
        await desk.sees("[(513).to_bytes(2, order) for order in ('big', 'little')]")
        await desk.press("enter")
        await desk.press("v")
        await desk.type("70000")
        await desk.sees("✕ 70000 does not fit u16 (0 to 65535). Still shown: 513 as u16.")
        assert lab(desk).query_one("#value", Input).value == "70000"
        assert "02 01" in desk.seen
        assert lab(desk).query_one("ContentSwitcher").has_class("-old")
        choose(desk, integer_bits="32")
        await desk.sees("00 01 11 70")
        assert not lab(desk).query_one("ContentSwitcher").has_class("-old")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        await desk.is_sound()


WIDEST = {"signed": str(-(2**63)), "float": "-1.7976931348623157e+308"}


async def test_every_page_has_room_for_the_widest_number(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        await open_lab(desk)
        for size, (kind, value) in product((SMALL, USUAL, HUGE), WIDEST.items()):
            await desk.pilot.resize_terminal(*size)
            lab(desk).query_one("#value", Input).value = value
            choose(desk, kind=kind, integer_bits="64", float_bits="64")
            for name, _ in PAGES:
                lab(desk).action_page(name)
                await desk.pilot.pause()
                assert not lab(desk).query_one("ContentSwitcher").has_class("-old"), (kind, name)
                await desk.until(lambda: lab(desk).page.max_scroll_y == 0)
                for shown in lab(desk).query(Static):
                    if shown.region and shown.display:
                        assert shown.region.right <= size[0], shown.id
                        assert shown.region.bottom <= size[1], shown.id


async def test_space_swaps_the_bytes_pair_by_pair_and_backspace_goes_back(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await open_lab(desk, "0x01020304")
        choose(desk, integer_bits="32")
        await desk.sees("01 02 03 04")
        boxes = lab(desk).query_one("#little", ByteBoxes)
        told = []
        for _ in range(3):
            await desk.press("space")
            told.append((boxes.swaps, text_of(desk, "caption")))
        assert [swaps for swaps, _ in told] == [0, 1, 2]
        assert told[0][1].startswith("Step 0 of 2: the same bytes")
        assert told[1][1] == "Step 1 of 2: the bytes at +0 and +3 have changed places."
        await desk.press("backspace")
        assert boxes.swaps == 1
        await desk.press("a")
        assert boxes.swaps == 2


async def test_an_animation_moves_the_bytes_and_ends_where_they_belong(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        await open_lab(desk)
        desk.app.animation_level = "full"
        boxes = lab(desk).query_one("#little", ByteBoxes)
        await desk.press("a")
        await desk.until(lambda: boxes.swaps == 0)
        await desk.until(lambda: 0 < boxes.swaps < 1)
        await desk.until(lambda: boxes.swaps == 1)
        await desk.sees("The same number")


async def test_a_number_sent_in_either_order_is_built_by_two_readers_and_read_by_python(
    folder: Path,
) -> None:
    async with at_work(folder, SMALL) as desk:
        await open_lab(desk, page="readings")
        await desk.press("o")
        await desk.sees("513 sent as u16 little   01 02")
        await desk.sees("✓ little reader  1 + 2·256 = 513   right")
        await desk.press("o", "p")
        await desk.hears("The line of Python")
        assert desk.app.copied == r"int.from_bytes(b'\x02\x01', 'little')"
        assert eval(desk.app.copied) == 258
        await desk.sees("✓ big    reader  2·256 + 1 = 513   right")
        await desk.sees("✕ little reader  2 + 1·256 = 258   wrong")
        await desk.sees("✕ too wide         u32 big      waits for 2 more bytes")
        await desk.press("space", "space")
        await desk.sees("big    reader  2·256 + …")
        await desk.sees("▲ taken")
        assert "258" not in text_of(desk, "built")


async def test_the_code_says_what_24_bits_have_not_and_a_float_shows_its_three_parts(
    folder: Path,
) -> None:
    async with at_work(folder, SMALL) as desk:
        await open_lab(desk, page="code")
        choose(desk, integer_bits="24")
        await desk.sees("struct has no code for 3 bytes: use to_bytes")
        await desk.sees("uint8_t v[3] = {0x00, 0x02, 0x01};  /* C has no 24-bit integer */")
        assert lab(desk).page.python == "(513).to_bytes(3, 'big')"
        lab(desk).action_page("bytes")
        lab(desk).query_one("#value", Input).value = "1.5"
        await desk.sees("'1.5' is not an integer: choose float for it")
        choose(desk, kind="float")
        await desk.sees("0 | 01111111 | 10000000000000000000000")
        lab(desk).action_page("code")
        await desk.sees("struct.pack('>f', 1.5)")
        await desk.sees("float v = 1.5f;")


async def test_three_readers_believe_three_things_about_one_message(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        await open_lab(desk, page="readers")
        await desk.sees('length 512   body "hi" + 510 missing')
        for line in (
            "next hands on a complete message",
            "next waits for 510 more bytes, for ever",
            "next takes 02 as the next length; believes in 2 messages, not 1",
        ):
            await desk.sees(line)
        lab(desk).query_one("#body", Input).value = "hello"
        await desk.sees("waits for 1,275 more bytes")
        choose(desk, guess="32")
        await desk.sees("reads u32 big")
        await desk.press("space")
        assert "length 1,280" in text_of(desk, "reader-2")
        assert "body" not in text_of(desk, "reader-2")
        await desk.press("space")
        assert "body" in text_of(desk, "reader-2")
        assert "waits" not in text_of(desk, "reader-2")


async def test_a_body_too_long_for_its_length_is_told_and_kept(folder: Path) -> None:
    async with at_work(folder, USUAL) as desk:
        await open_lab(desk, "5", page="readers")
        choose(desk, integer_bits="8", guess="16")
        await desk.until(lambda: "u8" in text_of(desk, "reader-1"))
        lab(desk).query_one("#body", Input).value = "한" * 100
        await desk.sees("✕ The length 300 does not fit u8 (0 to 255): shorten the body.")
        assert 'body "hi"' in text_of(desk, "reader-1")


async def test_text_and_bytes_are_weighed_against_each_other(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        await open_lab(desk, page="text")
        await desk.sees("3 bytes   35 31 33")
        await desk.sees("the byte order: big")
        choose(desk, integer_bits="32")
        await desk.sees("text is smaller")
        await desk.sees("a tie")


async def test_the_number_goes_through_a_real_pair_that_is_closed_again(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        await open_lab(desk, page="send")
        await desk.press("s")
        await desk.sees("✓ read as big    513")
        await desk.sees("✕ read as little 258")
        await desk.sees("conn1   ← recv(2)                           b'\\x02\\x01'")
        assert desk.came("conn1") == b"\x02\x01"
        assert [call.data for call in desk.calls("cli1", "send", "sendall")] == [b"\x02\x01"]
        infos = await desk.bench.sockets()
        assert {info.name: info.state for info in infos} == dict.fromkeys(
            ("srv1", "cli1", "conn1"), "closed"
        )
        await desk.press("o", "s")
        await desk.sees("✓ read as little 513")
        assert desk.came("conn2") == b"\x01\x02"
        await desk.press("escape")
        await desk.until(lambda: len(desk.timeline) == len(desk.bench.recorder.index))
        await desk.is_sound()


async def test_a_reader_that_forgot_the_order_really_waits_until_it_is_given_up(
    folder: Path,
) -> None:
    async with at_work(folder, USUAL) as desk:
        await open_lab(desk, page="send")
        await desk.press("w")
        await desk.sees("conn1 waits in recv(510)")
        infos = {info.name: info for info in await desk.bench.sockets()}
        assert infos["conn1"].waiting == "recv(510)"
        await desk.sees("510 bytes that nobody sent. g gives up.")
        await desk.press("g")
        await desk.sees("It got 2 bytes, and 510 never came.")
        await desk.sees("✕ the reader believes length 512   as u16 big it is 2")
        assert [call.requested for call in desk.calls("conn1", "recv")] == [2, 512]
        assert all(info.ended for info in await desk.bench.sockets())
        assert desk.toasts == []


async def test_only_a_wait_can_be_given_up(folder: Path) -> None:
    async with at_work(folder, SMALL) as desk:
        exchange = Exchange(desk.engine, lambda heard, asked: None)
        await desk.bench.ask(exchange.give_up)
        await desk.bench.do(exchange.number(b"\2\1"))
        await desk.bench.ask(exchange.give_up)
        assert not exchange.given_up


async def test_the_line_of_python_reads_what_was_sent_last(folder: Path) -> None:
    async with at_work(folder, HUGE) as desk:
        await open_lab(desk, page="send")
        await desk.press("w")
        await desk.sees("waits in recv(510)")
        await desk.sees(r"a.sendall(b'\x00\x02hi'); int.from_bytes(b.recv(2), 'little')")
        await desk.press("g")
        await desk.sees("510 never came")
        await desk.press("s")
        await desk.sees(r"a.sendall(b'\x02\x01'); int.from_bytes(b.recv(2), 'big')")


async def test_a_pair_that_is_closed_midway_is_told_and_one_that_is_left_is_closed(
    folder: Path,
) -> None:
    async with at_work(folder, SMALL) as desk:
        await open_lab(desk, page="send")
        await desk.press("w")
        await desk.sees("waits in recv(510)")
        await desk.bench.ask(lambda: desk.engine.close("conn1"))
        await desk.sees("✕ conn1 was closed.")
        await desk.press("s")
        await desk.sees("✓ read as big    513")
        before = {info.name for info in await desk.bench.sockets()}
        await desk.press("w")
        await desk.sees("waits in recv(510)")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        await desk.until(lambda: {info.name for info in desk.workbench.infos} > before)
        await desk.until(lambda: all(info.ended for info in desk.workbench.infos))
        opened = {info.name for info in desk.workbench.infos} - before
        assert {name.rstrip("0123456789") for name in opened} == {"srv", "cli", "conn"}
        assert opened <= {call.socket for call in desk.calls("", "close")}
        await desk.is_sound()


async def test_every_page_has_a_line_that_python_runs_and_pages_turn_by_digits_keys_and_mouse(
    folder: Path,
) -> None:
    async with at_work(folder, SMALL) as desk:
        await open_lab(desk)
        shown = {}
        for name, _ in PAGES:
            lab(desk).action_page(name)
            page: LabPage = lab(desk).page
            *before, last = page.python.split("; ")
            names: dict[str, object] = {}
            exec("; ".join(before), names)
            shown[name] = eval(last, names)
            for each in ("a", "b"):
                if each in names:
                    names[each].close()  # type: ignore[attr-defined]
        assert shown == {
            "bytes": [b"\x02\x01", b"\x01\x02"],
            "code": b"\x02\x01",
            "readings": 258,
            "readers": 512,
            "text": [b"513", b"\x02\x01"],
            "send": 513,
        }
        pages = [name for name, _ in PAGES]
        bar = lab(desk).query_one(PaneBar)
        for digit, name in enumerate(pages, 1):
            await desk.press(str(digit))
            assert bar.chosen == name
        await desk.press("pageup")
        assert bar.chosen == "text"
        await desk.press("left", "left", "right")
        assert bar.chosen == "readers"
        await desk.pilot.click(bar, offset=(4, 0))
        assert bar.chosen == "bytes"
        await desk.press("v")  # letters can be typed then
        field = lab(desk).query_one("#value", Input)
        await desk.press("2", "5", "p", "pagedown")
        assert field.value == "25p"
        assert bar.chosen == "code"
