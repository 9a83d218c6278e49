"""The sockets of a run by name: the open ones, and the last state of those that ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from sockplay.engine.endpoint import Endpoint
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo

ENDED_KEPT: Final = 100
"""Ended sockets whose last state stays in view; the record keeps all their calls anyway."""


class Sockets:
    """Names sockets, finds them, and tells their states in the order in which they were made."""

    def __init__(self) -> None:
        self._all: dict[str, Endpoint | SocketInfo] = {}
        self._ended: deque[str] = deque()
        self._counts: dict[str, int] = {}
        self._given: set[str] = set()

    def __iter__(self) -> Iterator[Endpoint]:
        """The open ones."""
        known = tuple(self._all.values())  # in one step: other threads may ask too
        return iter([socket for socket in known if isinstance(socket, Endpoint)])

    def new_name(self, prefix: str) -> str:
        """A name that no socket of this run has had: the prefix and the next number."""
        while True:
            self._counts[prefix] = self._counts.get(prefix, 0) + 1
            name = f"{prefix}{self._counts[prefix]}"
            if name not in self._given:
                return name

    def name_like(self, wanted: str) -> str:
        """The name wanted, or if a socket of this run had it, with the next number: ``conn2``."""
        if not self._was_given(wanted):
            self._given.add(wanted)
            return wanted
        base = wanted.rstrip("0123456789")
        self._counts[base] = max(self._counts.get(base, 0), 1)
        return self.new_name(base)

    def find(self, name: str) -> Endpoint | None:
        """An open socket, if there is one of that name; any thread may ask."""
        endpoint = self._all.get(name)
        return endpoint if isinstance(endpoint, Endpoint) and endpoint.is_open else None

    def _was_given(self, name: str) -> bool:
        base = name.rstrip("0123456789")
        number = name[len(base) :]
        counted = number.isdecimal() and 1 <= int(number) <= self._counts.get(base, 0)
        return name in self._given or (counted and not number.startswith("0"))

    def add(self, endpoint: Endpoint) -> None:
        """Have a socket in view from now on; one of the same name gives way in its place."""
        self._all[endpoint.name] = endpoint

    def drop(self, endpoint: Endpoint) -> None:
        """Take a socket out of view that never came to life."""
        self._all.pop(endpoint.name, None)

    def get(self, name: str) -> Endpoint:
        """An open socket.

        Raises:
            SockplayError: there is none of that name.
        """
        endpoint = self._all.get(name)
        if isinstance(endpoint, Endpoint):
            return endpoint
        if endpoint is None:
            raise SockplayError(f"There is no socket {name}. Pick another one.")
        raise SockplayError(f"{name} has ended. Pick another one, or start one.")

    def ended(self, endpoint: Endpoint) -> None:
        """Keep the last state of a socket that has ended."""
        if self._all.get(endpoint.name) is not endpoint:
            return
        self._all[endpoint.name] = endpoint.info()
        self._ended.append(endpoint.name)
        if len(self._ended) > ENDED_KEPT:
            self._all.pop(self._ended.popleft(), None)

    def forget_ended(self) -> None:
        """Let ended sockets go from view."""
        for name in self._ended:
            self._all.pop(name, None)
        self._ended.clear()

    def snapshot(self) -> tuple[SocketInfo, ...]:
        """Every socket's state, in the order in which they were made."""
        return tuple(s.info() if isinstance(s, Endpoint) else s for s in self._all.values())
