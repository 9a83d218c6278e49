from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions, parse_layout
from sockplay.values.layouts.encoder import encode
from sockplay.values.layouts.types import StructType

UNSIGNED = st.integers(0, 2**64 - 1)
SIGNED = st.integers(-(2**63), 2**63 - 1)


def struct(body: str) -> StructType:
    return parse_definitions(f"struct m {{ {body} }}").message()


@pytest.mark.parametrize(
    ("kind", "value", "data"),
    [
        # The protobuf encoding guide: "Base 128 Varints", "Negative Integers", "ZigZag".
        ("varint", 1, "01"),
        ("varint", 150, "96 01"),
        ("varint", 2**64 - 2, "fe ff ff ff ff ff ff ff ff 01"),
        ("svarint", -1, "01"),
        ("svarint", 1, "02"),
        ("svarint", 2**31 - 1, "fe ff ff ff 0f"),
        ("svarint", -(2**31), "ff ff ff ff 0f"),
        # DWARF 5, 7.6: the tables of examples.
        ("uleb128", 127, "7f"),
        ("uleb128", 128, "80 01"),
        ("uleb128", 12857, "b9 64"),
        ("sleb128", 2, "02"),
        ("sleb128", -2, "7e"),
        ("sleb128", 127, "ff 00"),
        ("sleb128", -127, "81 7f"),
        ("sleb128", 128, "80 01"),
        ("sleb128", -128, "80 7f"),
        ("sleb128", -129, "ff 7e"),
        # WebAssembly's specification has i64.const of the smallest as ten bytes.
        ("sleb128", -(2**63), "80 80 80 80 80 80 80 80 80 7f"),
    ],
)
def test_a_number_has_the_bytes_of_its_standard(kind: str, value: int, data: str) -> None:
    message = struct(f"{kind} x;")
    decoded = decode(message, bytes.fromhex(data) + b"\1")
    assert decoded.values == {"x": value}
    assert decoded.size == len(bytes.fromhex(data))
    assert decoded.fields[0].problem == ""
    assert encode(message, {"x": value}) == bytes.fromhex(data)


