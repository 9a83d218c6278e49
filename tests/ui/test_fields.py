"""Fields are edited in the table or in the line, and the bytes follow."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input, OptionList

from sockplay.ui.screens.chooser import Chooser
from sockplay.ui.screens.inspect import Inspect
from sockplay.ui.widgets.composer.field_grid import FieldGrid
from sockplay.ui.widgets.hex_view import HexView
from sockplay.values.composing.draft import Draft
from sockplay.values.composing.message import message_of
from tests.ui.desk import Desk, at_work

LINE = 'magic=u16:0xcafe len:u8("hey")'
PACKET = """
struct packet { u16be magic = 0xCAFE; u8 n; char name[n]; u16 sum = crc("internet", ..name); };
"""


def grid(desk: Desk) -> FieldGrid:
    return desk.composer.query_one(FieldGrid)


def preview(desk: Desk) -> HexView:
    return desk.composer.query_one("#preview", HexView)


async def composed(desk: Desk, data: bytes) -> None:
    await desk.until(lambda: preview(desk).data == data)


async def compose(desk: Desk, line: str = LINE) -> None:
    """Have a line composed, and the cursor in its table."""
    desk.composer.load(Draft(line, "line"))
    desk.workbench.go_to("composer")
    await desk.until(lambda: grid(desk).rows and grid(desk).rows[0].offset == 0)
    await desk.press("tab")
    await desk.until(lambda: grid(desk).has_focus)


async def write(desk: Desk, text: str) -> None:
    """Edit the cell under the cursor."""
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.focused, Input))
    await desk.type(text)
    await desk.press("enter")


async def kept(desk: Desk, name: str, source: str) -> None:
    await desk.bench.in_library(lambda library: library.keep_definition(name, source))
    desk.workbench.definitions_changed()
    await desk.until(lambda: any(each.name == name for each in desk.workbench.definitions))


async def choose(desk: Desk, title: str) -> None:
    """Take an offer of the chooser that is open or opens."""
    await desk.until(lambda: isinstance(desk.app.screen, Chooser))
    offers = desk.app.screen.query_one(OptionList)
    options = [str(offers.get_option_at_index(n).prompt) for n in range(offers.option_count)]
    offers.highlighted = next(n for n, text in enumerate(options) if text.startswith(title))
    await desk.press("enter")
    await desk.until(lambda: desk.is_home)


async def test_editing_a_cell_changes_the_line_and_the_bytes(folder: Path) -> None:
    async with at_work(folder) as desk:
        await compose(desk)
        await write(desk, "513")
        await composed(desk, b"\x02\x01\x03hey")
        assert desk.editor.text == 'magic=u16:513 len:u8("hey")'
        await desk.press("down", "down")
        await write(desk, 'h"y')
        await composed(desk, b'\x02\x01\x03h"y')
        assert desk.editor.text == 'magic=u16:513 len:u8("h\\"y")'


async def test_editing_the_line_changes_the_table(folder: Path) -> None:
    async with at_work(folder) as desk:
        await compose(desk)
        desk.editor.text = "n=u8:7 u16:8 u8:9"
        await desk.until(lambda: [row.value for row in grid(desk).rows] == ["7", "8", "9"])
        desk.editor.text = "n=u8:7 ("
        await desk.until(lambda: "column 8" in desk.seen)
        assert [row.value for row in grid(desk).rows] == ["7", "8", "9"]


async def test_flipping_one_field_and_all_swaps_the_bytes(folder: Path) -> None:
    async with at_work(folder) as desk:
        await compose(desk, "u16:0x0102 u32le:0x01020304")
        await desk.press("b")
        await composed(desk, bytes.fromhex("0201 04030201"))
        await desk.press("B")
        await composed(desk, bytes.fromhex("0102 01020304"))
        assert desk.composer.draft.order == "little"


async def test_fields_are_added_and_taken_out(folder: Path) -> None:
    async with at_work(folder) as desk:
        await compose(desk, "u8:1 u8:2")
        await desk.press("a")
        await composed(desk, b"\1\0\2")
        await desk.press("delete")
        await composed(desk, b"\1\2")


async def test_what_cannot_be_is_said_below_the_cell_and_stays_typed(folder: Path) -> None:
    async with at_work(folder) as desk:
        await compose(desk)
        await write(desk, "1 2")
        await desk.sees("is not one value")
        field = desk.app.focused
        assert isinstance(field, Input)
        assert field.value == "1 2"
        assert desk.editor.text == LINE
        await desk.press("escape")
        await desk.until(lambda: grid(desk).has_focus)
        assert "is not one value" not in desk.seen
        await desk.press("down")
        await write(desk, "9")
        await desk.sees("This length is computed")
        await desk.press("escape", "up")
        await write(desk, "70000")
        await desk.sees("70000 does not fit u16 (0 to 65535)")
        assert desk.editor.text == LINE
        assert isinstance(desk.app.focused, Input)


async def test_the_cursor_names_the_field_of_a_byte_and_marks_the_bytes_of_a_field(
    folder: Path,
) -> None:
    async with at_work(folder) as desk:
        await compose(desk)
        assert preview(desk)._marked == (0, 2)
        preview(desk).focus()
        await desk.press("end")
        await desk.sees("byte 5 (3 of 3): text  hey")
        assert grid(desk).cursor == 2


async def test_the_table_is_seen_at_every_size(folder: Path) -> None:
    async with at_work(folder, (80, 24)) as desk:
        await compose(desk)
        for size in ((80, 24), (120, 40), (200, 60)):
            await desk.pilot.resize_terminal(*size)
            for text in ("field", "magic", "0xcafe", "len:u8", "3  computed", "hey", "6 bytes"):
                await desk.sees(text)


async def test_a_message_is_begun_edited_and_sent_by_its_definition(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await kept(desk, "packet", PACKET)
        desk.workbench.go_to("composer")
        desk.composer.load(Draft("", "message"))
        desk.composer.query_one("#definition", Input).value = "packet"
        await desk.until(lambda: [row.name for row in grid(desk).rows][:2] == ["magic", "n"])
        desk.editor.focus()
        await desk.press("tab", "down", "down")
        await desk.until(lambda: grid(desk).has_focus and grid(desk).cursor == 2)
        await write(desk, "abc")
        await desk.until(lambda: preview(desk).data[:6] == b"\xca\xfe\3abc")
        assert not any(field.problem for field in message_of(desk.composer.draft).decoded.fields)
        await desk.press("f5")
        await desk.until(lambda: desk.came("conn1")[:6] == b"\xca\xfe\3abc")


async def test_received_bytes_become_a_template(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await kept(desk, "packet", PACKET)
        peer = await desk.connect("srv1")
        peer.sendall(b"\xca\xfe\2hi\xcb\x97")
        await desk.until(lambda: desk.inspector.chosen == b"\xca\xfe\2hi\xcb\x97")
        await desk.press("2", "u")
        await choose(desk, "packet")
        await desk.until(lambda: desk.composer.draft.mode == "message")
        await desk.until(lambda: [row.value for row in grid(desk).rows][1:3] == ["2", "hi"])
        await desk.press("escape", "u")
        await choose(desk, "u16be")
        await composed(desk, b"\xca\xfe\2hi\xcb\x97")
        assert desk.editor.text.startswith("u16be:51966 u16be:616")


async def test_a_socket_and_its_connections_have_a_definition(folder: Path) -> None:
    async with at_work(folder, (120, 50)) as desk:
        await desk.pair()
        await kept(desk, "packet", PACKET)
        await desk.pick("srv1")
        await desk.press("1", "d")
        await choose(desk, "packet")
        peer = await desk.connect("srv1")
        peer.sendall(b"\xca\xfe\2hi")
        await desk.until(lambda: desk.inspector.chosen == b"\xca\xfe\2hi")
        await desk.sees("name")
        await desk.sees("sum")
        await desk.pick("srv1")
        await desk.press("1", "d")
        await choose(desk, "none")


async def test_what_is_composed_is_inspected_and_edited_there(folder: Path) -> None:
    async with at_work(folder, (120, 50)) as desk:
        await compose(desk, "id=u16:513 rest=u32:7")
        preview(desk).focus()
        await desk.press("right")
        await desk.until(lambda: desk.inspector.query_one("#inspect-bytes", HexView).cursor == 1)
        desk.composer.take_bytes(preview(desk).data, b"\1\2\0\0\0\x09")
        await desk.until(lambda: desk.editor.text == "id=u16:258 rest=u32:9")


async def test_enter_on_composed_bytes_goes_to_the_inspector_that_reads_them(folder: Path) -> None:
    async with at_work(folder, (80, 24)) as desk:
        await compose(desk, "id=u16:513")
        preview(desk).focus()
        await desk.press("enter")
        await desk.sees("INSPECT  composer")
        await desk.press("enter", "down", "down", "enter")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.type("9")
        await desk.press("enter")
        await desk.until(lambda: desk.editor.text == "id=u16:2305")


async def test_bytes_of_the_definition_editor_are_read_and_edited_too(folder: Path) -> None:
    async with at_work(folder, (120, 50)) as desk:
        await desk.run("library")
        await desk.press("n")
        await desk.sees("struct message")
        desk.app.screen.query_one("#bytes", Input).value = "01 02"
        sample = desk.app.screen.query_one("#sample", HexView)
        await desk.until(lambda: sample.data == b"\1\2")
        sample.focus()
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, Inspect))
        await desk.sees("258")
        await desk.press("end")
        await desk.press("escape")
        await desk.until(lambda: not isinstance(desk.app.screen, Inspect))


async def test_what_gives_way_to_something_else_is_found_in_the_history(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.send("hello")
        await desk.until(lambda: desk.came("conn1") == b"hello")
        desk.editor.text = "half a thought"
        await desk.until(lambda: desk.inspector.chosen == b"hello")
        await desk.press("escape", "2", "e")
        await desk.until(lambda: desk.editor.text == "68 65 6c 6c 6f")
        await desk.press("up")
        await desk.until(lambda: desk.editor.text == "half a thought")


async def test_an_open_cell_does_not_land_in_another_draft(folder: Path) -> None:
    async with at_work(folder) as desk:
        await compose(desk, "a=u8:1 b=u8:2")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.type("9")
        desk.composer.load(Draft("z=u8:5", "line"))
        await desk.press("enter")
        await desk.sees("has changed meanwhile")
        assert desk.editor.text == "z=u8:5"


async def test_two_quick_removals_take_out_no_field_that_is_gone(folder: Path) -> None:
    async with at_work(folder) as desk:
        await compose(desk, "u8:1 u8:2 u8:3")
        await desk.press("end", "delete", "delete", "delete")
        await desk.until(lambda: desk.editor.text != "u8:1 u8:2 u8:3")


async def test_the_focus_is_not_lost_when_the_table_goes(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await compose(desk, "u8:1")
        await desk.press("delete")
        await desk.until(lambda: desk.editor.has_focus)
        await desk.press("x")
        await desk.until(lambda: desk.editor.text == "x")
        assert not desk.info("cli1").ended


async def test_an_edit_in_the_inspector_goes_where_it_began(folder: Path) -> None:
    async with at_work(folder, (120, 50)) as desk:
        await desk.pair()
        await compose(desk, "id=u16:513")
        await desk.until(lambda: desk.timeline.selected == len(desk.calls()))
        await desk.until(lambda: all(worker.group != "inspect" for worker in desk.app.workers))
        preview(desk).focus()
        await desk.press("enter", "enter", "down", "down", "enter")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.type("9")
        peer = await desk.connect("srv1")
        peer.sendall(b"another call")
        await desk.until(lambda: desk.inspector.chosen == b"another call")
        await desk.press("enter")
        await desk.until(lambda: desk.editor.text == "id=u16:2305")


async def test_a_shorter_text_in_the_middle_keeps_what_follows(folder: Path) -> None:
    async with at_work(folder) as desk:
        await compose(desk, '"abcdefghij"')
        desk.composer.take_bytes(b"abcdefghij", b"Zdefghij")
        await desk.until(lambda: desk.editor.text == '"Zdefghij"')


async def test_a_definition_that_is_edited_reads_anew(folder: Path) -> None:
    async with at_work(folder, (120, 50)) as desk:
        await desk.pair()
        await kept(desk, "packet", "struct packet { u8 first; u8 rest[EOF]; };")
        peer = await desk.connect("srv1")
        peer.sendall(b"\x01\x02")
        await desk.until(lambda: desk.inspector.chosen == b"\x01\x02")
        await desk.press("2", "d")
        await choose(desk, "packet")
        await desk.sees("first")
        await kept(desk, "packet", "struct packet { u16 renamed; };")
        await desk.sees("renamed")
        await desk.sees("258")
        await desk.run("order")
        await desk.sees("513")


async def test_bytes_that_are_too_many_for_the_composer_are_refused(folder: Path) -> None:
    async with at_work(folder) as desk:
        desk.editor.text = "kept"
        desk.workbench.compose_bytes(bytes(1 << 20))
        await desk.hears("too many")
        assert desk.editor.text == "kept"


async def test_there_is_nothing_to_take_apart_without_bytes(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.run("template")
        await desk.hears("There are no bytes here")
        await desk.run("definition")
        await desk.hears("Pick a socket")
