"""How far reading a message goes: to the end of its data, and of the work that it may make."""

from __future__ import annotations

import msgspec

from sockplay.values.layouts.fields import Stop


class StopError(Exception):
    """Reading stops here."""

    def __init__(self, path: str, offset: int, needed: int, message: str) -> None:
        super().__init__(message)
        self.stop = Stop(path, offset, needed, message)


class Reach(msgspec.Struct):
    """The data, and what may still be read of it."""

    data: bytes
    end: int
    """Where the data ends that may be read: that of a region, or all."""
    work: int
    """How much may still be done, in bytes read and `FIELD_COST` for each field."""

    def spend(self, amount: int, path: str, at: int) -> None:
        """Do so much work.

        Raises:
            StopError: It is too much.
        """
        self.work -= amount
        if self.work < 0:
            raise self.too_much(path, at)

    def too_much(self, path: str, at: int) -> StopError:
        """Say that reading stops at a field."""
        message = f"{path} is where reading stops: no message has that many fields"
        return StopError(path, at, 0, message)

    def short(self, path: str, at: int, size: int) -> StopError:
        """Say that a field which starts here goes beyond the end."""
        needed = at + size - self.end
        more = "1 more byte" if needed == 1 else f"{needed:,} more bytes"
        if self.end < len(self.data):
            message = f"{path} does not fit: at offset {at:,} it needs {more} than are meant for it"
            return StopError(path, at, 0, message)
        message = f"{path} is missing: at offset {at:,} it needs {more}"
        return StopError(path, at, needed, message)
