"""The arguments of calls: their fields, and what is typed into one as a literal of Python.

What is typed never becomes code: it is read as what it must be, and that is written anew.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from typing import Final

from sockplay.engine.addresses import unix_address
from sockplay.model.errors import SockplayError
from sockplay.model.spec import DEFAULT_BUFSIZE, MAX_BUFSIZE, Protocol
from sockplay.ui.screens.typed_numbers import typed_number
from sockplay.ui.widgets.calls.argument_rows import Field
from sockplay.values.composing.payload import compose
from sockplay.values.errors import ValuesError
from sockplay.values.text import encode_text

DATA_MOST: Final = 8192
"""Bytes that are written out in a line; the composer sends more."""
_INT_MOST: Final = (1 << 31) - 1
_FILE_MOST: Final = 1 << 62
_SECONDS: Final = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_NUMBER: Final = re.compile(r"-?(?:\d{1,20}|0x[0-9a-fA-F]{1,16})", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)
_LEVELS: Final = {
    "SO_": "SOL_SOCKET",
    "TCP_": "IPPROTO_TCP",
    "IPV6_": "IPPROTO_IPV6",
    "IP_": "IPPROTO_IP",
    "UDP_": "IPPROTO_UDP",
}
"""The level of an option, by how its name begins."""
_FIRST: Final = (
    *("SO_REUSEADDR", "SO_RCVBUF", "SO_SNDBUF", "SO_ERROR", "SO_TYPE", "SO_KEEPALIVE"),
    *("SO_LINGER", "SO_BROADCAST", "SO_REUSEPORT", "SO_ACCEPTCONN", "TCP_NODELAY", "TCP_MAXSEG"),
)
"""The options that are asked for most."""


def _options() -> tuple[str, ...]:
    names = [name for name in dir(socket) if name.startswith(tuple(_LEVELS))]
    known = {name for name in names if hasattr(socket, _level(name))}
    first = [name for name in _FIRST if name in known]
    return (*first, *sorted(known.difference(first)))


def _level(option: str) -> str:
    return next(level for prefix, level in _LEVELS.items() if option.startswith(prefix))


OPTIONS: Final = _options()


def _having(*names: str) -> tuple[tuple[str, str], ...]:
    """Constants that this platform has, each with what tells it from the others."""
    return tuple((n, n.removeprefix("MSG_")) for n in names if hasattr(socket, n))


FIELDS: Final = (
    Field("name", "name", hint="of the new socket"),
    Field("other", "and", hint="of its other end"),
    Field("host", "host", "localhost", "name or address", ("localhost", "::1")),
    Field("port", "port", "80", "0 to 65535"),
    Field("family", "family", "AF_INET", choices=_having("AF_INET", "AF_INET6", "AF_UNIX")),
    Field("type", "type", "SOCK_STREAM", choices=_having("SOCK_STREAM", "SOCK_DGRAM")),
    Field("at", "address", "127.0.0.1:0", "port 0: any free",
          ("127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0")),
    Field("backlog", "backlog", "", "empty: Python's", ("", "1", "5", "128")),
    Field("data", "data", "hello"),
    Field("more", "and then", "", "a second buffer"),
    Field("form", "data is", "text",
          choices=(("text", "text with \\n \\xff"), ("items", "items: u16:513 \"a\""))),
    Field("path", "file", "", "its path"),
    Field("offset", "offset", "0", "bytes to skip", ("0",)),
    Field("count", "count", "", "empty: to its end"),
    Field("bufsize", "bufsize", str(DEFAULT_BUFSIZE), "bytes at most",
          ("1", "4", "10", "4096", "65535")),
    Field("buffer", "buffer", "16", "bytes of it", ("4", "16", "4096")),
    Field("buffers", "buffers", "4, 12", "bytes of each", ("4, 12", "1, 1, 4096")),
    Field("nbytes", "nbytes", "", "empty: all of it", ("", "4")),
    Field("ancillary", "ancbufsize", "", "control messages", ("", "0", "1024")),
    Field("read-flags", "flags",
          flags=_having("MSG_PEEK", "MSG_WAITALL", "MSG_DONTWAIT", "MSG_OOB")),
    Field("send-flags", "flags", flags=_having("MSG_DONTWAIT", "MSG_OOB", "MSG_MORE")),
    Field("to", "address", placeholder="such as 127.0.0.1:9000"),
    Field("to-other", "address", "", "empty: its peer"),
    Field("option", "option", OPTIONS[0], "Up, Down: the next", OPTIONS),
    Field("value", "value", "1", "or items: i32le:1", ("1", "0", "65536")),
    Field("buflen", "buflen", "", "empty: a number", ("", "4", "8", "256")),
    Field("timeout", "seconds", "5", "None: for ever", ("5", "0.5", "0", "None")),
    Field("blocking", "blocking", "True", choices=(("True", "True"), ("False", "False"))),
    Field("how", "how", "SHUT_WR",
          choices=(("SHUT_WR", "SHUT_WR"), ("SHUT_RD", "SHUT_RD"), ("SHUT_RDWR", "SHUT_RDWR"))),
)  # fmt: skip
"""In the order in which they are seen."""


def literals(
    fields: tuple[str, ...], typed: Mapping[str, str], protocol: Protocol
) -> dict[str, str]:
    """What is typed into some fields, as Python writes it; an argument left out is empty.

    Args:
        fields: their names.
        typed: what all fields hold.
        protocol: the socket's, which decides what an address is.

    Raises:
        SockplayError: something cannot be such an argument.
    """
    return {name: _literal(name, typed, protocol) for name in fields}


def _literal(name: str, typed: Mapping[str, str], protocol: Protocol) -> str:
    text = typed[name]
    if name in ("at", "to", "to-other"):
        return "" if name == "to-other" and not text.strip() else _address(text, protocol)
    if name in ("data", "more"):
        return "" if name == "more" and not text else repr(_data(text, typed["form"]))
    read = _READ.get(name)
    return read(text) if read else _one_of(name, text)


def _one_of(name: str, text: str) -> str:
    """What is chosen rather than typed."""
    field = next(field for field in FIELDS if field.name == name)
    allowed = {value for value, _ in (*field.choices, *field.flags)}
    if not text:
        return ""
    if not allowed.issuperset(text.split(" | ")):
        raise SockplayError(f"{text!r} is none of these. Choose one.")
    return text


def _name(text: str) -> str:
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise SockplayError(f"{text!r} is no name. Type letters, digits and _, a letter first.")
    return name


def _host(text: str) -> str:
    if not text.strip():
        raise SockplayError("A host is missing. Type a name or an address.")
    return repr(text.strip())


def _address(text: str, protocol: Protocol) -> str:
    if protocol in ("unix", "unix-dgram"):
        return repr(unix_address(text.strip(), protocol))
    host, colon, port = text.strip().rpartition(":")
    if not colon:
        raise SockplayError(f"{text!r} is no address. Type one such as 127.0.0.1:9000.")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    return f"({host!r}, {typed_number(port, 'port', 0, 65535, beyond=1)})"


def _data(text: str, form: str) -> bytes:
    try:
        is_text = form == "text"
        data = encode_text(text, "utf-8") if is_text else compose(text, limit=DATA_MOST).data
    except ValuesError as error:
        raise SockplayError(f"The data cannot be: {error.message}.") from error
    if len(data) > DATA_MOST:
        raise SockplayError(
            f"{len(data):,} bytes are too many for a line. Send at most {DATA_MOST:,} here, or "
            "more with the composer."
        )
    return data


def _option(text: str) -> str:
    typed = text.strip().upper()
    found = [name for name in OPTIONS if name.startswith(typed)]
    if typed in OPTIONS or len(found) == 1:
        name = typed if typed in OPTIONS else found[0]
        return f"{_level(name)}, {name}"
    if typed and found:
        raise SockplayError(f"{text!r} begins {len(found)} options, such as {found[0]}. Type more.")
    raise SockplayError(f"{text!r} is no option here. Up and Down go through those there are.")


def _value(text: str) -> str:
    if not _NUMBER.fullmatch(text.strip()):
        return repr(_data(text, "items"))
    number = int(text.strip(), 0 if "x" in text else 10)
    if not -_INT_MOST - 1 <= number <= _INT_MOST:
        raise SockplayError(
            f"{text.strip()} does not fit: an option's number is an int of 32 bits, up to "
            f"{_INT_MOST:,}. What is wider goes as bytes, such as u64le:1."
        )
    return str(number)


def _timeout(text: str) -> str:
    seconds = text.strip()
    if seconds in ("", "None"):
        return "None"
    if not _SECONDS.fullmatch(seconds):
        raise SockplayError(f"{text!r} is no number of seconds. Type one such as 0.5, or None.")
    return str(float(seconds))


def _path(text: str) -> str:
    if not text.strip():
        raise SockplayError("A file needs a name. Type its path.")
    return repr(text)


def _buffers(text: str) -> str:
    sizes = [typed_number(size, "size for a buffer", 0, MAX_BUFSIZE) for size in text.split(",")]
    return ", ".join(f"bytearray(b'.' * {size})" for size in sizes)


def _number(
    what: str, least: int, most: int, is_needed: bool, beyond: int = 1
) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not is_needed and not text.strip():
            return ""
        or_else = "" if is_needed else "nothing"
        return str(typed_number(text, what, least, most, or_else, beyond=beyond))

    return read


_READ: Final[Mapping[str, Callable[[str], str]]] = {
    "host": _host,
    "port": _number("port", 0, 65535, True),
    "name": _name,
    "other": _name,
    "backlog": _number("backlog", -1, _INT_MOST, False, 0),
    "path": _path,
    "offset": _number("offset", 0, _FILE_MOST, False),
    "count": _number("count", 0, _FILE_MOST, False),
    "bufsize": _number("bufsize", 0, MAX_BUFSIZE, True),
    "buffer": _number("size for a buffer", 0, MAX_BUFSIZE, True, 0),
    "buffers": _buffers,
    "nbytes": _number("number of bytes", 0, MAX_BUFSIZE, False),
    "ancillary": _number("size", 0, MAX_BUFSIZE, False),
    "option": _option,
    "value": _value,
    "buflen": _number("size", 0, 1024, False),
    "timeout": _timeout,
}
