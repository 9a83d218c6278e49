"""``sockplay inspect``: every reading of some bytes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

import msgspec

from sockplay.cli.bytes_in import bytes_in
from sockplay.cli.standard import StandardOutput
from sockplay.values.cut_text import shown_text
from sockplay.values.readings import bits, readings


def inspect(args: Namespace) -> int:
    """Print what bytes are as each sort of number in both orders, and as text; returns 0."""
    data = bytes_in(args)
    text = shown_text(data, args.encoding)
    output = StandardOutput()
    if args.form == "json":
        made = {"size": len(data), "readings": readings(data), "bits": bits(data), "text": text}
        output.lines([msgspec.json.encode(made).decode()])
    else:
        output.lines(_lines(data, text))
    return 0


def _lines(data: bytes, text: str) -> Iterator[str]:
    rows = [("type", "big", "little")]
    rows += [(each.type, each.big or "-", each.little or "-") for each in readings(data)]
    width = max(len(big) for _, big, _ in rows)
    for kind, big, little in rows:
        yield f"{kind:<4}  {big:>{width}}  {little}"
    yield f"bits  {bits(data)}".rstrip()
    yield f"text  {text}"
