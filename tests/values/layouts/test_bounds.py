from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions, parse_layout
from sockplay.values.layouts.encoder import encode
from tests.values.layouts.fuzzing import MOST_MEMORY, attempt, bounded, check_error, peak

CHAIN = "".join(f"struct a{n} {{ a{n - 1} x, y; }};" for n in range(1, 40))
SOME = bytes(range(1, 256)) * 16


@settings(max_examples=4 * settings().max_examples)
@given(st.integers(0, 2**32))
def test_a_broken_definition_is_refused_or_used(seed: int) -> None:
    bounded(seed)


def test_broken_definitions_take_little_memory() -> None:
    attempt(0)
    before = peak()
    for seed in range(100):
        attempt(seed)
    assert peak() - before < MOST_MEMORY


@given(st.text())
def test_any_text_is_a_layout_or_a_plain_error(source: str) -> None:
    try:
        parse_layout(source)
    except ValuesError as error:
        check_error(error, source)


@pytest.mark.parametrize(
    "source",
    [
        "struct a {" * 5000,
        "struct a { " + "struct { " * 40 + "u8 x; " + "} y; " * 40 + "};",
        "struct a { " + "if (1) " * 5000 + "u8 x; }",
        "struct a { u8 x" + "[2]" * 5000 + "; }",
        "struct a { u8 x[" + "(" * 5000 + "1" + ")" * 5000 + "]; }",
        "struct a { u8 x[" + "-" * 5000 + "1]; }",
        "struct a { u8 x[" + "1+" * 5000 + "1]; }",
        "struct a { u8 x[1 << 100000000000]; }",
        "struct a { u8 x[1 << 1000]; }",
        "struct a { u8 x[0x" + "f" * 1900 + "]; }",
        "struct a { u8 x[" + "9" * 5000 + "]; }",
        "struct a { u8 x[1 / 0]; }",
        "struct a { u8 x[-1]; }",
        "struct a { a x; }",
        "struct a { u8 " + "x" * 5000 + "; }",
        "struct a { " + "u8 x; " * 20000 + "}",
        "struct a { u8 b : 9; }",
        "enum e { " + "A = 1 << 100000 }",
        "x" * 300_000,
        "struct a0 { u8 x; };" + CHAIN,
        "/*" * 100_000,
        "#" + "/*" * 100_000,
        '#define A "' + "\\" * 100_000,
        "#if 1\n" * 10_000,
        "#if " + "(" * 5000 + "1" + ")" * 5000 + "\n#endif",
        "#if " + "defined(A) && " * 5000 + "1\n#endif",
        "struct a { u8 x[" + "1 ? " * 5000 + "1]; }",
        "struct a { u8 y; u8 x[" + "y || " * 5000 + "1]; }",
        "struct a { u8 y[2]; u8 x[" + "y[" * 5000 + "1" + "]" * 5000 + "]; }",
        "struct a { u8 x[sizeof(" + "x." * 5000 + "x)]; }",
        "".join(f"#define A{n} A{n - 1} + 1\n" for n in range(12_000)),
        "typedef u8 " + "a, " * 20_000 + "b;",
        '"' * 100_000,
    ],
    ids=lambda source: source[-20:],
)
def test_a_hostile_definition_is_refused_soon(source: str) -> None:
    start = time.process_time()
    with pytest.raises(ValuesError):
        parse_definitions(source)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "source",
    [
        "struct a { struct {} x[1000000000]; }",
        "struct a { struct {} x[1000][1000][1000]; }",
        "struct a { struct {} x[EOF]; }",
        "struct a { struct {} x[NULL]; }",
        "struct a { u8 n; u8 x[1 << n]; }",
        "struct a { u8 n; u8 x[1 << (n * 1000)]; }",
        "struct a { u8 n; u8 x[n / (n - 1)]; }",
        "struct a { u8 n; u8 x[n - 5]; }",
        "struct a { u8 x[2147483647]; }",
        "struct a { u8 x[4611686018427387903]; }",
        "struct a { u16 x[1000000000]; }",
        "struct a { union { u8 x[EOF]; u8 y[EOF]; struct { u8 z; } w[EOF]; } v[EOF]; }",
        "union a { " + " ".join(f"u8 x{n}[EOF];" for n in range(5000)) + "}",
        "struct a {" + "".join(f'u32 x{n} = crc("crc-16/modbus", ..);' for n in range(500)) + "}",
        "struct a0 { u8 x; };" + CHAIN[: CHAIN.index("struct a30")],
        "struct a { varint x[EOF]; }",
        "struct a { varint n; varint x[n * n]; }",
        "struct a { u8 n; u16 x[90000]; u8 y[x[n * 300] + 1]; }",
        "struct a { u8 n; struct { u8 y[n" + " + n - n" * 30 + "]; } x[EOF]; }",
        "struct a { varint x[50000]; varint n = sizeof(..); }",
        "struct a { struct { u8 k; if (0) {"
        + "".join(f"u8 x{n}; u8 n{n} = sizeof(x{n}..n{n});" for n in range(2000))
        + "} } y[EOF]; }",
    ],
    ids=lambda source: source[-20:],
)
def test_a_hostile_definition_takes_a_bounded_time(source: str) -> None:
    message = parse_definitions(source).message()
    start = time.process_time()
    decoded = decode(message, SOME)
    for values in (decoded.values, {}):
        with contextlib.suppress(ValuesError):
            encode(message, values)
    assert len(decoded.fields) <= 100_000
    assert time.process_time() - start < 5


def test_a_length_that_lies_takes_no_memory() -> None:
    message = parse_definitions("struct a { u32 n; u8 x[n]; u16 y[n]; }").message()
    decoded = decode(message, b"\xff" * 1000)
    assert decoded.stop is not None
    assert (decoded.stop.path, decoded.stop.offset) == ("x", 4)
    assert decoded.stop.needed == 2**32 - 1 - 996


def test_lengths_that_depend_on_each_other_come_to_rest_or_are_refused() -> None:
    message = parse_definitions("struct a { u8 n = sizeof(y) + 1; u8 y[n]; }").message()
    with pytest.raises(ValuesError, match=r"depend on each other|does not fit"):
        encode(message, {})
