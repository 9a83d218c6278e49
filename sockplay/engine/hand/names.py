"""Looks up the host of an address before a call is made with it, off the loop."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any, Final

from msgspec.structs import replace

from sockplay.engine.endpoint import Endpoint
from sockplay.engine.explain import explain
from sockplay.engine.hand.patience import Wish, interrupted
from sockplay.engine.resolve import in_thread

_ADDRESS_AT: Final = {"bind": 0, "connect": 0, "connect_ex": 0, "sendto": -1, "sendmsg": 3}
_FREE: Final = ("", "<broadcast>")
"""What CPython's setipaddr answers without asking anybody."""


async def looked_up(endpoint: Endpoint, wish: Wish) -> Wish:
    """The same call with the host's address for its name, as CPython's setipaddr finds it.

    Raises:
        OSError: the name is unknown.
        UnicodeError: it cannot be a name.
    """
    at = _ADDRESS_AT.get(wish.op)
    if at is None or not -len(wish.args) <= at < len(wish.args):
        return wish
    address = wish.args[at]
    family = endpoint.sock.family
    if family not in (socket.AF_INET, socket.AF_INET6) or not _is_named(address, family):
        return wish
    host = address[0]
    try:
        found = await in_thread(lambda: socket.getaddrinfo(host, None, family, socket.SOCK_DGRAM))
    except OSError as error:
        note = explain(error, wish.op, str(host)).sentence
        endpoint.record_failure(wish.asked(), error, note)
        raise
    except asyncio.CancelledError:
        note = "Interrupted while the name was looked up."
        endpoint.record_failure(wish.asked(), interrupted(), note)
        raise
    args: list[Any] = list(wish.args)
    args[at] = (found[0][4][0], *address[1:])
    return replace(wish, args=tuple(args))


def _is_named(address: object, family: int) -> bool:
    """Whether a host must be looked up, be it only to hear that it is of the other family."""
    if not isinstance(address, tuple) or not address:
        return False
    host = address[0]
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("latin-1")
    if not isinstance(host, str) or host in _FREE or "\0" in host:
        return False
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return True
    return version != (4 if family == socket.AF_INET else 6)
