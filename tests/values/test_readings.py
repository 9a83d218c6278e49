from __future__ import annotations

import contextlib
import math
import struct
import subprocess
import sys
from encodings.aliases import aliases

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sockplay.values.cut_text import cut_text
from sockplay.values.errors import ValuesError
from sockplay.values.reading.arrangements import ARRANGEMENTS, Arrangement, arranged
from sockplay.values.reading.kinds import NumberKind
from sockplay.values.reading.readings import Reading, Spot, bits, kinds, orders, readings, texts

TYPES = [
    *("u8", "i8", "u16", "i16", "u24", "i24", "u32", "i32", "u64", "i64", "f16", "f32", "f64"),
    *("unix32", "unix64", "unix ms", "ntp", "filetime", "ipv4", "ipv6"),
    *("uleb128", "sleb128", "zigzag"),
]
STRUCT_CODES = {
    "u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i", "u64": "Q", "i64": "q",
}  # fmt: skip
KINDS = {kind.name: kind for kind in kinds()}


def read(data: bytes) -> dict[str, Reading]:
    return {reading.type: reading for reading in readings(data)}


def spot(name: str, data: bytes, order: str = "big", first: int = 0) -> Spot:
    arrangement = next(each for each in ARRANGEMENTS if each.name == order)
    return Spot(KINDS[name], data, first, len(data), arrangement)


@st.composite
def spots(draw: st.DrawFn) -> Spot:
    """Any kind of value at any place of any bytes."""
    data = draw(st.binary(min_size=1, max_size=40))
    kind = draw(st.sampled_from(list(KINDS.values())))
    first = draw(st.integers(0, len(data) - 1))
    size = kind.size(data[first:])
    assume(size)
    return Spot(kind, data, first, len(data), draw(st.sampled_from(orders(kind, size))))


@given(st.binary(max_size=12))
def test_integers_read_as_struct_reads_them(data: bytes) -> None:
    found = read(data)
    assert list(found) == TYPES
    for name, code in STRUCT_CODES.items():
        reading = found[name]
        if len(data) < reading.size:
            assert (reading.big, reading.little) == (None, None)
        else:
            assert reading.big == str(struct.unpack_from(f">{code}", data)[0])
            assert reading.little == str(struct.unpack_from(f"<{code}", data)[0])


def test_all_byte_orders_stand_side_by_side() -> None:
    found = read(bytes.fromhex("3dcccccd02010000"))
    assert found["u16"].values == ("15820", "52285")
    assert found["u24"].values == ("4050124", "13421629")
    assert found["f32"].values == ("0.1", "-429492128.0", "-107605600.0", "-49755952.0")
    assert (found["u8"].big, found["u8"].little, found["u8"].values) == ("61", "61", ("61",))


def test_swapped_words_are_those_of_registers_of_16_bits() -> None:
    number = 0x0A0B0C0D
    assert [
        arranged(bytes.fromhex(stored), each)
        for stored, each in zip(
            ("0a0b0c0d", "0d0c0b0a", "0c0d0a0b", "0b0a0d0c"), ARRANGEMENTS, strict=True
        )
    ] == [number.to_bytes(4, "big")] * 4


@given(
    st.sampled_from(ARRANGEMENTS),
    st.binary(min_size=4, max_size=4) | st.binary(min_size=8, max_size=8),
)
def test_arranging_twice_changes_nothing(arrangement: Arrangement, data: bytes) -> None:
    assert arranged(arranged(data, arrangement), arrangement) == data


def test_no_bytes_have_no_readings() -> None:
    assert all(value is None for reading in readings(b"") for value in reading.values)


def test_bits_show_so_many_bytes() -> None:
    assert bits(b"hi") == "01101000 01101001"
    assert bits(bytes(20)) == " ".join(["00000000"] * 8)
    assert bits(b"hi", count=1) == "01101000"
    assert bits(b"") == ""


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    [
        ("unix32", "00000000", "1970-01-01T00:00:00Z"),
        ("unix32", "ffffffff", "2106-02-07T06:28:15Z"),
        ("unix64", "ffffffffffffffff", "1969-12-31T23:59:59Z"),
        ("unix64", "7fffffffffffffff", None),
        ("unix ms", "0000018cc251f47b", "2024-01-01T00:00:00.123Z"),
        # RFC 5905, figure 4: the first day of the Unix era, and the last of NTP's era 0.
        ("ntp", "83aa7e8000000000", "1970-01-01T00:00:00Z"),
        ("ntp", "ffffffff80000000", "2036-02-07T06:28:15.5Z"),
        ("ntp", "ffffffffffffffff", "2036-02-07T06:28:16Z"),
        # Microsoft's own example of the Unix epoch as a FILETIME.
        ("filetime", "019db1ded53e8000", "1970-01-01T00:00:00Z"),
        ("filetime", "019db1ded53e8001", "1970-01-01T00:00:00.0000001Z"),
        ("filetime", "ffffffffffffffff", None),
        ("ipv4", "7f000001", "127.0.0.1"),
        ("ipv6", "20010db8000000000000000000000001", "2001:db8::1"),
        # DWARF 5, tables 7.8 and 7.9; the protobuf encoding guide.
        ("uleb128", "7f", "127"),
        ("uleb128", "b901", "185"),
        ("sleb128", "7e", "-2"),
        ("sleb128", "ff7e", "-129"),
        ("zigzag", "03", "-2"),
        ("zigzag", "feffffffffffffffff01", "9223372036854775807"),
        ("uleb128", "ffffffffffffffffffff01", None),
        ("uleb128", "ffffffffffffffffff7f", None),
        ("sleb128", "80", None),
    ],
)
def test_bytes_read_as_their_definitions_say(name: str, data: str, shown: str | None) -> None:
    assert read(bytes.fromhex(data))[name].big == shown


