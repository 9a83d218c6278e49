"""What is typed to read by hand: a bufsize for one recv, or exactly so many bytes by a loop."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from sockplay.model.errors import SockplayError
from sockplay.model.spec import DEFAULT_BUFSIZE
from sockplay.ui.screens.socket_values import bufsize_from

_EXACTLY: Final = re.compile(r"\s*(?:exactly\s|=)\s*(?P<total>\S+)(?:\s+by\s+(?P<bufsize>\S+))?\s*")


class RecvWish(msgspec.Struct, frozen=True):
    """A bufsize, and how many bytes are wanted in all; one recv when that is None."""

    bufsize: int
    total: int | None = None

    def python(self, name: str, stream: bool) -> str:
        """The Python that reads the same."""
        if self.total is None:
            taken = "data" if stream else "data, address"
            return f"{taken} = {name}.{'recv' if stream else 'recvfrom'}({self.bufsize})"
        rest = f"{self.total} - len(data)"
        wanted = rest if self.bufsize >= self.total else f"min({self.bufsize}, {rest})"
        return (
            "data = b''\n"
            f"while len(data) < {self.total}:\n"
            f"    part = {name}.recv({wanted})\n"
            "    if not part:\n"
            f"        raise EOFError(f'EOF after {{len(data)}} of {self.total} bytes')\n"
            "    data += part"
        )


def recv_wish(text: str, stream: bool) -> RecvWish:
    """Read ``4``, or of a stream ``exactly 10``, ``=10`` or ``exactly 10 by 4``.

    Raises:
        SockplayError: it is none of them.
    """
    found = _EXACTLY.fullmatch(text)
    if found is None:
        return RecvWish(bufsize_from(text))
    if not stream:
        raise SockplayError("A recvfrom takes one datagram, however long. Type a bufsize alone.")
    digits = found["total"]
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 12 or not int(digits):
        raise SockplayError(f"{digits!r} bytes cannot be read. Type a number, as in exactly 10.")
    total = int(digits)
    return RecvWish(bufsize_from(found["bufsize"] or str(min(total, DEFAULT_BUFSIZE))), total)
