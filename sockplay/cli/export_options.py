"""What ``sockplay export`` takes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from sockplay.session.forms.forms import FORMS

EXPORT_HELP: Final = """\
FILE.py is a program of Python's standard library alone: python3 FILE.py has the conversation again,
checks every byte that it receives, and exits with 0 when all came as recorded, else with 1.
SESSION may be a pcap or pcapng file of another program: each connection in it is a socket, seen
from its client. The forms:
""" + "\n".join(f"  {form.suffix:<8} {form.help}" for form in FORMS)


def add_export_options(parser: argparse.ArgumentParser) -> None:
    """Add them to the command's parser."""
    parser.add_argument("session", metavar="SESSION", type=Path)
    suffixes = " ".join(form.suffix for form in FORMS)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        required=True,
        help=f"its suffix names the form: {suffixes}",
    )
    parser.add_argument(
        "--side",
        choices=("client", "server", "both"),
        help="who plays in the program (default: both, if both were recorded)",
    )
    parser.add_argument(
        "--raw",
        metavar="SOCKET:in|out",
        help="only the bytes that a socket received or sent; -o - writes them to standard output",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")
