"""Which calls a view shows: those of some sockets, and those that hold every word typed."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from sockplay.values.hexrows import parse_hex
from sockplay.values.printable import visible

_SERVERS: Final = (
    "socket in (select socket from calls join links on links.id = calls.link "
    "where op in ('bind', 'listen') and error is null "
    "except select socket from calls join links on links.id = calls.link "
    "where op in ('connect', 'connect_ex') "
    "union select substr(note, 1, instr(note, ', ') - 1) from calls "
    "where op = 'accept' and error is null)"
)
"""Who listened or was accepted; a datagram socket that is bound waits for others too."""
_TEXTS: Final = ("socket", "op", "badges", "error", "note", "peer")


class Filter(msgspec.Struct, frozen=True):
    """A call passes when its socket is wanted and each word stands somewhere in it.

    A word is looked for in the socket, the call, its badges, its error, its note and its peer,
    whatever the case of A to Z, and as UTF-8 in its data; ``hex:0d0a`` looks for those bytes in
    the data.
    """

    sockets: frozenset[str] = frozenset()
    """Wanted sockets; empty lets all through."""
    words: tuple[str, ...] = ()
    side: Literal["", "client", "server"] = ""
    """Wanted side of the conversations; empty lets both through."""

    def __bool__(self) -> bool:
        return bool(self.sockets or self.words or self.side)

    def sql(self) -> tuple[str, tuple[object, ...]]:
        """A condition on ``calls join links``, and the values of its question marks.

        Raises:
            ValuesError: the digits after ``hex:`` are none.
        """
        terms = ["1"]
        values: list[object] = []
        if self.sockets:
            terms.append(f"socket in ({', '.join('?' * len(self.sockets))})")
            values += sorted(self.sockets)
        if self.side:
            terms.append(_SERVERS if self.side == "server" else f"not {_SERVERS}")
        for word in self.words:
            if word.startswith("hex:"):
                terms.append("instr(data, ?) > 0")
                values.append(parse_hex(word[4:]))
                continue
            anywhere = [f"instr(lower(ifnull({column}, '')), ?) > 0" for column in _TEXTS]
            terms.append(f"({' or '.join(anywhere)} or instr(data, ?) > 0)")
            values += [_lower(visible(word))] * len(_TEXTS) + [_in_data(word)]
        return " and ".join(terms), tuple(values)


def parse_filter(text: str, sockets: frozenset[str] = frozenset()) -> Filter:
    """A filter from what a person typed: words between white space."""
    return Filter(sockets, tuple(text.split()))


def _lower(text: str) -> str:
    """Lower case as SQLite's ``lower`` makes it, of A to Z alone."""
    return text.encode().lower().decode()


def _in_data(word: str) -> bytes:
    try:
        return word.encode("utf-8", "surrogateescape")  # a byte that a terminal could not decode
    except UnicodeEncodeError:
        return word.encode("utf-8", "surrogatepass")
