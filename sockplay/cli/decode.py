"""``sockplay decode``: bytes as the fields of a layout."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Final

import msgspec

from sockplay.cli.bytes_in import bytes_in
from sockplay.cli.layouts import layout
from sockplay.cli.standard import StandardOutput, say
from sockplay.values.hexrows import plain_hex
from sockplay.values.layouts.decoder import decode as decode_message
from sockplay.values.layouts.fields import Decoded, Field
from sockplay.values.printable import visible

_SHOWN_BYTES: Final = 8


def decode(args: Namespace) -> int:
    """Print the fields of a message; returns the exit code, 1 when it is not whole or not right.

    Raises:
        SystemExit: the layout or the bytes cannot be read, which was pointed at.
    """
    message = layout(args)
    data = bytes_in(args)
    decoded = decode_message(message, data, args.order)
    output = StandardOutput()
    if args.form == "json":
        output.lines([msgspec.json.encode(_as_json(decoded, len(data))).decode()])
    else:
        output.lines(_lines(decoded, data))
    if decoded.stop is not None:
        say(decoded.stop.message)
    return 1 if decoded.stop or any(field.problem for field in decoded.fields) else 0


def _lines(decoded: Decoded, data: bytes) -> Iterator[str]:
    """A line for each field: its offset, bytes, path, type and value."""
    if not decoded.fields:
        return
    paths = max(len(visible(field.path)) for field in decoded.fields)
    kinds = max(len(visible(field.kind)) for field in decoded.fields)
    for field in decoded.fields:
        raw = plain_hex(field.raw[:_SHOWN_BYTES])
        raw += " ..." if field.size > _SHOWN_BYTES else ""
        line = f"{field.offset:04x}  {raw:<27}  {visible(field.path):<{paths}}  "
        yield f"{line}{visible(field.kind):<{kinds}}  {field.shown}".rstrip()
        if field.problem:
            yield f"      {visible(field.problem)}"
    left = len(data) - decoded.size
    if left > 0 and decoded.stop is None:
        yield f"{decoded.size:04x}  {left:,} byte{'' if left == 1 else 's'} after the message"


def _as_json(decoded: Decoded, size: int) -> dict[str, object]:
    return {
        "fields": [_field(field) for field in decoded.fields],
        "size": decoded.size,
        "left": size - decoded.size,
        "missing": decoded.stop,
    }


def _field(field: Field) -> dict[str, object]:
    value = field.value
    return {
        "path": field.path,
        "type": field.kind,
        "offset": field.offset,
        "size": field.size,
        "bits": field.bits,
        "value": value.hex() if isinstance(value, bytes) else value,
        "shown": field.shown,
        "data": field.raw.hex(),
        "problem": field.problem or None,
    }
