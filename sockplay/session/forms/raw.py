"""The bytes that one socket sent or received, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sockplay.model.call import Direction
from sockplay.model.errors import SockplayError
from sockplay.session.forms.file import written
from sockplay.session.forms.progress import Tell, told
from sockplay.session.reader import Reader
from sockplay.values.printable import short

_NAMED: Final = 12
_WORDS: Final[dict[Direction, str]] = {"in": "received", "out": "sent"}


def write_raw(
    reader: Reader,
    target: Path,
    socket: str,
    direction: Direction,
    *,
    tell: Tell | None = None,
    over: bool = False,
) -> None:
    """Write the bytes of one direction of a socket.

    Args:
        reader: the session.
        target: the file.
        socket: its name.
        direction: what it received, or what it sent.
        tell: is told how far it has come, and says whether to go on.
        over: whether a file that is there already may be replaced.

    Raises:
        SockplayError: there are no such bytes, they cannot be read or written, or it was given up.
    """
    with written(target, over) as file:
        file.writelines(raw_bytes(reader, socket, direction, tell))


def raw_bytes(
    reader: Reader, socket: str, direction: Direction, tell: Tell | None = None
) -> Iterator[bytes]:
    """The bytes of one direction of a socket, as its calls moved them.

    Raises:
        SockplayError: there are none, they cannot be read, or it was given up.
    """
    others: dict[str, None] = {}
    found = False
    for call in told(reader, tell):
        if not call.data or call.direction is None or "MSG_PEEK" in call.args:
            continue
        if call.socket == socket and call.direction == direction:
            found = True
            yield call.data
        elif len(others) < _NAMED:
            others[f"{short(call.socket)}:{call.direction}"] = None
    if not found:
        there = f"There are: {', '.join(others)}." if others else "No socket here moved any."
        raise SockplayError(f"This session has no bytes that {socket} {_WORDS[direction]}. {there}")
