"""Turns an errno into one plain sentence that says what to do."""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
from typing import Final

from sockplay.model.errors import SockplayError
from sockplay.model.info import State

_SENTENCES: Final[dict[str, str]] = {
    "EADDRINUSE": "{place} is in use. Choose another one, or port 0 for any free one.",
    "EADDRNOTAVAIL": "{place} is not an address of this computer. Use 127.0.0.1 or ::1 for this "
    "computer alone, or an address that `ip addr` lists.",
    "EAFNOSUPPORT": "This computer has no such address family ({place}). Choose another one.",
    "ECONNREFUSED": "Nothing listens on {place}. Start a server there first, or check the address.",
    "ECONNRESET": "The peer reset the connection (RST): bytes that were on their way are lost.",
    "ECONNABORTED": "The connection was aborted. Connect again.",
    "EPIPE": "The connection is closed for sending, so nothing can be sent. Connect again.",
    "ENOTCONN": "It is not connected, or the connection has ended. Connect again.",
    "EDESTADDRREQ": "It has no peer to send to yet. Pick one, or wait until one has written.",
    "EHOSTUNREACH": "There is no way to {place}. Check the address and the network.",
    "ENETUNREACH": "No network here leads to {place}. Check the address and the network.",
    "ETIMEDOUT": "{place} did not answer in time. Check the address, or a firewall in between.",
    "EMFILE": "Too many open files: this process may open no more. Close some sockets, or raise "
    "the limit (`ulimit -n`).",
    "ENFILE": "Too many open files on this computer. Close some programs.",
    "ENOBUFS": "The kernel has no buffer free for it. Try again in a moment.",
    "EMSGSIZE": "It is too long for one datagram here; UDP over IPv4, for one, carries at most "
    "65,507 bytes. Send less at once.",
    "ENOENT": "There is no socket at {place}. Start a server there first, or check the path.",
    "ENOTDIR": "{place} cannot be: a part of this path is not a folder. Choose another path.",
    "EPROTOTYPE": "{place} is a socket of another type. Choose stream or datagram to match.",
    "EROFS": "{place} lies on a read-only file system. Choose another path.",
    "EAGAIN": "It would block: the kernel has no room or no data at this moment. Try again.",
    "EINVAL": "The system does not accept {place} here. Check it: a link-local address needs its "
    "interface, as in fe80::1%eth0.",
}
_OPTION_WANTS: Final[dict[str, str]] = {
    "SO_LINGER": "two ints, {i}:1 {i}:0",
    "SO_RCVTIMEO": "two longs, {l}:1 {l}:0",
    "SO_SNDTIMEO": "two longs, {l}:1 {l}:0",
}
"""What stands for a value where it is a struct of C (socket(7)), as payloads write it."""
_NEVER_CONNECTED: Final[tuple[State, ...]] = ("new", "bound", "listening")
_ENDED_BY_PEER: Final[tuple[State, ...]] = ("open", "peer finished", "failed")
"""Where EPIPE is no answer to an end of our own: a SHUT_WR leaves another state."""
_LONG_BITS: Final = 8 * struct.calcsize("l")
_DATA_CALLS: Final = frozenset({"send", "sendall", "sendto", "recv", "recvfrom"})


def errno_name(error: BaseException) -> str:
    """The errno's name, such as ``EADDRINUSE``; of a failed look-up, such as ``EAI_NONAME``."""
    if isinstance(error, socket.gaierror):
        names = (name for name in dir(socket) if name.startswith("EAI_"))
        return next((name for name in names if getattr(socket, name) == error.errno), "EAI")
    if isinstance(error, TimeoutError) and error.args[:1] == ():
        return "ETIMEDOUT"
    number = error.errno if isinstance(error, OSError) else None
    name = errno.errorcode.get(number or 0, type(error).__name__)
    return {"EWOULDBLOCK": "EAGAIN"}.get(name.removeprefix("WSA"), name.removeprefix("WSA"))


