"""What finding asks of a record; ``Reader`` has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from sockplay.session.blocks import Block, Kind

ALL: Final = (1 << 63) - 1
"""A number that no call reaches."""


class Record(Protocol):
    """The calls of a session, block by block."""

    def kind(self, number: int) -> Kind:
        """The kind of a number."""

    def kinds(self) -> Iterator[Kind]:
        """Every kind of call."""

    def blocks(self, first: int = 1, last: int = ALL) -> Iterator[Block]:
        """The blocks that hold any of these calls, in order."""
