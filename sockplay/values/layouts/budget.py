"""How much work one message may make: what keeps hostile definitions and data harmless."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import msgspec

from sockplay.values.checksums import checksum
from sockplay.values.errors import ValuesError
from sockplay.values.layouts.references import Checksum, without

FIELD_COST = 64
"""What one field adds to the bounded amount of work, beside one for each of its bytes."""

STEP_COST = 8
"""What one step of an expression adds."""

MOST_FIELDS = 100_000
"""About how many fields a message has at most."""

# Most checksums are calculated in Python, at about a microsecond a byte. A message's own bytes may
# be under several, and are while its lengths come to rest.
_MOST_CHECKED = 64 * 1024
_TIMES_OVER = 8


class Checks(msgspec.Struct):
    """Calculates checksums, over so many bytes and no more."""

    size: int
    """Of the message, or of what was given for it, in bytes."""
    checked: int = 0
    """How many bytes were under checksums."""

    def over(self, data: bytes | bytearray, offset: int, size: int) -> Checksum:
        """Make what calculates a checksum that stands in the data itself.

        Args:
            data: The message.
            offset: Where the checksum stands.
            size: How many bytes it has; they count as zeros.
        """
        return partial(self._calculate, data, offset, size)

    def _calculate(
        self, data: bytes | bytearray, offset: int, size: int, name: str, start: int, end: int
    ) -> int:
        self.checked += end - start
        if self.checked > _MOST_CHECKED + _TIMES_OVER * self.size:
            raise ValuesError(f"{name} over so many bytes, so many times, is not calculated")
        return checksum(name, without(bytes(data[start:end]), start, offset, size))[0]


def weight(values: object, each: int) -> int:
    """How much values are, as far as that matters.

    Args:
        values: Numbers, texts and bytes, in lists and dicts.
        each: What each of them counts, beside its bytes or characters.
    """
    total = 0
    left = [values]
    while left and total < 4 * MOST_FIELDS * FIELD_COST:
        value = left.pop()
        total += each
        if isinstance(value, Mapping):
            left += value.values()
        elif isinstance(value, list | tuple):
            left += value
        elif isinstance(value, bytes | bytearray | str):
            total += len(value)
    return total
