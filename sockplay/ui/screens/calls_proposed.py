"""What the fields of calls hold at first, from the sockets that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sockplay.model.info import SocketInfo

_NUMBER: Final = re.compile(r"\d+$")
_NAMES: Final = {"accept": "conn", "socket.socket": "sock", "create_server": "srv"}
"""How the names of new sockets begin, by what makes them; the others are clients."""


def places(infos: Sequence[SocketInfo], info: SocketInfo | None) -> list[str]:
    """Addresses to connect or send to: the socket's peer, then who listens here, newest first.

    Args:
        infos: every socket's state.
        info: the socket; None for one that is to be made, of TCP.
    """
    protocol = info.protocol if info else "tcp"
    found = [info.peer] if info and info.peer else []
    found += [i.local for i in reversed(infos) if i.protocol == protocol and _is_met(i, info)]
    return list(dict.fromkeys(found))


def _is_met(other: SocketInfo, info: SocketInfo | None) -> bool:
    is_other = info is None or other.name != info.name
    listens = other.role in ("server", "datagram") and not other.ended
    return is_other and listens and bool(other.local)


def free_names(infos: Sequence[SocketInfo], method: str) -> Iterator[str]:
    """Names for what a method makes, that no socket has had as far as is known."""
    prefix = _NAMES.get(method, "cli")
    numbers = [
        int(found[0])
        for info in infos
        if (found := _NUMBER.search(info.name)) and info.name[: found.start()] == prefix
    ]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"{prefix}{number}"
