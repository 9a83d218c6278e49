from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError
from sockplay.values.floats import FloatType, float_type, parse_float
from sockplay.values.order import ByteOrder

ORDERS: st.SearchStrategy[ByteOrder] = st.sampled_from(["big", "little"])


@given(st.sampled_from([(16, "e"), (32, "f"), (64, "d")]), ORDERS, st.data())
def test_floats_are_bytes_as_struct_makes_them(
    kind: tuple[int, str], order: ByteOrder, data: st.DataObject
) -> None:
    bits, code = kind
    value = data.draw(st.floats(width=bits))  # type: ignore[arg-type]
    number = FloatType(bits)
    encoded = number.encode(value, order)
    assert encoded == struct.pack((">" if order == "big" else "<") + code, value)
    decoded = number.decode(encoded, order)
    assert decoded == value or (math.isnan(decoded) and math.isnan(value))


@given(st.sampled_from([16, 32, 64]), st.data())
def test_a_shown_float_reads_back_as_the_same_value(bits: int, data: st.DataObject) -> None:
    value = data.draw(st.floats(width=bits, allow_nan=False))  # type: ignore[arg-type]
    number = FloatType(bits)
    read_back = number.decode(number.encode(float(number.shown(value)), "big"), "big")
    assert read_back == value


def test_a_float_is_shown_with_the_fewest_digits() -> None:
    f32 = float_type("f32")
    assert f32.shown(f32.decode(bytes.fromhex("3dcccccd"), "big")) == "0.1"
    assert f32.shown(10000.0) == "10000.0"
    assert f32.shown(math.nan) == "nan"
    highest = f32.decode(bytes.fromhex("7f7fffff"), "big")
    assert f32.shown(highest) == "3.4028235e+38"
    assert f32.shown(f32.decode(bytes.fromhex("00000001"), "big")) == "1e-45"
    f16 = float_type("f16")
    assert f16.shown(f16.decode(bytes.fromhex("7bff"), "big")) == "65504.0"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("f16", 1e9, "1000000000.0 does not fit f16 (-65504.0 to 65504.0)"),
        ("f32", -1e39, "-1e+39 does not fit f32 (-3.4028235e+38 to 3.4028235e+38)"),
    ],
)
def test_a_float_that_does_not_fit_is_refused_with_the_range(
    name: str, value: float, message: str
) -> None:
    with pytest.raises(ValuesError) as caught:
        float_type(name).encode(value, "big")
    assert caught.value.message == message
    with pytest.raises(ValuesError) as caught:
        float_type(name).encode(value, "big", field="t=f16:1e9")
    assert caught.value.message == f"t=f16:1e9: {message}"


def test_a_float_is_read_from_exactly_its_bytes() -> None:
    with pytest.raises(ValuesError, match="f32 is read from 4 bytes, not from 3"):
        float_type("f32").decode(b"abc", "big")


@pytest.mark.parametrize("name", ["f8", "double", "", "f128"])
def test_other_float_types_are_refused(name: str) -> None:
    with pytest.raises(ValuesError) as caught:
        float_type(name)
    assert caught.value.message == f"{name!r} is not a float type: use f16, f32 or f64"


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), ("-2e-3", -0.002), ("inf", math.inf), ("-inf", -math.inf), ("0x1.8p3", 12.0)],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert parse_float(text) == value
    assert math.isnan(parse_float("nan"))
    assert float_type("float32") == FloatType(32)


HIGHEST = "1.7976931348623157e+308"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a number: write 1.5, -2e-3, 0x1.8p3, nan or inf"),
        ("1,5", "'1,5' is not a number: write 1.5, -2e-3, 0x1.8p3, nan or inf"),
        ("٣", "'٣' is not a number: write 1.5, -2e-3, 0x1.8p3, nan or inf"),
        ("1e999", f"1e999 does not fit f64 (-{HIGHEST} to {HIGHEST}): write inf for infinity"),
        (
            "-0x1p9999",
            f"-0x1p9999 does not fit f64 (-{HIGHEST} to {HIGHEST}): write inf for infinity",
        ),
    ],
)
def test_what_is_no_number_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValuesError) as caught:
        parse_float(text)
    assert caught.value.message == message
