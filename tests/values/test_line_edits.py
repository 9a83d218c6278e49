from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sockplay.values.composing.line_edits import (
    Column,
    edited,
    flipped,
    flipped_all,
    has_order,
    with_new,
    without,
)
from sockplay.values.composing.line_items import GROUP, MOST_ITEMS, Item, line_items
from sockplay.values.composing.payload import compose
from sockplay.values.errors import ValuesError
from sockplay.values.order import ByteOrder
from tests.values.lines import LINES, ORDERS

LINE = 'magic=u16be:0xcafe len:u8("he\\"y" cp949"안") crc:crc-32:le(u32:7) (u16:1)*3'


def cells(item: Item) -> tuple[object, ...]:
    return item.name, item.type, item.order, item.value, item.depth


def test_a_line_is_a_list_of_items_with_those_in_parentheses_after_theirs() -> None:
    assert [cells(item) for item in line_items(LINE)] == [
        ("magic", "u16", "big", "0xcafe", 0),
        ("", "len:u8", None, "", 0),
        ("", "text", None, 'he\\"y', 1),
        ("", "cp949", None, "안", 1),
        ("", "crc:crc-32", "little", "", 0),
        ("", "u32", None, "7", 1),
        ("", GROUP, None, "3", 0),
        ("", "u16", None, "1", 1),
    ]


@given(LINES)
def test_every_part_of_an_item_stands_where_it_is_said_to(line: str) -> None:
    for item in line_items(line):
        assert line[slice(*item.named)] == (f"{item.name}=" if item.name else "")
        assert line[slice(*item.typed)] == ("" if item.type in (GROUP, "text") else item.type)
        if item.kind in ("number", "decimal", "quoted"):
            assert line[slice(*item.valued)] == item.value


@given(LINES, ORDERS)
def test_each_item_that_has_bytes_has_the_span_at_its_column(line: str, order: ByteOrder) -> None:
    columns = {item.whole[0] + 1 for item in line_items(line)}
    assert {span.column for span in compose(line, order=order).spans} <= columns


@pytest.mark.parametrize(
    ("index", "column", "text", "line"),
    [
        (0, "name", "id", "id=" + LINE.removeprefix("magic=")),
        (0, "name", "", LINE.removeprefix("magic=")),
        (0, "type", "u32", LINE.replace("u16be:0xcafe", "u32be:0xcafe")),
        (0, "type", "u32le", LINE.replace("u16be:0xcafe", "u32le:0xcafe")),
        (0, "type", "text", LINE.replace("u16be:0xcafe", '"0xcafe"')),
        (0, "type", "hex", LINE.replace("u16be:0xcafe", 'hex"0xcafe"')),
        (0, "order", "little", LINE.replace("u16be", "u16le")),
        (0, "order", "", LINE.replace("u16be", "u16")),
        (0, "value", " 5 ", LINE.replace("0xcafe", "5")),
        (0, "value", "'('", LINE.replace("0xcafe", "'('")),
        (1, "type", "u16", LINE.replace("len:u8", "len:u16")),
        (2, "value", 'a"b\\', LINE.replace('he\\"y', 'a\\"b\\\\')),
        (3, "type", "utf-8", LINE.replace("cp949", "utf-8")),
        (3, "type", "text", LINE.replace("cp949", "")),
        (3, "type", "u8", LINE.replace('cp949"안"', "u8:안")),
        (5, "type", "uint16_t", LINE.replace("u32:7", "uint16_t:7")),
        (4, "type", "crc-16/modbus", LINE.replace("crc-32", "crc-16/modbus")),
        (4, "order", "big", LINE.replace(":le(", ":be(")),
        (6, "value", "5", LINE.replace("*3", "*5")),
        (6, "value", "1", LINE.replace("*3", "")),
        (6, "name", "all", LINE.replace("(u16:1)", "all=(u16:1)")),
    ],
)
def test_an_edit_changes_the_line_where_the_item_is_written(
    index: int, column: Column, text: str, line: str
) -> None:
    assert edited(LINE, index, column, text) == line


