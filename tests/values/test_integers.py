from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError
from sockplay.values.integers import IntegerType, integer_type, parse_integer
from sockplay.values.order import ByteOrder

TYPES = st.builds(IntegerType, st.integers(1, 128).map(lambda size: size * 8), st.booleans())
ORDERS: st.SearchStrategy[ByteOrder] = st.sampled_from(["big", "little"])


@given(TYPES, ORDERS, st.data())
def test_integers_are_bytes_as_python_makes_them(
    integer: IntegerType, order: ByteOrder, data: st.DataObject
) -> None:
    value = data.draw(st.integers(integer.low, integer.high))
    encoded = integer.encode(value, order)
    assert encoded == value.to_bytes(integer.size, order, signed=integer.signed)
    assert integer.decode(encoded, order) == value


@pytest.mark.parametrize("signed", [False, True])
def test_the_range_of_every_type_is_exact(signed: bool) -> None:
    for bits in range(8, 1025, 8):
        integer = IntegerType(bits, signed)
        for value in (integer.low, integer.high):
            assert integer.decode(integer.encode(value, "little"), "little") == value
        for value in (integer.low - 1, integer.high + 1):
            with pytest.raises(OverflowError):
                value.to_bytes(integer.size, "big", signed=signed)
            with pytest.raises(ValuesError):
                integer.encode(value, "big")
        assert integer_type(integer.name) == integer


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("u8", 300, "300 does not fit u8 (0 to 255)"),
        ("u8", -1, "-1 does not fit u8 (0 to 255)"),
        ("i16", 32768, "32768 does not fit i16 (-32768 to 32767)"),
        ("u64", 2**64, "18446744073709551616 does not fit u64 (0 to 18446744073709551615)"),
        ("i72", 2**80, f"{2**80} does not fit i72 (-2**71 to 2**71-1)"),
        ("u128", 1 << 2000, "a number of 2,001 bits does not fit u128 (0 to 2**128-1)"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_the_range(
    name: str, value: int, message: str
) -> None:
    with pytest.raises(ValuesError) as caught:
        integer_type(name).encode(value, "big")
    assert caught.value.message == message
    with pytest.raises(ValuesError) as caught:
        integer_type(name).encode(value, "big", field="length=u8:300")
    assert caught.value.message == f"length=u8:300: {message}"


def test_an_integer_is_read_from_exactly_its_bytes() -> None:
    with pytest.raises(ValuesError, match="u16 is read from 2 bytes, not from 3"):
        integer_type("u16").decode(b"abc", "big")


@pytest.mark.parametrize(
    ("name", "known_as"),
    [("uint16", "u16"), ("int32", "i32"), ("uint16_t", "u16"), ("U8", "u8"), ("i1024", "i1024")],
)
def test_types_have_the_names_of_c_too(name: str, known_as: str) -> None:
    assert integer_type(name).name == known_as


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("u12", "u12 is not a whole number of bytes: use u8, u16, u24 ... up to u1024"),
        ("i7", "i7 is not a whole number of bytes: use i8, i16, i24 ... up to i1024"),
        ("u0", "u0 is not a whole number of bytes: use u8, u16, u24 ... up to u1024"),
        ("u1032", "u1032 is too large: use u8, u16, u24 ... up to u1024"),
        ("word", "'word' is not an integer type: use u8, i8, u16 ... up to u1024"),
        ("", "'' is not an integer type: use u8, i8, u16 ... up to u1024"),
    ],
)
def test_other_types_are_refused(name: str, message: str) -> None:
    with pytest.raises(ValuesError) as caught:
        integer_type(name)
    assert caught.value.message == message


@given(st.integers(-(2**1024), 2**1024))
def test_integers_are_read_as_python_writes_them(value: int) -> None:
    for text in (str(value), hex(value), oct(value), bin(value), f"{value:_}", f" {value:+} "):
        assert parse_integer(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("'A'", 65), (r"'\n'", 10), (r"'\''", 39), ("'''", 39), ("'안'", 0xC548), (r"'\xff'", 255)],
)
def test_a_character_in_single_quotes_is_its_code_point(text: str, value: int) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not an integer: write 513, 0x201, 0b11, -1 or 'A'"),
        ("abc", "'abc' is not an integer: write 513, 0x201, 0b11, -1 or 'A'"),
        ("1.5", "'1.5' is not an integer: write 513, 0x201, 0b11, -1 or 'A'"),
        ("٣", "'٣' is not an integer: write 513, 0x201, 0b11, -1 or 'A'"),
        ("-007", "'-007' starts with 0: leave it out, or write 0o for octal"),
        ("'ab'", "'ab' is 2 characters: single quotes hold one, such as 'A'"),
        ("9" * 5000, "This number is longer than 2,000 characters: write a shorter one"),
    ],
)
def test_what_is_no_integer_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValuesError) as caught:
        parse_integer(text)
    assert caught.value.message == message


def test_a_wrong_escape_in_single_quotes_has_its_column() -> None:
    with pytest.raises(ValuesError) as caught:
        parse_integer(r"'\q'")
    assert (caught.value.column, caught.value.span) == (2, 2)


@given(st.text())
def test_any_text_is_an_integer_or_a_plain_error(text: str) -> None:
    with contextlib.suppress(ValuesError):
        parse_integer(text)
