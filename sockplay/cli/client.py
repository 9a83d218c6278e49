"""A headless client's conversation: send what there is to send, read until the peer finishes."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Final

from sockplay.cli.printing import PrintingSink
from sockplay.engine.engine import Engine
from sockplay.engine.resolve import in_thread
from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.model.spec import ClientSpec, Target

_CHUNK: Final = 1 << 16
_DATAGRAM_CHUNK: Final = 1 << 14
"""What nc makes of a long input; a UDP datagram over IPv4 cannot hold more than 65,507 bytes."""


async def talk(
    engine: Engine,
    sink: PrintingSink,
    wish: ClientSpec,
    sends: Sequence[bytes],
    wait_s: float | None,
) -> None:
    """Connect, send ``sends`` and then piped standard input, and read until the peer finishes.

    Args:
        engine: makes the calls.
        sink: tells of them.
        wish: the client.
        sends: what to send first, each by a call of its own.
        wait_s: how long the peer may be silent once all is sent; None for ever.

    Raises:
        SockplayError: it cannot connect, or the conversation breaks off.
    """
    name = await engine.start_client(wish)
    peer = _Peer(name, wish.behaviour.keep_open)
    sink.on_call = peer.see
    sending = asyncio.create_task(_send(engine, peer, wish, sends))
    closed = asyncio.create_task(peer.closed.wait())
    try:
        await asyncio.wait((sending, closed), return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            await sending
        await peer.silent(wait_s)
    finally:
        sending.cancel()
        closed.cancel()
    if peer.problem is not None:
        raise peer.problem


async def _send(engine: Engine, peer: _Peer, wish: ClientSpec, sends: Sequence[bytes]) -> None:
    stream = wish.protocol in ("tcp", "unix")
    async for data in _outgoing(sends, _CHUNK if stream else _DATAGRAM_CHUNK):
        if peer.closed.is_set():
            raise peer.problem or SockplayError("The peer finished before all was sent.")
        await engine.send(Target(peer.name), data)
    if stream and not wish.behaviour.keep_open and not peer.closed.is_set():
        await engine.shutdown(peer.name, "SHUT_WR")


async def _outgoing(sends: Sequence[bytes], chunk: int) -> AsyncIterator[bytes]:
    for data in sends:
        yield data
    if sys.stdin is None or sys.stdin.isatty():
        return
    source = sys.stdin.fileno()
    while data := await _read(source, chunk):
        yield data


async def _read(source: int, size: int) -> bytes:
    try:
        return await in_thread(lambda: os.read(source, size))
    except OSError as error:
        reason = error.strerror or "no reason given"
        raise SockplayError(f"Standard input cannot be read: {reason}.") from error


class _Peer:
    """What one socket's calls tell of the other side."""

    def __init__(self, name: str, keep_open: bool) -> None:
        self.name = name
        self.closed = asyncio.Event()
        """The socket is closed: it can neither send nor receive."""
        self.finished = asyncio.Event()
        """Nothing more will come from it."""
        self.problem: SockplayError | None = None
        self._keep_open = keep_open
        self._heard = asyncio.get_running_loop().time()

    def see(self, call: Call) -> None:
        """Take note of a call."""
        self._heard = asyncio.get_running_loop().time()
        if "error" in call.badges:
            self.problem = SockplayError(call.note, call.error)
        if call.op == "close":
            self.closed.set()
            self.finished.set()
        if "EOF" in call.badges and self._keep_open:
            self.finished.set()  # else the engine closes it, once it has sent what it still owes

    async def silent(self, wait_s: float | None) -> None:
        """Wait until it has finished, or until nothing was heard for so long."""
        while not self.finished.is_set():
            left = None
            if wait_s is not None:
                left = self._heard + wait_s - asyncio.get_running_loop().time()
                if left <= 0:
                    return
            try:
                await asyncio.wait_for(self.finished.wait(), left)
            except TimeoutError:
                continue
