from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.composing.draft import Draft, Mode
from sockplay.values.errors import ValuesError
from sockplay.values.order import ByteOrder


def test_text_is_encoded_as_it_stands() -> None:
    assert Draft("안녕", encoding="cp949").payload().data == "안녕".encode("cp949")


def test_escapes_in_text_can_be_switched_off() -> None:
    assert Draft("a\\n").payload().data == b"a\n"
    assert Draft("a\\n", escapes=False).payload().data == b"a\\n"


def test_a_line_end_is_added_to_text_in_its_encoding() -> None:
    draft = Draft("hi", encoding="utf-16-le", ending="\\r\\n")
    assert draft.payload().data == "hi\r\n".encode("utf-16-le")


def test_hex_forgives_how_it_was_copied() -> None:
    assert Draft("0xde:ad, be ef", mode="hex").payload().data == bytes.fromhex("deadbeef")


def test_the_line_language_takes_the_byte_order_of_the_draft() -> None:
    assert Draft("u16:1", mode="line", order="little").payload().data == b"\x01\x00"


@given(
    st.lists(st.integers(-(1 << 31), (1 << 31) - 1), max_size=8), st.sampled_from(["big", "little"])
)
def test_integers_are_written_one_after_another_in_one_byte_order(
    values: list[int], order: ByteOrder
) -> None:
    draft = Draft(", ".join(map(str, values)), mode="integers", integer="i32", order=order)
    payload = draft.payload()
    assert payload.data == b"".join(value.to_bytes(4, order, signed=True) for value in values)
    assert [span.size for span in payload.spans] == [4] * len(values)


def test_an_integer_that_does_not_fit_names_its_place_value_and_range() -> None:
    with pytest.raises(ValuesError, match=r"value 2: 300 does not fit u8 \(0 to 255\)") as caught:
        Draft("1 300", mode="integers", integer="u8").payload()
    assert (caught.value.column, caught.value.span) == (3, 3)


@given(st.text(max_size=40), st.sampled_from(get_args(Mode)))
def test_nothing_typed_raises_anything_but_a_values_error(source: str, mode: Mode) -> None:
    draft = Draft(source, mode=mode)
    try:
        draft.payload()
    except ValuesError:
        return
