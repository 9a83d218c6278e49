"""Which sockets here are the two ends of one connection."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from sockplay.engine.endpoint import Endpoint
from sockplay.engine.kernel_side.places import place
from sockplay.engine.kernel_side.unix_diag import inode, peer_inode

_KEPT: Final = 1000
"""Ends that are remembered at least, open or not."""


class Twins:
    """Tells two ends of each other once both are here.

    TCP's ends are known by their addresses, those of Unix by what Linux tells of the peer: every
    client that binds no path has the same empty address. A client may have sent all and closed
    before its connection is accepted, so closed ends are remembered for a while.
    """

    def __init__(self) -> None:
        self._ends: dict[Hashable, Endpoint] = {}
        self._room = _KEPT

    def join(self, end: Endpoint) -> None:
        """A connection has one more end here."""
        here, there = _places(end)
        self._ends[here] = end
        other = self._ends.get(there)
        # A closed one that had its twin is of an earlier connection with the same addresses.
        if other is not None and other is not end and (other.is_open or not other.twin):
            end.twin = other.name
            other.twin = other.twin or end.name
        if len(self._ends) > self._room:
            self._ends = {place: end for place, end in self._ends.items() if end.is_open}
            self._room = max(_KEPT, 2 * len(self._ends))


def _places(end: Endpoint) -> tuple[Hashable, Hashable]:
    """What identifies an end, and what its other end."""
    if end.protocol == "unix":
        return inode(end.sock), peer_inode(end.sock)
    local, peer = place(end.local), place(end.peer)
    return (local, peer), (peer, local)
