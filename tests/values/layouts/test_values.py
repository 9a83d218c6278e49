from __future__ import annotations

import pytest

from sockplay.values.cut_text import shown_text
from sockplay.values.errors import ValuesError
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions
from sockplay.values.layouts.encoder import encode
from sockplay.values.layouts.types import StructType

SIMPLE = "u8 length; char name[length]; u8 kind : 4, flags : 4;"


def struct(body: str) -> StructType:
    return parse_definitions(f"struct m {{ {body} }}").message()


@pytest.mark.parametrize(
    ("data", "encoding", "shown"),
    [
        ("안녕".encode(), "utf-8", '"안녕"'),
        ("안녕".encode()[:-1], "utf-8", '"안" cut inside eb 85'),
        ("안녕".encode("cp949")[:-1], "cp949", '"안" cut inside b3'),
        ("안".encode("utf-16-le")[:-1], "utf-16-le", '"" cut inside 48'),
        (b"a\xffb", "utf-8", '"a\\xffb"'),
        (b"\x1b[2J", "utf-8", '"\\x1b[2J"'),
        (b"a\xff", "idna", '"a\\xff"'),
    ],
)
def test_text_that_is_cut_inside_a_character_says_so(
    data: bytes, encoding: str, shown: str
) -> None:
    assert shown_text(data, encoding) == shown


def test_text_in_an_encoding_of_its_own_ends_at_its_own_nul() -> None:
    message = struct('char("utf-16-le") a[]; char("cp949") b[2];')
    data = "ĀA".encode("utf-16-le") + b"\0\0" + "안".encode("cp949")
    fields = decode(message, data).fields
    assert [field.shown for field in fields] == ['"ĀA"', '"안"']
    assert encode(message, {"a": "ĀA", "b": "안"}) == data


def test_one_field_edited_gives_a_valid_message() -> None:
    message = struct(f'{SIMPLE} u16 sum = crc("crc-16/modbus", ..flags);')
    decoded = decode(message, encode(message, {"name": "abc", "kind": 5}))
    again = decode(message, encode(message, decoded.edited("name", "abcdef")))
    assert again.values["length"] == 6
    assert again.values["kind"] == 5
    assert not any(field.problem for field in again.fields)
    assert again.values["sum"] != decoded.values["sum"]


def test_a_length_is_made_right_through_a_sum_and_a_product() -> None:
    message = struct("struct { u8 words : 4; u8 rest : 4; } h; u8 options[h.words * 4 - 4];")
    data = encode(message, {"h": {"rest": 1}, "options": bytes(8)})
    assert data == b"\x31" + bytes(8)
    with pytest.raises(ValuesError, match="options has 7 elements where -4 belong"):
        encode(message, {"options": bytes(7)})


def test_lengths_that_measure_each_other_come_to_rest() -> None:
    message = struct(
        "u8 total = sizeof(..); u8 n = sizeof(body); u8 body[n]; u8 twice = total * 2;"
    )
    assert encode(message, {"body": b"xyz"}) == b"\6\3xyz\x0c"


def test_of_a_union_what_was_edited_last_is_written() -> None:
    message = struct("union { u32 whole; struct { u16 high, low; }; u8 first; };")
    decoded = decode(message, bytes.fromhex("01020304"))
    assert decoded.values == {"whole": 0x01020304, "high": 0x0102, "low": 0x0304, "first": 1}
    assert encode(message, decoded.edited("first", 9)) == bytes.fromhex("09020304")
    assert encode(message, decoded.edited("low", 0)) == bytes.fromhex("01020000")
    assert encode(message, decoded.edited("whole", 7)) == bytes.fromhex("00000007")


def test_what_is_left_out_is_zeros() -> None:
    message = struct("u16 a; char s[]; u16 b[2]; struct { u8 x; } c; f32 d; u8 rest[EOF];")
    assert encode(message, {}) == bytes(2 + 1 + 4 + 1 + 4)


@pytest.mark.parametrize(
    ("body", "values", "message"),
    [
        ("u8 a;", {"a": 256}, "a: 256 does not fit u8 (0 to 255)"),
        ("u8 a : 3;", {"a": 8}, "a does not fit 3 bits (0 to 7)"),
        ("u8 a;", {"a": "x"}, "a is an integer: give one such as 513"),
        ("u8 length;", {"lenght": 1}, "There is no field lenght. Did you mean length?"),
        ("struct { u8 x; } h;", {"h": {"y": 1}}, "There is no field h.y."),
        ("struct { u8 x; } h;", {"h": 1}, "h is a struct: give its fields by name"),
        ("u16 a[2];", {"a": [1]}, "a has 1 elements where 2 belong: change it"),
        ("u16 a[2];", {"a": 1}, "a has elements: give a list of them"),
        ("char s[2];", {"s": "abc"}, "s has 3 bytes where 2 belong: shorten it"),
        ("char s[];", {"s": b"a\0b"}, "s ends at its first NUL: take those inside out"),
        ("char s[2];", {"s": 1}, "s has bytes: give them, or text"),
        ("f16 f;", {"f": 1e9}, "f: 1000000000.0 does not fit f16 (-65504.0 to 65504.0)"),
        (
            "u8 n; u8 a[n]; u8 b[n];",
            {"a": b"x", "b": b"xy"},
            "b and a differ in length, but n is of both",
        ),
        ("enum e : u8 { ON } e;", {"e": "ONN"}, "ONN is no name of e. Did you mean ON?"),
    ],
)
def test_a_value_that_does_not_fit_names_its_field(
    body: str, values: dict[str, object], message: str
) -> None:
    with pytest.raises(ValuesError) as caught:
        encode(struct(body), values)
    assert caught.value.message == message


def test_a_path_that_is_none_is_refused_with_the_nearest() -> None:
    decoded = decode(struct("struct { u8 kind; } h[1];"), b"\1")
    assert decoded.edited("h[0].kind", 2) == {"h": [{"kind": 2}]}
    for path in ("h[1].kind", "h[0].kidn", "h.kind", "", "h[0]kind]", "h[x]"):
        with pytest.raises(ValuesError):
            decoded.edited(path, 0)
    with pytest.raises(ValuesError, match=r"There is no field h\[0\].kidn. Did you mean kind\?"):
        decoded.edited("h[0].kidn", 0)


@pytest.mark.parametrize(
    ("body", "data", "message"),
    [
        ("u16 a;", "01", "a is missing: at offset 0 it needs 1 more byte"),
        ("u8 n; u8 a[n - 2];", "01", "a cannot have -1 elements: n - 2 is below 0"),
        ("u8 n; u8 a[4 / n];", "00", "4 / n divides by zero: change the field or the definition"),
        (
            "u8 n; u16 a[n bytes];",
            "03 000102",
            "a[1] does not fit: at offset 3 it needs 1 more byte than are meant for it",
        ),
        (
            "struct {} a[EOF];",
            "00",
            "a has no end: its elements take no bytes. Change the definition",
        ),
    ],
)
def test_what_stops_a_message_is_said(body: str, data: str, message: str) -> None:
    stop = decode(struct(body), bytes.fromhex(data) + (b"xx" if "fit" in message else b"")).stop
    assert stop is not None
    assert stop.message == message
