"""Bytes that a command is given to read: hexadecimal, as words or on standard input."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Final

from sockplay.values.errors import ValuesError
from sockplay.values.hexrows import parse_hex

_LARGEST: Final = 64 << 20
"""Bytes of input; more is not even read, for it may have no end."""


def bytes_in(args: Namespace) -> bytes:
    """The bytes of ``HEX``, or of standard input for ``-`` or nothing.

    Raises:
        SystemExit: they are not hexadecimal, which was pointed at, or too many.
    """
    if args.hex not in ([], ["-"]):
        source = " ".join(args.hex)
    else:
        data = sys.stdin.buffer.read(_LARGEST + 1) if sys.stdin else b""
        if len(data) > _LARGEST:
            args.parser.error(f"The input is more than {_LARGEST:,} bytes: give fewer.")
        if args.raw:
            return data
        source = data.decode("ascii", "surrogateescape").rstrip()
    try:
        data = parse_hex(source)
    except ValuesError as error:
        args.parser.error(error.pointed(source) if len(source) <= 1000 else error.message)
    return data
