"""``sockplay encode``: a payload as bytes."""

from __future__ import annotations

from argparse import Namespace

from sockplay.cli.payloads import payload
from sockplay.cli.standard import StandardOutput
from sockplay.values.hexrows import plain_hex


def encode(args: Namespace) -> int:
    """Print what a payload comes to; returns the exit code."""
    data = payload(args, args.payload)
    output = StandardOutput()
    if args.raw:
        output.write(data)
    else:
        output.lines([plain_hex(data)])
    return 0
