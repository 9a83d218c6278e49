"""Values of the filter language: numbers, durations, times, and what a field may be compared to."""

from __future__ import annotations

import re
from typing import Final

from sockplay.session.finding.fields import Field
from sockplay.session.finding.pattern import Pattern
from sockplay.session.finding.terms import (
    Anchor,
    Decoded,
    Moment,
    Not,
    Noted,
    Number,
    OfKind,
    Order,
    Term,
    TextOrder,
    TextTest,
)
from sockplay.values.errors import ValuesError

_DURATION: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)(ns|us|µs|ms|s|m|h)")
_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]{1,9})?))?")
_LONGEST_NUMBER: Final = 40


def number(text: str) -> int:
    """Read a whole number, as Python writes one.

    Raises:
        ValuesError: it is none.
    """
    try:
        if len(text) <= _LONGEST_NUMBER:
            return int(text.replace(",", ""), 0)
    except ValueError:
        pass
    raise ValuesError(f"{text or 'This'} is no number: write one such as 100 or 0x64")


def duration(text: str) -> int:
    """Read a duration, in ns.

    Raises:
        ValuesError: it is none.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValuesError(f"{text or 'This'} is no duration: write one such as 5ms, 2s or 1m")
    return round(float(match[1]) * _UNITS[match[2]])


def moment(text: str) -> tuple[Anchor, int]:
    """Read a time: one of the day the session began on, or since its start.

    Raises:
        ValuesError: it is neither.
    """
    if _DURATION.fullmatch(text):
        return "began", duration(text)
    match = _CLOCK.fullmatch(text)
    if match is None:
        shown = text or "This"
        raise ValuesError(f"{shown} is no time: write 12:00:03.5, or 2s since the start")
    minutes = int(match[1]) * 60 + int(match[2])
    return "day", minutes * _UNITS["m"] + round(float(match[3] or 0) * 1_000_000_000)


def comparison(
    field: Field | None, path: str, order: Order | TextOrder, text: str, pattern: Pattern
) -> Term:
    """What a field is asked for.

    Args:
        field: the field of the call; None for one of a message.
        path: the field of the message.
        order: how they are compared.
        text: what was typed.
        pattern: the same as bytes, or the regular expression that was typed in its place.

    Raises:
        ValuesError: such a field has no such values, or is not compared so.
    """
    if field is None:
        return _decoded(path, order, text, pattern)
    if field.shape == "text":
        if order not in ("=", "!=", "~"):
            raise ValuesError(f"{field.name} is a text: use = != or ~, not {order}")
        if field.name == "dir" and not pattern.expression and text.lower() not in ("in", "out"):
            raise ValuesError(f"{text or 'This'} is no direction: use in or out")
        test = TextTest("~" if order == "~" else "=", text, pattern if pattern.expression else None)
        asked = Noted(test) if field.name == "note" else OfKind(field.name, test)
        return Not(asked) if order == "!=" else asked
    if order == "~":
        raise ValuesError(f"{field.name} is a number: use = != < <= > or >=")
    if field.shape == "time":
        anchor, ns = moment(text)
        return Moment(order, anchor, ns)
    value = number(text) if field.shape == "number" else duration(text)
    return Number(field.name, order, value)


def _decoded(path: str, order: Order | TextOrder, text: str, pattern: Pattern) -> Term:
    if not path:
        raise ValuesError("Say which field of the message: field.length")
    if order == "~":
        return Decoded(path, "~", text, pattern)
    try:
        return Decoded(path, order, number(text), pattern)
    except ValuesError:
        pass
    try:
        return Decoded(path, order, float(text), pattern)
    except ValueError:
        if order in ("=", "!="):
            return Decoded(path, order, text, pattern)
        raise ValuesError(f"{text or 'This'} is no number to compare with") from None
