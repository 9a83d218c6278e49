"""Every method of a socket that is one call, and the line of Python that makes it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Final

import msgspec

from sockplay.model.info import SocketInfo
from sockplay.model.spec import Protocol
from sockplay.ui.screens.calls_arguments import literals


class Argument(msgspec.Struct, frozen=True):
    """An argument of a call, from one field or more."""

    fields: tuple[str, ...]
    gap: str = ""
    """What stands for it when it is left out and a later one is not."""
    around: str = "{}"
    """How it is written."""


class Method(msgspec.Struct, frozen=True):
    """A method, or a function that makes sockets."""

    name: str
    group: str
    help: str
    """One sentence: what it does, and what comes back."""
    arguments: tuple[Argument, ...] = ()
    before: str = ""
    """What stands before the call, with fields in braces."""
    makes: tuple[str, ...] = ()
    """The names that it gives to what it makes: names, or fields in braces."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it needs, those for names first."""
        named = tuple(name for name in ("name", "other") if f"{{{name}}}" in self.before)
        given = [name for argument in self.arguments for name in argument.fields]
        more = ("form",) if "data" in given else ()
        return (*named, *given, *more)

    def line(self, owner: str, typed: Mapping[str, str], protocol: Protocol) -> str:
        """The Python that makes the call.

        Args:
            owner: the socket's name; empty for a function.
            typed: what all fields hold.
            protocol: the socket's.

        Raises:
            SockplayError: a field holds what cannot be such an argument.
        """
        values = literals(self.fields, typed, protocol)
        written = []
        for argument in self.arguments:
            given = ", ".join(filter(None, (values[name] for name in argument.fields)))
            written.append(argument.around.format(given) if given else "")
        while written and not written[-1]:
            written.pop()
        gaps = (argument.gap for argument in self.arguments)
        inside = ", ".join(filter(None, (w or gap for w, gap in zip(written, gaps, strict=False))))
        method = f"{owner}.{self.name}" if owner else self.name
        return f"{self.before.format(**values)}{method}({inside})"

    def made(self, typed: Mapping[str, str]) -> tuple[str, ...]:
        """The names that the call gives to what it makes."""
        return tuple(name.format(**typed).strip() for name in self.makes)


def _a(*fields: str, gap: str = "", around: str = "{}") -> Argument:
    return Argument(fields, gap, around)


_FLAGS: Final = _a("read-flags")
_INTO: Final = _a("buffer", around="buf := bytearray(b'.' * {})")
_MESSAGE: Final = (_a("bufsize"), _a("ancillary", gap="0"), _FLAGS)
_FILE: Final = "with open({path}, 'rb') as file: "

