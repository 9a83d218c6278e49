from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError
from sockplay.values.hexrows import (
    HexRow,
    dump,
    hex_column,
    hex_rows,
    parse_hex,
    plain_hex,
    python_literal,
    row_count,
)

WIDTHS = st.integers(1, 40)


@given(st.binary(), st.integers(0, 2**40), WIDTHS)
def test_rows_hold_all_bytes_in_order(data: bytes, start: int, width: int) -> None:
    rows = list(hex_rows(data, start=start, width=width))
    assert b"".join(row.data for row in rows) == data
    assert len(rows) == row_count(len(data), width)
    assert [row.offset for row in rows] == [start + width * at for at in range(len(rows))]


@given(st.binary(min_size=1, max_size=40), WIDTHS)
def test_each_byte_stands_at_its_hex_column(data: bytes, width: int) -> None:
    for row in hex_rows(data, width=width):
        for index, byte in enumerate(row.data):
            column = hex_column(index)
            assert row.hex[column : column + 2] == f"{byte:02x}"
            assert row.hex_padded.startswith(row.hex)
        assert len(row.hex_padded) == hex_column(width - 1) + 2


def test_a_row_has_one_more_space_after_eight_bytes() -> None:
    row = HexRow(0, b"hello world")
    assert row.hex == "68 65 6c 6c 6f 20 77 6f  72 6c 64"
    assert row.ascii == "hello world"


def test_a_dump_lines_up_its_columns() -> None:
    assert dump(bytes(range(0x41, 0x53))) == [
        "0000  41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP",
        "0010  51 52                                             QR",
    ]
    assert dump(b"hi", width=4) == ["0000  68 69        hi"]
    assert dump(b"") == []


def test_a_dump_has_wider_offsets_past_ffff() -> None:
    assert dump(b"x", start=0xFFFF)[0].startswith("ffff  78")
    assert dump(b"xy", start=0xFFFF)[0].startswith("0000ffff  78")


def test_a_limited_dump_says_how_much_it_leaves_out() -> None:
    assert dump(b"abc", width=2, limit=2) == ["0000  61 62  ab", "... 1 more byte"]
    assert dump(bytes(5000), limit=0) == ["... 5,000 more bytes"]
    assert dump(b"ab", width=2, limit=2) == ["0000  61 62  ab"]


def test_bytes_show_as_plain_hex_and_as_python() -> None:
    assert plain_hex(b"hel") == "68 65 6c"
    assert python_literal(b"hel\x00'") == 'b"hel\\x00\'"'


@given(st.binary())
def test_hex_is_read_back_however_it_is_written(data: bytes) -> None:
    for text in (
        data.hex(),
        data.hex(":"),
        plain_hex(data).upper(),
        ", ".join(f"0x{byte:02x}" for byte in data),
        "".join(f"\\x{byte:02x}" for byte in data),
        "-".join(f"{byte:02X}" for byte in data) + "\n",
        "0x" + data.hex("_"),
    ):
        assert parse_hex(text) == data


@pytest.mark.parametrize(
    ("text", "message", "column", "span"),
    [
        ("68 6g", "6 has an odd number of digits: write two for each byte", 4, 1),
        ("68 zz", "z is not a hex digit: use 0-9 and a-f, two for each byte", 4, 1),
        ("68\x1b", r"\x1b is not a hex digit: use 0-9 and a-f, two for each byte", 3, 1),
        ("10x20", "1 has an odd number of digits: write two for each byte", 1, 1),
        ("ab abc", "abc has an odd number of digits: write two for each byte", 4, 3),
        ("a" * 31, "a" * 20 + "... has an odd number of digits: write two for each byte", 1, 31),
    ],
)
def test_wrong_hex_is_refused_at_its_column(
    text: str, message: str, column: int, span: int
) -> None:
    with pytest.raises(ValuesError) as caught:
        parse_hex(text)
    assert (caught.value.message, caught.value.column, caught.value.span) == (message, column, span)
