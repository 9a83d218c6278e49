"""Forms that are text: for people, for text2pcap, and as objects of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sockplay.model.call import Call
from sockplay.session.capture.comments import comment_of
from sockplay.session.forms.file import written
from sockplay.session.forms.progress import Tell, told
from sockplay.session.jsonl import call_json
from sockplay.session.lines import call_lines
from sockplay.session.reader import Reader
from sockplay.values.hexrows import hex_rows

_DUMP_MOST: Final = 65_000
"""Bytes of a packet in a dump, so that text2pcap has room for the headers that it makes up."""
_DUMP_HEAD: Final = (
    "# What the sockets of a session sent (O) and received (I). Make packets of it with",
    "#   text2pcap -D -t ISO -T 1000,2000 FILE.hex FILE.pcapng",
)


def write_for_people(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    """A line for each call, and its bytes below as offset, hex and ASCII."""
    _write(reader, target, tell, over, lambda call: call_lines(call, hex_rows=True))


def write_objects(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    """An object of JSON for each call."""
    _write(reader, target, tell, over, lambda call: [call_json(call)])


def write_dump(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    """A hex dump of the bytes that moved, as text2pcap reads it (text2pcap(1))."""
    _write(reader, target, tell, over, _dumped, _DUMP_HEAD)


def utc(time_ns: int) -> str:
    """A time as ISO 8601 writes it, to the nanosecond."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09}Z"


def _write(
    reader: Reader,
    target: Path,
    tell: Tell | None,
    over: bool,
    lines: Callable[[Call], Iterable[str]],
    head: Iterable[str] = (),
) -> None:
    with written(target, over) as file:
        file.writelines(f"{line}\n".encode() for line in head)
        for call in told(reader, tell):
            file.writelines(f"{line}\n".encode() for line in lines(call))


def _dumped(call: Call) -> Iterator[str]:
    if not call.data or "MSG_PEEK" in call.args:
        return
    sent = "O" if call.direction == "out" else "I"
    yield f"# {comment_of(call)}"
    for start in range(0, len(call.data), _DUMP_MOST):
        yield f"{sent} {utc(call.time_ns)}"
        for row in hex_rows(call.data[start : start + _DUMP_MOST]):
            yield f"{row.offset:06x} {row.data.hex(' ')}"
