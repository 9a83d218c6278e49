"""``sockplay compare``: what differs between two sessions, or between two files of bytes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sockplay.cli.progress import Progress
from sockplay.cli.standard import StandardOutput, say
from sockplay.model.alignment import ROUGHLY
from sockplay.model.errors import SockplayError
from sockplay.session.capture.read import is_capture, opened_session
from sockplay.session.comparing.lines import byte_lines, field_lines, pair_text
from sockplay.session.comparing.pairs import Pair, paired
from sockplay.session.comparing.turns import turn_window, turns
from sockplay.session.comparing.window import HELD
from sockplay.session.reader import Reader
from sockplay.session.schema import check_is_file

_SQLITE: Final = b"SQLite format 3\0"


def compare(args: Namespace) -> int:
    """Print what differs; returns 0 when nothing does, else 1.

    Raises:
        SockplayError: one of them cannot be read, or only one is a session.
        SystemExit: the definition to read them by has a mistake, which was pointed at.
    """
    kinds = [_is_session(path) for path in (args.left, args.right)]
    if kinds[0] != kinds[1]:
        one, other = (args.left, args.right) if kinds[0] else (args.right, args.left)
        raise SockplayError(f"{one} is a session and {other} is none. Compare two of a kind.")
    output = StandardOutput()
    if kinds[0]:
        differing = _sessions(args.left, args.right, output)
    else:
        left, right = (_read(path) for path in (args.left, args.right))
        output.lines(_messages(args, left, right))
        differing = left != right
    if not differing:
        say("Nothing differs.")
    return 1 if differing else 0


def _sessions(left: Path, right: Path, output: StandardOutput) -> bool:
    reading = Progress("reading")
    with (
        opened_session(left, reading) as (one, lacking),
        opened_session(right, reading) as (other, lacking_there),
    ):
        for path, sentence in ((left, lacking), (right, lacking_there)):
            if sentence:
                say(f"{path}: {sentence}")
        found = paired(turns(one, reading), turns(other, reading), Progress("comparing"))
        output.lines(line for pair in found.pairs for line in _pair_lines(one, other, pair))
    if found.rough:
        say(ROUGHLY)
    return found.differing > 0


def _pair_lines(one: Reader, other: Reader, pair: Pair) -> Iterator[str]:
    if pair.likeness == "same":
        return
    yield pair_text(pair)
    part = turn_window(one, pair.left, other, pair.right)
    if part.start:
        yield f"   {part.words}:"
    yield from (f"    {line}" for line in byte_lines(part.left, part.right, Progress("comparing")))


def _messages(args: Namespace, left: bytes, right: bytes) -> Iterator[str]:
    if args.layout:
        from sockplay.cli.layouts import meaning

        yield from field_lines(meaning(args).pairs(left, right))
    yield from byte_lines(left, right, Progress("comparing"))


def _is_session(path: Path) -> bool:
    check_is_file(path)
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE or is_capture(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > HELD:
            raise SockplayError(f"{path} has more than {HELD >> 20} MiB, too much to compare here.")
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> SockplayError:
    return SockplayError(f"{path} cannot be read: {error.strerror}. Check the name.")
