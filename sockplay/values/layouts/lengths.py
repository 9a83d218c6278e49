"""Lengths that follow what they measure while a message is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.expressions import Expression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sockplay.values.layouts.references import Scope
    from sockplay.values.layouts.types import Array


class Lengths(msgspec.Struct):
    """What the lengths and computed fields are found to be, in one pass over the values."""

    known: dict[str, int]
    """By path; at first those of the pass before."""
    arrays: frozenset[str] = frozenset()
    """The arrays of whose elements some are known."""
    followed: dict[str, tuple[str, int]] = {}
    """Which array each length has followed, and what it became."""
    mismatch: str = ""
    """A sentence about what is not as it must be, if nothing changes any more."""

    def again(self) -> Lengths:
        """Make those of the next pass."""
        arrays = {path.rpartition("[")[0] for path in self.known if path.endswith("]")}
        return Lengths(dict(self.known), frozenset(arrays))

    def elements(self, path: str, given: Sequence[object]) -> Sequence[object]:
        """Put what is known of an array's elements for those that were given."""
        if path not in self.arrays:
            return given
        return [self.known.get(f"{path}[{at}]", each) for at, each in enumerate(given)]

    def byte_elements(self, path: str, given: bytes) -> bytes:
        """Put what is known of an array's bytes for those that were given."""
        if path not in self.arrays:
            return given
        known = [self.known.get(f"{path}[{at}]", byte) for at, byte in enumerate(given)]
        wrong = [byte for byte in known if not 0 <= byte < 256]
        if wrong:
            raise ValuesError(f"{path} has bytes (0 to 255), but {wrong[0]} must be one")
        return bytes(known)

    def follow(self, kind: Array, found: int, count: int, path: str, scope: Scope) -> None:
        """Make the field that says how long an array is say so.

        Args:
            kind: The array's type.
            found: How many elements, or bytes, it has.
            count: How many it should have.
            path: What to call it.
            scope: The fields before it.

        Raises:
            ValuesError: It has a number of its own, or another array's length differs.
        """
        unit = "bytes" if kind.ending == "bytes" else "elements"
        self.mismatch = f"{path} has {found:,} {unit} where {count:,} belong"
        if not isinstance(kind.count, Expression):
            raise ValuesError(f"{self.mismatch}: change it")
        self.mismatch = f"{self.mismatch}, by {kind.count.text}: change one of them"
        source = kind.count.source()
        length = kind.count.solve(found) if source else None
        if source is None or length is None:
            return
        try:
            place = source.place(scope)
        except ValuesError as error:  # another length may come right and change it
            self.mismatch = error.message
            return
        if place in self.followed and self.followed[place][1] != length:
            other = self.followed[place][0]
            raise ValuesError(f"{path} and {other} differ in length, but {place} is of both")
        self.followed[place] = (path, length)
        self.known[place] = length
