"""What a person asks of the sockets of a run to make the bugs happen that loopback hides."""

from __future__ import annotations

from sockplay.engine.datagram import Datagram
from sockplay.engine.endpoint import Endpoint
from sockplay.engine.exactly import EXACTLY_MOST
from sockplay.engine.explain import explain
from sockplay.engine.knobs_options import granted
from sockplay.engine.listener import Listener
from sockplay.engine.sockets import Sockets
from sockplay.engine.stream import Stream
from sockplay.engine.talker import Talker
from sockplay.model.errors import SockplayError
from sockplay.model.knobs import Granted, Knobs


def turn_knobs(sockets: Sockets, name: str, knobs: Knobs) -> None:
    """Hinder a socket in another way; a server passes it on to its connections, also later ones.

    Raises:
        SockplayError: there is no such socket, it has no such knob, or the kernel refused.
    """
    endpoint = sockets.get(name)
    _check(endpoint, knobs)
    if isinstance(endpoint, Listener):
        endpoint.knobs = knobs
        for stream in _connections(sockets, endpoint):
            _turn(stream, knobs)
    elif isinstance(endpoint, Talker):
        _turn(endpoint, knobs)
    else:
        raise SockplayError(f"{name} has no knobs. Pick a socket that carries data.")


def granted_to(sockets: Sockets, name: str) -> Granted | None:
    """The buffers that a socket has; None for a server, whose connections have each their own."""
    endpoint = sockets.get(name)
    return None if isinstance(endpoint, Listener) else granted(endpoint.sock)


async def recv_exactly(sockets: Sockets, name: str, total: int, bufsize: int) -> int:
    """Read exactly so many bytes by hand, in as many calls as it takes; returns their number.

    Raises:
        SockplayError: it is no stream, the peer finished before, or it was given up.
    """
    if not 1 <= total <= EXACTLY_MOST:
        raise SockplayError(f"{total:,} bytes cannot be read. Choose 1 to {EXACTLY_MOST:,}.")
    return await _stream(sockets, name, "read exactly so many bytes of").recv_exactly(
        total, bufsize
    )


async def send_rest(sockets: Sockets, name: str) -> int:
    """Send what the last short send left, by one more send; returns the bytes still left.

    Raises:
        SockplayError: nothing was left, or it cannot be sent.
    """
    stream = _stream(sockets, name, "send the rest of")
    tail = stream.take_tail()
    if not tail:
        raise SockplayError(f"No send of {name} left anything: there is no rest.")
    try:
        await stream.send(tail, "send")
    except OSError as error:
        raise explain(error, "send", stream.peer) from error
    return stream.info().tail


def drop_rest(sockets: Sockets, name: str) -> None:
    """Forget what the last short send left."""
    _stream(sockets, name, "forget the rest of").take_tail()


def _turn(talker: Talker, knobs: Knobs) -> None:
    try:
        talker.turn(knobs)
    except OSError as error:
        raise explain(error, "setsockopt", talker.peer or talker.local) from error


def _check(endpoint: Endpoint, knobs: Knobs) -> None:
    if isinstance(endpoint, Datagram) and (knobs.slice is not None or knobs.gap_ms):
        raise SockplayError(f"{endpoint.name} sends datagrams, and each is whole: none is sliced.")
    if endpoint.protocol != "tcp" and knobs.writes != "nagle":
        raise SockplayError(f"{endpoint.name} is no TCP socket: it has no Nagle's algorithm.")


def _connections(sockets: Sockets, server: Endpoint) -> list[Stream]:
    return [e for e in sockets if isinstance(e, Stream) and e.parent == server.name]


def _stream(sockets: Sockets, name: str, verb: str) -> Stream:
    endpoint = sockets.get(name)
    if not isinstance(endpoint, Stream):
        raise SockplayError(f"{name} carries no stream. Pick a connection to {verb}.")
    return endpoint
