"""Checksums by name."""

from __future__ import annotations

import zlib
from functools import cache, reduce
from operator import xor
from typing import TYPE_CHECKING, NamedTuple

from sockplay.values.errors import ValuesError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable


class _Checksum(NamedTuple):
    size: int
    """How many bytes the value takes."""
    calculate: Callable[[bytes], int]


def checksum(name: str, data: bytes) -> tuple[int, int]:
    """Calculate a checksum.

    Args:
        name: One of `checksum_names()`; case, `_` for `-`, and a missing `-` do not matter.
        data: The bytes to check.

    Returns:
        The value, and its size in bytes.

    Raises:
        ValuesError: There is no such checksum. It suggests the nearest.
    """
    found = _catalogue().get(_key(name))
    if found is None:
        known = {_key(spelling): spelling for spelling in checksum_names()}
        hint = did_you_mean(_key(name), known) or " Use one such as crc-32 or crc-16/modbus."
        message = f"I know no checksum {name!r}.{hint}"
        raise ValuesError(message, column=1, span=max(1, len(name)))
    return found.calculate(data), found.size


def checksum_names() -> tuple[str, ...]:
    """List the names of all checksums, aliases included, in alphabetical order."""
    from crccheck.crc import ALLCRCCLASSES

    catalogued = (name.lower() for crc in ALLCRCCLASSES for name in crc._names)
    return tuple(sorted({*_OWN, *catalogued}))


@cache
def _catalogue() -> dict[str, _Checksum]:
    # Imported late: only who asks for a checksum should wait for the catalogue. Its names have no
    # public accessor.
    from crccheck.crc import ALLCRCCLASSES

    catalogue = {}
    for crc in ALLCRCCLASSES:
        for name in crc._names:
            catalogue[_key(name)] = _Checksum(crc.bytewidth(), crc.calc)
    # Last, so that zlib's C code serves CRC-32; the catalogue's own takes a second for a MiB.
    return catalogue | {_key(name): own for name, own in _OWN.items()}


def _key(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _internet(data: bytes) -> int:
    """RFC 1071: the ones' complement of the ones' complement sum of 16-bit words."""
    if len(data) % 2:
        data += b"\0"
    # 2**16 is 1 modulo 0xffff, so the whole taken as one number has the same remainder.
    number = int.from_bytes(data, "big")
    # In ones' complement only a sum of nothing but zeros is 0; other multiples are 0xffff.
    total = number % 0xFFFF or (0xFFFF if number else 0)
    return total ^ 0xFFFF


_OWN = {
    "crc-32": _Checksum(4, zlib.crc32),
    "adler-32": _Checksum(4, zlib.adler32),
    "sum8": _Checksum(1, lambda data: sum(data) & 0xFF),
    "xor8": _Checksum(1, lambda data: reduce(xor, data, 0)),
    "internet": _Checksum(2, _internet),
}