@pytest.mark.parametrize(
    ("index", "column", "text", "said"),
    [
        (0, "name", "1st", "is no name"),
        (0, "name", "a b", "is no name"),
        (0, "value", "1 2", "is not one value"),
        (0, "value", "", "is not one value"),
        (0, "value", "1)", "is not one value"),
        (0, "type", "u16:", "is no type"),
        (0, "type", "", "is no type"),
        (0, "order", "middle", "is not a byte order"),
        (1, "value", "9", "This length is computed"),
        (1, "order", "little", "no byte order"),
        (2, "order", "little", "no byte order"),
        (4, "value", "9", "This checksum is computed"),
        (6, "type", "u8", "A group has no type"),
        (2, "type", "u16", "is no number"),
        (9, "value", "1", "not there any more"),
    ],
)
def test_what_cannot_stand_there_is_refused_in_a_sentence(
    index: int, column: Column, text: str, said: str
) -> None:
    with pytest.raises(ValuesError, match=said):
        edited(LINE, index, column, text)


@given(LINES, st.data())
def test_an_edited_cell_reads_as_typed_and_the_others_as_before(
    line: str, data: st.DataObject
) -> None:
    items = line_items(line)
    index = data.draw(st.integers(0, len(items) - 1))
    item = items[index]
    texts: dict[Column, st.SearchStrategy[str]] = {
        "name": st.sampled_from(["", "x", "über.1-2"]),
        "value": st.sampled_from(["7", "0x41", "'\\n'"]),
    }
    if has_order(item):
        texts["order"] = st.sampled_from(["big", "little"])
    column = data.draw(st.sampled_from(list(texts)))
    assume(item.kind not in ("length", "checksum") or column != "value")
    text = data.draw(texts[column])
    after = line_items(edited(line, index, column, text))
    assert getattr(after[index], column) == text
    del items[index], after[index]
    assert [cells(each) for each in after] == [cells(each) for each in items]


@given(LINES, ORDERS)
def test_flipping_every_order_and_the_default_reverses_every_number(
    line: str, order: ByteOrder
) -> None:
    other: ByteOrder = "little" if order == "big" else "big"
    before, after = compose(line, order=order), compose(flipped_all(line), order=other)
    numbers = {item.whole[0] + 1: item for item in line_items(line)}
    for was, now in zip(before.spans, after.spans, strict=True):
        item = numbers[was.column]
        if item.kind in ("number", "length"):
            first, end = was.offset, was.offset + was.size
            assert after.data[first:end] == before.data[first:end][::-1]
            assert was.value == now.value


@given(LINES, ORDERS, st.data())
def test_flipping_one_order_reverses_its_bytes(
    line: str, order: ByteOrder, data: st.DataObject
) -> None:
    wide = [n for n, item in enumerate(line_items(line)) if has_order(item)]
    assume(wide)
    index = data.draw(st.sampled_from(wide))
    once = flipped(line, index, order)
    assert line_items(once)[index].order != (line_items(line)[index].order or order)
    twice = flipped(once, index, order)
    assert compose(twice, order=order).data == compose(line, order=order).data


@given(LINES, st.data())
def test_an_item_comes_and_goes_without_a_trace(line: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(line_items(line)) - 1))
    more = with_new(line, index)
    added = [cells(item) for item in line_items(more)]
    place = next(
        n
        for n, item in enumerate(line_items(more))
        if item.whole[0] == line_items(line)[index].whole[1] + 1
    )
    assert added[place][1:4] == ("u8", None, "0")
    assert [cells(item) for item in line_items(without(more, place))] == [
        cells(item) for item in line_items(line)
    ]


def test_an_empty_line_gets_its_first_item() -> None:
    assert with_new("", 0) == "u8:0"


@given(st.text(max_size=30))
def test_any_text_is_items_or_an_error_at_a_column(text: str) -> None:
    with suppress(ValuesError):
        items = line_items(text)
        assert all(0 <= item.whole[0] < item.whole[1] <= len(text) for item in items)


def test_too_many_items_and_too_deep_groups_are_refused() -> None:
    with pytest.raises(ValuesError, match="at most"):
        line_items("u8:1 " * (MOST_ITEMS + 1))
    with pytest.raises(ValuesError, match="at most"):
        line_items("(" * 40 + ")" * 40)


def test_a_type_of_c_has_its_order_behind_it() -> None:
    assert flipped("uint16_tbe:1", 0, "big") == "uint16_tle:1"
    assert flipped_all("uint16_tbe:1 int8_t:2") == "uint16_tle:1 int8_t:2"


def test_what_is_gone_cannot_be_taken_out_or_flipped() -> None:
    for change in (without, with_new, lambda line, at: flipped(line, at, "big")):
        with pytest.raises(ValuesError, match="not there any more"):
            change("u16:1", 1)
