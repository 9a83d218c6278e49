"""What a filter asks of a call, as data: the tree that the filter language is read into."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from sockplay.session.finding.pattern import Pattern

Order = Literal["=", "!=", "<", "<=", ">", ">="]
TextOrder = Literal["=", "~"]
Anchor = Literal["", "began", "newest", "day"]


class All(msgspec.Struct, frozen=True):
    """Every part holds."""

    parts: tuple[Term, ...]


class AnyOf(msgspec.Struct, frozen=True):
    """One part holds, or several."""

    parts: tuple[Term, ...]


class Not(msgspec.Struct, frozen=True):
    """The part does not hold."""

    part: Term


class Word(msgspec.Struct, frozen=True):
    """A text stands somewhere in the call: in its words, whatever their case, or in its data."""

    text: str


class TextTest(msgspec.Struct, frozen=True):
    """How a text is compared: equal or part of it whatever the case, or a regular expression."""

    order: TextOrder
    text: str
    pattern: Pattern | None = None
    """The expression, in place of the text."""


class OfKind(msgspec.Struct, frozen=True):
    """A text that many calls share, such as the socket's name or the error."""

    field: str
    test: TextTest


class OfSockets(msgspec.Struct, frozen=True):
    """One of some sockets made the call."""

    names: frozenset[str]


class Noted(msgspec.Struct, frozen=True):
    """The call's note, or the person's note on it."""

    test: TextTest


class Number(msgspec.Struct, frozen=True):
    """A number of the call; one that is not known is never true."""

    field: str
    order: Order
    value: int


class Moment(msgspec.Struct, frozen=True):
    """When the call was made."""

    order: Order
    anchor: Anchor
    """What ``ns`` counts from: the session's first call, its newest, or the day it began on."""
    ns: int


class Held(msgspec.Struct, frozen=True):
    """The call's data is, or holds, some bytes."""

    order: TextOrder
    pattern: Pattern


class Decoded(msgspec.Struct, frozen=True):
    """A field of the message that the call's data is, by the definition of its socket."""

    path: str
    order: Order | Literal["~"]
    value: int | float | str
    pattern: Pattern
    """The same as bytes, for fields that are bytes; or a regular expression in its place."""


class Marked(msgspec.Struct, frozen=True):
    """The person has marked the call."""


Term: TypeAlias = (
    All
    | AnyOf
    | Not
    | Word
    | OfKind
    | OfSockets
    | Noted
    | Number
    | Moment
    | Held
    | Decoded
    | Marked
)
