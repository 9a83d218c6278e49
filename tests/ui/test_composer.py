"""The composer: what is typed becomes bytes, and nothing that was typed is lost."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from sockplay.ui.files import read_file
from sockplay.ui.themes import DARK
from sockplay.ui.widgets.composer.composer import Composer
from sockplay.ui.widgets.composer.editor import LONGEST, Editor
from sockplay.ui.widgets.hex_view import HexView
from sockplay.values.composing.draft import Draft
from tests.ui.quiet import quick
from tests.waiting import wait_until


class Composing(App[None]):
    """A composer alone."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Composer.Send] = []
        self.wrong: list[str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DARK

    def compose(self) -> ComposeResult:
        yield Composer(read_file, list)

    def on_composer_send(self, event: Composer.Send) -> None:
        self.sent.append(event)

    def on_composer_wrong(self, event: Composer.Wrong) -> None:
        self.wrong.append(event.sentence)


class Writing:
    """A composer with its app and pilot."""

    def __init__(self, app: Composing, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.composer = app.query_one(Composer)
        self.editor = app.query_one(Editor)

    @property
    def state(self) -> str:
        return str(self.app.query_one("#compose-state", Static).content)

    @property
    def preview(self) -> bytes:
        return self.app.query_one("#preview", HexView).data

    async def sends(self, draft: Draft) -> bytes:
        """Load a draft, press Enter, and take what is to be sent."""
        before = len(self.app.sent)
        self.composer.load(draft)
        self.editor.focus()
        await self.pilot.press("enter")
        await wait_until(lambda: len(self.app.sent) > before)
        data: bytes = self.app.sent[-1].payload.data
        return data


@asynccontextmanager
async def writing() -> AsyncIterator[Writing]:
    app = Composing()
    with quick():
        async with app.run_test(size=(100, 20)) as pilot:
            app.query_one(Editor).focus()
            yield Writing(app, pilot)
            app.workers.cancel_all()  # as SockplayApp does when it leaves


async def test_each_form_makes_its_bytes() -> None:
    async with writing() as desk:
        assert await desk.sends(Draft("hi\\n")) == b"hi\n"
        assert await desk.sends(Draft("hi\\n", escapes=False, ending="\\r\\n")) == b"hi\\n\r\n"
        assert await desk.sends(Draft("안", encoding="cp949")) == "안".encode("cp949")
        assert await desk.sends(Draft("513 -1", "integers", integer="i16")) == b"\x02\x01\xff\xff"
        assert await desk.sends(Draft("513", "integers", "little")) == b"\x01\x02"
        assert await desk.sends(Draft("de ad:BE,0xef", "hex")) == b"\xde\xad\xbe\xef"
        assert await desk.sends(Draft('u16:513 len:u8("abc")', "line")) == b"\x02\x01\x03abc"


async def test_the_bytes_are_seen_while_they_are_typed() -> None:
    async with writing() as desk:
        desk.composer.load(Draft('u16:513 "abc"', "line"))
        await wait_until(lambda: desk.preview == b"\x02\x01abc")
        await wait_until(lambda: desk.state == "5 bytes")
        desk.composer.step("order")
        await wait_until(lambda: desk.preview == b"\x01\x02abc")
        desk.composer.load(Draft("x"))
        await wait_until(lambda: desk.state == "1 byte")
        desk.composer.load(Draft(""))
        await wait_until(lambda: desk.state == "")


async def test_what_cannot_be_sent_is_said_in_a_sentence_and_stays() -> None:
    async with writing() as desk:
        for draft, said in (
            (Draft("u8:300", "line"), "(0 to 255)"),
            (Draft("70000", "integers"), "70000 does not fit"),
            (Draft("zz", "hex"), "column 1"),
            (Draft("x", encoding="no-such"), "no-such"),
            (Draft("안", encoding="ascii"), "ascii"),
            (Draft("1", "integers", integer="u7"), "u7"),
            (Draft('file"/no/such"', "line"), "/no/such"),
            (Draft('file"/"', "line"), "irectory"),
            (Draft('file"~nobody-of-that-name/x"', "line"), "No such file"),
            (Draft('file"/dev/zero"', "line"), "no plain file"),
            (Draft('file"a\x00b"', "line"), "a"),
            (Draft("u8:", "line"), "column"),
        ):
            desk.composer.load(Draft())
            await wait_until(lambda: desk.state == "")
            desk.composer.load(draft)
            await desk.pilot.press("enter")
            await wait_until(lambda: desk.state.startswith("✕ "))
            assert said in desk.state
            assert desk.composer.draft == draft
            assert desk.app.sent == []
            assert desk.composer.history == []
            assert desk.editor.has_focus


async def test_up_and_down_walk_through_what_was_sent_and_back_to_what_was_typed() -> None:
    async with writing() as desk:
        for source in ("one", "two", "two"):
            await desk.sends(Draft(source))
            desk.composer.sent(desk.app.sent[-1].draft)
            assert desk.editor.text == ""
        assert [draft.source for draft in desk.composer.history] == ["one", "two"]
        desk.composer.load(Draft("typed", "text", ending="\\n"))
        seen = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await desk.pilot.press(key)
            seen.append(desk.editor.text)
        assert seen == ["two", "one", "one", "two", "typed", "typed"]
        assert desk.composer.draft.ending == "\\n"


async def test_arrows_move_inside_a_payload_of_several_lines() -> None:
    async with writing() as desk:
        await desk.pilot.press("a", "ctrl+j", "b", "up")
        assert desk.editor.text == "a\nb"
        assert desk.editor.cursor_location[0] == 0


async def test_a_paste_of_a_megabyte_is_refused_in_a_sentence_and_nothing_freezes() -> None:
    async with writing() as desk:
        desk.editor.text = "kept"
        began = time.process_time()
        desk.app.post_message(events.Paste("x" * (1 << 20)))
        await wait_until(lambda: desk.app.wrong)
        assert time.process_time() - began < 1
        assert f"takes {LONGEST:,}" in desk.app.wrong[0]
        assert desk.editor.text == "kept"
        await desk.pilot.press("!")
        assert "!" in desk.editor.text


async def test_a_long_paste_that_fits_is_taken_and_the_next_key_answers_soon() -> None:
    async with writing() as desk:
        desk.app.post_message(events.Paste("x" * (LONGEST - 1)))
        await wait_until(lambda: len(desk.editor.text) == LONGEST - 1)
        began = time.process_time()
        await desk.pilot.press("y")
        assert len(desk.editor.text) == LONGEST
        assert time.process_time() - began < 2
        await wait_until(lambda: f"{LONGEST:,} bytes" in desk.state)


async def test_a_payload_is_sent_as_it_was_when_enter_was_pressed() -> None:
    async with writing() as desk:
        desk.composer.load(Draft("first"))
        await desk.pilot.press("enter")
        await wait_until(lambda: desk.app.sent)
        desk.editor.text = "second"
        desk.composer.sent(desk.app.sent[-1].draft)
        assert desk.editor.text == "second"
        assert desk.composer.history == [Draft("first")]


async def test_the_targets_are_named() -> None:
    async with writing() as desk:
        assert "to nobody yet" in str(desk.app.query_one("#compose-to", Static).content)
        desk.composer.bar.show_targets(["cli1", "all of srv1"])
        assert str(desk.app.query_one("#compose-to", Static).content) == "to cli1, all of srv1"


async def test_the_options_are_those_of_the_form() -> None:
    async with writing() as desk:
        names = {"encoding", "ending", "escapes", "integer", "order"}

        def shown() -> set[str]:
            return {
                name for name in names if not desk.app.query_one(f"#{name}").has_class("hidden")
            }

        wanted: list[set[str]] = [
            {"encoding", "ending", "escapes"},
            {"integer", "order"},
            set(),
            {"order", "encoding"},
        ]
        for options in wanted:
            await wait_until(lambda options=options: shown() == options)  # type: ignore[misc]
            desk.composer.step("mode")
