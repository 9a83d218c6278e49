"""What a socket that works by itself does at a time, and what it refuses meanwhile."""

from __future__ import annotations

import errno
from typing import Final

from sockplay.model.errors import SockplayError
from sockplay.model.spec import MAX_BUFSIZE

BUDGET: Final = 64
"""Calls per readiness, so that one flood starves nobody."""
SECOND_LOOKS: Final = 4
"""How often in that it goes on with a socket that was read empty, and answered."""
REPLIES_OWED_MAX: Final = 1 << 20
"""Bytes of unsent replies at which reading pauses, so that a peer who never reads cannot fill
this process's memory: it feels TCP's own backpressure instead."""
REPLIES_QUEUED_MAX: Final = 4096
"""The same for their number: a queued reply of one byte takes some 600 bytes of memory."""


def check_bufsize(bufsize: int | None) -> None:
    """Refuse what no recv takes; CPython answers a bufsize of 0 itself, which looks like an EOF.

    Raises:
        SockplayError: it is below 1 or above ``MAX_BUFSIZE``.
    """
    if bufsize is not None and not 1 <= bufsize <= MAX_BUFSIZE:
        raise SockplayError(f"A bufsize of {bufsize:,} cannot be. Choose 1 to {MAX_BUFSIZE:,}.")


def reads_by_itself(name: str) -> OSError:
    """What a program is told that would read a socket which is read already."""
    return OSError(
        errno.EBUSY,
        f"{name} reads by itself. Have it read by hand first: m in its row, F6 in its calls.",
    )