def test_text_is_read_in_the_chosen_encoding_first_and_never_twice() -> None:
    found = texts("안".encode("cp949") + b"\xb0", "CP949")
    assert next(iter(found.items())) == ("CP949", '"안" cut inside b0')
    assert "cp949" not in found
    assert {"utf-8", "latin-1", "utf-16-le", "utf-16-be"} < set(found)
    assert texts(b"x", "no-such")["no-such"] == '"x"'


ENCODINGS = sorted({*aliases.values(), "idna", "undefined", "no-such", "", "\0"})


@pytest.mark.parametrize(
    "data",
    [b"", b"h", b"hi\xff", bytes(range(256)), b"\x1f\x8b\x08", b"begin 666 x\n", b"BZh9"],
    ids=lambda data: repr(data[:9]),
)
def test_bytes_are_shown_whatever_is_typed_as_their_encoding(data: bytes) -> None:
    for encoding in ENCODINGS:
        text, rest = cut_text(data, encoding)
        assert text.isprintable(), encoding
        assert data.endswith(rest), encoding
        assert encoding in texts(data, encoding)
        kind = kinds(encoding)[0]
        place = Spot(kind, data, 0, len(data))
        assert (place.shown is not None) == bool(data), encoding
        assert place.edited(place.written).data == data, encoding
        assert place.python, encoding


def test_an_encoding_reads_the_same_by_each_of_its_names() -> None:
    data = b"hi\xff"
    for name, encoding in aliases.items():
        assert cut_text(data, name) == cut_text(data, encoding), name
        assert texts(data, name)[name] == texts(data, encoding)[encoding], name


@pytest.mark.parametrize("encoding", ["hex", "zip", "base64", "uu", "quopri", "bz2", "rot13"])
def test_what_is_no_text_encoding_shows_ascii(encoding: str) -> None:
    assert cut_text(b"686921\xff", encoding) == (r"686921\xff", b"")


def test_selected_bytes_of_another_width_are_one_integer_too() -> None:
    assert [kind.name for kind in kinds(selected=5)][:3] == ["u40", "i40", "utf-8"]
    assert kinds(selected=4) == kinds()
    assert kinds(selected=17) == kinds()


@given(st.binary(max_size=40), st.integers(1, 16))
def test_any_bytes_can_be_read(data: bytes, selected: int) -> None:
    for kind in kinds("utf-16", selected):
        size = kind.size(data)
        assert 0 <= size <= len(data)
        for each in orders(kind, size):
            assert Spot(kind, data, 0, len(data), each).shown is None or size


@given(spots())
def test_what_is_written_as_it_was_changes_nothing(place: Spot) -> None:
    edit = place.edited(place.written)
    assert edit.data == place.data
    assert (edit.first, edit.end) == (place.first, place.first + place.size)


@given(spots(), spots())
def test_an_edited_value_reads_as_what_was_typed_and_other_bytes_stay(
    place: Spot, other: Spot
) -> None:
    """What is typed is a value of the same kind from other bytes."""
    typed = Spot(place.kind, other.data, 0, len(other.data), place.arrangement).written
    with contextlib.suppress(ValuesError):
        edit = place.edited(typed)
        after = Spot(place.kind, edit.data, edit.first, edit.end, place.arrangement)
        assert after.written == typed or place.kind.name in VAGUE
        assert edit.data[: edit.first] == place.data[: place.first]
        assert edit.data[edit.end :] == place.data[place.first + place.size :]


VAGUE = {kind.name for kind in KINDS.values() if kind.name in texts(b"")}
"""Text can be written with other escapes than it was typed with."""


