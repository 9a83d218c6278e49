"""What a form for a server or a client holds, as typed, and the wish that it amounts to."""

from __future__ import annotations

from typing import Final

import msgspec

from sockplay.model.errors import SockplayError
from sockplay.model.spec import (
    DEFAULT_BUFSIZE,
    MAX_BUFSIZE,
    WHOLE_DATAGRAM,
    Behaviour,
    ClientSpec,
    Family,
    Protocol,
    Reply,
    ReplyKind,
    ServerSpec,
)
from sockplay.ui.files import read_file
from sockplay.ui.screens.typed_numbers import typed_number
from sockplay.values.errors import ValuesError

LOOPBACK: Final[dict[Family, str]] = {"ipv4": "127.0.0.1", "ipv6": "::1", "both": "::"}
"""The address that a server's form proposes; dual-stack has none that is this computer's alone."""
_KIND: Final[dict[Protocol, str]] = {
    "tcp": "SOCK_STREAM",
    "unix": "SOCK_STREAM",
    "udp": "SOCK_DGRAM",
    "unix-dgram": "SOCK_DGRAM",
}


class SocketValues(msgspec.Struct, frozen=True):
    """The fields of the form, each as it was typed."""

    protocol: Protocol = "tcp"
    family: Family = "ipv4"
    host: str = "127.0.0.1"
    port: str = "0"
    path: str = ""
    reads: str = "auto"
    bufsize: str = ""
    reply: ReplyKind = "nothing"
    payload: str = ""
    at_eof: str = "close"

    def server(self) -> ServerSpec:
        """The server that is wanted.

        Raises:
            SockplayError: a field cannot be used.
        """
        return ServerSpec(
            self.protocol,
            self.family,
            self.host.strip(),
            self._port(),
            self.path.strip(),
            self._behaviour(),
        )

    def client(self) -> ClientSpec:
        """The client that is wanted.

        Raises:
            SockplayError: a field cannot be used.
        """
        return ClientSpec(
            self.protocol,
            self.family,
            self.host.strip(),
            self._port(),
            self.path.strip(),
            self._behaviour(),
        )

    def python(self, serves: bool) -> str:
        """The Python that starts the same."""
        kind = f"socket.{_KIND[self.protocol]}"
        datagrams = self.protocol in ("udp", "unix-dgram")
        name = (
            ("udp1" if self.protocol == "udp" else "dgram1")
            if datagrams
            else "srv1"
            if serves
            else "cli1"
        )
        act = "bind" if serves else "connect"
        listen = "; srv1.listen()" if name == "srv1" else ""
        if self.protocol in ("unix", "unix-dgram"):
            made = f"{name} = socket.socket(socket.AF_UNIX, {kind})"
            return f"{made}; {name}.{act}({self.path!r}){listen}"
        address = f"({self.host!r}, {self.port or 0})"
        family = "socket.AF_INET6" if self.family in ("ipv6", "both") else "socket.AF_INET"
        if self.protocol == "tcp" and serves:
            dual = ", dualstack_ipv6=True" if self.family == "both" else ""
            named = f", family={family}" if family != "socket.AF_INET" else ""
            return f"srv1 = socket.create_server({address}{named}{dual})"
        if self.protocol == "tcp" and self.family == "any":
            return f"cli1 = socket.create_connection({address})"
        return f"{name} = socket.socket({family}, {kind}); {name}.{act}({address})"

    def _port(self) -> int:
        if self.protocol in ("unix", "unix-dgram"):
            return 0
        return typed_number(self.port, "port", 0, 65535)

    def _behaviour(self) -> Behaviour:
        payload = b""
        if self.reply == "payload":
            from sockplay.values.composing.payload import (
                compose,  # the language is seldom needed here
            )

            try:
                payload = compose(self.payload, read_file=read_file).data
            except ValuesError as error:
                raise SockplayError(f"The reply cannot be sent: {error.message}.") from error
        reply = Reply(self.reply, payload)
        if self.reads == "hand":
            return Behaviour(None, reply, self.at_eof == "keep")
        datagrams = self.protocol in ("udp", "unix-dgram")
        default = WHOLE_DATAGRAM if datagrams else DEFAULT_BUFSIZE
        bufsize = bufsize_from(self.bufsize) if self.bufsize.strip() else default
        return Behaviour(bufsize, reply, self.at_eof == "keep")


def bufsize_from(text: str) -> int:
    """Read a bufsize.

    Raises:
        SockplayError: it is no number, or out of range.
    """
    return typed_number(text, "bufsize", 1, MAX_BUFSIZE)
