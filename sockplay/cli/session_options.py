"""The commands that work with a recorded session as a whole, and their options."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final, Protocol

from sockplay.cli.option_values import encoding, seconds, speed
from sockplay.model.spec import REPLAY_PATIENCE_S

_REPLAY_HELP: Final = """\
A client of the session goes to HOST PORT, a connection of a server waits there for a client. What
came back then stands at the left, what comes back now at the right. A lone number is a port. Exits
with 0 when all came back as it did then, else with 1."""
_COMPARE_HELP: Final = """\
Two sessions are compared socket by socket, by what was said and not by how the reads were cut. Two
other files are compared as bytes; with --layout by their fields too. Exits with 0 when nothing
differs, else with 1."""


class Add(Protocol):
    """Adds a command."""

    def __call__(
        self, name: str, summary: str, usage: str | None = None, epilog: str | None = None
    ) -> argparse.ArgumentParser:
        """Give its parser, to which its options are added."""


def add_session_commands(add: Add) -> None:
    """Add ``open``, ``replay`` and ``compare``."""
    opened = add("open", "Open a recorded session in the workbench, to look at.")
    opened.add_argument("session", metavar="FILE", type=Path)
    _add_replay(add)
    _add_compare(add)


def _add_replay(add: Add) -> None:
    replay = add(
        "replay",
        "Have a recorded side send again, and compare what comes back.",
        usage="sockplay replay SESSION [HOST] [PORT] [--socket NAME] [--speed N | --step]\n"
        "       [--patience SECONDS] [--layout LAYOUT] [--record FILE]",
        epilog=_REPLAY_HELP,
    )
    replay.add_argument("session", metavar="SESSION", type=Path)
    replay.add_argument("places", nargs="*", metavar="HOST PORT", help="default: those of then")
    replay.add_argument("--socket", metavar="NAME", help="whose part it is, such as cli1")
    pace = replay.add_mutually_exclusive_group()
    pace.add_argument(
        "--speed", type=speed, default=1.0, metavar="N", help="N times as fast (default: 1)"
    )
    pace.add_argument("--step", action="store_true", help="Enter takes the next step")
    replay.add_argument(
        "--patience",
        type=seconds,
        default=REPLAY_PATIENCE_S,
        metavar="SECONDS",
        help=f"how long a peer may be silent that owes an answer (default: {REPLAY_PATIENCE_S:g})",
    )
    _add_meaning(replay, "what the messages that come back mean")
    replay.add_argument(
        "--record", type=Path, metavar="FILE", help="keep what happens now in this file"
    )


def _add_compare(add: Add) -> None:
    compare = add(
        "compare", "Print what differs between two sessions, or two files.", epilog=_COMPARE_HELP
    )
    _add_meaning(compare, "what the bytes of both files mean")
    compare.add_argument("left", metavar="A", type=Path)
    compare.add_argument("right", metavar="B", type=Path)


def _add_meaning(parser: argparse.ArgumentParser, summary: str) -> None:
    parser.add_argument("--layout", metavar="LAYOUT", help=f"{summary}, to compare fields too")
    parser.add_argument("--struct", default="", metavar="NAME", help="not the last in the layout")
    parser.add_argument(
        "--order", choices=("big", "little"), default="big", help="byte order (default: big)"
    )
    parser.add_argument(
        "--encoding", type=encoding, default="utf-8", help="of text (default: utf-8)"
    )
