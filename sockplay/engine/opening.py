"""From a wish to a live socket: look the name up, bind or connect, and say plainly what failed."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
import stat
import sys
import tempfile
from pathlib import Path
from typing import Final

from sockplay.engine.addresses import SockAddr, address_python, address_text, unix_address
from sockplay.engine.connecting import connect as reach
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.explain import explain
from sockplay.engine.holder import path_holder, port_holder
from sockplay.engine.resolve import AddrInfo, in_thread, lookup
from sockplay.model.errors import SockplayError
from sockplay.model.spec import ClientSpec, Family, Protocol, ServerSpec

_AUTOBINDS: Final = sys.platform == "linux"
"""An empty name makes Linux choose an abstract one (unix(7), autobind)."""
_KINDS: Final[dict[Protocol, socket.SocketKind]] = {
    "tcp": socket.SOCK_STREAM,
    "unix": socket.SOCK_STREAM,
    "udp": socket.SOCK_DGRAM,
    "unix-dgram": socket.SOCK_DGRAM,
}
_FAMILIES: Final[dict[Family, socket.AddressFamily]] = {
    "any": socket.AF_UNSPEC,
    "ipv4": socket.AF_INET,
    "ipv6": socket.AF_INET6,
    "both": socket.AF_INET6,
}


async def bind(endpoint: Endpoint, spec: ServerSpec) -> None:
    """Make the endpoint's socket and bind it as the server asks.

    Raises:
        SockplayError: it cannot be had; the endpoint is closed then.
    """
    if spec.protocol in ("unix", "unix-dgram"):
        path = unix_address(spec.path, spec.protocol)
        await _bind(endpoint, socket.AF_UNIX, path, spec)
        _unlink_at_close(endpoint, path)
        return
    _check_port(spec.port, lowest=0)
    family = spec.family
    if family == "any":
        family = "ipv4" if ":" not in spec.host else "both" if spec.host == "::" else "ipv6"
    if family == "both" and spec.host not in ("::", ""):
        raise SockplayError(
            f"Dual-stack needs the address ::, since one socket cannot have {spec.host!r} in both "
            "families. Use ::, or choose IPv4 or IPv6."
        )
    host = spec.host or ("0.0.0.0" if family == "ipv4" else "::")
    found = await _addresses(endpoint, host, spec.port, family, spec.protocol)
    await _bind(endpoint, *found[0], spec, dual=family == "both")


async def connect(endpoint: Endpoint, spec: ClientSpec) -> None:
    """Make the endpoint's socket and connect it, trying each address of a name in turn.

    Raises:
        SockplayError: none could be connected; the endpoint is closed then.
    """
    if spec.protocol in ("unix", "unix-dgram"):
        path = unix_address(spec.path, spec.protocol)
        found: list[AddrInfo] = [(socket.AF_UNIX, path)]
    else:
        _check_port(spec.port, lowest=1)
        if not spec.host:
            raise SockplayError("A client needs an address. Type a name or an address.")
        found = await _addresses(endpoint, spec.host, spec.port, spec.family, spec.protocol)
    failures: list[SockplayError] = []
    for family, address in found:
        try:
            endpoint.open(family, _KINDS[spec.protocol])
            if spec.protocol == "unix-dgram":
                _bind_to_be_answered(endpoint)
            await reach(endpoint, address)
            return
        except OSError as error:
            failures.append(explain(error, "connect", address_text(address)))
            endpoint.drop()
    raise _tried(failures)


def _tried(failures: list[SockplayError]) -> SockplayError:
    if len(failures) == 1 or len({failure.sentence for failure in failures}) == 1:
        return failures[0]
    return SockplayError(
        " ".join(str(f) for f in failures[:-1]) + f" {failures[-1].sentence}", failures[-1].code
    )


def _check_port(port: int, lowest: int) -> None:
    if not lowest <= port <= 65535:
        free = ", where 0 means any free one" if lowest == 0 else ""
        raise SockplayError(f"{port} is not a port to use here. Choose {lowest} to 65535{free}.")


async def _addresses(
    endpoint: Endpoint, host: str, port: int, family: Family, protocol: Protocol
) -> list[AddrInfo]:
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return await _look_up(endpoint, host, port, family, protocol)
    if literal.version == 4:
        if family in ("ipv6", "both"):
            raise SockplayError(f"{host} is an IPv4 address. Choose IPv4, or type an IPv6 address.")
        return [(socket.AF_INET, (host, port))]
    if family == "ipv4":
        raise SockplayError(f"{host} is an IPv6 address. Choose IPv6, or type an IPv4 address.")
    if getattr(literal, "scope_id", None):
        return await _look_up(endpoint, host, port, family, protocol)  # the interface's number
    return [(socket.AF_INET6, (host, port, 0, 0))]


async def _look_up(
    endpoint: Endpoint, host: str, port: int, family: Family, protocol: Protocol
) -> list[AddrInfo]:
    kind = _KINDS[protocol]
    args = f"{host!r}, {port}, type={kind.name}"
    began = endpoint.journal.now()
    try:
        found = await endpoint.until_closed(
            in_thread(lambda: lookup(host, port, _FAMILIES[family], kind))
        )
    except (OSError, UnicodeError) as error:
        problem = explain(error, "getaddrinfo", host)
        endpoint.record("getaddrinfo", began, args=args, error=error, note=problem.sentence)
        raise problem from error
    answers = ", ".join(address_text(address) for _, address in found)
    endpoint.record("getaddrinfo", began, args=args, note=answers)
    return found


async def _bind(
    endpoint: Endpoint,
    family: socket.AddressFamily,
    address: SockAddr,
    spec: ServerSpec,
    dual: bool = False,
) -> None:
    place = address_text(address)
    try:
        sock = endpoint.open(family, _KINDS[spec.protocol])
        if spec.protocol == "tcp" and sys.platform != "win32":
            # As socket.create_server does; on Windows it would let two servers share a port.
            _option(endpoint, sock, "SOL_SOCKET", "SO_REUSEADDR", 1)
        if family == socket.AF_INET6:
            _option(endpoint, sock, "IPPROTO_IPV6", "IPV6_V6ONLY", 0 if dual else 1)

        def bind_there() -> None:
            sock.bind(address)
            endpoint.bound()  # so that the call's own record tells the port that the kernel chose

        endpoint.call("bind", bind_there, address_python(address), place)
    except OSError as error:
        raise await _why(endpoint, error, spec, address) from error


async def _why(
    endpoint: Endpoint, error: OSError, spec: ServerSpec, address: SockAddr
) -> SockplayError:
    place = address_text(address)
    problem = explain(error, "bind", place)
    if problem.code != "EADDRINUSE":
        return problem
    if isinstance(address, tuple):
        asked = in_thread(lambda: port_holder(spec.protocol, str(address[0]), spec.port))
        return explain(error, "bind", place, await endpoint.until_closed(asked))
    path = os.fsencode(address)
    holder = await endpoint.until_closed(in_thread(lambda: path_holder(place)))
    if holder:
        sentence = f"{place} is held by {holder}. Choose another path."
    elif _is_socket(path):
        sentence = (
            f"{place} is a socket that no program here is known to hold: an ended one may have "
            "left it. Remove it, or choose another path."
        )
    else:
        sentence = f"{place} exists, and is no socket. Choose another path."
    return SockplayError(sentence, problem.code)


def _is_socket(path: bytes) -> bool:
    try:
        return stat.S_ISSOCK(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _option(endpoint: Endpoint, sock: socket.socket, level: str, name: str, value: int) -> None:
    endpoint.call(
        "setsockopt",
        lambda: sock.setsockopt(getattr(socket, level), getattr(socket, name), value),
        f"{level}, {name}, {value}",
    )


def _bind_to_be_answered(endpoint: Endpoint) -> None:
    """Give a datagram client a name of its own, for without one nobody can answer it (unix(7))."""
    sock = endpoint.sock
    if _AUTOBINDS:
        endpoint.call("bind", lambda: sock.bind(b""), "b''")
        return
    path = str(Path(tempfile.gettempdir(), f"sockplay-{secrets.token_hex(8)}"))
    endpoint.call("bind", lambda: sock.bind(path), repr(path))
    _unlink_at_close(endpoint, path)


def _unlink_at_close(endpoint: Endpoint, address: str | bytes) -> None:
    path = os.fsencode(address)
    if path.startswith(b"\0"):
        return
    try:
        made = os.stat(path)
    except OSError:
        return  # somebody removed it already

    def unlink() -> None:
        try:
            now = os.stat(path)
            if (now.st_dev, now.st_ino) == (made.st_dev, made.st_ino):
                os.unlink(path)
        except OSError:
            return  # somebody removed or replaced it: it is not ours any more

    endpoint.at_close = unlink
