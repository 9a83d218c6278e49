"""The console entry: finds out which command is meant, and imports that one alone."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from sockplay.cli.arguments import parse
from sockplay.cli.standard import say, say_passing
from sockplay.model.errors import SockplayError

INTERRUPTED: Final = 130
"""What a shell says of a program that Ctrl-C ended: 128 + SIGINT."""
_READS_SESSIONS: Final = ("show", "export", "replay", "compare", "open")
"""Commands that may make a session of another file, in a folder for a while."""


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, 2 for wrong usage being raised by argparse."""
    try:
        return _run(parse(sys.argv[1:] if argv is None else argv))
    except SockplayError as error:
        say(f"sockplay: {error}")
        return 1
    except KeyboardInterrupt:
        say_passing("")
        return INTERRUPTED


def _run(args: Namespace) -> int:
    if args.version:
        print(_version())
        return 0
    if args.command in _READS_SESSIONS:
        from sockplay.cli.ending import end_in_order

        end_in_order()
    match args.command:
        case "server" | "client":
            from sockplay.cli.start import start

            return start(args)
        case "encode":
            from sockplay.cli.encode import encode

            return encode(args)
        case "decode":
            from sockplay.cli.decode import decode

            return decode(args)
        case "inspect":
            from sockplay.cli.inspect import inspect

            return inspect(args)
        case "show":
            from sockplay.cli.show import show

            return show(args)
        case "export":
            from sockplay.cli.export import export

            return export(args)
        case "replay":
            from sockplay.cli.replay import replay

            return replay(args)
        case "compare":
            from sockplay.cli.compare import compare

            return compare(args)
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        args.parser.error("the workbench needs a terminal; use a command, such as server")
    if args.command == "open":
        from sockplay.cli.open import open_recorded

        return open_recorded(args)
    if args.layouts:
        from sockplay.cli.layouts import remember

        remember(args)
    from sockplay.cli.workbench import open_workbench

    return open_workbench(record=args.record)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"sockplay {version('sockplay')}"
    except PackageNotFoundError:
        return "sockplay, run from its source"
