"""One call as the line of Python that makes it, with what came back as a comment."""

from __future__ import annotations

import errno
import re
from functools import lru_cache
from typing import Final

import msgspec

from sockplay.model.call import Call
from sockplay.session.python.arguments import is_name, written
from sockplay.values.printable import visible

IMPORTS: Final = "import os, socket, struct"
"""What the lines need."""
WHOLE: Final = 1 << 16
"""The most characters that data takes in a line; longer data is written as a name."""
_OF_MODULE: Final = re.compile(r"get(addrinfo|nameinfo|hostby\w+|servby\w+|fqdn|protobyname)")
_OP: Final = re.compile(r"[a-z][a-z_]{1,29}")
_INTO: Final = {"recv_into", "recvfrom_into", "recvmsg_into"}
_FROM: Final = {"recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into"}
_RESULTS: Final = {"getsockopt", "getsockname", "getpeername", "fileno", "gettimeout"}
"""Calls whose note is what they returned, as that of calls of the module is."""
_SHOWN: Final = 24
"""Bytes of long data that its comment shows."""


class Line(msgspec.Struct, frozen=True):
    """A line of a program. Both parts are printable, and the comment has no ``#`` of its own."""

    code: str
    comment: str = ""

    def __str__(self) -> str:
        if not self.code:
            return f"# {self.comment}"
        return f"{self.code}  # {self.comment}" if self.comment else self.code


def line(call: Call, length: int | None = None, room: int = 60) -> Line:
    """The line for a call.

    Args:
        call: the call, perhaps with only the beginning of its data.
        length: how many bytes of data it has in the record; those that it holds unless told.
        room: characters that its data may take; longer data is written as a name.
    """
    if not call.socket:  # a row that tells of calls which could not be recorded
        return Line("", visible(call.note))
    size = call.stored if length is None else length
    args = written(call.args)
    if args is None or not _OP.fullmatch(call.op) or not is_name(call.op):
        return Line("", f"{visible(call.socket)}.{visible(call.op)}({visible(call.args)})")
    name = reference(call.socket)
    if _OF_MODULE.fullmatch(call.op):
        return Line(f"socket.{call.op}({args})", _ending(call, f"-> {call.note}"))
    if call.op in ("socket", "socketpair"):
        return _creation(call, name, args)
    if call.op == "accept":
        new, _, rest = call.note.partition(", ")
        target = "" if call.error or not is_name(new) else f"{new}, address = "
        return Line(f"{target}{name}.accept()", _ending(call, f"-> {rest}"))
    if call.op == "dup":
        return Line(f"os.dup({name}.fileno())", _ending(call, f"-> {call.note}"))
    more = f", {args}" if args else ""
    if call.direction == "out":
        literal, about = _data(call, size, room)
        if call.op == "sendmsg":
            literal = f"[{literal}]"
        return Line(f"{name}.{call.op}({literal}{more})", _ending(call, about))
    if call.direction == "in":
        first = f"bytearray({call.requested or 0})" if call.op in _INTO else f"{call.requested}"
        first = f"[{first}]" if call.op == "recvmsg_into" else first
        return Line(f"{name}.{call.op}({first}{more})", _ending(call, _received(call, size, room)))
    result = f"-> {call.note}" if call.op in _RESULTS and call.note else call.note
    return Line(f"{name}.{call.op}({args})", _ending(call, result))


def reference(name: str) -> str:
    """A socket as an expression: its name where that is one."""
    return name if is_name(name) else f"sockets[{visible(name)!r}]"


@lru_cache(256)
def error_class(code: str) -> str:
    """The exception that Python raises for an errno's name: ``ConnectionResetError``."""
    if code.startswith("EAI"):
        return "socket.gaierror"
    number = getattr(errno, code, None)
    if isinstance(number, int):
        return type(OSError(number, "")).__name__
    return code if code.endswith("Error") and code.isidentifier() else "OSError"


def _creation(call: Call, name: str, args: str) -> Line:
    if call.op == "socket":
        return Line(f"{name} = socket.socket({args})", _ending(call, ""))
    first, _, second = call.note.partition(", ")
    if call.socket == second:
        return Line("", f"{name} is the other end of {visible(first)}")
    pair = f"{name}, {reference(second)}"
    return Line(f"{pair} = socket.socketpair({args})", _ending(call, ""))


def _ending(call: Call, result: str) -> str:
    """What came back, or what it failed with."""
    if not call.error:
        return visible(result)
    kind = error_class(call.error)
    what = kind if kind == call.error else f"{kind} ({call.error})"
    return visible(f"{what}, {result}" if call.direction == "out" and result else what)


def _data(call: Call, size: int, room: int) -> tuple[str, str]:
    """The data of a send as an expression, and what to say of it."""
    asked = call.requested or 0
    if call.error:
        return f"bytes({asked})", f"its {asked:,} bytes were not recorded" if asked else ""
    moved = call.moved or 0
    if moved < asked:
        about = f"-> {moved:,}, of {asked:,} offered"
    else:
        about = "" if call.op == "sendall" else f"-> {moved:,}"
    literal = _literal(call.data, size, room)
    if literal is not None:
        return literal, about
    name = f"data{call.seq}"
    begin = f"{name} = {size:,} bytes: {_beginning(call.data)}"
    return name, f"{about}  {begin}".strip()


def _received(call: Call, size: int, room: int) -> str:
    literal = _literal(call.data, size, room)
    if literal is None:
        literal = f"{size:,} bytes: {_beginning(call.data)}"
    if call.op in _INTO:
        literal = f"{call.moved or 0:,}: {literal}"
    sender = f" from {call.peer}" if call.op in _FROM and call.peer else ""
    note = f"  {call.note}" if call.note else ""
    return f"-> {literal}{sender}{note}"


def _literal(data: bytes, size: int, room: int) -> str | None:
    if size != len(data) or size > room:
        return None
    literal = repr(data)
    return literal if len(literal) <= room else None


def _beginning(data: bytes) -> str:
    return f"{data[:_SHOWN]!r}…"
