from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sockplay.values.composing.draft import Draft
from sockplay.values.composing.field_rows import (
    FieldRow,
    field_rows,
    with_cell,
    with_new,
    with_other_order,
    without,
)
from sockplay.values.composing.message import Message, layout_of, message_of, with_empty_message
from sockplay.values.errors import ValuesError
from sockplay.values.hexrows import plain_hex
from sockplay.values.order import ByteOrder
from tests.values.lines import LINES, ORDERS

PACKET = """
enum kind : u8 { HELLO = 1, DATA };
flags option : u8 { URGENT, SIGNED };
struct packet {
    u16be magic = 0xCAFE;
    u16 length = sizeof(name..rest);
    kind kind; option options;
    u8 version : 4, reserved : 4;
    f32 ratio; u8 count;
    char name[count];
    u8 rest[EOF];
    u32 sum = crc("crc-32", ..rest);
};
"""


def packet(order: ByteOrder = "big") -> Draft:
    """A message of zeros, with two bytes at its end."""
    empty = with_empty_message(Draft("", "message", order, definition=PACKET))
    return with_cell(empty, names(empty).index("rest"), "value", "aa bb")


def names(draft: Draft) -> list[str]:
    return [row.name for row in field_rows(draft)]


def row(draft: Draft, name: str) -> FieldRow:
    return next(row for row in field_rows(draft) if row.name == name)


def put(draft: Draft, name: str, value: str) -> Draft:
    return with_cell(draft, names(draft).index(name), "value", value)


# lines


def test_a_line_is_a_table_of_its_items_and_their_bytes() -> None:
    draft = Draft('id=u16:513 len:u8("hi") (u8:1)*2', "line")
    rows = field_rows(draft, draft.payload())
    assert [(r.name, r.type, r.order, r.default, r.value, r.depth) for r in rows] == [
        ("id", "u16", "big", True, "513", 0),
        ("", "len:u8", None, True, "2", 0),
        ("", "text", None, True, "hi", 1),
        ("", "( )", None, True, "2", 0),
        ("", "u8", None, True, "1", 1),
    ]
    assert [(r.offset, r.size) for r in rows] == [(0, 2), (2, 1), (3, 2), (-1, 0), (5, 1)]
    assert [r.computed for r in rows] == [False, True, False, False, False]


def test_a_value_that_does_not_fit_is_still_a_row() -> None:
    (only,) = field_rows(Draft("u8:300", "line"))
    assert (only.value, only.offset) == ("300", -1)


@given(LINES, ORDERS)
@example(r'"\""', "big")
def test_the_table_of_a_line_follows_each_edit_and_the_line_each_row(
    line: str, order: ByteOrder
) -> None:
    draft = Draft(line, "line", order)
    data = draft.payload().data
    for index, each in enumerate(field_rows(draft, draft.payload())):
        assert with_cell(draft, index, "name", each.name).payload().data == data
        if not each.computed:
            assert with_cell(draft, index, "value", each.value).payload().data == data


@given(LINES, ORDERS)
def test_all_orders_flipped_twice_are_as_before(line: str, order: ByteOrder) -> None:
    draft = Draft(line, "line", order)
    twice = with_other_order(with_other_order(draft))
    assert twice.payload().data == draft.payload().data
    assert twice.order == order


def test_a_line_gets_and_loses_fields() -> None:
    draft = Draft("u8:1 u8:2", "line")
    assert with_new(draft, 0).source == "u8:1 u8:0 u8:2"
    assert without(draft, 0).source == "u8:2"
    assert with_other_order(Draft("u16:1", "line"), 0).source == "u16le:1"


# messages


def test_a_message_begins_with_zeros_and_what_is_computed() -> None:
    empty = with_empty_message(Draft("", "message", definition=PACKET))
    assert row(empty, "magic").value == "51966"
    assert row(empty, "sum").problem == ""
    assert message_of(empty).note == ""


