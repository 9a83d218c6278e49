from __future__ import annotations

import operator
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions
from sockplay.values.layouts.encoder import encode
from sockplay.values.layouts.types import StructType

Made = tuple[str, int, int]
"""An expression as text, how tightly it binds, and its value where a is 3 and b is 0."""

SIGNS: dict[str, tuple[int, Callable[[int, int], int]]] = {
    "||": (1, lambda left, right: int(bool(left or right))),
    "&&": (2, lambda left, right: int(bool(left and right))),
    "|": (3, operator.or_),
    "^": (4, operator.xor),
    "&": (5, operator.and_),
    "==": (6, operator.eq),
    "<": (7, operator.lt),
    "+": (9, operator.add),
    "-": (9, operator.sub),
    "*": (10, operator.mul),
}
TIGHTEST = 11
LEAVES: st.SearchStrategy[Made] = st.sampled_from(
    [("a", TIGHTEST, 3), ("b", TIGHTEST, 0), ("items[1]", TIGHTEST, 9), ("2", TIGHTEST, 2)]
)


def inside(made: Made, binding: int) -> str:
    return made[0] if made[1] >= binding else f"({made[0]})"


def joined(sign: str, left: Made, right: Made) -> Made:
    binding, apply = SIGNS[sign]
    text = f"{inside(left, binding)} {sign} {inside(right, binding + 1)}"
    return text, binding, int(apply(left[2], right[2]))


def chosen(condition: Made, then: Made, otherwise: Made) -> Made:
    text = f"{inside(condition, 1)} ? {then[0]} : {otherwise[0]}"
    return text, 0, then[2] if condition[2] else otherwise[2]


EXPRESSIONS = st.recursive(
    LEAVES,
    lambda each: (
        st.builds(joined, st.sampled_from(list(SIGNS)), each, each)
        | st.builds(chosen, each, each, each)
    ),
    max_leaves=12,
)


def struct(body: str) -> StructType:
    return parse_definitions(f"struct m {{ {body} }}").message()


@settings(max_examples=3 * settings().max_examples)
@given(EXPRESSIONS)
def test_signs_bind_as_in_c(made: Made) -> None:
    message = struct(f"u8 a; u8 b; u16 items[2]; i512 x = {made[0]};")
    data = encode(message, {"a": 3, "b": 0, "items": [8, 9]})
    decoded = decode(message, data)
    assert decoded.values["x"] == made[2]
    assert not decoded.fields[-1].problem


@pytest.mark.parametrize(
    ("body", "data", "expected"),
    [
        ("u8 n; u8 x[n ? 2 : 1]; u8 y[EOF];", "00 01 02", [0, b"\1", b"\2"]),
        ("u8 n; u8 x[n == 1 ? 1 : n == 2 ? 2 : 3];", "02 0102", [2, b"\1\2"]),
        ("u8 n; u8 x[n ? 4 / n : 0];", "00", [0, b""]),
        ("u8 n; if (n && 4 / n == 2) u8 x;", "00", [0]),
        ("u8 n; if (!n || 4 / n == 2) u8 x;", "00 07", [0, 7]),
        ("u8 n; if (n || 0) u8 x; u8 y[(n && 5) + 1];", "04 07 0809", [4, 7, b"\x08\x09"]),
        ("u16 n[2]; char a[n[0]]; char b[n[1]];", "0001 0002 616263", [[1, 2], b"a", b"bc"]),
        ("u8 n[2]; u8 at; u8 x[n[at]];", "0102 01 0809", [b"\1\2", 1, b"\x08\x09"]),
        ("u8 n[2][2]; u8 x[n[1][0]];", "00000100 09", [[b"\0\0", b"\1\0"], b"\x09"]),
        (
            "struct { u8 k; struct { u8 l; } h; } items[2]; u8 x[items[1].h.l];",
            "0000 0001 05",
            [[{"k": 0, "h": {"l": 0}}, {"k": 0, "h": {"l": 1}}], b"\5"],
        ),
        ("struct { u8 n[2]; } h; u8 x[h.n[1]];", "0001 05", [{"n": b"\0\1"}, b"\5"]),
        ("u8 f; if (f) u8 n[2]; u8 x[n[1] + 1];", "00 05", [0, b"\5"]),
        ("struct { u8 n; char s[n]; } h; u8 x[sizeof(h.s)];", "01 61 05", [None, b"\5"]),
        (
            "struct { struct { u8 n[3]; } i; } h; u8 x[sizeof(h.i.n)];",
            "000000 010203",
            [None, None],
        ),
        ("struct { u8 a; u16 b; u8 c; } h; u8 x[sizeof(h.a..h.b)];", "00000000 010203", [None] * 2),
        (
            "u8 x[sizeof(struct t)]; u8 y[sizeof(t)]; u8 z[sizeof(unsigned int)];",
            "00" * 8,
            [None] * 3,
        ),
    ],
)
def test_each_expression_counts_right(body: str, data: str, expected: list[object]) -> None:
    message = parse_definitions(f"struct t {{ u16 x; }}; struct m {{ {body} }}").message()
    decoded = decode(message, bytes.fromhex(data))
    assert decoded.stop is None
    assert decoded.size == len(bytes.fromhex(data))
    found = list(decoded.values.values())
    assert [None if each is None else got for got, each in zip(found, expected, strict=True)] == (
        expected
    )
    assert encode(message, decoded.values) == bytes.fromhex(data)


