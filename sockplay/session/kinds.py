"""Numbers for what repeats: a call's kind and its socket's addresses are written down once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sockplay.model.call import Call
from sockplay.session.index import Index
from sockplay.values.printable import visible

KINDS_KEPT: Final = 10_000


class Interned:
    """Gives each kind of call a number, and says which rows must be written for it.

    Forged senders must not fill memory: only so many kinds are remembered, and one that comes
    back after that costs a row again.
    """

    def __init__(self) -> None:
        self.links: list[tuple[int, str, str | None, str | None]] = []
        """Rows that are not written yet."""
        self.kinds: list[tuple[int, int, str, str, str | None, str, str]] = []
        """Rows that are not written yet."""
        self._known: dict[tuple[object, ...], tuple[int, int]] = {}
        self._known_links: dict[tuple[str, str | None, str | None], int] = {}
        self._last_link = 0
        self._last_kind = 0

    def numbers(self, calls: Iterable[Call]) -> list[tuple[int, int]]:
        """The number of each call's kind, and its flags as ``Index`` has them."""
        known = self._known
        return [
            known.get((c.op, c.socket, c.peer, c.note, c.args, c.badges, c.error, c.local))
            or self._new(c)
            for c in calls
        ]

    def written(self) -> None:
        """Take note that the rows have been written."""
        self.links.clear()
        self.kinds.clear()

    def _new(self, call: Call) -> tuple[int, int]:
        if len(self._known) >= KINDS_KEPT:
            self._known.clear()
            self._known_links.clear()
        self._last_kind += 1
        self.kinds.append(
            (
                self._last_kind,
                self._link(call),
                call.op,
                visible(call.args),
                call.error,
                visible(call.note),
                ",".join(call.badges),
            )
        )
        number = self._last_kind, Index.flags_of(call.op, call.args, call.note, call.error)
        self._known[
            call.op,
            call.socket,
            call.peer,
            call.note,
            call.args,
            call.badges,
            call.error,
            call.local,
        ] = number
        return number

    def _link(self, call: Call) -> int:
        key = (call.socket, call.local, call.peer)
        link = self._known_links.get(key)
        if link is None:
            self._last_link += 1
            link = self._known_links[key] = self._last_link
            self.links.append((link, call.socket, _storable(call.local), _storable(call.peer)))
        return link


def _storable(text: str | None) -> str | None:
    r"""Text that SQLite takes: an undecodable file name's bytes are written as ``\xNN``."""
    return visible(text) if text else None
