"""Where a recorded side goes, or waits, when it is had again."""

from __future__ import annotations

from msgspec.structs import replace

from sockplay.model.errors import SockplayError
from sockplay.model.spec import ClientSpec, ServerSpec
from sockplay.session.replay.side import Side

LOOPBACK = "127.0.0.1"


def wish(side: Side, host: str = "", port: int | None = None) -> ClientSpec | ServerSpec:
    """The client or the server that has the side again.

    Args:
        side: what is had again.
        host: to go to, or to wait on; that of then unless told. A server waits on this computer
            alone unless told.
        port: the same; a server takes any free one for 0.

    Raises:
        SockplayError: the record does not tell where, or the side has neither host nor port.
    """
    info = side.info
    if info.protocol in ("unix", "unix-dgram"):
        if host or port is not None:
            raise SockplayError(f"{info.name} is a Unix socket: it takes neither HOST nor PORT.")
        path = info.local if side.serves else info.peer
        if not path or path == "(unnamed)":
            raise SockplayError(f"The record does not tell the path that {info.name} spoke to.")
        if side.serves:
            return ServerSpec(info.protocol, path=path)
        return ClientSpec(info.protocol, path=path)
    recorded_host, recorded_port = _split(info.local if side.serves else info.peer)
    number = recorded_port if port is None else port
    if number is None:
        raise SockplayError(f"The record does not tell the port of {info.name}. Say HOST and PORT.")
    if side.serves:
        family = "ipv6" if ":" in (host or recorded_host) else "ipv4"
        loopback = "::1" if family == "ipv6" else LOOPBACK
        made = ServerSpec(info.protocol, host=host or loopback, port=number)
        return replace(made, family="ipv6") if family == "ipv6" else made
    return ClientSpec(info.protocol, host=host or recorded_host, port=number)


def place(made: ClientSpec | ServerSpec) -> str:
    """Where it goes, or waits, as people write it."""
    if made.protocol in ("unix", "unix-dgram"):
        return made.path
    return f"[{made.host}]:{made.port}" if ":" in made.host else f"{made.host}:{made.port}"


def _split(address: str) -> tuple[str, int | None]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port) if port.isascii() and port.isdecimal() else None
