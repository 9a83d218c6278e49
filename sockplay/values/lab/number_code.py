"""Lines of Python and C that make a number's bytes, or read them back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sockplay.values.floats import FloatType
from sockplay.values.integers import IntegerType

if TYPE_CHECKING:
    from sockplay.values.lab.typed_numbers import TypedNumber
    from sockplay.values.order import ByteOrder

_INTEGER_CODES = {8: "b", 16: "h", 32: "i", 64: "q"}
_FLOAT_CODES = {16: "e", 32: "f", 64: "d"}
_SIGNS: dict[ByteOrder, str] = {"big": ">", "little": "<"}
# htons and htonl are POSIX, <arpa/inet.h>; C has none for 64 bits: byteorder(3), <endian.h>.
_SWAPS = {16: "htons", 32: "htonl", 64: "htobe64"}


def python_value(number: TypedNumber) -> str:
    """The number as an expression."""
    if isinstance(number.type, IntegerType) or math.isfinite(number.value):
        return number.text
    sign = "-" if math.copysign(1, number.value) < 0 else ""
    return f"float('{sign}{number.text.removeprefix('-')}')"


def struct_code(number_type: IntegerType | FloatType) -> str:
    """The type's letter in Python's struct module; empty when it has none."""
    if isinstance(number_type, FloatType):
        return _FLOAT_CODES[number_type.bits]
    code = _INTEGER_CODES.get(number_type.bits, "")
    return code if number_type.signed else code.upper()


def to_bytes(number: TypedNumber, order: ByteOrder) -> str:
    """`(513).to_bytes(2, 'big')`; a float is packed, for it has no to_bytes."""
    if isinstance(number.type, FloatType):
        return struct_pack(number, order)
    signed = ", signed=True" if number.type.signed else ""
    return f"({python_value(number)}).to_bytes({number.size}, {order!r}{signed})"


def both_orders(number: TypedNumber) -> str:
    """A list of its bytes in big and in little order."""
    if isinstance(number.type, FloatType):
        code, value = struct_code(number.type), python_value(number)
        return f"import struct; [struct.pack(order + '{code}', {value}) for order in '><']"
    return (
        f"[{to_bytes(number, 'big').replace(repr('big'), 'order')} for order in ('big', 'little')]"
    )


def struct_pack(number: TypedNumber, order: ByteOrder) -> str:
    """`struct.pack('>H', 513)`; empty when struct has no such type."""
    code = struct_code(number.type)
    return f"struct.pack('{_SIGNS[order]}{code}', {python_value(number)})" if code else ""


def from_bytes(data: bytes, number_type: IntegerType | FloatType, order: ByteOrder) -> str:
    r"""`int.from_bytes(b'\x02\x01', 'big')`; of more bytes than the type has it takes the first."""
    piece = repr(data) if len(data) == number_type.size else f"{data!r}[:{number_type.size}]"
    if isinstance(number_type, FloatType):
        return f"struct.unpack('{_SIGNS[order]}{struct_code(number_type)}', {piece})[0]"
    signed = ", signed=True" if number_type.signed else ""
    return f"int.from_bytes({piece}, {order!r}{signed})"


def alone(expression: str) -> str:
    """A line that runs by itself: with the import that the expression needs."""
    return f"import struct; {expression}" if "struct." in expression else expression


def c_line(number: TypedNumber, order: ByteOrder) -> str:
    """A line of C after which the variable `v` holds the bytes, lowest address first.

    Without a function that swaps, it does so on a little-endian machine, such as x86 and ARM.
    """
    bits = number.type.bits
    if bits == 24 or (isinstance(number.type, FloatType) and bits == 16):
        what = "24-bit integer" if bits == 24 else "16-bit float everywhere"
        values = ", ".join(f"0x{byte:02x}" for byte in number.encode(order))
        return f"uint8_t v[{number.size}] = {{{values}}};  /* C has no {what} */"
    if isinstance(number.type, FloatType):
        return _c_float(number, order)
    value = int(number.value)
    sign = "" if number.type.signed else "u"
    if bits == 8:
        return f"{sign}int8_t v = {value};  /* one byte has no order */"
    if order == "little":
        return f"{sign}int{bits}_t v = {_c_integer(value, bits)};  /* on x86, ARM */"
    if value < 0:
        pattern = value + (1 << bits)
        return f"uint{bits}_t v = {_SWAPS[bits]}(0x{pattern:x});  /* {value} */"
    return f"uint{bits}_t v = {_SWAPS[bits]}({_c_integer(value, bits)});"


def _c_integer(value: int, bits: int) -> str:
    if value == -(1 << 63):
        return "INT64_MIN"  # C has no negative literals, and 2**63 is no long
    return f"{value}{'ull' if bits == 64 and value >= 1 << 63 else ''}"


def _c_float(number: TypedNumber, order: ByteOrder) -> str:
    kind, suffix = ("float", "f") if number.type.bits == 32 else ("double", "")
    if math.isfinite(number.value):
        value = f"{number.text}{suffix}"
    else:
        sign = "-" if math.copysign(1, number.value) < 0 else ""
        value = sign + ("NAN" if math.isnan(number.value) else "INFINITY")
    if order == "little":
        return f"{kind} v = {value};  /* on x86, ARM */"
    bits, size = number.type.bits, number.size
    return f"{kind} f = {value}; uint{bits}_t v; memcpy(&v, &f, {size}); v = {_SWAPS[bits]}(v);"
