from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.definitions import parse_layout
from sockplay.values.reading.decoding import Decoding
from sockplay.values.reading.field_map import FieldMap

PACKET = """
struct packet {
    u16le magic;
    u8 kind : 3, : 2, flag : 3;
    union { u32be number; u8 octets[2]; };
    u8 n = sizeof(text);
    char text[n];
    i16 t[2];
    varint v;
    f32le f;
};
"""
DATA = bytes.fromhex("feca 05 00000102 02 6869 ffff0001 ac02 0000803f")


def decoding(data: bytes = DATA, start: int = 0, source: str = PACKET) -> Decoding:
    return Decoding.of("packet", parse_layout(source).message(), "big", data, start)


def test_each_byte_belongs_to_the_first_field_that_has_it() -> None:
    found = decoding()
    owners = [found.map.at(at) for at in range(-1, len(DATA) + 1)]
    names = [None if place is None else found.fields[place].path for place in owners]
    assert names == [
        *(None, "magic", "magic", "kind", *["number"] * 4, "n", "text", "text"),
        *("t[0]", "t[0]", "t[1]", "t[1]", "v", "v", *["f"] * 4, None),
    ]
    assert found.map.lengths(1000) == [2, 1, 4, 1, 2, 2, 2, 2, 4]
    assert found.map.lengths(5) == [2, 1, 2]


def test_bytes_without_a_name_belong_to_nobody() -> None:
    fields = decoding(bytes(8), 0, "#pragma pack(4)\nstruct m { u8 a; u32 b; };").fields
    found = FieldMap.of(fields)
    assert [found.at(at) for at in range(9)] == [0, None, None, None, 1, 1, 1, 1, None]
    assert FieldMap.of(()).at(0) is None


@given(st.binary(max_size=40))
def test_the_stretches_cover_the_fields_without_a_gap(data: bytes) -> None:
    found = decoding(data)
    end = max((field.offset + field.size for field in found.fields), default=0)
    assert sum(found.map.lengths(1 << 20)) == end
    for field in found.fields:
        owner = found.map.at(field.offset) if field.size else None
        if owner is not None:
            other = found.fields[owner]
            assert other.offset <= field.offset < other.offset + other.size


def test_python_reads_every_field_from_the_whole_of_the_bytes() -> None:
    found = decoding(b"??" + DATA, 2)
    lines = {field.path: found.python(field) for field in found.fields}
    assert lines == {
        "magic": "int.from_bytes(data[2:4], 'little')",
        "kind": "int.from_bytes(data[4:5], 'big') >> 5 & 0x7",
        "flag": "int.from_bytes(data[4:5], 'big') >> 0 & 0x7",
        "number": "int.from_bytes(data[5:9], 'big')",
        "octets": "data[5:7]",
        "n": "int.from_bytes(data[9:10], 'big')",
        "text": "data[10:12].decode('utf-8', 'backslashreplace')",
        "t[0]": "int.from_bytes(data[12:14], 'big', signed=True)",
        "t[1]": "int.from_bytes(data[14:16], 'big', signed=True)",
        "v": "sum((b & 127) << 7 * i for i, b in enumerate(data[16:18]))",
        "f": "struct.unpack('<f', data[18:22])[0]",
    }


@given(st.binary(min_size=4, max_size=4), st.sampled_from(["be", "le"]))
def test_python_reads_bits_as_the_field_has_them(data: bytes, order: str) -> None:
    source = (
        f"struct m {{ i16{order} low : 4, : 3, mid : 1, high : 8; u16{order} a : 4, b : 12; }};"
    )
    found = decoding(data, 0, source)
    read = {field.path: eval(found.python(field), {"data": data}) for field in found.fields}
    assert read == {field.path: field.value for field in found.fields}


def test_python_reads_a_negative_bit_field() -> None:
    found = decoding(b"\xc0\x00", 0, "struct m { i16 a : 4; i16 rest : 12; };")
    assert found.fields[0].value == -4
    assert found.python(found.fields[0]) == (
        "(int.from_bytes(data[0:2], 'big') >> 12 & 0xf ^ 0x8) - 0x8"
    )


def test_an_edited_field_is_found_where_it_is_now() -> None:
    found = decoding(b"??" + DATA + b"!!", 2)
    fields = {field.path: field for field in found.fields}
    edit = found.edited(fields["text"], "hello")
    assert edit.data == b"??" + DATA[:7] + b"\x05hello" + DATA[10:] + b"!!"
    assert edit.data[edit.first : edit.end] == b"hello"
    with pytest.raises(ValuesError, match=r"^t\[1\]"):
        found.edited(fields["t[1]"], "40000")


def test_a_message_that_is_not_whole_is_not_written() -> None:
    found = decoding(DATA[:9])
    assert found.remarks == ["✕ text is missing: at offset 8 it needs 1 more byte"]
    with pytest.raises(ValuesError, match="complete its bytes first"):
        found.edited(found.fields[0], "1")


def test_what_is_left_over_is_said() -> None:
    assert decoding(DATA + b"!").remarks == ["… 1 byte after the message"]
    assert decoding().remarks == []
