"""A call as one line of JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from sockplay.model.call import Call
from sockplay.values.printable import visible


def call_json(call: Call) -> str:
    """One JSON object without a line end; keys that do not apply are null."""
    return msgspec.json.encode(
        {
            "seq": call.seq,
            "time": _utc(call.time_ns),
            "took_ns": call.took_ns,
            "socket": visible(call.socket),
            "call": visible(call.op),
            "requested": call.requested,
            "moved": call.moved,
            "left": call.left,
            "data": call.data.hex() if call.direction else None,
            "local": _clean(call.local),
            "peer": _clean(call.peer),
            "error": _clean(call.error),
            "badges": list(call.badges),
            "args": _clean(call.args) or None,
            "offset": call.offset,
            "size": call.size,
            "note": _clean(call.note) or None,
        }
    ).decode()


def _clean(text: str | None) -> str | None:
    return None if text is None else visible(text)


def _utc(time_ns: int) -> str:
    seconds, rest = divmod(time_ns, 1_000_000_000)
    day = datetime.fromtimestamp(seconds, UTC)
    return f"{day:%Y-%m-%dT%H:%M:%S}.{rest // 1000:06}Z"
