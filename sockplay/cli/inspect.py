"""``sockplay inspect``: every reading of some bytes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Final

import msgspec

from sockplay.cli.bytes_in import bytes_in
from sockplay.cli.standard import StandardOutput
from sockplay.values.cut_text import shown_text
from sockplay.values.reading.readings import bits, readings, texts

_ORDERS = ("big", "little", "big swapped", "little swapped")
_GAP = "  "
_READ: Final = 4096
"""Bytes that are read as text; nobody reads more of it five times over."""


def inspect(args: Namespace) -> int:
    """Print what bytes are as each kind of value in each order, and as text; returns 0."""
    data = bytes_in(args)
    output = StandardOutput()
    if args.form == "json":
        made = {
            "size": len(data),
            "readings": readings(data),
            "bits": bits(data),
            "text": shown_text(data[:_READ], args.encoding),
            "texts": texts(data[:_READ], args.encoding),
            "text_size": min(len(data), _READ),
        }
        output.lines([msgspec.json.encode(made).decode()])
    else:
        output.lines(_lines(data, args.encoding))
    return 0


def _lines(data: bytes, encoding: str) -> Iterator[str]:
    """The readings below each other, with a column for each order that the bytes can stand in."""
    shown = _ORDERS if len(data) >= 4 else _ORDERS[:2]
    rows: list[tuple[str, tuple[str, ...]]] = [("", shown)]
    rows += [
        (each.type, tuple(value or "-" for value in each.values[: len(shown)]))
        for each in readings(data)
    ]
    more = {"bits": bits(data), **texts(data[:_READ], encoding)}
    left = max(len(name) for name in (*more, *(name for name, _ in rows)))
    # A value that has no order may be longer than a column.
    ordered = [cells for _, cells in rows if len(cells) > 1]
    widths = [
        max(len(cells[at]) for cells in ordered if at < len(cells)) for at in range(len(shown))
    ]
    for name, cells in rows:
        padded = (f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=False))
        yield f"{name:<{left}}{_GAP}{_GAP.join(padded)}".rstrip()
    for name, text in more.items():
        yield f"{name:<{left}}{_GAP}{text}".rstrip()
    if len(data) > _READ:
        yield f"{'':<{left}}{_GAP}as text the first {_READ:,} of {len(data):,} bytes"