@pytest.mark.parametrize("order", [each.name for each in ARRANGEMENTS])
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        *(("u32", "513"), ("i32", "-2"), ("f32", "0.1"), ("u64", "18446744073709551615")),
        *(("unix32", "2026-01-02T03:04:05Z"), ("ntp", "2026-01-02T03:04:05.123456789Z")),
        *(("filetime", "2026-01-02T03:04:05.1234567Z"), ("unix ms", "1969-12-31T23:59:59.999Z")),
        ("ipv4", "192.168.0.7"),
    ],
)
def test_a_value_can_be_typed_in_every_order(name: str, typed: str, order: str) -> None:
    edit = spot(name, bytes(12), order, first=2).edited(typed)
    assert spot(name, edit.data, order, first=2).shown == typed
    assert edit.data[:2] == edit.data[edit.end :][:2] == bytes(2)
    assert len(edit.data) == 12


def test_a_varint_and_a_text_may_take_another_length() -> None:
    edit = spot("uleb128", b"\x05rest").edited("300")
    assert (edit.data, edit.first, edit.end) == (b"\xac\x02rest", 0, 2)
    edit = Spot(KINDS["utf-8"], b"<hi>", 1, 3).edited(r"hello\0")
    assert (edit.data, edit.first, edit.end) == (b"<hello\0>", 1, 7)
    assert spot("bits", b"\1\2rest").edited("1" * 8 + "0" * 24).data == b"\xff\0\0\0st"


def test_a_time_may_be_typed_in_other_ways() -> None:
    for typed in ("2026-01-02", "2026-01-02 00:00", "2026-01-02T02:00:00+02:00"):
        assert spot("unix32", bytes(4)).edited(typed).data == (1767312000).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("u8", "256", "256 does not fit u8 (0 to 255)"),
        ("i16", "x", "'x' is not an integer: write 513, 0x201, 0b11, -1 or 'A'"),
        ("f16", "1e9", "1000000000.0 does not fit f16 (-65504.0 to 65504.0)"),
        ("unix32", "1960-01-01",
         "1960-01-01 does not fit unix32 (1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z)"),
        ("unix32", "2026-01-01T00:00:00.5Z",
         "unix32 has no fractions of a second: write fewer digits"),
        ("ntp", "2026-02-30", "'2026-02-30' is not a time: write one such as 2026-01-02T03:04:05Z"),
        ("ipv4", "1.2.3", "'1.2.3' is no IPv4 address: write one such as 127.0.0.1"),
        ("ipv6", "fe80::1%eth0",
         "'fe80::1%eth0' is no IPv6 address: write one such as ::1 or fe80::1"),
        ("uleb128", "-1", "uleb128: -1 does not fit varint (0 to 18446744073709551615)"),
        ("bits", "12", "'12' is not bits: write 0 and 1"),
        ("bits", "101", "There are 32 bits here: write as many, not 3"),
        ("cp949", "é", "'é' (U+00E9) is not in cp949: use an encoding that has it, such as utf-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_sentence(name: str, typed: str, sentence: str) -> None:
    with pytest.raises(ValuesError) as caught:
        spot(name, bytes(16)).edited(typed)
    assert caught.value.message == sentence


@given(st.floats(width=32))
def test_a_float_keeps_its_value(value: float) -> None:
    data = struct.pack("<f", value)
    edit = spot("f32", data, "little").edited(spot("f32", data, "little").written)
    assert edit.data == data
    assert math.isnan(value) or struct.unpack("<f", edit.data)[0] == value


def test_the_line_of_python_reads_the_same() -> None:
    data = b"\0" + struct.pack(">d", 1.7e9) + b"\xb9\x81\x01" + "é".encode() * 3
    found = [
        Spot(kind, data, first, len(data), each)
        for kind in KINDS.values()
        for first in (1, 9)
        for each in orders(kind, kind.size(data[first:]))
        if kind.size(data[first:]) and kind.name not in VAGUE
    ]
    found.append(Spot(KINDS["utf-8"], data, 12, len(data)))
    found = [each for each in found if each.shown is not None]
    script = "import ipaddress, struct\nfrom datetime import UTC, datetime\n"
    script += f"data = {data!r}\n" + "".join(f"print(({each.python}))\n" for each in found)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script], capture_output=True, check=True
    )
    printed = done.stdout.decode().split("\n")[:-1]
    for place, line in zip(found, printed, strict=True):
        assert same(place, line), (place.python, place.shown, line)


def same(place: Spot, printed: str) -> bool:
    """Whether it is what Python prints; it knows times to the microsecond, and floats in full."""
    name, shown = place.kind.name, place.shown or ""
    if name == "utf-8":
        return f'"{printed}"' == shown
    if name in ("f16", "f32"):
        assert isinstance(place.kind, NumberKind)
        return place.kind.parsed(printed, 0) == place.piece
    if name in ("unix ms", "ntp", "filetime") or name.startswith("unix"):
        return printed.replace(" ", "T")[:19] == shown[:19]
    return printed == shown
