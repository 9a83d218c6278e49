"""``sockplay export``: a recorded session in another form."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from pathlib import Path

from sockplay.cli.standard import say
from sockplay.session.reader import Reader

_FORMS = ".py (a program that has the conversation again), .jsonl (an object for each call)"


def export(args: Namespace) -> int:
    """Write a session in the form that the file's suffix names; returns the exit code.

    Raises:
        SockplayError: it cannot be read, or not be written in that form.
        SystemExit: there is no such form.
    """
    target: Path = args.output
    suffix = target.suffix
    if suffix not in (".py", ".jsonl"):
        args.parser.error(f"{suffix or target.name!r} names no form to write. There are: {_FORMS}.")
    if suffix != ".py" and args.side:
        args.parser.error("--side goes with -o FILE.py.")
    from sockplay.session.python.writing import write_program, write_text

    with closing(Reader(args.session, ours=False)) as reader:
        if suffix == ".py":
            left_out = write_program(reader, target, args.side, over=True)
            if left_out:
                say(left_out)
        else:
            from sockplay.session.jsonl import call_json

            write_text(target, (call_json(call) + "\n" for call in reader.calls()), over=True)
    return 0
