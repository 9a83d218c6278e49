"""A recorded session as a conversation that can be had again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.session.forms.progress import Tell, going_on, told
from sockplay.session.python.cast import WIDE, Part, Sides, accepted, cast, plain
from sockplay.session.python.order import Played, arrange
from sockplay.session.python.steps import Steps
from sockplay.session.reader import Reader

STEPS_MOST: Final = 100_000
"""Lines of a program that Python still compiles in a few seconds."""
BYTES_MOST: Final = 64 << 20
"""Bytes of all sends and receives; a program takes up to four thirds of them."""
_PAGE: Final = 2_000


class Conversation(msgspec.Struct, frozen=True):
    """Which sockets play, and what each of them does."""

    sides: Sides
    played: Played
    left_out: tuple[str, ...]
    """Sockets that take no part, since the other end is no socket of this program."""


def conversation(
    reader: Reader, sides: Sides | None = None, tell: Tell | None = None
) -> Conversation:
    """Read a session as a conversation.

    Args:
        reader: the session.
        sides: who plays; both where both ends were recorded, else the one that was, unless told.
        tell: is told how many calls are done, and of how many; says whether to go on.

    Raises:
        SockplayError: it cannot be read, is too long, has nothing of these sides, or was given up.
    """
    known = cast(_without_data(reader, tell))
    wanted = sides or known.sides()
    parts = known.chosen(wanted)
    if known.parts and not parts:
        raise SockplayError(_NOTHING[wanted])
    played = _played(told(reader, tell), parts, wanted, known.copies)
    arrange(played)
    chosen = {part.name for part in parts}
    out = [part.name for part in known.parts.values() if part.name not in chosen]
    return Conversation(wanted, played, tuple(out if wanted == "both" else ()))


_NOTHING: Final = {
    "both": "No conversation here has both ends in the session. Choose the client side or the "
    "server side.",
    "client": "This session has no client. Choose the server side.",
    "server": "This session has no server. Choose the client side.",
}


def _without_data(reader: Reader, tell: Tell | None) -> Iterator[Call]:
    first = 1
    while rows := reader.rows(first, first + _PAGE - 1, 0):
        going_on(tell, 0, 1)
        yield from (row.call for row in rows)
        first += _PAGE


def _played(
    calls: Iterable[Call], parts: list[Part], sides: Sides, copies: dict[str, str]
) -> Played:
    made = {part.name: Steps(part) for part in parts}
    addresses = _addresses(parts) if sides == "both" else None
    acts, sends = dict.fromkeys(made, 0), dict.fromkeys(made, 0)
    size = count = total = 0
    held = Counter(copies.values())
    for call in calls:
        if call.socket in copies:
            call = replace(call, socket=copies[call.socket])
        if call.op == "close" and held[call.socket]:
            held[call.socket] -= 1  # the kernel closes it with its last duplicate
            continue
        steps = made.get(call.socket)
        if steps is None or _is_strange(call, steps.part, made, addresses):
            continue
        # What another socket did in between keeps receives apart; but that its peer sent more
        # while it received is how TCP works.
        own = acts[call.socket] + sends.get(steps.part.twin, 0)
        steps.cut_after(total - own)
        step = steps.add(call)
        size += len(call.data)
        count += step is not None and step.first == call.seq
        if size > BYTES_MOST or count > STEPS_MOST:
            raise SockplayError(
                f"This conversation is too long for a program, which holds {STEPS_MOST:,} steps "
                f"and {BYTES_MOST >> 20} MiB. Record a shorter one."
            )
        if step is not None and step.kind == "connect" and steps.part.twin in made:
            # A connect is recorded when it comes back; the accept that it led to may be before it.
            step.first = min(step.first, made[steps.part.twin].part.made)
        if step is not None and step.active:
            total += 1
            acts[call.socket] += 1
            sends[call.socket] += step.kind == "send"
    for steps in made.values():
        steps.finish()
    return [(steps.part, steps.made) for steps in made.values()]


def _addresses(parts: list[Part]) -> frozenset[str]:
    """Every address that a datagram between these sockets can come from or go to."""
    found = {address for part in parts for address in (*part.locals, part.bound)}
    for address in list(found):
        host, _, port = address.rpartition(":")
        if host in WIDE:
            found |= {f"127.0.0.1:{port}", f"[::1]:{port}"}
    return frozenset(found)


def _is_strange(
    call: Call, part: Part, made: dict[str, Steps], addresses: frozenset[str] | None
) -> bool:
    """Whether a call had to do with a socket that takes no part."""
    if call.op == "accept":
        return not call.error and accepted(call) not in made
    talks = part.role == "datagram" and not part.connected and call.direction is not None
    return talks and addresses is not None and plain(call.peer or "") not in addresses
