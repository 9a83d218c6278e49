"""Values of options, and what is said of one that is none."""

from __future__ import annotations

from argparse import ArgumentTypeError

from sockplay.model.amounts import more_than_none
from sockplay.model.errors import SockplayError
from sockplay.model.spec import MAX_BUFSIZE
from sockplay.values.errors import ValuesError
from sockplay.values.text import codec


def is_number(text: str) -> bool:
    """Whether it is digits and nothing else."""
    return text.isascii() and text.isdecimal()


def bufsize(text: str) -> int:
    """How many bytes a recv asks for.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not is_number(text) or len(text) > 8 or not 1 <= int(text) <= MAX_BUFSIZE:
        raise ArgumentTypeError(f"{text!r} is no bufsize. Use 1 to {MAX_BUFSIZE:,}.")
    return int(text)


def seconds(text: str) -> float:
    """A time to wait.

    Raises:
        ArgumentTypeError: it is none.
    """
    return _more_than_none(text, "time", "seconds, such as 2.5")


def speed(text: str) -> float:
    """How many times as fast as it was.

    Raises:
        ArgumentTypeError: it is none.
    """
    return _more_than_none(text, "speed", "a number such as 10, or 0.5")


def encoding(text: str) -> str:
    """An encoding, by the name that Python has for it.

    Raises:
        ArgumentTypeError: there is none of that name. It suggests the nearest.
    """
    try:
        return codec(text)
    except ValuesError as error:
        raise ArgumentTypeError(error.message) from error


def _more_than_none(text: str, what: str, use: str) -> float:
    try:
        return more_than_none(text, what, use)
    except SockplayError as error:
        raise ArgumentTypeError(str(error)) from error
