"""The lab's numbers: their bytes, the code that makes them, and what they are mistaken for."""

from __future__ import annotations

import contextlib
import math
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError
from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType
from sockplay.values.lab.byte_boxes import bits_of_float, byte_boxes, float_parts, sum_of_bytes
from sockplay.values.lab.misreadings import OTHER, misreadings
from sockplay.values.lab.number_code import (
    alone,
    both_orders,
    c_line,
    from_bytes,
    struct_pack,
    to_bytes,
)
from sockplay.values.lab.text_or_bytes import ladder, sizes
from sockplay.values.lab.typed_numbers import Kind, TypedNumber, typed_number
from sockplay.values.order import ByteOrder

ORDERS: tuple[ByteOrder, ByteOrder] = ("big", "little")
_KINDS: dict[str, Kind] = {"u": "unsigned", "i": "signed", "f": "float"}
WIDTHS = (8, 16, 24, 32, 64)


@st.composite
def integers(draw: st.DrawFn) -> TypedNumber:
    integer = IntegerType(draw(st.sampled_from(WIDTHS)), draw(st.booleans()))
    return TypedNumber(integer, draw(st.integers(integer.low, integer.high)))


@st.composite
def floats(draw: st.DrawFn) -> TypedNumber:
    bits = draw(st.sampled_from((16, 32, 64)))
    text = repr(draw(st.floats(allow_nan=False))) if bits == 64 else repr(draw(st.floats(width=16)))
    return typed_number(draw(st.sampled_from((text, "nan", "-nan"))), "float", bits)


numbers = st.one_of(integers(), floats())
orders = st.sampled_from(ORDERS)


def run(line: str) -> Any:  # noqa: ANN401
    """What a line shows in Python's own prompt."""
    names: dict[str, Any] = {}
    *statements, last = line.split("; ")
    exec(compile("; ".join(statements), "line", "exec"), names)  # the lab's own lines
    try:
        return eval(compile(last, "line", "eval"), names)
    finally:
        for each in names.values():
            if isinstance(each, socket.socket):
                each.close()


@given(numbers, orders)
def test_the_boxes_are_the_bytes_by_address_and_each_keeps_its_letter(
    number: TypedNumber, order: ByteOrder
) -> None:
    boxes = byte_boxes(number.encode(order), order)
    assert bytes(box.byte for box in boxes) == number.encode(order)
    other = byte_boxes(number.encode(OTHER[order]), OTHER[order])
    assert boxes == tuple(reversed(other))
    assert [box.letter for box in boxes if box.role == "MSB"] == ["A"]
    first = boxes[0 if order == "big" else -1]
    assert first.role == "MSB"


@given(integers(), orders)
def test_the_bytes_times_their_powers_are_the_number(number: TypedNumber, order: ByteOrder) -> None:
    boxes = byte_boxes(number.encode(order), order)
    total = sum(box.byte * 256**box.power for box in boxes)
    assert total % 256**number.size == int(number.value) % 256**number.size


@given(integers(), orders)
def test_a_readers_sum_comes_out_at_what_it_reads(number: TypedNumber, order: ByteOrder) -> None:
    integer, data = number.type, number.encode("big")
    assert isinstance(integer, IntegerType)
    powers = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    text = sum_of_bytes(data, order, integer, number.size)
    sums = [
        "".join(f"**{c.translate(powers)}" if c in "⁰¹²³⁴⁵⁶⁷⁸⁹" else c for c in part)
        for part in text.replace("·", "*").split(" = ")
    ]
    read = int.from_bytes(data, order, signed=integer.signed)
    assert eval(sums[-1]) == read
    for part in sums[1:-1]:
        assert eval(part) in (read, int.from_bytes(data, order))


