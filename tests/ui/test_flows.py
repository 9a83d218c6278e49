"""What a person does, from the key to the bytes that arrive."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import closing
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from sockplay.model.spec import Behaviour, ServerSpec, Target
from sockplay.session.reader import Reader
from sockplay.ui.actions import ACTIONS
from sockplay.ui.palette import ActionProvider
from sockplay.ui.screens.chooser import Chooser
from sockplay.ui.screens.help import Help, help_page
from sockplay.ui.screens.prompt import Prompt
from sockplay.ui.widgets.inspector.inspector import Inspector
from sockplay.ui.widgets.key_bar import KeyBar
from tests.ui.desk import Desk, at_work

KEYS = {action.id: action.key for action in ACTIONS}


async def recv_by_hand(desk: Desk, bufsize: str) -> None:
    """F6, a bufsize, Enter."""
    before = len(desk.calls("conn1", "recv"))
    await desk.press("f6")
    await desk.until(lambda: isinstance(desk.app.screen, Prompt))
    await desk.type(bufsize)
    await desk.press("enter")
    await desk.until(lambda: len(desk.calls("conn1", "recv")) > before)
    await desk.until(lambda: desk.is_home)


async def test_a_pair_is_one_key_and_what_is_typed_arrives(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.press("f4")
        await desk.until(lambda: desk.sockets.current == Target("cli1"))
        await desk.press("4", *"hey", "enter")
        await desk.until(lambda: desk.came("conn1") == b"hey")
        await desk.sees("68 65 79")
        await desk.until(lambda: desk.inspector.chosen == b"hey")
        assert desk.editor.text == ""
        await desk.is_sound()


async def test_ten_bytes_read_by_hand_four_at_a_time_show_4_4_2_and_left_6_2_0(
    folder: Path,
) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.by_hand("conn1")
        await desk.pick("cli1")
        await desk.send("hello worl")
        await desk.pick("conn1")
        await desk.until(lambda: desk.info("conn1").recv_queue == 10)
        await desk.sees("in-q ▃ 10 B")
        for _ in range(3):
            await recv_by_hand(desk, "4")
        calls = desk.calls("conn1", "recv")
        assert [(c.moved, c.left) for c in calls] == [(4, 6), (4, 2), (2, 0)]
        await desk.sees("✂ cut by bufsize")
        await desk.sees("recv(4)")
        await desk.is_sound()


async def test_a_recv_waits_until_it_is_given_up_or_data_comes(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.by_hand("conn1")
        for action in ("stop_waiting", None):
            await desk.press("f6")
            await desk.until(lambda: isinstance(desk.app.screen, Prompt))
            await desk.press("enter")
            await desk.until(lambda: desk.info("conn1").waiting == "recv(4)")
            await desk.sees("waits in recv(4)")
            if action:
                await desk.run(action)
            else:
                await desk.pick("cli1")
                await desk.send("data")
            await desk.until(lambda: desk.info("conn1").waiting == "")
        await desk.until(lambda: desk.came("conn1") == b"data")
        await desk.is_sound()


async def test_m_changes_between_reading_by_itself_and_by_hand(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.pick("conn1")
        for wanted in (None, 4096):
            await desk.press("m")
            await desk.until(lambda wanted=wanted: desk.info("conn1").bufsize == wanted)  # type: ignore[misc]
        await desk.by_hand("conn1")
        await desk.press("f6")
        await desk.until(lambda: isinstance(desk.app.screen, Prompt))
        for wrong in ("0", "x", "99999999999"):
            await desk.type(wrong)
            await desk.press("enter")
            text = desk.app.screen.query_one("#problem", Static)
            await desk.until(lambda text=text: "✕" in str(text.content))  # type: ignore[misc]
            assert desk.app.screen.query_one(Input).value == wrong
        await desk.press("escape")
        await desk.is_sound()


async def test_half_closing_closing_and_clearing(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.press("w")
        await desk.until(lambda: any("EOF" in c.badges for c in desk.calls("conn1")))
        await desk.sees("∎ EOF")
        await desk.until(lambda: desk.info("conn1").ended)
        await desk.pick("srv1")
        await desk.press(KEYS["close"])
        await desk.until(lambda: desk.info("srv1").ended)
        await desk.press(KEYS["close"])
        await desk.hears("srv1 has ended")
        await desk.run("clear_ended")
        await desk.until(lambda: not desk.has("srv1"))
        await desk.is_sound()


async def test_a_reset_is_an_error_at_the_peer(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.press(KEYS["abort"])
        await desk.until(lambda: any(c.error == "ECONNRESET" for c in desk.calls("conn1")))
        await desk.sees("✕ ECONNRESET")
        await desk.is_sound()


async def test_a_peers_reset_is_seen_too(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        peer = await desk.connect("srv1")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        await desk.until(lambda: any(c.error == "ECONNRESET" for c in desk.calls("conn2")))
        await desk.is_sound()


async def test_a_send_goes_to_all_that_are_marked_or_to_a_whole_server(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        peers = [await desk.connect("srv1"), await desk.connect("srv1")]
        for name in ("conn2", "conn3"):
            await desk.pick(name)
            await desk.press("space")
        await desk.sees("to conn2, conn3")
        await desk.send("both")
        assert [await desk.got(peer) for peer in peers] == [b"both", b"both"]
        assert desk.came("cli1") == b""
        await desk.press("space")
        await desk.pick("conn2")
        await desk.press("space")
        await desk.pick("srv1")
        await desk.sees("to all of srv1")
        await desk.send("all")
        assert [await desk.got(peer) for peer in peers] == [b"all", b"all"]
        await desk.until(lambda: desk.came("cli1") == b"all")
        await desk.is_sound()


async def test_a_udp_server_answers_the_peer_that_is_picked(folder: Path) -> None:
    async with at_work(folder) as desk:
        spec = ServerSpec("udp", behaviour=Behaviour(65535))
        await desk.bench.do(desk.engine.start_server(spec))
        await desk.until(lambda: desk.has("udp1"))
        port = int(desk.info("udp1").local.rpartition(":")[2])
        one, other = (desk.keep(socket.socket(type=socket.SOCK_DGRAM)) for _ in range(2))
        for sock in (one, other):
            sock.connect(("127.0.0.1", port))
            sock.send(b"hi")
            name = f"127.0.0.1:{sock.getsockname()[1]}"
            await desk.until(lambda name=name: name in desk.info("udp1").peers)  # type: ignore[misc]
        await desk.pick("udp1")
        await desk.send("the last")
        assert await desk.got(other) == b"the last"
        first = Target("udp1", f"127.0.0.1:{one.getsockname()[1]}")
        await desk.press("down")
        if desk.sockets.current != first:
            await desk.press("down")
        assert desk.sockets.current == first
        await desk.sees(f"to udp1 → {first.peer}")
        await desk.send("you")
        assert await desk.got(one) == b"you"
        await desk.is_sound()


async def test_sending_to_nobody_says_so_and_keeps_what_was_typed(folder: Path) -> None:
    async with at_work(folder) as desk:
        desk.editor.text = "hello"
        await desk.press("f5")
        await desk.hears("nobody to send to")
        assert desk.editor.text == "hello"
        await desk.is_sound()


async def test_the_filter_narrows_by_words_and_by_socket(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.send("apple")
        await desk.send("pear")
        await desk.until(lambda: b"pear" in desk.came("conn1"))
        every = len(desk.calls())
        await desk.until(lambda: len(desk.timeline) == every)
        await desk.press("slash", *"apple")
        await desk.until(lambda: len(desk.timeline) == 2)
        await desk.sees(f"with apple  2 of {every} calls")
        await desk.press("enter")
        assert desk.timeline.has_focus
        await desk.send("apple pie")
        await desk.until(lambda: len(desk.timeline) == 4)
        await desk.press("slash")
        await desk.type("hex:7065617")
        await desk.until(lambda: "✕" in desk.seen)
        await desk.press("escape")
        await desk.until(lambda: len(desk.timeline) == len(desk.calls()))
        await desk.pick("conn1")
        await desk.press("s")
        await desk.until(lambda: len(desk.timeline) == len(desk.calls("conn1")))
        await desk.sees("TIMELINE  conn1")
        await desk.press("s")
        await desk.until(lambda: len(desk.timeline) == len(desk.calls()))
        await desk.is_sound()


async def test_following_stops_on_going_up_and_comes_back(folder: Path) -> None:
    async with at_work(folder, (100, 24)) as desk:
        await desk.pair()
        for number in range(12):
            await desk.bench.do(desk.engine.send(Target("cli1"), b"%d" % number))
        await desk.until(lambda: desk.came("conn1").endswith(b"11"))
        newest = len(desk.calls())
        await desk.until(lambda: desk.timeline.selected == newest)
        await desk.sees("following ▼")
        await desk.press("2", "up")
        assert not desk.timeline.follow
        await desk.sees("f follows")
        await desk.bench.do(desk.engine.send(Target("cli1"), b"more"))
        await desk.until(lambda: len(desk.timeline) == newest + 2)
        assert desk.timeline.selected == newest - 1
        await desk.press("f")
        await desk.until(lambda: desk.timeline.selected == newest + 2)
        await desk.press("up", "end")
        await desk.until(lambda: desk.timeline.follow)
        await desk.is_sound()


async def test_bytes_are_copied_in_four_forms(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.press("y")
        await desk.hears("Pick a call")
        await desk.pair()
        await desk.send("h\\x00é")
        await desk.until(lambda: desk.inspector.chosen == "h\0é".encode())
        forms = {
            "y": "68 00 c3 a9",
            "t": "h\\x00é",
            "p": "b'h\\x00\\xc3\\xa9'",
            "r": "recv(4096)",
        }
        for key, text in forms.items():
            desk.app.copied = ""
            await desk.press(key)
            await desk.until(lambda: desk.app.copied)
            assert text in desk.app.copied
        await desk.hears("offered to the terminal's clipboard.")
        await desk.is_sound()


async def test_what_no_clipboard_takes_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "far away")
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.bench.do(desk.engine.send(Target("cli1"), b"x" * 60_000))
        await desk.until(lambda: len(desk.came("conn1")) == 60_000)
        await desk.until(lambda: len(desk.timeline) == len(desk.calls()))
        desk.timeline.go(desk.calls("cli1", "send", "sendall")[-1].seq - 1)
        await desk.until(lambda: len(desk.inspector.chosen) == 60_000)
        await desk.press("y")
        await desk.hears("No clipboard here takes that much")
        assert desk.app.copied == ""
        await desk.press("t")
        await desk.until(lambda: desk.app.copied == "x" * 60_000)
        await desk.press("e")
        await desk.hears("characters are too many")
        await desk.is_sound()


async def test_a_selection_goes_into_the_composer_as_hex(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.send("hello")
        await desk.until(lambda: desk.inspector.chosen == b"hello")
        await desk.press("3", "shift+right", "e")
        assert desk.composer.draft.mode == "hex"
        assert desk.editor.text == "68 65"
        assert desk.editor.has_focus
        await desk.is_sound()


async def test_a_saved_session_is_read_again(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.send("keep me")
        await desk.until(lambda: desk.came("conn1") == b"keep me")
        calls = desk.calls()
        await desk.press("ctrl+s")
        await desk.until(lambda: isinstance(desk.app.screen, Prompt))
        await desk.type("mine.session")
        await desk.press("enter")
        await desk.hears("Saved as mine.session")
        await desk.is_sound()
    assert (folder / "mine.session").stat().st_mode & 0o777 == 0o600
    with closing(Reader(folder / "mine.session", ours=False)) as reader:
        assert list(reader.calls())[: len(calls)] == calls


async def test_the_history_gives_back_what_was_sent(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.press("ctrl+r")
        await desk.sees("Nothing was composed yet")
        await desk.press("escape")
        await desk.pair()
        await desk.send("one")
        await desk.send("two")
        await desk.press("ctrl+r")
        await desk.until(lambda: isinstance(desk.app.screen, Chooser))
        assert desk.app.screen.query_one(OptionList).option_count == 2
        await desk.press("down", "enter")
        await desk.until(lambda: desk.editor.text == "one")
        await desk.is_sound()


async def test_a_narrow_terminal_shows_one_pane_at_a_time(folder: Path) -> None:
    async with at_work(folder, (80, 24)) as desk:
        await desk.pair()
        await desk.send("hello")
        for key, text in (
            ("1", "SOCKETS"),
            ("2", "TIMELINE"),
            ("3", "big (network)"),
            ("4", "COMPOSE"),
        ):
            await desk.press(key)
            await desk.sees(text)
            assert sum(w in desk.seen for w in ("SOCKETS", "TIMELINE", "INSPECT", "COMPOSE")) == 1
            desk.app.set_focus(None)
        for size in ((120, 40), (200, 60), (80, 24), (40, 10), (20, 5), (100, 30)):
            await desk.pilot.resize_terminal(*size)
        await desk.until(lambda: desk.app.size.width == 100)
        await desk.is_sound()


async def test_the_key_bar_shows_whole_keys_and_a_click_does_what_the_key_does(
    folder: Path,
) -> None:
    async with at_work(folder) as desk:
        bar = desk.workbench.query_one(KeyBar)
        for width in (60, 80, 100, 140, 200):
            await desk.pilot.resize_terminal(width, 40)
            await desk.until(lambda width=width: bar.size.width == width - 2)  # type: ignore[misc]
            text = bar.render().plain
            assert len(text) <= bar.content_size.width
            names = {f"{a.key_text} {a.title}" for a in ACTIONS if a.key}
            assert text.endswith("^P palette")
            shown = text.removesuffix("^P palette").split("  ")
            assert {entry.strip() for entry in shown} - {""} <= names
        at = bar.render().plain.index("F2") + 1
        await desk.pilot.click(bar, offset=(at + 3, 0))
        await desk.sees("New server")
        await desk.press("escape")
        await desk.pilot.click(bar, offset=(193, 0))
        await desk.until(lambda: not desk.is_home)
        await desk.press("escape")
        await desk.is_sound()


# the table of actions


def test_the_help_page_names_every_action() -> None:
    page = " ".join(help_page().plain.split())
    for action in ACTIONS:
        assert action.title[:22] in page
        assert action.help in page


async def test_the_palette_finds_every_action(folder: Path) -> None:
    async with at_work(folder) as desk:
        provider = ActionProvider(desk.workbench)
        discovered = [hit.text async for hit in provider.discover()]
        assert len(discovered) == len(ACTIONS)
        for action in ACTIONS:
            found = [str(hit.text) async for hit in provider.search(action.title)]
            assert action.title in found


async def test_every_action_of_the_table_can_be_run(folder: Path) -> None:
    async with at_work(folder) as desk:
        for action in ACTIONS:
            owner: object = desk.workbench
            name = action.run.partition("(")[0]
            if name.startswith("app."):
                owner, name = desk.app, name.removeprefix("app.")
            assert callable(getattr(owner, f"action_{name}", None)), action.id
        identities = [action.id for action in ACTIONS]
        assert len(set(identities)) == len(identities)
        keys = [action.key for action in ACTIONS if action.key]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("paired", [False, True], ids=["empty", "with a pair"])
async def test_every_key_is_harmless(folder: Path, paired: bool) -> None:
    async with at_work(folder) as desk:
        for action in ACTIONS:
            if action.id == "quit":
                continue
            if paired and not any(i.state == "open" for i in desk.workbench.infos):
                await desk.run("pair('tcp')")
                await desk.until(lambda: any(i.state == "open" for i in desk.workbench.infos))
            desk.sockets.focus()
            if action.key:
                await desk.press(action.key)
            else:
                await desk.run(action.run)
            await desk.until(lambda: desk.seen)
            async with asyncio.timeout(20):
                while not desk.is_home:  # what opens late opens over what was there
                    await desk.press("escape")
        await desk.is_sound()


async def test_help_opens_scrolls_and_closes(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.press("f1")
        await desk.until(lambda: isinstance(desk.app.screen, Help))
        await desk.press("end", "q")
        await desk.until(lambda: desk.is_home)
        assert desk.workbench.query_one(Inspector)


async def test_a_key_right_after_a_pair_is_meant_for_its_client(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.press("f4", "b")
        await desk.sees("Knobs of cli1")
        await desk.press("escape", "f4", "k")
        await desk.sees("● cli2")


async def test_a_terminal_that_changes_its_size_still_follows(folder: Path) -> None:
    async with at_work(folder, (120, 40)) as desk:
        await desk.pair()
        for size in ((80, 24), (120, 40), (60, 15), (120, 40)):
            await desk.pilot.resize_terminal(*size)
            await desk.send(f"at {size}")
            await desk.until(lambda: desk.timeline.selected == len(desk.calls()))
            assert desk.timeline.follow
