"""Which sockets here are the two ends of one TCP connection.

A Unix connection's ends cannot be told: every client that binds no path has the same empty address.
"""

from __future__ import annotations

from sockplay.engine.endpoint import Endpoint


class Twins:
    """Finds the other end by the connection's two addresses, also just after that end closed."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str, str], Endpoint] = {}

    def join(self, end: Endpoint) -> None:
        """A connection has one more end here."""
        if end.protocol == "tcp":
            self._ends[end.local, end.peer] = end

    def of(self, end: Endpoint) -> str | None:
        """The name of the other end, when it is here."""
        twin = self._ends.get((end.peer, end.local))
        return twin.name if twin is not None and twin is not end else None

    def leave(self, end: Endpoint) -> None:
        """An end has closed; both are forgotten once neither is open."""
        twin = self._ends.get((end.peer, end.local))
        if twin is None or not twin.is_open:
            self._ends.pop((end.peer, end.local), None)
            self._ends.pop((end.local, end.peer), None)
