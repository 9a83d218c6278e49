"""The library on the screen, and the editor of definitions."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest
from textual import events
from textual.message import Message
from textual.widgets import Input, Static

from sockplay.library.definition_text import EXAMPLE
from sockplay.ui.screens import definition_editor
from sockplay.ui.screens.definition_editor import DefinitionEditor
from sockplay.ui.screens.library import LibraryScreen
from sockplay.ui.screens.library_listing import KeptList
from sockplay.ui.screens.prompt import Prompt
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.inspector.message_table import MessageTable
from sockplay.ui.widgets.source_area import SourceArea
from sockplay.values.composing.draft import Draft
from tests.ui.desk import Desk, at_work

WIDE = (150, 44)
HEADER = "struct first { u8 x; };\nstruct header { u16be n; char text[n]; };\n"


async def opened(desk: Desk) -> LibraryScreen:
    await desk.press("ctrl+l")
    await desk.until(lambda: isinstance(desk.app.screen, LibraryScreen))
    await desk.sees("SHIPPED")
    screen = desk.app.screen
    assert isinstance(screen, LibraryScreen)
    return screen


async def on_row(desk: Desk, row: str) -> None:
    """Put the cursor on a line of the list: ``payload:NAME``."""
    rows = desk.app.screen.query_one(KeptList)
    await desk.until(lambda: any(option.id == row for option in rows.options))
    rows.highlighted = rows.get_option_index(row)


async def asked(desk: Desk) -> None:
    """Wait for a prompt that takes text."""
    await desk.until(lambda: isinstance(desk.app.screen, Prompt))
    await desk.until(lambda: isinstance(desk.app.focused, Input))


async def answer(desk: Desk, text: str) -> None:
    """Type into a prompt, and let it close."""
    await asked(desk)
    below = desk.app.screen_stack[-2]
    await desk.type(text)
    await desk.press("enter")
    await desk.until(lambda: desk.app.screen is below)


async def editing(desk: Desk) -> DefinitionEditor:
    await desk.until(lambda: isinstance(desk.app.screen, DefinitionEditor))
    screen = desk.app.screen
    assert isinstance(screen, DefinitionEditor)
    await desk.until(lambda: screen.query(SourceArea))
    return screen


async def write(desk: Desk, source: str, seen: str) -> None:
    """Write a definition into the editor, and wait for what it says."""
    desk.app.screen.query_one(SourceArea).text = source
    await desk.until(lambda: seen in state(desk))


def state(desk: Desk) -> str:
    return str(desk.app.screen.query_one("#state", Static).content)


def about(desk: Desk) -> str:
    return str(desk.app.screen.query_one("#about", Static).content)


def problem(desk: Desk) -> str:
    return str(desk.app.screen.query_one("#problem", Static).content)


def ids(screen: LibraryScreen) -> list[str]:
    return [option.id for option in screen.query_one(KeptList).options if option.id]


async def fits(desk: Desk, name: str) -> None:
    """Wait until a part of the screen is there, whole."""
    screen = desk.app.screen
    await desk.until(lambda: screen.query_one(name).region.area)
    assert screen.region.contains_region(screen.query_one(name).region), name


async def test_an_empty_library_says_how_to_fill_it_and_that_nothing_is_nothing_to_keep(
    folder: Path,
) -> None:
    async with at_work(folder, WIDE) as desk:
        await desk.run("keep")
        await desk.hears("There is nothing composed to keep yet.")
        await opened(desk)
        await desk.press("k")
        await desk.until(lambda: len(desk.toasts) == 2)
        await desk.sees("k keeps what is composed")
        await desk.sees("n writes one")
        await desk.sees(f"{folder}/data")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        assert not (folder / "data").exists()
        await desk.is_sound()


async def test_what_is_composed_is_kept_and_composed_again(folder: Path) -> None:
    draft = Draft("len:u8('hello') 7", "line", "little")
    async with at_work(folder, WIDE) as desk:
        desk.composer.load(draft)
        await desk.run("keep")
        await answer(desk, "greeting")
        await desk.hears("Kept as greeting.")
        desk.composer.load(Draft())
        screen = await opened(desk)
        await desk.until(lambda: screen.chosen == ("payload", "greeting"))
        await desk.sees("len:u8('hello') 7")
        await desk.press("enter")
        await desk.until(lambda: desk.is_home)
        await desk.until(lambda: desk.composer.draft == draft)
        await desk.until(lambda: desk.editor.has_focus)
        await desk.is_sound()


async def test_a_taken_name_is_replaced_when_asked_twice_and_one_that_is_none_never(
    folder: Path,
) -> None:
    async with at_work(folder) as desk:
        desk.bench.library.keep_payload("a", Draft("before"))
        desk.composer.load(Draft("after"))
        await desk.run("keep")
        await asked(desk)
        await desk.type("a")
        await desk.press("enter")
        await desk.until(lambda: "a payload a already. Enter again" in problem(desk))
        assert desk.bench.library.payloads()[0].draft.source == "before"
        await desk.press("enter")
        await desk.until(lambda: desk.is_home)
        assert desk.bench.library.payloads()[0].draft.source == "after"
        await desk.run("keep")
        await asked(desk)
        await desk.type("a/b")
        await desk.press("enter")
        await desk.until(lambda: "a/b is no name here." in problem(desk))
        await desk.is_sound()


async def test_a_payload_is_previewed_with_its_bytes_and_a_damaged_one_with_its_problem(
    folder: Path,
) -> None:
    async with at_work(folder, WIDE) as desk:
        desk.bench.library.keep_payload("a", Draft("a=u16:513 u8:7", "line", "little"))
        desk.bench.library.keep_payload("b", Draft("u8:300", "line"))
        (desk.bench.library.folder / "payloads" / "bad.payload").write_bytes(b"\x00\xff")
        screen = await opened(desk)
        view = screen.query_one("#kept-bytes", HexView)
        await desk.until(lambda: view.data == b"\x01\x02\x07")
        await on_row(desk, "payload:b")
        await desk.sees("✕ u8:300: 300 does not fit u8")
        assert not view.data
        await on_row(desk, "payload:bad")
        said = screen.query_one("#kept-problem", Static)
        await desk.until(lambda: "is no UTF-8 text" in str(said.content))
        await fits(desk, "#kept-problem")
        await desk.press("enter")
        await desk.hears("is no UTF-8 text")
        assert desk.app.screen is screen
        await desk.is_sound()


async def test_what_is_removed_comes_back_with_u_unless_another_took_its_place_meanwhile(
    folder: Path,
) -> None:
    async with at_work(folder, WIDE) as desk:
        desk.bench.library.keep_payload("a", Draft("x"))
        desk.bench.library.keep_definition("d", HEADER)
        screen = await opened(desk)
        await on_row(desk, "definition:d")
        await desk.press("d")
        await desk.hears("d is removed. u brings it back.")
        await desk.until(lambda: "definition:d" not in ids(screen))
        await desk.until(lambda: all(kept.shipped for kept in desk.workbench.definitions))
        await desk.press("u")
        await desk.until(lambda: screen.chosen == ("definition", "d"))
        await desk.until(lambda: "d" in [kept.name for kept in desk.workbench.definitions])
        await desk.press("d")
        await desk.until(lambda: screen.check_action("restore", ()))
        desk.bench.library.keep_definition("d", EXAMPLE)
        await desk.press("u")
        await desk.hears("There is another definition d now.")
        assert desk.bench.library.find("d") == (EXAMPLE, "")
        await desk.is_sound()


async def test_what_is_written_in_the_place_of_what_was_removed_stays(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        desk.bench.library.keep_definition("d", EXAMPLE)
        screen = await opened(desk)
        await on_row(desk, "definition:d")
        await desk.press("d")
        await desk.until(lambda: screen.check_action("restore", ()))
        for name in ("another", "d"):
            assert screen.check_action("restore", ())
            await desk.press("n")
            await editing(desk)
            await write(desk, HEADER, "2 structs")
            await desk.press("ctrl+s")
            await answer(desk, name)
            await desk.until(lambda name=name: f"{name}  kept" in about(desk))  # type: ignore[misc]
            await desk.press("escape")
            await desk.until(lambda: desk.app.screen is screen)
        assert not screen.check_action("restore", ())
        await desk.press("u")
        await desk.until(lambda: screen.chosen == ("definition", "d"))
        assert desk.bench.library.find("d") == (HEADER, "")
        await desk.is_sound()


async def test_when_the_last_is_removed_the_cursor_goes_to_the_nearest(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        desk.bench.library.keep_payload("a", Draft("x"))
        desk.bench.library.keep_definition("d", HEADER)
        screen = await opened(desk)
        await desk.until(lambda: screen.chosen == ("payload", "a"))
        await desk.press("d")
        await desk.until(lambda: "payload:a" not in ids(screen))
        await desk.until(lambda: screen.chosen == ("definition", "d"))
        await desk.is_sound()


async def test_what_the_system_does_not_take_is_said_in_the_prompt(folder: Path) -> None:
    async def act(_: str) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    async with at_work(folder, WIDE) as desk:
        desk.bench.library.keep_payload("a", Draft("x"))
        await opened(desk)
        await on_row(desk, "payload:a")
        await desk.press("x")
        await asked(desk)
        await desk.type("y" * 300)
        await desk.press("enter")
        await desk.until(lambda: "File name too long" in problem(desk))
        desk.app.push_screen(Prompt("Try", "", "It fails.", act))
        await asked(desk)
        await desk.press("enter")
        await desk.until(lambda: "The system refused: Too many open files." in problem(desk))
        await desk.is_sound()


async def test_long_payloads_are_not_made_to_be_looked_at(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        for name in "abcdef":
            source = f"{name}=crc:crc-64/xz((u8:0)*4000000)"
            desk.bench.library.keep_payload(name, Draft(source, "line"))
        desk.bench.library.keep_payload("g", Draft("u8:7", "line"))
        screen = await opened(desk)
        for name in "abcdefga":
            await on_row(desk, f"payload:{name}")
            await desk.sees("u8:7" if name == "g" else f"{name}=crc")
        await desk.sees("more than 65,536 bytes: too long to show here")
        assert not screen.query_one("#kept-problem").has_class("-wrong")
        await on_row(desk, "payload:g")
        await desk.until(lambda: screen.query_one("#kept-bytes", HexView).data == b"\x07")
        assert not screen.query_one("#kept-problem").display
        previewing = [t for t in threading.enumerate() if t.name.startswith("sockplay-preview")]
        assert len(previewing) == 1
        await desk.is_sound()


async def test_what_is_shipped_is_neither_removed_nor_renamed_but_opened_as_a_copy(
    folder: Path,
) -> None:
    async with at_work(folder, WIDE) as desk:
        screen = await opened(desk)
        await on_row(desk, "definition:dns")
        await desk.press("delete")
        await desk.hears("dns is shipped with sockplay")
        await desk.press("r")
        await asked(desk)
        await desk.type("mine")
        await desk.press("enter")
        await desk.until(lambda: "dns is shipped" in problem(desk))
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is screen)
        await desk.sees("Enter opens a copy")
        await desk.press("enter")
        await editing(desk)
        await write(desk, HEADER, "2 structs")
        await desk.press("ctrl+s")
        await answer(desk, "dns")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is screen)
        await desk.until(lambda: not screen.definitions["dns"].shipped)
        assert desk.bench.library.find("dns") == (HEADER, "")
        await desk.is_sound()


async def test_names_change_and_files_go_out_and_in(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        desk.bench.library.keep_payload("a", Draft("x\n"))
        screen = await opened(desk)
        await on_row(desk, "payload:a")
        await desk.press("r")
        await answer(desk, "b")
        await desk.until(lambda: screen.chosen == ("payload", "b"))
        await desk.press("x")
        await answer(desk, "out")
        await desk.hears(f"Written to {folder}/out.payload.")
        await desk.press("delete")
        await desk.until(lambda: "payload:b" not in ids(screen))
        await desk.press("i")
        await answer(desk, "out.payload")
        await desk.until(lambda: screen.chosen == ("payload", "out"))
        assert desk.bench.library.payloads()[0].draft == Draft("x\n")
        (folder / "wrong.h").write_text("struct a {\n  u16 n\n};")
        await desk.press("i")
        await asked(desk)
        await desk.type("wrong.h")
        await desk.press("enter")
        await desk.until(lambda: "Line 3, column 1:" in problem(desk))
        await desk.is_sound()


async def test_a_definition_is_tried_at_every_key_and_kept(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        await desk.pair()
        await desk.send("\\x00\\x02hi")
        await desk.until(lambda: desk.inspector.chosen == b"\x00\x02hi")
        library = await opened(desk)
        await desk.press("n")
        screen = await editing(desk)
        assert screen.query_one(SourceArea).text == EXAMPLE
        await write(desk, "struct a {\n  u16 n;\n  char x[m];\n};", "There is no field m here.")
        lines = state(desk).split("\n")
        assert lines[0] == "✕ Line 3, column 10: There is no field m here."
        assert lines[2].index("^") == lines[1].index("m")
        await write(desk, "strukt a { u8 x; };", "strukt")
        await write(desk, HEADER, "✓ 2 structs: first, header")
        await desk.until(lambda: "Read from the 4 bytes in the inspector." in state(desk))
        await desk.sees('"hi"')
        assert screen.query_one("#sample", HexView).data == b"\x00\x02hi"
        assert "not kept yet" in about(desk)
        await desk.press("ctrl+s")
        await answer(desk, "mine")
        await desk.until(lambda: "mine  kept" in about(desk))
        await desk.until(lambda: "mine" in [kept.name for kept in desk.workbench.definitions])
        await write(desk, HEADER + "struct last { u8 y[EOF]; };", "3 structs")
        await desk.press("ctrl+s")
        await desk.until(lambda: "mine  kept" in about(desk))
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, LibraryScreen))
        await desk.sees("last, first, header")
        await desk.until(lambda: library.chosen == ("definition", "mine"))
        await desk.is_sound()


async def test_another_struct_another_order_and_other_bytes_are_tried(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        desk.bench.library.keep_definition("d", "struct a { u8 x; }; struct b { u16 y; };")
        await opened(desk)
        await on_row(desk, "definition:d")
        await desk.press("enter")
        screen = await editing(desk)
        await desk.until(lambda: "No bytes to try it on" in state(desk))
        screen.query_one("#bytes", Input).value = "02 01 7"
        await desk.until(lambda: "✕ bytes: 7 has an odd number of digits" in state(desk))
        screen.query_one("#bytes", Input).value = "02 01 07"
        await desk.sees("513")
        await desk.sees("1 byte after the message")
        screen.query_one("#order").focus()
        await desk.press("right")
        await desk.sees("258")
        screen.query_one("#message").focus()
        await desk.press("down")
        await desk.sees("2 bytes after the message")
        screen.query_one("#message", Input).value = "c"
        await desk.until(lambda: "There is no struct c." in state(desk))
        screen.query_one("#message", Input).value = ""
        await desk.until(lambda: "✓ 2 structs" in state(desk))
        screen.query_one(MessageTable).focus()
        await desk.press("home")
        await desk.until(lambda: screen.query_one("#sample", HexView).selection == (0, 2))
        await desk.is_sound()


async def test_a_field_is_looked_up_in_the_bytes_and_copied_as_python(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        desk.bench.library.keep_definition("d", HEADER)
        await opened(desk)
        await on_row(desk, "definition:d")
        await desk.press("enter")
        screen = await editing(desk)
        screen.query_one("#bytes", Input).value = "00 02 68 69"
        await desk.sees('"hi"')
        fields, view = screen.query_one(MessageTable), screen.query_one("#sample", HexView)
        fields.focus()
        await desk.press("end", "p")
        await desk.until(lambda: "data[2:4]" in desk.app.copied)
        await desk.press("enter")
        await desk.until(lambda: view.has_focus)
        assert view.selection == (2, 4)
        await desk.pilot.click(fields, offset=(3, 1), times=2)
        await desk.until(lambda: view.selection == (0, 2))
        await desk.until(lambda: view.has_focus)
        await desk.is_sound()


async def test_nothing_tries_a_definition_while_its_editor_is_taken_down(folder: Path) -> None:
    busy: list[object] = []
    desks: list[Desk] = []

    def hook(message: Message) -> None:
        if isinstance(message, events.Unmount) and desks:
            workers = desks[0].app.workers
            busy.extend(w for w in workers if w.group == "trial" and not w.is_finished)

    async with at_work(folder, WIDE, hook) as desk:
        await opened(desk)
        await desk.press("n")
        await editing(desk)
        desks.append(desk)
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, LibraryScreen))
    assert not busy


async def test_edits_are_not_lost_to_one_escape(folder: Path) -> None:
    async with at_work(folder, WIDE) as desk:
        await opened(desk)
        await desk.press("n")
        await editing(desk)
        await write(desk, "u16be", "1 struct: message")
        await desk.press("escape")
        await desk.until(lambda: "Esc again drops it" in about(desk))
        await write(desk, "u16le", "1 struct: message")
        await desk.until(lambda: "not kept yet" in about(desk))
        await desk.press("escape")
        await desk.until(lambda: "Esc again drops it" in about(desk))
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, LibraryScreen))
        await desk.is_sound()


async def test_a_large_source_is_tried_after_a_longer_rest(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_work(folder, WIDE) as desk:
        await opened(desk)
        await desk.press("n")
        await editing(desk)
        await desk.until(lambda: "1 struct: message" in state(desk))
        monkeypatch.setattr(definition_editor, "_SETTLE_S", 3600)
        await write(desk, HEADER + " " * (32 << 10), "2 structs")
        await desk.is_sound()


async def test_a_large_header_is_pasted_and_keys_still_work(folder: Path) -> None:
    header = "".join(f"struct part{n} {{ u8 a; u16 b; }};  // {n:0125}\n" for n in range(1500))
    async with at_work(folder, WIDE) as desk:
        await opened(desk)
        await desk.press("n")
        screen = await editing(desk)
        area = screen.query_one(SourceArea)
        area.text = ""
        await desk.paste(header)
        await desk.until(lambda: len(area.text) == len(header))
        await desk.until(lambda: "✓ 1,500 structs: … part1494" in state(desk))
        await desk.press("x")
        assert area.text == header + "x"
        await desk.until(lambda: "✕ Line 1501, column 1: x cannot stand here" in state(desk))
        await desk.paste("x" * (1 << 20))
        await desk.hears("A definition has at most")
        assert area.text == header + "x"
        await desk.is_sound()


async def test_it_all_fits(folder: Path) -> None:
    async with at_work(folder) as desk:
        desk.bench.library.keep_payload("a", Draft("x" * 5000))
        for size in ((80, 24), (120, 40), (200, 60)):
            await desk.pilot.resize_terminal(*size)
            await opened(desk)
            for name in ("#kept-bytes", "#kept-scroll", "KeptList", "KeyBar"):
                await fits(desk, name)
            await desk.press("n")
            editor = await editing(desk)
            editor.query_one("#bytes", Input).value = "ca fe 01 00 01 41 ff"
            await desk.sees("HELLO (1)")
            for name in ("SourceArea", "#bytes", "#sample", "#fields", "KeyBar"):
                await fits(desk, name)
            await desk.is_sound()
