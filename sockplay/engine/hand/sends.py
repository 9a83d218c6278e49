"""Sends by hand: send, sendto, sendmsg, and the several sends of a sendall."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from msgspec.structs import replace

from sockplay.engine.addresses import address_text
from sockplay.engine.datagram import Datagram
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.hand.patience import Patience, Wish, failed, interrupted, kernel_call
from sockplay.engine.hand.written import asked_for
from sockplay.engine.knobs_pace import Pace
from sockplay.engine.stream import Stream
from sockplay.values.counted import counted

PART_MOST: Final = 16 << 20
"""Bytes of one send that are written down together, or a little more."""
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
    sending: _Sending | None = None

    def attempt() -> int:
        return int(kernel_call(sock, wish))

    try:
        moved = await patience.make(attempt)
        sending = _Sending(endpoint, wish, moved)
        while sending.rest and wish.blocks and endpoint.protocol in ("tcp", "unix"):
            sending.took(await _more(endpoint, patience, sending.rest, wish.flags))
    except OSError as error:
        if sending is None:
            failed(endpoint, wish, asked, error, "write")
            raise
        # Else what moved is returned, and the next call tells of the error (send(2)).
    except asyncio.CancelledError:
        if sending is None:
            failed(endpoint, wish, asked, interrupted(), "write")
        else:
            sending.tell("Interrupted while it waited for room.")
        raise
    sending.tell()
    return sending.moved


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
    while not sends or at < len(data):
        size = len(data) - at if isinstance(data, memoryview) else 0
        try:
            if sends:
                await asyncio.sleep(0)  # a fast reader must not starve the other sockets
            await pace.rest()
            part = data[at:][: pace.most] if isinstance(data, memoryview) else data
            size = len(part) if isinstance(part, memoryview) else 0
            moved = await patience.make(lambda: sock.send(part, wish.flags))  # noqa: B023
        except OSError as error:
            failed(endpoint, wish, wish.asked(size), error, "write")
            raise
        except asyncio.CancelledError:
            if at:
                note = f"Interrupted; {at:,} of {counted(len(data))} had been sent."
                endpoint.record_failure(wish.asked(size), interrupted(), note)
            else:
                failed(endpoint, wish, wish.asked(size), interrupted(), "write")
            raise
        pace.moved(moved)
        sends += 1
        at += moved
        togo = len(data) - at
        note = f"Send {sends} of this sendall: {f'{counted(togo)} to go' if togo else 'done'}."
        asked = wish.asked(size)
        sent = bytes(data[at - moved : at])
        if isinstance(endpoint, Stream):
            endpoint.has_sent(asked, sent, note if togo or sends > 1 else "")
        elif isinstance(endpoint, Datagram):
            endpoint.has_sent(asked, sent, None)


async def _more(endpoint: Endpoint, patience: Patience, rest: memoryview, flags: int) -> int:
    sock = endpoint.sock
    await asyncio.sleep(0)
    return await patience.make(lambda: sock.send(rest, flags))


class _Sending:
    """What one send has moved so far; a large one is written down in parts.

    Nobody looks at a gigabyte as one, and no record could hold it.
    """

    def __init__(self, endpoint: Endpoint, wish: Wish, moved: int) -> None:
        self._endpoint = endpoint
        self._wish = wish
        self._data = _data(wish)
        self._written = self._parts = self._steps = 0
        self._began = wish.began
        self.moved = 0
        self.took(moved)

    @property
    def rest(self) -> memoryview:
        """What the kernel has not taken yet."""
        return self._data[self.moved :]

    def took(self, size: int) -> None:
        """The kernel has taken so many bytes more."""
        self.moved += size
        self._steps += 1
        if self.rest and self.moved - self._written >= PART_MOST:
            self._tell(self.moved - self._written, "; it goes on.")

    def tell(self, note: str = "") -> None:
        """Write down what is not written down yet."""
        if not note and self._steps > 1:
            note = f"The kernel took it in {self._steps:,} steps, as room came."
        self._tell(len(self._data) - self._written, f". {note}".rstrip())

    def _tell(self, requested: int, ending: str) -> None:
        endpoint, wish = self._endpoint, self._wish
        sent = bytes(self._data[self._written : self.moved])
        self._written = self.moved
        self._parts += 1
        asked = replace(wish.asked(requested), began=self._began)
        self._began = endpoint.journal.now()
        said = [wish.note] if wish.note else []
        if wish.op == "sendmsg" and len(wish.args[0]) > 1 and self._parts == 1:
            sizes = ", ".join(f"{memoryview(part).nbytes:,}" for part in wish.args[0])
            said.append(f"From buffers of {sizes} bytes")
        if self._parts > 1 or requested < len(self._data):
            said.append(f"Part {self._parts} of one {wish.op} of {counted(len(self._data))}")
        note = (". ".join(said) + ending).removeprefix(". ").removeprefix(".")
        if isinstance(endpoint, Stream):
            endpoint.has_sent(asked, sent, note)
        elif isinstance(endpoint, Datagram):
            endpoint.has_sent(asked, sent, _receiver(wish), note)


def _receiver(wish: Wish) -> str | None:
    """Whom a datagram is for, where the call names one."""
    to = None
    if wish.op == "sendto":
        to = wish.args[-1]
    elif wish.op == "sendmsg" and len(wish.args) > 3:
        to = wish.args[3]
    return address_text(to) if to is not None else None


def _data(wish: Wish) -> memoryview:
    """The bytes that it sends; those of several buffers are put together."""
    if wish.op != "sendmsg":
        return memoryview(wish.args[0]).cast("B")
    return memoryview(b"".join(bytes(memoryview(part).cast("B")) for part in wish.args[0]))
