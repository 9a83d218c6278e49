"""``sockplay export``: a recorded session, or a capture of others, in another form."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from sockplay.cli.arguments import Parser
from sockplay.cli.progress import Progress
from sockplay.cli.standard import StandardOutput, say
from sockplay.model.call import Direction
from sockplay.model.errors import SockplayError
from sockplay.session.forms.forms import FORMS, form_of

_DIRECTIONS: Final[dict[str, Direction]] = {"in": "in", "out": "out"}


def export(args: Namespace) -> int:
    """Write a session in the form that the file's suffix names; returns the exit code.

    Raises:
        SockplayError: it cannot be read, or not be written in that form.
        SystemExit: there is no such form.
    """
    try:
        return _export(args)
    except SockplayError as error:
        if error.code != "EEXIST":
            raise
        sentence = f"{error.sentence.removesuffix('.')}, or use --force to replace it."
        raise SockplayError(sentence, error.code) from error


def _export(args: Namespace) -> int:
    parser: Parser = args.parser
    target: Path = args.output
    form = form_of(target)
    if args.side and (form is None or form.suffix != ".py" or args.raw):
        parser.error("--side goes with -o FILE.py.")
    if args.raw:
        return _raw(args, target)
    if str(target) == "-":
        parser.error("-o - goes with --raw SOCKET:in or SOCKET:out.")
    if form is None:
        known = ", ".join(f"{form.suffix} ({form.help})" for form in FORMS)
        parser.error(
            f"{target.suffix or target.name!r} names no form to write. There are: {known}."
        )
    from sockplay.session.capture.read import opened_session

    with opened_session(args.session, Progress("reading")) as (reader, lacking):
        _tell(lacking)
        if args.side:
            from sockplay.session.python.writing import write_program

            tell = Progress("writing")
            _tell(write_program(reader, target, args.side, tell=tell, over=args.force))
        else:
            _tell(form.write(reader, target, tell=Progress("writing"), over=args.force))
    return 0


def _raw(args: Namespace, target: Path) -> int:
    parser: Parser = args.parser
    socket, _, way = args.raw.rpartition(":")
    direction = _DIRECTIONS.get(way)
    if not socket or direction is None:
        parser.error(f"{args.raw!r} names no bytes. Use a socket and a way: conn1:in, cli1:out.")
    from sockplay.session.capture.read import opened_session
    from sockplay.session.forms.raw import raw_bytes, write_raw

    with opened_session(args.session, Progress("reading")) as (reader, lacking):
        _tell(lacking)
        if str(target) == "-":
            output = StandardOutput()
            # On the same terminal a share would stand among the bytes.
            tell = None if sys.stdout is None or sys.stdout.isatty() else Progress("writing")
            for data in raw_bytes(reader, socket, direction, tell):
                output.write(data)
        else:
            write_raw(reader, target, socket, direction, tell=Progress("writing"), over=args.force)
    return 0


def _tell(sentence: str) -> None:
    if sentence:
        say(sentence)
