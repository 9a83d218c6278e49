"""Sends by hand: send, sendto, sendmsg, and the several sends of a sendall."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from sockplay.engine.addresses import address_text
from sockplay.engine.datagram import Datagram
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.hand.patience import Patience, Wish, failed, interrupted, kernel_call
from sockplay.engine.hand.written import asked_for
from sockplay.engine.knobs_pace import Pace
from sockplay.engine.stream import Stream

SENDS: Final = ("send", "sendto", "sendmsg")


async def send(endpoint: Endpoint, wish: Wish) -> int:
    """Make one send; returns the bytes that moved.

    A stream that blocks takes all of it, as Linux' tcp_sendmsg does: in one call of Python's,
    however often the kernel had to wait for room.

    Raises:
        OSError: as the call did.
    """
    sock = endpoint.sock
    patience = Patience(endpoint, wish, "write")
    asked = wish.asked(asked_for(wish.op, wish.args, wish.keywords))
    moved = steps = 0
    data = b""

    def attempt() -> int:
        return int(kernel_call(sock, wish))

    try:
        moved = await patience.make(attempt)
        data, steps = _data(wish), 1
        if wish.blocks and endpoint.protocol in ("tcp", "unix"):
            while moved < len(data):
                moved += await _more(endpoint, patience, memoryview(data)[moved:], wish.flags)
                steps += 1
    except OSError as error:
        if not moved:  # else what moved is returned, and the next call tells of the error (send(2))
            failed(endpoint, wish, asked, error, "write")
            raise
    except asyncio.CancelledError:
        if moved:
            _tell(endpoint, wish, data, moved, "Interrupted while it waited for room.")
        else:
            failed(endpoint, wish, asked, interrupted(), "write")
        raise
    note = f"The kernel took it in {steps:,} steps, as room came." if steps > 1 else ""
    _tell(endpoint, wish, data, moved, note)
    return moved


async def send_all(endpoint: Endpoint, wish: Wish) -> None:
    """Make as many sends as it takes, each written down; CPython's sock_sendall.

    Raises:
        OSError: as one of them did; what was sent before is gone.
    """
    sock = endpoint.sock
    patience = Patience(endpoint, wish, "write")
    pace = endpoint.pace if isinstance(endpoint, Stream) else Pace()  # no datagram is sliced
    data, at, sends = wish.args[0], 0, 0
    with suppress(TypeError):  # the call says in its own words what is wrong with the data
        data = memoryview(data).cast("B")
    await pace.rest()
    while not sends or at < len(data):
        part = data[at:][: pace.most] if isinstance(data, memoryview) else data
        size = len(part) if isinstance(part, memoryview) else 0
        try:
            moved = await patience.make(lambda: sock.send(part, wish.flags))  # noqa: B023
        except OSError as error:
            failed(endpoint, wish, wish.asked(size), error, "write")
            raise
        except asyncio.CancelledError:
            failed(endpoint, wish, wish.asked(size), interrupted(), "write")
            raise
        pace.moved(moved)
        sends += 1
        at += moved
        togo = len(data) - at
        note = f"Send {sends} of this sendall: {f'{togo:,} bytes to go' if togo else 'done'}."
        asked = wish.asked(size)
        sent = bytes(data[at - moved : at])
        if isinstance(endpoint, Stream):
            endpoint.has_sent(asked, sent, note if togo or sends > 1 else "")
        elif isinstance(endpoint, Datagram):
            endpoint.has_sent(asked, sent, None)
        if togo:
            await asyncio.sleep(0)  # a fast reader must not starve the other sockets
            await pace.rest()


async def _more(endpoint: Endpoint, patience: Patience, rest: memoryview, flags: int) -> int:
    sock = endpoint.sock
    await asyncio.sleep(0)
    return await patience.make(lambda: sock.send(rest, flags))


def _tell(endpoint: Endpoint, wish: Wish, data: bytes, moved: int, note: str) -> None:
    asked = wish.asked(len(data))
    if wish.op == "sendmsg" and len(wish.args[0]) > 1:
        sizes = ", ".join(f"{memoryview(part).nbytes:,}" for part in wish.args[0])
        note = f"From buffers of {sizes} bytes. {note}".strip()
    if isinstance(endpoint, Stream):
        endpoint.has_sent(asked, data[:moved], note)
    elif isinstance(endpoint, Datagram):
        endpoint.has_sent(asked, data[:moved], _receiver(wish), note)


def _receiver(wish: Wish) -> str | None:
    """Whom a datagram is for, where the call names one."""
    to = None
    if wish.op == "sendto":
        to = wish.args[-1]
    elif wish.op == "sendmsg" and len(wish.args) > 3:
        to = wish.args[3]
    return address_text(to) if to is not None else None


def _data(wish: Wish) -> bytes:
    parts = wish.args[0] if wish.op == "sendmsg" else wish.args[:1]
    return b"".join(bytes(memoryview(part).cast("B")) for part in parts)