def test_an_element_that_is_not_there_stops_the_message() -> None:
    message = struct("u8 n; struct { u8 l; } items[n]; u8 x[items[n - 2].l]; u8 y = items[n].l;")
    stop = decode(message, b"\1\5").stop
    assert stop is not None
    assert (stop.path, stop.needed) == ("x", 0)
    assert stop.message == "There is no items[-1].l: the array has 1 element"
    whole = decode(message, b"\2\0\0\0")
    assert whole.stop is None
    assert [field.problem for field in whole.fields if field.problem] == [
        "y: There is no items[2].l: the array has 2 elements"
    ]
    with pytest.raises(ValuesError, match=r"There is no items\[-1\].l: the array has 1 element"):
        encode(struct("u8 n; struct { u8 l; } items[n]; u8 x[items[n - 2].l];"), {"items": [{}]})


def test_a_length_in_an_array_follows_what_it_measures() -> None:
    for body in ("u16 n[2]; char a[n[0]]; char b[n[1]];", "u8 n[2]; char a[n[0]]; char b[n[1]];"):
        message = struct(body)
        decoded = decode(message, encode(message, {"a": "x", "b": "yz"}))
        assert (decoded.values["a"], decoded.values["b"]) == (b"x", b"yz")
        again = decode(message, encode(message, decoded.edited("b", "longer")))
        assert (again.values["a"], again.values["b"]) == (b"x", b"longer")
    message = struct("struct { u8 k; u8 l; } items[2]; char a[items[1].l]; u8 z;")
    assert encode(message, {"items": [{}, {"k": 9}], "a": "abc"}) == b"\0\0\x09\3abc\0"


def test_a_length_is_made_right_through_a_choice_of_constants_and_not_guessed_otherwise() -> None:
    assert encode(struct("u8 n; u8 x[1 ? n + 1 : 7];"), {"x": b"abc"}) == b"\2abc"
    message = struct("u8 n; u8 wide; u16 x[wide ? n : n * 2];")
    assert encode(message, {"n": 1, "x": [1, 2]}) == b"\1\0\0\1\0\2"
    with pytest.raises(
        ValuesError, match=r"x has 2 elements where 0 belong, by wide \? n : n \* 2"
    ):
        encode(message, {"x": [1, 2]})


def test_a_size_of_a_later_field_of_a_field_is_known_when_a_message_is_made() -> None:
    message = struct(
        'u8 n = sizeof(h.s); u32 c = crc("crc-32", h.s); struct { u8 k; char s[]; } h;'
    )
    decoded = decode(message, encode(message, {"h": {"s": "abc"}}))
    assert decoded.values["n"] == 4
    assert not any(field.problem for field in decoded.fields)


@pytest.mark.parametrize(
    ("body", "message", "column"),
    [
        ("u8 n; u8 x[n ? 1];", ": is missing after what holds if it is true before ]", 28),
        ("u8 n; u8 x[n[0]];", "] is missing after the number of elements before [", 24),
        (
            "u8 n[2]; u8 x[n];",
            "n is no integer: name a field that is one, or an element of it as",
            26,
        ),
        ("u8 n[2]; u8 x[n[];", "] cannot stand here: write a number or the name of an earlier", 28),
        ("struct { u8 a; } h; u8 x[h.b];", "h has no field b.", 39),
        (
            "struct { u8 kind; } h; u8 x[sizeof(h.kidn)];",
            "h has no field kidn. Did you mean kind?",
            49,
        ),
        ("u8 n; u8 x[sizeof(n.a)];", "n has no fields: remove what follows the dot", 32),
        (
            "u8 n = sizeof(h.kidn); struct { u8 kind; } h;",
            "h has no field kidn. Did you mean kind?",
            28,
        ),
        ("struct { u8 a; } h[2]; u8 x[h[0].b];", "h[0] has no field b.", 45),
        ("u8 x[1 ? 2 : 1 / 0]; u8 y[0 ? 2 : 1 / 0];", "1 / 0 divides by zero", 38),
    ],
)
def test_a_mistake_is_said_at_its_column(body: str, message: str, column: int) -> None:
    with pytest.raises(ValuesError) as caught:
        struct(body)
    assert caught.value.message.startswith(message)
    assert caught.value.column == column
