from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError, did_you_mean, located


def test_an_error_points_at_its_column() -> None:
    error = ValuesError("No such thing", column=4, span=3)
    assert error.pointed("u8 abc") == "No such thing\nu8 abc\n   ^^^"
    assert str(error) == "No such thing"


def test_an_error_without_a_column_is_its_message() -> None:
    assert ValuesError("No such thing").pointed("source") == "No such thing"


@pytest.mark.parametrize(
    ("source", "column", "span", "carets"),
    [
        ("안녕 x", 4, 1, "     ^"),
        ("안녕", 2, 1, "  ^^"),
        ("\t\x1b x", 4, 1, "       ^"),
        ("e\u0301 x", 4, 1, "  ^"),
        ("\u1112\u1161\u11ab x", 5, 1, "   ^"),
        ("abc", 4, 1, "   ^"),
        ("", 1, 1, "^"),
    ],
)
def test_carets_stand_under_the_cells_of_the_spot(
    source: str, column: int, span: int, carets: str
) -> None:
    assert ValuesError("m", column, span).pointed(source).splitlines()[2:] == [carets]


@pytest.mark.parametrize(
    ("source", "column", "span", "pointed"),
    [
        ("one\ntwo three\n", 9, 5, "Line 2, column 5: m\ntwo three\n    ^^^^^"),
        ("one\r\ntwo", 6, 99, "Line 2, column 1: m\ntwo\n^^^"),
        ("one\n", 4, 1, "Line 1, column 4: m\none\n   ^"),
        ("one\n", 5, 1, "Line 2, column 1: m\n\n^"),
    ],
)
def test_in_several_lines_an_error_points_at_its_own(
    source: str, column: int, span: int, pointed: str
) -> None:
    assert ValuesError("m", column, span).pointed(source) == pointed


@given(st.text(), st.integers(1, 50), st.integers(1, 50))
def test_a_pointed_error_is_three_printable_lines(source: str, column: int, span: int) -> None:
    lines = ValuesError(source, column, span).pointed(source).split("\n")
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)


def test_a_message_never_carries_control_characters() -> None:
    assert ValuesError("no \x1b[2J here").message == r"no \x1b[2J here"


def test_an_error_in_a_piece_is_placed_in_the_whole() -> None:
    with pytest.raises(ValuesError) as caught, located(5, 9):
        raise ValuesError("m", column=3, span=2)
    assert (caught.value.column, caught.value.span) == (7, 2)
    with pytest.raises(ValuesError) as caught, located(5, 9):
        raise ValuesError("m")
    assert (caught.value.column, caught.value.span) == (5, 9)


def test_only_a_near_name_is_suggested() -> None:
    assert did_you_mean("UTF9", {"utf8": "utf-8"}) == " Did you mean utf-8?"
    assert did_you_mean("zebra", {"utf8": "utf-8"}) == ""