def explain(
    error: BaseException, op: str, place: str, holder: str | None = None, state: State | None = None
) -> SockplayError:
    """Say what a failed call means and what to do.

    Args:
        error: what the call raised: an OSError, or a UnicodeError of a look-up.
        op: the call's name, such as ``bind``.
        place: the address or name that it was about, as text; of setsockopt, its arguments.
        holder: who holds the address, where known.
        state: what the socket was when the call was made, where known.
    """
    name = errno_name(error)
    if isinstance(error, UnicodeError) or name == "EAI_NONAME" or name == "EAI_NODATA":
        sentence = f"No computer is known as {place!r}. Check the spelling, or use an address."
    elif name == "EAI_ADDRFAMILY":
        sentence = f"{place!r} is no address for this socket: IPv4 and IPv6 do not mix here."
    elif isinstance(error, socket.gaierror):
        reason = (error.strerror or "no reason given").rstrip(".")
        sentence = f"{place!r} could not be looked up: {reason}. Try again, or use an address."
    elif name == "EADDRINUSE" and holder:
        sentence = f"{place} is held by {holder}. Choose another one, or port 0 for any free one."
    elif name == "EADDRINUSE" and _is_path(place):
        sentence = f"{place} is in use. Choose another path."
    elif op == "setsockopt" and name in ("EINVAL", "EDOM", "EACCES", "EPERM"):
        sentence = _refused_option(name, place)
    elif name in ("EACCES", "EPERM"):
        sentence = _forbidden(op, place)
    elif name == "EINVAL" and op == "bind" and state not in (None, "new"):
        sentence = "It has an address already, and cannot get a second one. Make another socket."
    elif name in ("EPIPE", "ENOTCONN") and state in _NEVER_CONNECTED:
        sentence = "It was never connected. Connect it first, or use a socket that accept made."
    elif name == "EPIPE" and state in _ENDED_BY_PEER:
        sentence = "The peer ended the connection, so nothing can be sent. Connect again."
    elif name == "ECONNRESET" and _is_path(place):
        # Linux, net/unix/af_unix.c, unix_release_sock()
        sentence = "The peer closed the connection before it had read everything."
    elif name == "ENOENT" and op == "bind":
        sentence = f"{place} cannot be: its folder does not exist. Choose another path."
    elif name == "EAGAIN" and op == "connect":
        sentence = f"{place} has its queue full of clients that wait for accept. Try again."
    elif name == "EADDRNOTAVAIL" and op == "connect":
        sentence = f"No address or port of this computer is free to reach {place} from. Try later."
    elif name == "ECONNRESET" and op == "recvfrom" and not _is_path(place):
        # Windows' word for ICMP's "port unreachable" (WSAECONNRESET)
        sentence = f"An earlier datagram was refused: nothing listens on {place}."
    elif name == "ECONNREFUSED" and op in _DATA_CALLS and not _is_path(place):
        sentence = f"An earlier datagram was refused: nothing listens on {place}."
    else:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
        sentence = _SENTENCES.get(name, "{op} failed: {reason}.").format(
            place=place or "this address", op=op, reason=reason
        )
    return SockplayError(sentence, name)


def _refused_option(name: str, args: str) -> str:
    option = [*args.split(", "), "", ""][1] or "this option"
    if name in ("EACCES", "EPERM"):
        return f"{option} needs administrator rights."
    order = "le" if sys.byteorder == "little" else "be"
    wanted = _OPTION_WANTS.get(option, "").format(i=f"i32{order}", l=f"i{_LONG_BITS}{order}")
    wants = f": it wants {wanted}" if wanted else ". Try another one"
    return f"The kernel does not take this value for {option}{wants}."


def _forbidden(op: str, place: str) -> str:
    if _is_path(place):
        return f"You have no right to use {place}. Choose another one, or change its permissions."
    port = place.rpartition(":")[2]
    if op == "bind" and port.isdecimal() and int(port) < 1024:
        return (
            f"Port {port} needs administrator rights here. "
            "Choose one from 1024 up, or 0 for any free one."
        )
    place = place or "This address"
    return f"{place} may not be used: it is a broadcast, or a firewall forbids it. Use another one."


def _is_path(place: str) -> bool:
    return bool(place) and (place.startswith(("/", "@")) or ":" not in place)