@given(UNSIGNED, SIGNED, SIGNED)
def test_every_number_comes_back_from_as_few_bytes_as_it_takes(a: int, b: int, c: int) -> None:
    message = struct("varint a; svarint b; sleb128 c; u8 z;")
    values = {"a": a, "b": b, "c": c, "z": 7}
    data = encode(message, values)
    decoded = decode(message, data)
    assert decoded.values == values
    assert not any(field.problem for field in decoded.fields)
    sizes = [field.size for field in decoded.fields]
    assert sizes[0] == max(1, -(-a.bit_length() // 7))
    assert sizes[1] == max(1, -(-((b << 1) ^ (b >> 63)).bit_length() // 7))
    assert sizes[2] == (c if c >= 0 else ~c).bit_length() // 7 + 1


@given(st.binary(min_size=1, max_size=12), st.sampled_from(["varint", "svarint", "sleb128"]))
def test_any_bytes_are_a_number_that_is_written_alike_or_a_problem(data: bytes, kind: str) -> None:
    message = struct(f"{kind} x;")
    decoded = decode(message, data)
    if decoded.stop is not None:
        assert decoded.stop.needed == 1
        assert all(byte >= 0x80 for byte in data)
        assert len(data) < 10
    else:
        field = decoded.fields[0]
        assert (encode(message, decoded.values) == field.raw) == (not field.problem)


@pytest.mark.parametrize(
    ("kind", "data", "value", "problem"),
    [
        ("varint", "80 00", 0, "x has 2 bytes where 1 is enough"),
        ("varint", "ff 80 80 00", 127, "x has 4 bytes where 1 is enough"),
        ("sleb128", "ff ff 7f", -1, "x has 3 bytes where 1 is enough"),
        ("varint", "ff" * 9 + "02", 2**63 - 1, "x does not fit 64 bits: its highest are lost"),
        ("svarint", "80" * 9 + "02", 0, "x does not fit 64 bits: its highest are lost"),
        ("sleb128", "80" * 9 + "01", -(2**63), "x does not fit 64 bits: its highest are lost"),
        ("varint", "80" * 10, 0, "x does not end after 10 bytes, which is the most"),
    ],
)
def test_one_that_no_writer_makes_is_read_with_a_problem(
    kind: str, data: str, value: int, problem: str
) -> None:
    decoded = decode(struct(f"{kind} x; u8 z;"), bytes.fromhex(data) + b"\7")
    assert decoded.values == {"x": value, "z": 7}
    assert [field.problem for field in decoded.fields] == [problem, ""]


def test_one_that_is_cut_needs_another_byte() -> None:
    stop = decode(struct("u8 a; varint x;"), b"\1\x80\x80").stop
    assert stop is not None
    assert (stop.path, stop.offset, stop.needed) == ("x", 1, 1)
    assert stop.message == "x is missing: at offset 1 it needs 1 more byte"


def test_it_is_a_length_and_follows_what_it_measures() -> None:
    message = struct("varint n; char name[n]; varint size = sizeof(rest); u8 rest[size];")
    data = encode(message, {"name": "x" * 200, "rest": bytes(300)})
    assert data == b"\xc8\1" + b"x" * 200 + b"\xac\2" + bytes(300)
    decoded = decode(message, data)
    assert decoded.stop is None
    again = encode(message, decoded.edited("name", "short"))
    assert again == b"\5short\xac\2" + bytes(300)


def test_a_length_that_counts_itself_grows_with_itself() -> None:
    message = struct("varint size = sizeof(..); u8 body[size - sizeof(size)];")
    for size in (0, 126, 127, 128, 300):
        data = encode(message, {"body": bytes(size)})
        decoded = decode(message, data)
        assert decoded.values["size"] == len(data)
        assert not any(field.problem for field in decoded.fields)


def test_it_stands_in_arrays_enumerations_and_lines_of_types() -> None:
    message = struct("varint n; svarint x[n]; sleb128 y[3 bytes]; varint z[]; varint w[EOF];")
    data = bytes.fromhex("02 01 8001 ff00 7f 05 00 ac02 03")
    decoded = decode(message, data)
    assert decoded.values == {"n": 2, "x": [-1, 64], "y": [127, -1], "z": [5], "w": [300, 3]}
    assert encode(message, decoded.values) == data
    enum = parse_definitions("enum kind : varint { A = 1, BIG = 300 }; struct m { kind k; }")
    assert decode(enum.message(), b"\xac\2").fields[0].shown == "BIG (300)"
    assert encode(enum.message(), {"k": "BIG"}) == b"\xac\2"
    line = parse_layout("n=varint text=char[n] svarint").message()
    assert decode(line, b"\2ab\3").values == {"n": 2, "text": b"ab", "field3": -2}


def test_an_mqtt_length_of_two_bytes_is_made_right() -> None:
    # MQTT Version 3.1.1, 2.2.3: the remaining length.
    message = struct("u8 kind; varint remaining = sizeof(body); u8 body[remaining];")
    assert encode(message, {"kind": 0x30, "body": bytes(321)})[:3] == b"\x30\xc1\2"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "varint x : 3;",
            "Only an integer of a fixed size has bits: remove the colon, or use one such as u8",
        ),
        (
            'varint x = crc("crc-32", ..);',
            "A checksum has a fixed size: give it to a type such as u32",
        ),
        (
            "u8 x[sizeof(varint)];",
            "This type has no fixed size: name a field of it instead",
        ),
        ("varnit x;", "I know no type varnit. Did you mean varint?"),
    ],
)
def test_what_it_cannot_be_is_refused(source: str, message: str) -> None:
    with pytest.raises(ValuesError) as caught:
        struct(source)
    assert caught.value.message == message


def test_a_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValuesError, match=r"x: -1 does not fit varint \(0 to 18446744073709551615"):
        encode(struct("varint x;"), {"x": -1})
    with pytest.raises(ValuesError, match="x: A number of 5001 bits does not fit"):
        encode(struct("sleb128 x;"), {"x": 1 << 5000})
