"""A call as lines of text for a terminal without panes."""

from __future__ import annotations

import time

from sockplay.model.call import Call, call_text
from sockplay.values.hexrows import dump
from sockplay.values.printable import visible

_ARROWS = {"out": "→", "in": "←", None: "·"}


def call_lines(call: Call, hex_rows: bool = False) -> list[str]:
    """One line for the call, and with ``hex_rows`` its bytes below as offset, hex and ASCII."""
    received = call.direction == "in" and call.moved is not None and not hex_rows
    bytes_shown = f" {_literal(call.data)}" if received else ""
    parts = [
        f"{clock_time(call.time_ns)} {call.socket:<6} {_ARROWS[call.direction]} "
        f"{call_text(call, room=60)}{bytes_shown}"
    ]
    if call.moved is not None and call.requested is not None:
        parts.append(f"{call.moved:,}/{call.requested:,} bytes")
    if call.left is not None:
        parts.append(f"{call.left:,} left")
    parts += [badge for badge in call.badges if badge != "error"]
    if call.error:
        parts.append(call.error)
    if call.note:
        parts.append(call.note)
    lines = [visible("  ".join(parts))]
    if hex_rows:
        lines += [f"    {line}" for line in dump(call.data)]
    return lines


def clock_time(time_ns: int) -> str:
    """The local time of day, to the millisecond."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{rest // 1_000_000:03}"


def _literal(data: bytes, room: int = 60) -> str:
    literal = repr(data)
    if len(literal) <= room:
        return literal
    return f"{data[: room // 4]!r}…"
