"""Connects a socket of the panes as a blocking one would: start, wait, then ask how it went."""

from __future__ import annotations

import asyncio
import errno
import os
import socket

from sockplay.engine.addresses import SockAddr, address_python, address_text, local_text
from sockplay.engine.endpoint import Endpoint
from sockplay.model.errors import SockplayError


async def connect(endpoint: Endpoint, address: SockAddr) -> None:
    """Make the one call, however long it takes.

    Raises:
        OSError: the connection failed.
        SockplayError: it was closed meanwhile.
    """
    sock, args, place = endpoint.sock, address_python(address), address_text(address)
    began = endpoint.journal.now()
    try:
        try:
            sock.connect(address)
        except BlockingIOError as error:
            if error.errno == errno.EAGAIN:
                raise
            await _settled(endpoint, sock, address)
    except OSError as error:
        endpoint.record("connect", began, args=args, error=error, peer=place)
        raise
    except (SockplayError, asyncio.CancelledError):
        note = "Given up before there was an answer."
        unsettled = BlockingIOError(errno.EINPROGRESS, note)
        endpoint.record("connect", began, args=args, error=unsettled, peer=place, note=note)
        raise
    endpoint.local, endpoint.peer = local_text(sock), place
    endpoint.record("connect", began, args=args)


async def _settled(endpoint: Endpoint, sock: socket.socket, address: SockAddr) -> None:
    settled: asyncio.Future[None] = endpoint.loop.create_future()

    def settle() -> None:
        if not settled.done():
            settled.set_result(None)

    endpoint.readiness.watch("write", settle)
    try:
        await endpoint.until_closed(settled)
    finally:
        endpoint.readiness.unwatch("write", settle)
    number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    # Linux takes note that it is connected when connect is called again (net/ipv4/af_inet.c), and
    # answers each later one with EISCONN, as after a blocking one.
    number = number or sock.connect_ex(address)
    if number not in (0, errno.EISCONN):
        raise OSError(number, os.strerror(number))
