"""How far an export or an import has come, and whether it shall go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.session.blocks import Block
from sockplay.session.reader import Reader

Tell = Callable[[int, int], bool]
"""Is told how much is done, and of how much; what it returns says whether to go on."""
STEP: Final = 500
"""Calls between two tellings."""


class GivenUpError(SockplayError):
    """A person did not want it any more."""


def going_on(tell: Tell | None, done: int, total: int) -> None:
    """Tell how far it has come.

    Raises:
        GivenUpError: it shall not go on.
    """
    if tell is not None and not tell(min(done, total), total):
        raise GivenUpError("It was given up, and nothing is left of it.")


def told(reader: Reader, tell: Tell | None) -> Iterator[Call]:
    """Every call of a session, telling how far that has come.

    Raises:
        GivenUpError: it shall not go on.
        SockplayError: the session is damaged.
    """
    if tell is None:
        yield from reader.calls()
        return
    total = _newest(reader)
    for count, call in enumerate(reader.calls()):
        if count % STEP == 0:
            going_on(tell, call.seq - 1, total)
        yield call
    going_on(tell, total, total)


def told_blocks(reader: Reader, tell: Tell | None) -> Iterator[Block]:
    """Every block of a session, telling how far that has come in calls.

    Raises:
        GivenUpError: it shall not go on.
        SockplayError: the session is damaged.
    """
    total = _newest(reader)
    for block in reader.blocks():
        going_on(tell, block.first - 1, total)
        yield block
    going_on(tell, total, total)


def _newest(reader: Reader) -> int:
    """The number of the last call: calls are numbered 1, 2, 3 and so on."""
    there, beyond = 0, 1
    while reader.rows(beyond, beyond, 0):
        there, beyond = beyond, beyond * 2
    while beyond - there > 1:
        middle = (there + beyond) // 2
        if reader.rows(middle, middle, 0):
            there = middle
        else:
            beyond = middle
    return there
