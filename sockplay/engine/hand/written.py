"""How calls made by hand are written: their arguments as Python writes them, constants by name."""

from __future__ import annotations

import enum
import operator
import reprlib
import socket
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sockplay.engine.addresses import address_python

Args = Sequence[Any]
Keywords = Mapping[str, Any]

_LEVELS: Final = {
    "SOL_SOCKET": "SO_",
    "IPPROTO_TCP": "TCP_",
    "IPPROTO_IP": "IP_",
    "IPPROTO_IPV6": "IPV6_",
    "IPPROTO_UDP": "UDP_",
}
"""How an option's name begins, by the level that it belongs to."""
_FLAGS_AT: Final = {
    "recv": 1,
    "recvfrom": 1,
    "recv_into": 2,
    "recvfrom_into": 2,
    "recvmsg": 2,
    "recvmsg_into": 2,
    "send": 1,
    "sendall": 1,
    "sendmsg": 2,
}
"""Which argument holds the flags."""
_FIRST_LEFT_OUT: Final = frozenset(
    {"send", "sendall", "sendto", "sendmsg", "recvmsg", "recvmsg_into"}
)
"""Calls whose first argument is data or a bufsize, and whose others are written as they are."""


def flags_of(op: str, args: Args, keywords: Keywords) -> int:
    """The flags of a call that moves data; 0 where it has none, or something that cannot be any."""
    if op == "sendto":
        flags = args[1] if len(args) == 3 else 0
    else:
        at = _FLAGS_AT.get(op)
        flags = keywords.get("flags", args[at] if at is not None and len(args) > at else 0)
    return int(flags) if isinstance(flags, int) else 0


def views_of(op: str, args: Args, keywords: Keywords) -> list[memoryview]:
    """The buffers of the program that a read writes to."""
    buffers = args[0] if op == "recvmsg_into" else [args[0] if args else keywords["buffer"]]
    return [memoryview(buffer).cast("B") for buffer in buffers]


def asked_for(op: str, args: Args, keywords: Keywords) -> int | None:
    """How many bytes a call asks to move; None where it moves none, or makes no sense."""
    try:
        if op.endswith("_into"):
            at_most = keywords.get("nbytes", [*args, 0, 0][1]) if op != "recvmsg_into" else 0
            size = sum(map(len, views_of(op, args, keywords)))
            return operator.index(at_most) or size
        if op.startswith("recv"):
            return operator.index(args[0])
        if op == "sendmsg":
            return sum(memoryview(part).nbytes for part in args[0])
        return memoryview(args[0]).nbytes if op.startswith("send") else None
    except (TypeError, ValueError, LookupError):
        return None


def flags_text(flags: int) -> str:
    """Flags by their names: ``MSG_PEEK | MSG_DONTWAIT``."""
    names = []
    for name in sorted(name for name in dir(socket) if name.startswith("MSG_")):
        value = int(getattr(socket, name))
        if value and flags & value == value:
            names.append(name)
            flags &= ~value
    return " | ".join([*names, hex(flags)] if flags or not names else names)


def arguments(op: str, args: Args, keywords: Keywords) -> str:
    """The arguments of a call as Python writes them, without its data and its bufsize."""
    if op in ("recv", "recvfrom", "recv_into", "recvfrom_into"):
        flags = flags_of(op, args, keywords)
        return flags_text(flags) if flags else ""
    if op in _FIRST_LEFT_OUT:
        return _plain(op, args[1:])
    if op in ("setsockopt", "getsockopt"):
        return _option(args)
    if op == "shutdown" and len(args) == 1:
        return _constant("SHUT_", args[0])
    if op in ("bind", "connect", "connect_ex") and len(args) == 1:
        return address_python(args[0])
    named = (f"{name}={_value(value)}" for name, value in keywords.items())
    return ", ".join([*map(_value, args), *named])


def _first(value: object, room: int = 24) -> str:
    """Data or a bufsize, at no cost that grows with the data."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        size = memoryview(value).nbytes
        return repr(bytes(value)) if size <= room else f"{size:,} bytes"
    return f"{len(value):,} buffers" if isinstance(value, list) else reprlib.repr(value)


def socket_arguments(family: int, kind: int, proto: int, fileno: object) -> str:
    """The arguments of ``socket`` as Python writes them."""
    parts = [_constant("AF_", family), _constant("SOCK_", kind)]
    if proto > 0:
        parts.append(str(proto))
    if fileno is not None:
        parts.append(f"fileno={fileno!r}")
    return ", ".join(parts)


def call_written(op: str, args: Args, keywords: Keywords) -> str:
    """A call as Python writes it, short enough for a line, whatever its arguments are."""
    rest = arguments(op, args, keywords)
    if op.endswith("_into"):
        first = "buf"
    elif op in _FLAGS_AT or op == "sendto":
        first = _first(args[0]) if args else ""
    else:
        return f"{op}({rest})"
    return f"{op}({first}, {rest})" if rest else f"{op}({first})"


def _plain(op: str, rest: Args) -> str:
    parts = []
    for at, value in enumerate(rest, 1):
        if at == _FLAGS_AT.get(op) or (op == "sendto" and len(rest) == 2 and at == 1):
            parts.append(flags_text(value) if value and isinstance(value, int) else repr(value))
        else:
            parts.append(address_python(value) if isinstance(value, tuple) else _value(value))
    return ", ".join(parts)


def _option(args: Args) -> str:
    if len(args) < 2:
        return ", ".join(map(_value, args))
    level = next((name for name in _LEVELS if getattr(socket, name, None) == args[0]), "")
    if not level:
        return ", ".join(map(_value, args))
    return ", ".join([level, _constant(_LEVELS[level], args[1]), *map(_value, args[2:])])


def _value(value: object) -> str:
    return value.name if isinstance(value, enum.Enum) else repr(value)


def _constant(prefix: str, value: object) -> str:
    """A number by its name in the socket module; the shortest where it has several."""
    names = [name for name in dir(socket) if name.startswith(prefix)]
    fitting = [name for name in names if getattr(socket, name) == value]
    return min(fitting, key=lambda name: (len(name), name)) if fitting else repr(value)
