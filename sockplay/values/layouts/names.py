"""Type names as C headers, the kernel and people write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sockplay.values.errors import ValuesError
from sockplay.values.floats import float_type
from sockplay.values.integers import IntegerType, integer_type
from sockplay.values.layouts.types import Scalar
from sockplay.values.layouts.varints import NAMES, VarintType

if TYPE_CHECKING:
    from sockplay.values.order import ByteOrder

_ORDERS: dict[str | None, ByteOrder | None] = {"be": "big", "le": "little", None: None}
# u16, u16be, uint16_t, be16, le_u16, __le32, s8, f32le
_NUMBER = re.compile(
    r"(?:__)?(?:(?P<first>be|le)_?)?(?P<kind>u|i|s|f|u_?int|int|float)?(?P<bits>[0-9]{1,9})"
    r"(?:_t)?(?P<last>be|le)?"
)
_KINDS = {"s": "i", "uint": "u", "u_int": "u", "int": "i", "float": "f", None: "u"}

C_WORDS = frozenset(
    ("unsigned", "signed", "char", "short", "int", "long", "float", "double", "const", "volatile")
)
"""The words of which C makes the names of its own types."""

_C_TYPES = {
    "unsigned char": "u8",
    "signed char": "i8",
    "short": "i16",
    "short unsigned": "u16",
    "int": "i32",
    "signed": "i32",
    "unsigned": "u32",
    "long long": "i64",
    "long long unsigned": "u64",
    "float": "f32",
    "double": "f64",
}
# BSD's and glibc's, those of the kernel that stand for an order, those of inet.h, and Windows',
# where LONG has 32 bits on every machine.
_OTHERS = {
    "byte": "u8", "uchar": "u8", "ushort": "u16", "uint": "u32", "bool": "u8", "_Bool": "u8",
    "u_char": "u8", "u_short": "u16", "u_int": "u32", "tcp_seq": "u32",
    "__aligned_u64": "u64", "sa_family_t": "u16", "__kernel_sa_family_t": "u16",
    "__sum16": "be16", "__wsum": "be32", "in_addr_t": "be32", "in_port_t": "be16",
    "BYTE": "u8", "WORD": "u16", "DWORD": "u32", "QWORD": "u64", "UCHAR": "u8", "SHORT": "i16",
    "USHORT": "u16", "INT": "i32", "UINT": "u32", "LONG": "i32", "ULONG": "u32",
    "LONGLONG": "i64", "ULONGLONG": "u64", "DWORD64": "u64", "BOOL": "i32", "BOOLEAN": "u8",
    **{f"INT{bits}": f"i{bits}" for bits in (8, 16, 32, 64)},
    **{f"UINT{bits}": f"u{bits}" for bits in (8, 16, 32, 64)},
}  # fmt: skip

COMMON_NAMES = {
    **{f"{letter}{bits}": f"{letter}{bits}" for letter in "ui" for bits in (8, 16, 24, 32, 64)},
    **{f"u{bits}{order}": f"u{bits}{order}" for bits in (16, 32, 64) for order in ("be", "le")},
    **{f"{kind}{bits}_t": f"{kind}{bits}_t" for kind in ("int", "uint") for bits in (8, 16, 32)},
    **{name: name for name in ("f16", "f32", "f64", "char", "struct", "union", "enum", "flags")},
    **{name: name for name in NAMES},
}
"""What is suggested for a name that is none."""


def scalar(name: str) -> Scalar | None:
    """Find the type of a name such as `u16be`, `uint16_t`, `le32`, `WORD` or `varint`, if any.

    Raises:
        ValuesError: It looks like one, but there is no such size.
    """
    if name in NAMES:
        return Scalar(VarintType(NAMES[name]))
    match = _NUMBER.fullmatch(_OTHERS.get(name, name))
    if match is None or (match["first"] and match["last"]):
        return None
    if match["kind"] is None and match["first"] is None:
        return None
    short = f"{_KINDS.get(match['kind'], match['kind'])}{match['bits']}"
    number = float_type(short) if short[0] == "f" else integer_type(short)
    return Scalar(number, _ORDERS[match["first"] or match["last"]])


def c_type(words: list[str], encoding: str) -> Scalar:
    """Find the type of C's own words, such as `unsigned short int`.

    Args:
        words: The words, in any order.
        encoding: Of text in a `char`.

    Raises:
        ValuesError: They are no type, or one whose size depends on the machine.
    """
    rest = sorted(word for word in words if word not in ("const", "volatile"))
    if rest == ["char"]:
        return Scalar(IntegerType(8, signed=False), encoding=encoding)
    if len(rest) > 1:
        rest = [word for word in rest if word != "int" and (word != "signed" or "char" in rest)]
    name = " ".join(reversed(rest)) if "char" in rest else " ".join(rest)
    found = scalar(_C_TYPES.get(name, ""))
    if found is None:
        message = f"{' '.join(words)} is no type of a known size: use one such as i32, i64 or u8"
        raise ValuesError(message)
    return found