_ALL: Final = (
    Method("recv", "reading", "Take up to bufsize bytes of what came. b'' is EOF.",
           (_a("bufsize"), _FLAGS)),
    Method("recv_into", "reading", "Take bytes into a buffer that is there already, here full of "
           "dots. Returns how many; the rest of the buffer is as before.",
           (_INTO, _a("nbytes", gap="0"), _FLAGS), makes=("buf",)),
    Method("recvfrom", "reading", "Take up to bufsize bytes, and tell who sent them.",
           (_a("bufsize"), _FLAGS)),
    Method("recvfrom_into", "reading", "Take bytes into a buffer, and tell who sent them.",
           (_INTO, _a("nbytes", gap="0"), _FLAGS), makes=("buf",)),
    Method("recvmsg", "reading", "Take bytes with the control messages beside them: data, "
           "ancillary data, flags, address.", _MESSAGE),
    Method("recvmsg_into", "reading", "Take bytes into several buffers, one after the other.",
           (_a("buffers", around="bufs := [{}]"), _a("ancillary", gap="0"), _FLAGS),
           makes=("bufs",)),
    Method("send", "writing", "Give bytes to the kernel. Returns how many it took, which may be "
           "fewer.", (_a("data"), _a("send-flags"))),
    Method("sendall", "writing", "Send again and again until all is taken. Returns None.",
           (_a("data"), _a("send-flags"))),
    Method("sendto", "writing", "Send a datagram to an address.",
           (_a("data"), _a("send-flags"), _a("to"))),
    Method("sendmsg", "writing", "Send several buffers as if they were one.",
           (_a("data", "more", around="[{}]"), _a(gap="[]"), _a("send-flags", gap="0"),
            _a("to-other"))),
    Method("sendfile", "writing", "Send a file until its end. Returns how many bytes went.",
           (_a("path", around="file"), _a("offset", gap="0"), _a("count")), before=_FILE),
    Method("bind", "making ready", "Give the socket its own address.", (_a("at"),)),
    Method("listen", "making ready", "Let clients connect: the kernel queues them up to the "
           "backlog.", (_a("backlog"),)),
    Method("accept", "making ready", "Take the next client from the queue. Returns a new socket "
           "for it, and its address.", before="{name}, address = ", makes=("{name}", "address")),
    Method("connect", "making ready", "Connect to a server; of a datagram socket, fix the peer.",
           (_a("to"),)),
    Method("connect_ex", "making ready", "Connect, and return an errno instead of raising it; 0 "
           "is success.", (_a("to"),)),
    Method("dup", "making ready", "Make a second socket object for the same connection.",
           before="{name} = ", makes=("{name}",)),
    Method("getsockname", "options", "Its own address."),
    Method("getpeername", "options", "The address at the other end."),
    Method("getsockopt", "options", "The value of an option: a number, or bytes with a buflen.",
           (_a("option"), _a("buflen"))),
    Method("setsockopt", "options", "Set an option to a number, or to bytes.",
           (_a("option"), _a("value"))),
    Method("settimeout", "options", "Let a call wait so long; 0 not at all, None for ever.",
           (_a("timeout"),)),
    Method("gettimeout", "options", "How long a call may wait."),
    Method("setblocking", "options", "True: calls wait. False: they fail rather than wait.",
           (_a("blocking"),)),
    Method("getblocking", "options", "Whether calls wait."),
    Method("fileno", "options", "The number of its file descriptor; -1 when it is closed."),
    Method("shutdown", "ending", "End one half: SHUT_WR finishes sending, and the peer reads EOF.",
           (_a("how"),)),
    Method("close", "ending", "Close the socket."),
)  # fmt: skip

METHODS: Final = {method.name: method for method in _ALL if hasattr(socket.socket, method.name)}
"""Those of a socket that this platform has, by name."""

_KIND: Final = (_a("family"), _a("type"))
FUNCTIONS: Final = {
    function.name: function
    for function in (
        Method("socket.socket", "making", "Make a socket. It has no address and no peer yet.",
               _KIND, "{name} = ", ("{name}",)),
        Method("socketpair", "making", "Make two sockets that are connected with each other.",
               (_a("type", around="type={}"),), "{name}, {other} = ", ("{name}", "{other}")),
        Method("create_server", "making", "Make a TCP server: socket, bind and listen in one.",
               (_a("at"), _a("backlog", around="backlog={}")), "{name} = ", ("{name}",)),
        Method("create_connection", "making", "Make a TCP client: socket and connect in one.",
               (_a("to"),), "{name} = ", ("{name}",)),
        Method("getaddrinfo", "asking", "Ask which addresses a name has, as connect and bind do. "
               "Returns all of them.", (_a("host"), _a("port"), _a("type", around="type={}"))),
    )
}  # fmt: skip
"""Those that make sockets, by name."""


def first_choice(info: SocketInfo, before: str = "") -> str:
    """The method that one is likely to want first on a socket.

    Args:
        info: the socket.
        before: the one that was chosen for another socket; kept where this one can make it too.
    """
    if before in METHODS and _can_make(info, before):
        return before
    if info.role == "server":
        return "accept"
    if info.state in ("new", "bound"):
        return "bind" if info.state == "new" else "listen" if info.stream else "recvfrom"
    return "recv" if info.bufsize is None else "send"


def _can_make(info: SocketInfo, name: str) -> bool:
    """Whether a method is of the kind that such a socket is for."""
    if name == "accept":
        return info.role == "server"
    if name in ("bind", "listen"):
        return info.state in ("new", "bound")
    return info.role != "server" or not name.startswith(("recv", "send", "connect"))
