"""What a call did to its socket's streams."""

from __future__ import annotations

import msgspec

from sockplay.session.blocks import Block, Kind, number


class Move(msgspec.Struct, frozen=True):
    """What a call did to its socket's streams, in the terms of ``Call``."""

    seq: int
    socket: str
    peer: str
    op: str
    args: str
    moved: int | None
    offset: int | None
    size: int | None
    error: str | None
    badges: str
    note: str
    data: bytes

    @property
    def peeked(self) -> bool:
        """Whether it left in the queue what it read."""
        return "MSG_PEEK" in self.args


def move(block: Block, i: int, kind: Kind, with_data: bool) -> Move:
    """What call ``i`` of a block did."""
    return Move(
        block.first + i,
        kind.socket,
        kind.peer or "",
        kind.op,
        kind.args,
        number(block.moved[i]),
        number(block.offset[i]),
        number(block.size[i]),
        kind.error,
        ",".join(kind.badges),
        kind.note,
        block.bytes_of(i) if with_data else b"",
    )
