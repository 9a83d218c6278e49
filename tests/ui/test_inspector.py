"""The inspector: bytes as every kind of value, as a message, and edited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, Static

from sockplay.model.call import Row
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.inspector.edit_field import EditField
from sockplay.ui.widgets.inspector.inspector import Inspector
from sockplay.ui.widgets.inspector.message_table import MessageTable
from sockplay.ui.widgets.inspector.readings_table import ReadingsTable
from sockplay.values.layouts.definitions import parse_layout
from tests.ui.quiet import quick
from tests.ui.test_widgets import heard, hosted, lines, recv
from tests.waiting import wait_until

GREETING = (
    "struct greeting { u16be magic; u8 kind : 4, size : 4; u8 n = sizeof(name); char name[n]; };"
)
HELLO = b"\xca\xfe\x23\x05hello"
WHOLE = 60
"""Lines in which every reading has room."""


class Looking:
    """An inspector on the screen, and its parts."""

    def __init__(self, inspector: Inspector, pilot: Pilot[None]) -> None:
        self.inspector = inspector
        self.pilot = pilot
        self.bytes = inspector.query_one(HexView)
        self.readings = inspector.query_one(ReadingsTable)
        self.fields = inspector.query_one(MessageTable)
        self.field = inspector.query_one(EditField).query_one(Input)

    def says(self, name: str) -> str:
        return str(self.inspector.query_one(f"#inspect-{name}", Static).content)

    @property
    def rows(self) -> dict[str, list[str]]:
        """The readings that are on the screen, by their names."""
        found = [line.replace("▌", " ").split() for line in lines(self.readings)[1:]]
        return {row[0]: row[1:] for row in found if row}

    def show(self, data: bytes, seq: int = 4) -> None:
        self.inspector.show(Row(recv(seq, data, offset=8), len(data)))

    async def define(self, source: str = GREETING) -> None:
        """Read the bytes by a definition, and wait until that is done."""
        self.inspector.set_message("greeting", parse_layout(source).message(), "big")
        await wait_until(lambda: self.fields.count)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.pause()  # what is shown is laid out before anybody presses a key
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def go(self, name: str) -> None:
        """Put the cursor of the readings on a row."""
        self.readings.focus()
        await self.press("home", *["down"] * list(self.rows).index(name))

    async def write(self, text: str) -> None:
        """Open the edit field, and type another value."""
        await self.press("enter")
        self.field.value = text
        await self.press("enter")
        edit = self.inspector.query_one(EditField)
        hint = edit.query_one("#edit-hint")
        await wait_until(lambda: not edit.display or hint.has_class("-wrong"))
        await self.pilot.pause()

    @property
    def edits(self) -> list[tuple[bytes, int, int]]:
        return [(edit.data, edit.first, edit.end) for edit in self.edited]

    @property
    def edited(self) -> list[Inspector.Edited]:
        found = heard(self.pilot, Inspector.Edited)
        return [edit for edit in found if isinstance(edit, Inspector.Edited)]


@asynccontextmanager
async def looking(size: tuple[int, int] = (110, WHOLE)) -> AsyncIterator[Looking]:
    inspector = Inspector()
    with quick():
        async with hosted(inspector, size) as pilot:
            yield Looking(inspector, pilot)


def underlined(view: Widget) -> list[str]:
    """The text of the first line that is underlined."""
    strip = view.render_line(0)
    return [part.text for part in strip if part.style and part.style.underline]


# readings


async def test_the_bytes_at_the_cursor_are_read_in_every_way_and_order() -> None:
    async with looking() as at:
        assert "pick a call" in at.says("title")
        at.show(b"\x02\x01hi\n")
        await at.pilot.pause()
        assert "conn1 recv #4  byte 0  of 5  stream offset 8" in at.says("title")
        assert at.rows["u8"] == ["2"]
        assert at.rows["u16"] == ["513", "258"]
        assert at.rows["u32"] == ["33646697", "1768423682", "1751712257", "16935272"]
        assert at.rows["utf-8"] == ['"\\x02\\x01hi\\n"']
        assert at.rows["ipv4"][0] == "2.1.104.105"
        assert "u64" not in at.rows
        at.bytes.focus()
        await at.press("right", "right", "shift+right")
        assert at.inspector.chosen == b"hi"
        assert "bytes 2 to 3" in at.says("title")
        assert "stream offset 10" in at.says("title")
        assert "u24" not in at.rows
        at.inspector.set_encoding("utf-16-be")
        await at.pilot.pause()
        assert at.rows["utf-16-be"] == ['"桩"']
        await at.press("shift+right")
        assert at.rows["u24"] == ["6842634", "682344"]


async def test_a_selection_of_an_odd_width_is_an_integer_of_that_width() -> None:
    async with looking() as at:
        at.show(b"\x00\x00\x00\x02\x01")
        at.bytes.focus()
        await at.press("ctrl+a")
        assert at.rows["u40"] == ["513", "4328521728"]


async def test_a_call_without_bytes_is_told_in_words() -> None:
    async with looking() as at:
        at.inspector.set_encoding("no-such")
        at.inspector.show(Row(recv(5, b"", note="EOF: the peer finished sending"), 0))
        await at.pilot.pause()
        assert "EOF: the peer finished sending" in at.says("details")
        assert at.inspector.chosen == b""
        assert at.rows == {}
        at.show(b"x", 6)
        await at.pilot.pause()
        assert at.rows["u8"] == ["120"]
        assert not at.inspector.query_one("#inspect-details").display


async def test_the_value_under_the_cursor_is_said_in_full_and_in_python() -> None:
    async with looking((80, WHOLE)) as at:
        at.show(b"<" + bytes(3) + b"\xff" * 8)
        at.bytes.focus()
        await at.press("right", "right", "right", "right")
        await at.go("u64")
        await at.press("right", "right")
        assert "value     18446744073709551615  u64 big swap, 16-bit words in" in at.says("lines")
        assert "python    int.from_bytes(data[10:12] + data[8:10] + data[6:8]" in at.says("lines")
        assert "field     -  d chooses what this socket's messages mean" in at.says("lines")
        await at.press("p")
        copied = heard(at.pilot, Inspector.PythonCopied)[-1]
        assert isinstance(copied, Inspector.PythonCopied)
        assert copied.text.endswith("+ data[4:6], 'big')")


async def test_the_cursor_stays_on_its_kind_when_other_bytes_are_shown() -> None:
    async with looking() as at:
        at.show(bytes(9))
        await at.pilot.pause()
        await at.go("i32")
        at.show(b"abcdefgh", 5)
        await at.pilot.pause()
        spot = at.readings.spot
        assert spot is not None
        assert (spot.kind.name, spot.shown) == ("i32", "1633837924")


async def test_the_mouse_picks_a_value_and_a_second_click_edits_it() -> None:
    async with looking() as at:
        at.show(b"\x02\x01hi\n")
        await at.pilot.pause()
        row = 1 + list(at.rows).index("u16")
        await at.pilot.click(at.readings, offset=(35, row), times=2)
        await at.pilot.pause()
        assert at.field.has_focus
        assert at.field.value == "258"


async def test_rows_that_do_not_fit_are_reached_by_keys() -> None:
    async with looking((80, 14)) as at:
        at.show(bytes(16))
        at.readings.focus()
        await at.press("end")
        await wait_until(lambda: list(at.rows)[-1] == "shift_jis")
        assert "big (network)" in lines(at.readings)[0]
        await at.press("pageup", "home")
        await wait_until(lambda: next(iter(at.rows)) == "utf-8")


async def test_all_that_is_drawn_is_as_wide_as_its_place() -> None:
    for width in (40, 78, 85, 200):
        async with looking((width, 30)) as at:
            at.show(b"\xff" * 40)
            await at.define("struct m { u8 a[20]; char name_that_is_long[20]; };")
            for table in (at.readings, at.fields):
                table.display = True
                await at.pilot.pause()
                cells = {table.render_line(y).cell_length for y in range(table.size.height)}
                assert cells == {table.width}
                assert table.width == width - 1


# editing


async def test_an_edited_value_is_told_with_all_the_bytes() -> None:
    async with looking() as at:
        at.show(b"\x02\x01hi\n")
        await at.pilot.pause()
        await at.go("u16")
        await at.press("right", "enter")
        assert at.field.value == "258"
        await at.press("escape")
        assert at.readings.has_focus
        await at.write("0xcafe")
        assert at.edits == [(b"\xfe\xcahi\n", 0, 2)]
        assert at.bytes.data == b"\x02\x01hi\n"
        assert at.readings.has_focus


async def test_a_wrong_value_is_said_and_what_was_typed_stays() -> None:
    async with looking() as at:
        at.show(b"\x02\x01hi\n")
        await at.pilot.pause()
        await at.go("u8")
        await at.write("256")
        hint = at.inspector.query_one("#edit-hint", Static)
        assert str(hint.content) == "✕ 256 does not fit u8 (0 to 255)"
        assert at.field.value == "256"
        assert at.field.has_focus
        assert at.edits == []
        at.field.value = "255"
        await at.press("enter")
        await wait_until(lambda: at.edits == [(b"\xff\x01hi\n", 0, 1)])


async def test_a_value_is_written_into_the_bytes_that_it_was_read_from() -> None:
    async with looking() as at:
        at.show(b"\x02\x01hi\n")
        await at.pilot.pause()
        await at.go("u8")
        await at.press("enter")
        name = at.inspector.query_one("#edit-name", Static)
        assert str(name.content) == "u8"
        at.show(b"others", 5)
        assert str(name.content) == "u8 of conn1 recv #4"
        at.field.value = "3"
        await at.press("enter")
        await wait_until(lambda: at.edits == [(b"\x03\x01hi\n", 0, 1)])
        [edit] = at.edited
        assert edit.row == Row(recv(4, b"\x02\x01hi\n", offset=8), 5)
        assert edit.before == b"\x02\x01hi\n"
        at.inspector.show_bytes("composer", b"\7", 0, 1)
        await at.pilot.pause()
        await at.write("3")
        assert (at.edited[1].row, at.edited[1].before) == (None, b"\7")


async def test_an_open_edit_says_what_it_is_of_only_while_something_else_is_shown() -> None:
    async with looking() as at:
        at.inspector.show_bytes("composer", b"\7", 0, 1)
        await at.pilot.pause()
        await at.go("u8")
        await at.press("enter")
        name = at.inspector.query_one("#edit-name", Static)
        at.show(b"others", 5)
        assert str(name.content) == "u8 of composer"
        at.inspector.show_bytes("composer", b"\7", 0, 1)
        assert str(name.content) == "u8"


async def test_an_encoding_that_is_none_leaves_the_text_as_it_was() -> None:
    async with looking() as at:
        at.show(b"hi")
        at.inspector.set_encoding("cp949")
        for wrong in ("hex", "zip", "rot13", "no-such", "cp94"):
            at.inspector.set_encoding(wrong)
            await at.pilot.pause()
            assert next(iter(at.rows)) == "cp949"


async def test_bytes_of_another_view_are_looked_at_with_their_cursor() -> None:
    async with looking() as at:
        at.show(b"a call")
        at.inspector.show_bytes("composer", b"\x00\x07hello", 1, 2)
        await at.pilot.pause()
        assert "composer  byte 1  of 7" in at.says("title")
        assert at.rows["u8"] == ["7"]
        assert at.inspector.selected(4) is None
        at.inspector.show_bytes("composer", b"\x00\x07hello", 2, 7)
        await at.pilot.pause()
        assert "bytes 2 to 6" in at.says("title")
        assert at.rows["utf-8"] == ['"hello"']
        at.inspector.show_bytes("composer", b"", 0, 0)
        at.show(b"a call")
        await at.pilot.pause()
        assert "conn1 recv #4  byte 0" in at.says("title")
        assert at.inspector.chosen == b"a call"


# messages


async def test_a_definition_names_the_field_under_the_cursor() -> None:
    async with looking() as at:
        at.show(HELLO)
        await at.define()
        assert [line.split() for line in lines(at.fields)[:6]] == [
            ["greeting:", "field", "type", "value"],
            ["magic", "u16be", "51966"],
            ["kind", "u8", ":", "4", "2"],
            ["size", "u8", ":", "4", "3"],
            ["n", "u8", "5"],
            ["name", "char[5]", '"hello"'],
        ]
        at.bytes.focus()
        await at.press("end")
        assert 'field     name  char[5]  "hello"' in at.says("lines")
        await at.press("home", "right", "right")
        assert "field     kind  u8 : 4  2" in at.says("lines")
        assert at.fields.cursor == 1
        assert underlined(at.bytes) == ["23", "68 65 6c 6c  6f", "#", "hello"]


async def test_picking_a_field_selects_its_bytes_and_nothing_is_read_anew() -> None:
    async with looking() as at:
        at.show(HELLO)
        await at.define()
        at.fields.focus()
        await at.press("down", "down")
        assert at.bytes.selection == (2, 3)
        assert "python    int.from_bytes(data[2:3], 'big') >> 0 & 0xf" in at.says("lines")
        await at.press("down", "down")
        assert at.bytes.selection == (4, 9)
        assert at.inspector.selected(4) == b"hello"
        assert at.fields.decoding is not None
        assert at.fields.decoding.start == 0


async def test_a_message_is_read_from_where_several_bytes_are_selected() -> None:
    async with looking() as at:
        at.show(b"??" + HELLO)
        await at.define()
        at.bytes.focus()
        await at.press("right", "right", "shift+right")
        await wait_until(lambda: at.fields.field is not None and at.fields.field.value == 0xCAFE)
        assert "field     magic  u16be  51966" in at.says("lines")


async def test_what_is_missing_and_what_is_left_over_is_said() -> None:
    async with looking() as at:
        at.show(HELLO[:6])
        await at.define()
        assert lines(at.fields)[5].strip() == (
            "✕ name is missing: at offset 4 it needs 3 more bytes"
        )
        at.fields.focus()
        await at.press("end")
        assert at.fields.cursor == 4
        await at.press("home")
        await at.write("1")
        hint = at.inspector.query_one("#edit-hint", Static)
        assert "complete its bytes first" in str(hint.content)
        await at.press("escape")
        at.show(HELLO + b"more", 5)
        await wait_until(lambda: at.fields.count == 6)
        await at.pilot.pause()
        assert lines(at.fields)[6].strip() == "… 4 bytes after the message"


async def test_a_wrong_field_says_so_in_words() -> None:
    async with looking() as at:
        at.show(b"\xca\xfe\x23\x05hi")
        await at.define("struct m { u16be magic = 0xcaff; u8 rest[EOF]; };")
        assert "✕ magic is 51966, but should be 51967" in lines(at.fields)[1]


async def test_an_edited_field_takes_its_length_along() -> None:
    async with looking() as at:
        at.show(HELLO + b"more")
        await at.define()
        at.fields.focus()
        await at.press(*["down"] * 4)
        await at.write("hi")
        assert at.edits == [(b"\xca\xfe\x23\x02himore", 4, 6)]
        await at.press("up", "up")
        await at.write("16")
        assert at.edits[1:] == []
        hint = at.inspector.query_one("#edit-hint", Static)
        assert "size does not fit 4 bits (0 to 15)" in str(hint.content)


async def test_numbers_are_shown_instead_of_fields_when_a_person_wants_them() -> None:
    async with looking() as at:
        at.show(HELLO)
        assert not at.fields.display
        await at.define()
        assert (at.fields.display, at.readings.display) == (True, False)
        at.inspector.query_one(Choice).value = "numbers"
        await at.pilot.pause()
        assert (at.fields.display, at.readings.display) == (False, True)
        at.inspector.set_message("", None, "big")
        await at.pilot.pause()
        assert at.readings.display
        assert underlined(at.bytes) == []
        assert "d chooses what this socket's messages mean" in at.says("lines")


async def test_a_field_too_long_for_a_line_is_left_to_the_composer() -> None:
    async with looking() as at:
        at.show(b"x" * 5000)
        await at.define("struct m { char text[EOF]; };")
        at.fields.focus()
        await at.press("enter")
        assert not at.inspector.query_one(EditField).display
        assert "5,000 bytes are too many" in next(iter(at.pilot.app._notifications)).message


# how much


async def test_of_a_megabyte_no_more_is_read_than_is_seen() -> None:
    async with looking() as at:
        at.show(bytes(range(256)) * 4096)
        at.bytes.focus()
        await at.press("ctrl+a")
        assert len(at.inspector.chosen) == 1 << 20
        await at.go("utf-8")
        spot = at.readings.spot
        assert spot is not None
        assert spot.size == 256


async def test_text_that_is_not_seen_whole_is_not_edited() -> None:
    async with looking() as at:
        at.show("한".encode() * 86)
        at.bytes.focus()
        await at.press("ctrl+a")
        await at.go("utf-8")
        await at.press("enter")
        assert not at.inspector.query_one(EditField).display
        assert [notice.message for notice in at.pilot.app._notifications] == [
            "Select at most 256 bytes to edit them as text, or press e."
        ]
        await at.go("u32")
        await at.write("0")
        assert at.edits == [(bytes(4) + ("한".encode() * 86)[4:], 0, 4)]
        at.bytes.focus()
        await at.press("shift+left", "shift+left")
        assert len(at.inspector.chosen) == 256
        await at.go("utf-8")
        await at.press("enter")
        assert at.field.value == "한" * 85 + r"\xed"


async def test_messages_in_a_flood_are_read_one_at_a_time_and_the_last_one_stays() -> None:
    async with looking() as at:
        at.show(HELLO)
        await at.define()
        for seq in range(5, 200):
            at.show(HELLO[:4] + f"{seq:05}".encode(), seq)
        await wait_until(lambda: at.fields.decoding and at.fields.decoding.data[-3:] == b"199")
        assert "#199" in at.says("title")
