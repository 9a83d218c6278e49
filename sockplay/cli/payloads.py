"""A payload on the command line, as bytes."""

from __future__ import annotations

from argparse import Namespace

from sockplay.ui.files import LARGEST, read_file
from sockplay.values.composing.payload import compose
from sockplay.values.errors import ValuesError


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
            read_file=read_file,
            limit=LARGEST,
        )
    except ValuesError as error:
        args.parser.error(error.pointed(source))
    return made.data
