"""One call as it was asked for, before it is known what came of it."""

from __future__ import annotations

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """What a socket needs to write a call down, whoever made it: the engine or a program."""

    op: str
    began: int
    """The journal's time when it was wished for."""
    args: str = ""
    """The arguments as Python writes them, without data and bufsize."""
    requested: int | None = None
    peek: bool = False
    """Whether what it reads stays queued."""
