"""``sockplay show``: the calls of a recorded session, or of a capture of others."""

from __future__ import annotations

from argparse import Namespace

from sockplay.cli.forms import in_form, standard_output
from sockplay.cli.progress import Progress
from sockplay.cli.standard import say
from sockplay.session.capture.read import opened_session


def show(args: Namespace) -> int:
    """Print a session; returns the exit code.

    Raises:
        SockplayError: it cannot be read, or is none.
    """
    with opened_session(args.session, Progress("reading")) as (reader, lacking):
        if lacking:
            say(lacking)
        output = standard_output(args.form)
        if args.form == "python":
            from sockplay.session.python.line import IMPORTS

            output.lines([IMPORTS])
        output.lines(line for call in reader.calls() for line in in_form(call, args.form))
    return 0
