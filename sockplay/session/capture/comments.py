"""A call as the comment of a packet, in Python's words."""

from __future__ import annotations

from sockplay.model.call import Call, call_text
from sockplay.session.gap import GAP
from sockplay.values.printable import visible


def comment_of(call: Call) -> str:
    """What was called and what came of it: ``conn1.recv(4) returned 4, 6 left``."""
    if call.op == GAP:
        return visible(call.note)
    owner = f"{call.socket}." if call.socket else ""  # getaddrinfo is of no socket
    parts = [f"{owner}{call_text(call)}{_outcome(call)}"]
    badges = [badge for badge in call.badges if badge not in ("error", "would block")]
    parts += badges
    text = ", ".join(parts)
    if call.op == "accept" and not call.error:
        return visible(f"{text} returned {call.note}")  # which names what it made
    return visible(f"{text}. {call.note}" if call.note else text)


def _outcome(call: Call) -> str:
    if call.error:
        return f" failed with {call.error}"
    if call.moved is None:
        return ""
    if call.direction == "out":
        short = call.requested is not None and call.moved < call.requested
        return f" sent {call.moved:,}" + (f" of {call.requested:,}" if short else "")
    return f" returned {call.moved:,}" + ("" if call.left is None else f", {call.left:,} left")
