from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.readings import bits, readings

TYPES = ["u8", "i8", "u16", "i16", "u24", "u32", "i32", "u64", "i64", "f16", "f32", "f64"]
STRUCT_CODES = {
    "u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i", "u64": "Q", "i64": "q",
}  # fmt: skip


@given(st.binary(max_size=12))
def test_integers_read_as_struct_reads_them(data: bytes) -> None:
    read = {reading.type: reading for reading in readings(data)}
    assert list(read) == TYPES
    for name, code in STRUCT_CODES.items():
        reading = read[name]
        if len(data) < reading.size:
            assert (reading.big, reading.little) == (None, None)
        else:
            assert reading.big == str(struct.unpack_from(f">{code}", data)[0])
            assert reading.little == str(struct.unpack_from(f"<{code}", data)[0])


def test_both_byte_orders_stand_side_by_side() -> None:
    read = {reading.type: reading for reading in readings(bytes.fromhex("3dcccccd02010000"))}
    assert (read["u16"].big, read["u16"].little) == ("15820", "52285")
    assert (read["u24"].big, read["u24"].little) == ("4050124", "13421629")
    assert (read["f32"].big, read["f32"].little) == ("0.1", "-429492128.0")
    assert (read["u8"].big, read["u8"].little, read["u8"].size) == ("61", "61", 1)


def test_no_bytes_have_no_readings() -> None:
    assert all(reading.big is None and reading.little is None for reading in readings(b""))


def test_bits_show_so_many_bytes() -> None:
    assert bits(b"hi") == "01101000 01101001"
    assert bits(bytes(20)) == " ".join(["00000000"] * 8)
    assert bits(b"hi", count=1) == "01101000"
    assert bits(b"") == ""
