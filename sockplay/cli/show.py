"""``sockplay show``: the calls of a recorded session."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from sockplay.cli.forms import in_form, standard_output
from sockplay.session.reader import Reader


def show(args: Namespace) -> int:
    """Print a session; returns the exit code.

    Raises:
        SockplayError: it cannot be read, or is none.
    """
    output = standard_output(args.form)
    if args.form == "python":
        from sockplay.session.python.line import IMPORTS

        output.lines([IMPORTS])
    with closing(Reader(args.session, ours=False)) as reader:
        output.lines(line for call in reader.calls() for line in in_form(call, args.form))
    return 0