def test_a_message_is_a_table_of_its_fields() -> None:
    draft = put(put(packet(), "kind", "DATA"), "options", "URGENT|SIGNED")
    assert row(draft, "kind").value == "DATA"
    assert row(draft, "options").value == "URGENT|SIGNED"
    magic = row(draft, "magic")
    assert (magic.type, magic.order, magic.offset, magic.size) == ("u16", "big", 0, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "HELLO"),
        ("kind", "7"),
        ("options", "SIGNED"),
        ("version", "9"),
        ("ratio", "1.5"),
        ("name", 'h\\xff\\n"i'),
        ("rest", "01 02 03"),
    ],
)
def test_after_an_edit_lengths_and_checksums_are_right_again(name: str, value: str) -> None:
    draft = put(packet(), name, value)
    assert row(draft, name).value.replace('\\"', '"') == value
    assert [each.problem for each in field_rows(draft)] == [""] * len(names(draft))
    assert row(draft, "length").value == str(row(draft, "name").size + row(draft, "rest").size)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("length", "99", "length is computed, and stays 2"),
        ("magic", "1", "magic is computed"),
        ("count", "5", "count"),
        ("version", "16", "0 to 15"),
        ("kind", "NOTHING", "no name of kind"),
        ("kind", "300", "300 does not fit u8"),
        ("ratio", "many", "many"),
        ("rest", "zz", "hex"),
        ("name", "\\q", "not an escape"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_a_sentence(name: str, value: str, said: str) -> None:
    with pytest.raises(ValuesError, match=said):
        put(packet(), name, value)


@given(st.binary(max_size=12), st.binary(max_size=12), ORDERS)
def test_what_follows_a_message_stays(name: bytes, more: bytes, order: ByteOrder) -> None:
    source = "struct m { u8 n; char name[n]; u16 id; };"
    data = bytes([len(name)]) + name + b"\0\1" + more
    draft = Draft(plain_hex(data), "message", order, definition=source)
    edited = put(draft, "name", "héy").payload().data
    assert edited == b"\x04h\xc3\xa9y\0\1" + more


def test_flipping_a_message_keeps_its_values_and_flipping_a_field_its_other_bytes() -> None:
    draft = put(packet(), "name", "abc")
    other = with_other_order(draft)
    assert other.order == "little"
    assert row(other, "length").value == row(draft, "length").value == "5"
    assert other.payload().data[2:4] == b"\x05\0"
    one = with_other_order(draft, names(draft).index("length"))
    assert one.payload().data[2:4] == b"\x05\0"
    assert row(one, "length").value == "1280"
    assert "should be 5" in row(one, "length").problem
    with pytest.raises(ValuesError, match="no byte order"):
        with_other_order(draft, names(draft).index("name"))


def test_the_fields_of_a_definition_are_changed_in_the_definition() -> None:
    for change in (with_new, without):
        with pytest.raises(ValuesError, match="definition"):
            change(packet(), 0)
    with pytest.raises(ValuesError, match="definition"):
        with_cell(packet(), 0, "type", "u8")


@given(st.binary(max_size=30))
def test_any_bytes_are_fields_a_note_and_spans_that_cover_them(data: bytes) -> None:
    message = Message.of(layout_of(PACKET, "", "utf-8"), data, "big")
    payload = message.payload()
    ends = [0, *(span.offset + span.size for span in payload.spans)]
    assert [span.offset for span in payload.spans] == ends[:-1]
    assert ends[-1] == len(payload.data) == len(data)
    assert bool(message.note) == (message.decoded.stop is not None)


def test_a_message_that_is_cut_says_what_is_missing() -> None:
    assert "length" in message_of(Draft("ca fe 00", "message", definition=PACKET)).note


def test_a_message_without_a_definition_is_hex() -> None:
    draft = Draft("ca fe", "message")
    assert draft.payload().data == b"\xca\xfe"
    with pytest.raises(ValuesError, match="choose one"):
        field_rows(draft)


@pytest.mark.parametrize(
    ("source", "data", "name", "value", "after"),
    [
        ("#pragma pack(4)\nstruct m { u8 a; u32 b; };", "01 aa bb cc 00 00 00 02", "a", "9",
         "09 aa bb cc 00 00 00 02"),
        ("struct m { u8 a : 3; u8 : 5; u8 b; };", "ff 01", "b", "2", "ff 02"),
        ("struct m { f32 x; u8 n; };", "7f a0 00 01 05", "n", "6", "7f a0 00 01 06"),
        ("struct m { u8 n; u16 sum = crc(\"internet\", n); };", "01 00 00", "n", "1", "01 00 00"),
    ],
)  # fmt: skip
def test_what_is_not_edited_stays_to_the_bit(
    source: str, data: str, name: str, value: str, after: str
) -> None:
    draft = Draft(data, "message", definition=source)
    assert put(draft, name, value).source == after


def test_a_wrong_checksum_is_made_right_when_something_else_is_edited() -> None:
    source = 'struct m { u8 n; u8 pad; u16 sum = crc("internet", n..pad); };'
    draft = put(Draft("01 02 00 00", "message", definition=source), "n", "3")
    assert [each.problem for each in field_rows(draft)] == ["", "", ""]


def test_a_message_that_is_not_whole_is_not_edited() -> None:
    draft = Draft("05 61 62 63", "message", definition="struct m { u8 n; char text[n]; };")
    with pytest.raises(ValuesError, match="text is missing"):
        put(draft, "n", "6")
    with pytest.raises(ValuesError, match="text is missing"):
        with_other_order(draft)


def test_the_longer_field_of_a_union_has_its_bytes() -> None:
    draft = Draft("01 02 03 04 09", "message",
                  definition="struct m { union { u8 a; u32 b; }; u8 z; };")  # fmt: skip
    assert [(s.name, s.offset, s.size) for s in draft.payload().spans] == [
        ("a", 0, 1), ("b", 1, 3), ("z", 4, 1),
    ]  # fmt: skip
