"""Sockets with several names: duplicates of a descriptor are one socket to the peer (dup(2))."""

from __future__ import annotations

from sockplay.model.call import Call
from sockplay.session.capture.recent import Recent


class Duplicates:
    """Tells which socket a call is of, and whether a close is the one that ends it."""

    def __init__(self) -> None:
        self._made: Recent[str, str] = Recent()
        """Sockets by the number of a duplicate that has no name yet."""
        self._owners: Recent[str, str] = Recent()
        self._others: Recent[str, int] = Recent()
        """How many descriptors of a socket are open beside one."""

    def take(self, call: Call) -> str:
        """The name that the socket of a call had first."""
        owner = self._owners.get(call.socket, call.socket)
        if call.op == "dup" and not call.error:
            self._made[call.note] = owner
            self._others[owner] = self._others.get(owner, 0) + 1
        elif call.op == "socket" and not call.error:
            number = call.args.partition("fileno=")[2]
            if number in self._made:
                owner = self._owners[call.socket] = self._made.pop(number)
        return owner

    def ends(self, owner: str) -> bool:
        """Whether its last descriptor closes now; to be asked once for each close."""
        others = self._others.pop(owner, 0)
        if others:
            self._others[owner] = others - 1
        return not others
