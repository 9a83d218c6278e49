"""What must be known of every call without reading it."""

from __future__ import annotations

from array import array
from itertools import compress
from typing import Final

from sockplay.model.call import direction_of


class Index:
    """The length and the nature of every call: 5 bytes each."""

    NOTE: Final = 1
    DATA: Final = 2
    """The call is one that moves bytes, if it succeeds."""
    ERROR: Final = 4
    OUT: Final = 8
    """The bytes that it moves go out."""
    PEEKED: Final = 16
    """It only looked: its bytes stay queued, and the call that takes them counts them."""

    def __init__(self) -> None:
        self.sizes = array("I")
        """Bytes of data by call; the call with number ``seq`` stands at ``seq - 1``."""
        self.flags = bytearray()
        self.bytes_out = 0
        self.bytes_in = 0

    def __len__(self) -> int:
        return len(self.flags)

    @classmethod
    def flags_of(cls, op: str, args: str, note: str, error: str | None) -> int:
        """What is kept of the nature of a call."""
        way = direction_of(op)
        flags = cls.NOTE if note else 0
        if way is not None:
            flags |= cls.DATA
        if way == "out":
            flags |= cls.OUT
        if "MSG_PEEK" in args:
            flags |= cls.PEEKED
        return flags | cls.ERROR if error else flags

    def extend(self, sizes: array[int], flags: bytes) -> None:
        """Add the next calls."""
        self.bytes_out += sum(compress(sizes, flags.translate(_GOES_OUT)))
        self.bytes_in += sum(compress(sizes, flags.translate(_COMES_IN)))
        self.sizes.extend(sizes)
        self.flags += flags


_GOES_OUT: Final = bytes(bool(flags & Index.OUT) for flags in range(256))
_COMES_IN: Final = bytes(not flags & (Index.OUT | Index.PEEKED) for flags in range(256))