def test_a_reader_that_has_taken_some_bytes_goes_on() -> None:
    u16 = IntegerType(16, signed=False)
    assert [sum_of_bytes(b"\x02\x01", "big", u16, taken) for taken in range(3)] == [
        "…",
        "2·256 + …",
        "2·256 + 1 = 513",
    ]
    assert sum_of_bytes(b"\x02\x01", "little", u16, 2) == "2 + 1·256 = 258"
    i16 = IntegerType(16, signed=True)
    assert sum_of_bytes(b"\xff\xfe", "big", i16, 2) == "255·256 + 254 = 65534 - 256² = -2"
    assert sum_of_bytes(b"\xff", "big", IntegerType(8, signed=True), 1) == "255 - 256 = -1"


@given(floats())
def test_a_float_is_cut_into_sign_exponent_and_fraction(number: TypedNumber) -> None:
    bits = "".join(f"{byte:08b}" for byte in number.encode("big"))
    sign, exponent, fraction = float_parts(bits)
    assert sign + exponent + fraction == bits
    if math.isfinite(number.value) and int(exponent, 2):
        bias = 2 ** (len(exponent) - 1) - 1
        value = (1 + int(fraction, 2) / 2 ** len(fraction)) * 2.0 ** (int(exponent, 2) - bias)
        assert (-value if sign == "1" else value) == number.value


def test_bits_not_taken_yet_are_dots() -> None:
    f16 = FloatType(16)
    assert bits_of_float(b"\x3e\x00", "big", f16, 1) == "0 | 01111 | 10........"
    assert bits_of_float(b"\x3e\x00", "big", f16, 2) == "0 | 01111 | 1000000000 = 1.5"
    assert bits_of_float(b"\x00\x3e", "little", f16, 1) == ". | ..... | ..00000000"


@given(numbers, orders)
def test_every_line_of_python_gives_the_bytes(number: TypedNumber, order: ByteOrder) -> None:
    data = number.encode(order)
    assert run(alone(to_bytes(number, order))) == data
    assert run(both_orders(number)) == [number.encode(each) for each in ORDERS]
    if pack := struct_pack(number, order):
        assert run(alone(pack)) == data
    else:
        assert number.size == 3
    read = run(alone(from_bytes(data, number.type, order)))
    assert read == number.value or (math.isnan(read) and math.isnan(number.value))


