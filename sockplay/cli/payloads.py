"""A payload on the command line, as bytes."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from sockplay.values.errors import ValuesError
from sockplay.values.payload import compose

_LARGEST: Final = 64 << 20
"""Bytes of a payload; more of a file is not even read, for it may have no end."""


def payload(args: Namespace, source: str) -> bytes:
    """The bytes that a line of the payload language comes to, in the chosen order and encoding.

    Raises:
        SystemExit: there is a mistake in it, which was pointed at.
    """
    try:
        made = compose(
            source,
            order=args.order,
            encoding=args.encoding,
            read_file=_read_file,
            limit=_LARGEST,
        )
    except ValuesError as error:
        args.parser.error(error.pointed(source))
    return made.data


def _read_file(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(_LARGEST + 1)
