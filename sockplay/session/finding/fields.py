"""What the filter language can ask a call for, by name."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Shape = Literal["text", "number", "duration", "time", "bytes"]


class Field(msgspec.Struct, frozen=True):
    """Something about a call that has a name."""

    name: str
    shape: Shape
    """How its values are written and compared."""
    help: str


_FIELDS: Final = (
    Field("socket", "text", "the socket's name: socket = conn1"),
    Field("dir", "text", "which way bytes moved: dir = in, dir = out"),
    Field("call", "text", "the call's name: call = recv"),
    Field("size", "number", "bytes of data, where any moved; a datagram's real length: size > 100"),
    Field("moved", "number", "bytes that the kernel really moved: moved < 4"),
    Field("requested", "number", "bytes asked for: requested = 4096"),
    Field("left", "number", "bytes still queued right after: left > 0"),
    Field("offset", "number", "how many bytes the stream had carried before"),
    Field("took", "duration", "how long the call waited: took > 5ms"),
    Field("time", "time", "a time of day, or since the start: time > 12:00:03.5, time < 2s"),
    Field("seq", "number", "the call's number: seq >= 100"),
    Field("badge", "text", 'what was odd about it: badge = "short write"'),
    Field("error", "text", "the errno's name: error = ECONNRESET"),
    Field("peer", "text", "the other end's address: peer ~ 127.0.0.1"),
    Field("local", "text", "the address at this end"),
    Field("args", "text", "the call's arguments: args ~ MSG_PEEK"),
    Field("note", "text", "the call's note, or yours: note ~ reset"),
    Field("bytes", "bytes", 'the data: bytes ~ hex"0d 0a", bytes ~ /GET|PUT/'),
    Field("text", "bytes", 'the data as text: text = "ping", text ~ hello'),
)
FIELDS: Final = {field.name: field for field in _FIELDS}
"""By name, in the order in which they are offered."""
OTHER_NAMES: Final = {"direction": "dir", "op": "call", "#": "seq"}
MESSAGE: Final = "field."
"""What stands before the name of a field of a message: ``field.length``."""
WORDS: Final = {
    "and": "both hold; it may be left out",
    "or": "one of them holds",
    "not": "it does not hold",
    "since": "the last moments: since 2s",
    "marked": "the calls that you marked",
}
"""Words of the language itself, each with a line of help."""


def field_named(name: str) -> Field | None:
    """The field of a name, or of another name for it."""
    return FIELDS.get(OTHER_NAMES.get(name, name))
