"""Lines of the payload language as hypothesis makes them."""

from __future__ import annotations

import struct

from hypothesis import strategies as st

from sockplay.values.order import ByteOrder
from sockplay.values.written_text import written_text

ORDERS: st.SearchStrategy[ByteOrder] = st.sampled_from(["big", "little"])
_SUFFIXES = st.sampled_from(["", "be", "le"])
_NAMES = st.sampled_from(["", "", "id=", "body=", "a.b="])


@st.composite
def _integers(draw: st.DrawFn) -> str:
    bits, signed = 8 * draw(st.integers(1, 9)), draw(st.booleans())
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return f"{'ui'[signed]}{bits}{draw(_SUFFIXES)}:{draw(st.integers(low, high))}"


def _float(value: float, suffix: str) -> str:
    return f"f32{suffix}:{struct.unpack('>f', struct.pack('>f', value))[0]!r}"


_TEXTS = st.text(max_size=6).filter(lambda text: text.isprintable())
LEAVES = st.one_of(
    _integers(),
    st.builds(_float, st.floats(width=32, allow_nan=False), _SUFFIXES),
    _TEXTS.map(lambda text: f'"{written_text(text.encode(), "utf-8")}"'),
    st.binary(max_size=5).map(lambda data: f'hex"{data.hex()}"'),
    st.integers(0, 9999).map(lambda number: f"dec:{number}"),
)
_NAMED = st.builds(str.__add__, _NAMES, LEAVES)


def _grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, max_size=3).map(" ".join)
    return st.one_of(
        st.builds("len:u16{}({})".format, _SUFFIXES, several),
        st.builds("sum=crc:crc-32{}({})".format, st.sampled_from(["", ":be", ":le"]), several),
        st.builds("({})*{}".format, several, st.integers(0, 3)),
        several.map(lambda items: f"({items})"),
    )


ITEMS = st.recursive(_NAMED, _grouped, max_leaves=6)
LINES = st.lists(ITEMS, min_size=1, max_size=4).map(" ".join)
