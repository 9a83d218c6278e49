"""How many messages a second are decoded with spans, beside dissect.cstruct and a walker."""

from __future__ import annotations

import importlib.util
import io
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions

if TYPE_CHECKING:
    from dissect.cstruct.types import Structure

_SECONDS = 0.3
_ROUNDS = 5
_FIXED = (
    "struct message { uint16 magic; uint16 length; uint8 version; uint8 kind; uint16 id; "
    "uint32 offset; uint32 sum; };"
)
_NESTED = (
    "struct message { uint16 n; struct { uint8 tag; uint8 v; uint32 x; } h; char s[n]; uint8 k; "
    "struct { uint16 a; uint16 b; } p[k]; };"
)
_MESSAGES = {
    "fixed 16-byte header": (_FIXED, bytes(range(16))),
    "small nested message": (_NESTED, b"\0\5\1\2\0\0\0\7hello\2\0\1\0\2\0\3\0\4"),
}


def run() -> list[str]:
    """Rates, and their ratio to dissect.cstruct where it is installed."""
    lines = []
    for name, (source, data) in _MESSAGES.items():
        ours = _rate(partial(decode, parse_definitions(source).message(), data))
        line = f"decode, {name}: {ours:,.0f} a second"
        if importlib.util.find_spec("dissect"):
            theirs = _rate(_walk(source, data))
            line += f"; dissect.cstruct and a walker {theirs:,.0f}, ratio {ours / theirs:.2f}"
        lines.append(line)
    return lines


def _rate(decode_one: Callable[[], object]) -> float:
    """The best of a few rounds, in messages a second."""
    best = 0.0
    for _ in range(_ROUNDS):
        count = 0
        start = now = time.perf_counter()
        while now - start < _SECONDS:
            for _ in range(100):
                decode_one()
            count += 100
            now = time.perf_counter()
        best = max(best, count / (now - start))
    return best


def _walk(source: str, data: bytes) -> Callable[[], object]:
    """Decode with dissect.cstruct, and find the span of every field as one must."""
    from dissect.cstruct import cstruct

    kind = cstruct(endian=">").load(source, compiled=False).message

    def decode_one() -> list[tuple[str, int, int, object]]:
        stream = io.BytesIO(data)
        found: list[tuple[str, int, int, object]] = []
        _fields(kind, stream, "", found)
        return found

    return decode_one


def _fields(
    kind: type[Structure],
    stream: io.BytesIO,
    prefix: str,
    found: list[tuple[str, int, int, object]],
) -> dict[str, object]:
    from dissect.cstruct.types import BaseArray, Structure

    values: dict[str, object] = {}
    for field in kind.__fields__:
        path = prefix + field.name
        if issubclass(field.type, Structure):
            values[field.name] = _fields(field.type, stream, f"{path}.", found)
        elif issubclass(field.type, BaseArray) and issubclass(field.type.type, Structure):
            count = field.type.num_entries.evaluate(field.type.cs, values)
            for index in range(count):
                _fields(field.type.type, stream, f"{path}[{index}].", found)
        else:
            start = stream.tell()
            values[field.name] = field.type._read(stream, context=values)
            found.append((path, start, stream.tell() - start, values[field.name]))
    return values
