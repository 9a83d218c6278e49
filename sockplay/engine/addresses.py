"""Socket addresses as text, and back: one spelling for the tree, the timeline and the record."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any, Final

from sockplay.model.errors import SockplayError
from sockplay.model.spec import Protocol

SockAddr = Any
"""What Python's socket module takes for an address: its shape depends on the family."""

UNIX_PATH_MAX: Final = 107 if sys.platform == "linux" else 103
"""sun_path less its closing NUL: 108 bytes on Linux (unix(7)), 104 on macOS and the BSDs."""


def address_text(address: SockAddr) -> str:
    """An address as people write it: ``127.0.0.1:80``, ``[fe80::1%eth0]:80``, a path, ``@name``.

    It can always be encoded as UTF-8: other bytes of a path are shown escaped.
    """
    if isinstance(address, tuple) and len(address) >= 2:
        host, port = str(address[0]), address[1]
        scope = address[3] if len(address) == 4 else 0
        if scope and "%" not in host:
            host = f"{host}%{_interface(scope)}"
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if not address:
        return "(unnamed)"
    path = os.fsencode(address)
    if path.startswith(b"\0"):
        path = b"@" + path[1:]
    return path.decode("utf-8", "backslashreplace")


def address_python(address: SockAddr) -> str:
    """An address as Python writes it in a call."""
    if isinstance(address, tuple) and len(address) == 4 and not address[2] and not address[3]:
        return repr(address[:2])
    return repr(address)


def is_wide(address: SockAddr) -> bool:
    """Whether a socket bound there can be reached from other computers."""
    if not isinstance(address, tuple):
        return False
    host = ipaddress.ip_address(str(address[0]).partition("%")[0])
    mapped = getattr(host, "ipv4_mapped", None)
    return not (mapped or host).is_loopback


def unix_address(path: str, protocol: Protocol) -> str | bytes:
    """The address of a Unix path; ``@name`` is Linux's abstract namespace (unix(7)).

    Raises:
        SockplayError: the platform has no such sockets, or the path is empty or too long.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise SockplayError(f"Unix sockets are not available on {sys.platform}. Use TCP or UDP.")
    if not path:
        raise SockplayError("A Unix socket needs a path. Type one, such as /tmp/play.sock.")
    if "\0" in path:
        raise SockplayError("A path cannot hold a NUL character. Type another one.")
    try:
        encoded = os.fsencode(path)
    except UnicodeEncodeError as error:
        raise SockplayError(f"{path!r} cannot be a file's name. Type another path.") from error
    if len(encoded) > UNIX_PATH_MAX:
        raise SockplayError(
            f"This path has {len(encoded)} bytes; a Unix socket's may have at most "
            f"{UNIX_PATH_MAX}. Choose a shorter one.",
            "ENAMETOOLONG",
        )
    if path.startswith("@"):
        if sys.platform != "linux":
            raise SockplayError(f"Abstract names are not available on {sys.platform}. Use a path.")
        return b"\0" + encoded[1:]
    return encoded if encoded != path.encode("utf-8", "replace") else path


def local_text(sock: socket.socket) -> str:
    """The address that a socket is bound to, as text."""
    try:
        return address_text(sock.getsockname())
    except OSError:
        return ""


def _interface(scope: int) -> str:
    try:
        return socket.if_indextoname(scope)
    except (OSError, AttributeError):
        return str(scope)