@given(numbers, orders)
def test_a_misreading_is_what_python_reads(number: TypedNumber, order: ByteOrder) -> None:
    data = number.encode(order)
    right, *wrong = misreadings(number, order)
    assert (right.reads, right.same, right.mistake) == (number.text, True, "")
    for reading in wrong:
        name, _, assumed = reading.assumed.partition(" ")
        bits, sign, taken = int(name[1:]), name[0], assumed or "big"
        assert (reading.left, reading.missing) == (
            max(0, len(data) - bits // 8),
            max(0, bits // 8 - len(data)),
        )
        if reading.missing:
            assert (reading.reads, reading.python) == ("", "")
            continue
        piece = data[: bits // 8]
        value = run(alone(reading.python))
        if sign == "f":
            code = ("<" if taken == "little" else ">") + {16: "e", 32: "f", 64: "d"}[bits]
            (expected,) = struct.unpack(code, piece)
            assert struct.pack(code, float(reading.reads)) == piece or math.isnan(expected)
            assert value == expected or math.isnan(expected)
        else:
            expected = int.from_bytes(piece, taken, signed=sign == "i")  # type: ignore[arg-type]
            assert value == expected == int(reading.reads)
        assert reading.same == (reading.reads == number.text)


def test_513_is_mistaken_in_every_way() -> None:
    told = {each.mistake: each for each in misreadings(typed_number("513", "unsigned", 16), "big")}
    assert told["the other order"].reads == "258"
    assert told["the other sign"].same
    assert (told["too narrow"].reads, told["too narrow"].left) == ("2", 1)
    assert told["too wide"].missing == 2


C_NUMBERS = [
    *(typed_number(str(n), "unsigned", bits) for bits in WIDTHS for n in (7, 2**bits - 1)),
    *(typed_number(str(n), "signed", bits) for bits in WIDTHS for n in (-(2 ** (bits - 1)), 7)),
    *(typed_number(n, "float", bits) for bits in (16, 32, 64) for n in ("1.5", "-inf", "0.1")),
]


@pytest.mark.skipif(
    shutil.which("cc") is None or sys.platform != "linux" or sys.byteorder != "little",
    reason="its lines are for a little-endian machine with a C compiler and <endian.h>",
)
def test_every_line_of_c_compiles_and_has_the_bytes_in_memory(tmp_path: Path) -> None:
    cases = [(number, order) for number in C_NUMBERS for order in ORDERS]
    blocks = "\n".join(
        f"{{ {c_line(number, order)} const uint8_t *at = (const uint8_t *)&v;"
        ' for (size_t i = 0; i < sizeof v; i++) printf("%02x", at[i]); puts(""); }'
        for number, order in cases
    )
    includes = ("arpa/inet", "endian", "math", "stdint", "stdio", "string")
    head = "\n".join(f"#include <{name}.h>" for name in includes)
    (tmp_path / "lab.c").write_text(f"{head}\nint main(void) {{\n{blocks}\nreturn 0; }}\n")
    build = ["cc", "-D_DEFAULT_SOURCE", "-o", str(tmp_path / "lab"), str(tmp_path / "lab.c")]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    shown = subprocess.run([tmp_path / "lab"], capture_output=True, text=True, check=True).stdout
    assert shown.split() == [number.encode(order).hex() for number, order in cases]


def test_numbers_are_typed_as_people_write_them() -> None:
    assert typed_number(" 0x201 ", "unsigned", 16).value == 513
    assert typed_number("'A'", "unsigned", 8).value == 65
    assert typed_number("-1", "signed", 64).encode("big") == b"\xff" * 8
    assert typed_number("0.1", "float", 32).text == "0.1"
    assert typed_number("nan", "float", 16).text == "nan"


@pytest.mark.parametrize(
    ("text", "kind", "bits", "sentence"),
    [
        ("70000", "unsigned", 16, "70000 does not fit u16 (0 to 65535)"),
        ("-129", "signed", 8, "-129 does not fit i8 (-128 to 127)"),
        ("1.5", "unsigned", 16, "'1.5' is not an integer: choose float for it"),
        ("x", "signed", 16, "'x' is not an integer: write 513, 0x201, 0b11, -1 or 'A'"),
        ("1e5", "float", 16, "100000.0 does not fit f16 (-65504.0 to 65504.0)"),
    ],
)
def test_what_is_no_such_number_is_said_in_one_sentence(
    text: str,
    kind: Kind,
    bits: int,
    sentence: str,
) -> None:
    with pytest.raises(ValuesError) as problem:
        typed_number(text, kind, bits)
    assert problem.value.message == sentence


@given(numbers)
def test_the_sizes_are_those_of_the_two_forms(number: TypedNumber) -> None:
    own = sizes(number)
    assert own.as_text == len(number.text.encode())
    assert own.as_bytes == len(number.encode("big"))
    assert own in ladder(number)
    for each in ladder(number):
        with contextlib.suppress(ValuesError):
            kind: Kind = _KINDS[number.type.name[0]]
            assert each.as_bytes == typed_number(each.text, kind, number.type.bits).size
            continue
        assert each.as_bytes is None


def test_text_is_smaller_for_small_numbers_in_wide_types_and_never_for_large_ones() -> None:
    def verdict(value: str, bits: int) -> str:
        return sizes(typed_number(value, "unsigned", bits)).verdict

    assert verdict("7", 32) == "text is smaller"
    assert verdict("7", 16) == "a tie"
    assert verdict("513", 16) == "bytes are smaller"
    too_large = ladder(typed_number("513", "unsigned", 16))[-1]
    assert too_large.verdict == "only text holds it"
