from __future__ import annotations

import struct
from collections import Counter

import pytest
from dissect.cstruct import Structure, cstruct
from hypothesis import given, settings
from hypothesis import strategies as st

from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions
from sockplay.values.layouts.encoder import encode
from sockplay.values.layouts.fields import Decoded
from sockplay.values.layouts.types import StructType
from sockplay.values.order import ByteOrder
from tests.values.layouts.making import INTEGERS, Maker
from tests.values.layouts.making_all import MakerOfAll

ORDERS: st.SearchStrategy[ByteOrder] = st.sampled_from(["big", "little"])
SEEDS = st.integers(0, 2**32)
CODES = {8: "b", 16: "h", 32: "i", 64: "q"}
EXAMPLES = settings().max_examples


def assert_spans_lie_inside(decoded: Decoded, data: bytes) -> None:
    for field in decoded.fields:
        assert 0 <= field.offset <= field.offset + field.size <= decoded.size <= len(data)
        assert field.raw == data[field.offset : field.offset + field.size]


def assert_given(found: object, given: object, follows: set[str]) -> None:
    """See that what was given is there, and beside it only what follows from that."""
    if isinstance(given, dict):
        assert isinstance(found, dict)
        assert set(found) - set(given) <= follows
        for name, value in given.items():
            assert_given(found[name], value, follows)
    elif isinstance(given, list):
        assert isinstance(found, list)
        for each, value in zip(found, given, strict=True):
            assert_given(each, value, follows)
    else:
        assert found == given


@settings(max_examples=4 * EXAMPLES)
@given(SEEDS, ORDERS)
def test_what_was_encoded_is_decoded_again(seed: int, order: ByteOrder) -> None:
    maker = MakerOfAll(seed)
    source, values = maker.definition()
    message = parse_definitions(source).message()
    data = encode(message, values, order)
    decoded = decode(message, data, order)
    assert decoded.stop is None
    assert not [field.problem for field in decoded.fields if field.problem]
    assert_given(decoded.values, values, maker.follows)
    assert decoded.size == len(data)
    assert_spans_lie_inside(decoded, data)
    if not maker.aligned:
        covered = {
            at for field in decoded.fields for at in range(field.offset, field.offset + field.size)
        }
        assert covered == set(range(len(data)))
    assert encode(message, decoded.values, order) == data


def test_every_kind_of_field_is_made_often() -> None:
    counts: Counter[str] = Counter()
    for seed in range(400):
        maker = MakerOfAll(seed)
        maker.definition()
        counts.update(maker.kinds)
    kinds = {each.__name__ for each in MakerOfAll(0).choices(0)} | {"end"}
    assert set(counts) == kinds
    assert min(counts.values()) >= 30


@settings(max_examples=2 * EXAMPLES)
@given(SEEDS, ORDERS)
def test_short_data_gives_the_fields_before_and_what_is_missing(
    seed: int, order: ByteOrder
) -> None:
    maker = MakerOfAll(seed, ended=True)
    source, values = maker.definition()
    message = parse_definitions(source).message()
    data = encode(message, values, order)
    whole = decode(message, data, order)
    for size in range(0, len(data), 1 + len(data) // 100):
        decoded = decode(message, data[:size], order)
        assert decoded.stop is not None
        assert decoded.stop.needed > 0
        most_padding = 3 if maker.aligned else 0
        assert decoded.stop.offset - most_padding <= size < decoded.stop.offset + len(data)
        assert decoded.stop.path not in {field.path for field in decoded.fields}
        assert_spans_lie_inside(decoded, data[:size])
        assert [field.raw for field in decoded.fields] == [
            field.raw for field in whole.fields[: len(decoded.fields)]
        ]


@settings(max_examples=2 * EXAMPLES)
@given(SEEDS, st.binary(max_size=80), ORDERS)
def test_any_data_is_decoded_as_far_as_it_goes(seed: int, data: bytes, order: ByteOrder) -> None:
    message = parse_definitions(MakerOfAll(seed).definition()[0]).message()
    assert_spans_lie_inside(decode(message, data, order), data)


@pytest.mark.parametrize("order", ["big", "little"])
def test_dissect_cstruct_reads_hundreds_of_definitions_the_same(order: ByteOrder) -> None:
    first = 0 if order == "big" else 6 * EXAMPLES
    makers = [Maker(seed) for seed in range(first, first + 6 * EXAMPLES)]
    made = [maker.definition() for maker in makers]
    sources = [
        source.replace("struct message", f"struct message{number}", 1)
        for number, (source, _) in enumerate(made)
    ]
    # To load one source takes much less than to load each by itself.
    others = cstruct(endian=">" if order == "big" else "<").load("\n".join(sources), compiled=False)
    accepted = 0
    for number, (source, (_, values)) in enumerate(zip(sources, made, strict=True)):
        message = parse_definitions(source).message()
        samples = (encode(message, values, order), makers[number].random.randbytes(200))
        other = getattr(others, f"message{number}")
        alike = [both_read(message, other, sample, order) for sample in samples]
        accepted += any(alike)
    assert accepted > 0.9 * len(made)


def both_read(message: StructType, other: type[Structure], data: bytes, order: ByteOrder) -> bool:
    """Compare what both read and write; tell whether they read it to its end."""
    decoded = decode(message, data, order)
    try:
        theirs = other(data)
    except EOFError:
        assert decoded.stop is not None
        return False
    assert decoded.stop is None
    assert plain(theirs) == plain(decoded.values)
    assert theirs.dumps() == encode(message, decoded.values, order) == data[: decoded.size]
    return True


def plain(value: object) -> object:
    """Their values and ours as the same lists and dicts."""
    if isinstance(value, Structure):
        return {field.name: plain(getattr(value, field.name)) for field in value.__fields__}
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, bytes | bytearray | list):
        return [plain(each) for each in value]
    assert isinstance(value, int)
    return int(value)


@pytest.mark.parametrize("name", INTEGERS)
@given(st.binary(min_size=8, max_size=8), ORDERS)
def test_integers_are_those_of_python(name: str, data: bytes, order: ByteOrder) -> None:
    bits, signed = INTEGERS[name]
    size = bits // 8
    kind = parse_definitions(
        f"struct m {{ {name} a; {name}be b; {name}le c; {name} d[1]; }}"
    ).message()
    decoded = decode(kind, data[:size] * 4, order)
    expected = int.from_bytes(data[:size], order, signed=signed)
    assert decoded.values == {
        "a": expected,
        "b": int.from_bytes(data[:size], "big", signed=signed),
        "c": int.from_bytes(data[:size], "little", signed=signed),
        "d": data[:size] if name == "u8" else [expected],
    }
    if bits in CODES:
        code = CODES[bits] if signed else CODES[bits].upper()
        sign = ">" if order == "big" else "<"
        assert struct.pack(sign + code, expected) == decoded.fields[0].raw
    assert encode(kind, decoded.values, order) == data[:size] * 4


@pytest.mark.parametrize(("name", "code"), [("f16", "e"), ("f32", "f"), ("double", "d")])
@given(st.floats(width=16, allow_nan=False), ORDERS)
def test_floats_are_those_of_struct(name: str, code: str, value: float, order: ByteOrder) -> None:
    kind = parse_definitions(f"struct m {{ {name} a; {name} b[1]; }}").message()
    data = struct.pack((">" if order == "big" else "<") + code, value) * 2
    assert encode(kind, {"a": value, "b": [value]}, order) == data
    assert decode(kind, data, order).values == {"a": value, "b": [value]}
