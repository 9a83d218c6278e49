"""Compares the fields of a decoded message with what a filter asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, TypeAlias

from sockplay.session.finding.pattern import to_bytes
from sockplay.session.finding.terms import Decoded

if TYPE_CHECKING:
    from sockplay.values.layouts.fields import Field

Decoder: TypeAlias = "Callable[[str, bytes], Iterable[Field]]"
"""The fields of the message that a socket's data is; none where it has no definition."""

_INDEX: Final = re.compile(r"\[[0-9]+\]")


def message_passes(term: Decoded, fields: Iterable[Field]) -> bool:
    """Whether one of the fields of that name compares so.

    A name is that of any field whose path is it or ends with it; without an index it is every
    item of an array.
    """
    return any(_named(term.path, field.path) and _compares(term, field) for field in fields)


def _named(name: str, path: str) -> bool:
    return any(each == name or each.endswith(f".{name}") for each in (path, _INDEX.sub("", path)))


def _compares(term: Decoded, field: Field) -> bool:
    value, wanted = field.value, term.value
    if isinstance(value, bytes):
        if term.pattern.expression:
            return term.pattern.in_bytes.is_in(value)
        if term.order == "~":
            return term.pattern.literal in value
        same = term.pattern.literal == value
        return same if term.order == "=" else term.order == "!=" and not same
    if term.order == "~" or isinstance(wanted, str):
        return _reads(term, field)
    match term.order:
        case "=":
            return value == wanted
        case "!=":
            return value != wanted
        case "<":
            return value < wanted
        case "<=":
            return value <= wanted
        case ">":
            return value > wanted
        case ">=":
            return value >= wanted


def _reads(term: Decoded, field: Field) -> bool:
    shown = field.shown
    if term.pattern.expression:
        return term.pattern.in_text.is_in(to_bytes(shown))
    looked_for = str(term.value).lower()
    if term.order == "~":
        return looked_for in shown.lower()
    # A named number shows as `REQUEST (1)`, a letter as `'A' (65)`.
    name = shown.lower().partition(" (")[0]
    same = looked_for in (shown.lower(), name, name.strip("'\""))
    return same if term.order == "=" else term.order == "!=" and not same
