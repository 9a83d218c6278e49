r"""The filter language: one line that says which calls are wanted.

::

    filter     = either
    either     = both {"or" both}
    both       = one {["and"] one}
    one        = "not" one | "(" either ")" | "marked" | "since" DURATION | comparison | look-up
    comparison = FIELD OPERATOR VALUE
    OPERATOR   = "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "contains"
    look-up    = WORD | "text" | hex"0d 0a" | hex:0d0a | cp949"text"

A look-up stands somewhere in the call: in its socket, name, badges, error, note or peer, or in its
data. FIELD is one of `fields.FIELDS`, or ``field.length`` for a field of the messages that the
socket's definition reads. A VALUE that is a text may stand in quotes, and after ``~`` be a regular
expression, ``/GET|PUT/`` or ``/get/i``; its ``^`` and ``$`` stand where each call's data begin and
end, and at the lines in them. ``~`` and ``contains`` mean: holds it. A DURATION is
``5ms``, ``2s`` or ``1m``; a time is one since the session's start, or a time of day:
``12:00:03.5``.
"""

from __future__ import annotations

import re
from typing import Final, cast

from sockplay.session.finding.fields import (
    FIELDS,
    MESSAGE,
    OTHER_NAMES,
    Field,
    field_named,
)
from sockplay.session.finding.pattern import Pattern, expression, quoted, to_bytes
from sockplay.session.finding.terms import (
    All,
    AnyOf,
    Held,
    Marked,
    Moment,
    Not,
    Order,
    Term,
    TextOrder,
    Word,
)
from sockplay.session.finding.written import comparison, duration
from sockplay.values.errors import ValuesError, did_you_mean, located
from sockplay.values.hexrows import parse_hex

_GAP: Final = re.compile(r"\s*")
_WORD: Final = re.compile(r'[^\s()"]+')
_VALUE: Final = re.compile(r"[^\s()]+")
_COMPARED: Final = re.compile(
    r"([^\W\d][\w.\[\]]*|#)(\s*)(==|!=|<=|>=|=|<|>|~|contains(?![^\s\"]))"
)
_OPERATOR: Final = re.compile(r"==|!=|<=|>=|=|<|>|~")
_DEEPEST: Final = 50
"""How deep parentheses and ``not`` may stand in each other."""


def parse(source: str) -> Term | None:
    """Read a filter; None when it asks for nothing.

    Raises:
        ValuesError: it cannot be read; it names the column.
    """
    parser = _Parser(source)
    term = parser.either(0) if not parser.at_end else None
    if not parser.at_end:
        raise ValuesError("Nothing was opened that this closes", parser.at + 1)
    return term


class _Parser:
    """A place in a source, and what can be read from there."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    @property
    def at_end(self) -> bool:
        """Whether nothing follows."""
        match = _GAP.match(self.source, self.at)
        self.at = match.end() if match else self.at
        return self.at == len(self.source)

    @property
    def _closes(self) -> bool:
        return self.at_end or self.source[self.at] == ")"

    def _keyword(self, *names: str) -> str:
        """Take one of these words if it stands here."""
        match = None if self.at_end else _WORD.match(self.source, self.at)
        if match is None or match[0].lower() not in names:
            return ""
        self.at = match.end()
        return match[0].lower()

    def either(self, depth: int) -> Term:
        """Terms joined by ``or``."""
        parts = [self._both(depth)]
        while self._keyword("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _both(self, depth: int) -> Term:
        parts = [self._one(depth)]
        while not self._closes:
            before = self.at
            if self._keyword("or"):
                self.at = before
                break
            self._keyword("and")
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Term:
        if depth > _DEEPEST:
            raise ValuesError("This is too deep: use fewer parentheses", self.at + 1)
        if self._closes:
            raise ValuesError("Something is missing here: a word, or such as size > 4", self.at + 1)
        start = self.at
        if self._keyword("not"):
            return Not(self._one(depth + 1))
        if self.source[start] == "(":
            self.at += 1
            inside = self.either(depth + 1)
            if self.at_end:
                raise ValuesError("This parenthesis is not closed", start + 1)
            self.at += 1
            return inside
        if self._keyword("and", "or"):
            raise ValuesError("Something is missing before this word", start + 1, self.at - start)
        if self._keyword("marked"):
            return Marked()
        if self._keyword("since"):
            return self._since(start)
        return self._comparison() or self._look_up()

    def _since(self, start: int) -> Term:
        text = "" if self.at_end else self._bare()
        if not text:
            raise ValuesError("Say since when: since 2s", start + 1, 5)
        with located(self.at - len(text) + 1, len(text)):
            return Moment(">=", "newest", -duration(text))

    def _comparison(self) -> Term | None:
        match = _COMPARED.match(self.source, self.at)
        if match is None:
            return None
        name, gap, operator = match.groups()
        field = field_named(name.lower())
        if field is None and not name.startswith(MESSAGE):
            known = {each: each for each in (*FIELDS, *OTHER_NAMES)}
            nearest = did_you_mean(name, known)
            if nearest or (gap and operator != "contains"):
                hint = nearest or " Put it in quotes to look for the text."
                raise ValuesError(f"{name} is no field.{hint}", self.at + 1, len(name))
            return None
        self.at = match.end()
        if self._closes:
            raise ValuesError("A value is missing here", self.at + 1)
        order = {"==": "=", "contains": "~"}.get(operator, operator)
        return self._compared(field, name, order)

    def _compared(self, field: Field | None, name: str, order: str) -> Term:
        place, text = self.at, ""
        if order == "~" and (found := expression(self.source, place)):
            pattern, self.at = found
        elif read := quoted(self.source, place):
            pattern, text, self.at = Pattern(read[0]), read[1] or "", read[2]
        else:
            text = self._bare()
            if order == "~" and text.startswith("/"):
                message = "This expression is not closed: end it with /, or put a text in quotes"
                raise ValuesError(message, place + 1, len(text))
            pattern = Pattern(to_bytes(text))
        if field is not None and field.shape == "bytes":
            if order not in ("=", "!=", "~"):
                message = f"{field.name} takes = != or ~, not {order}"
                raise ValuesError(message, place + 1, self.at - place)
            held = Held("~" if order == "~" else "=", pattern)
            return Not(held) if order == "!=" else held
        path = name[len(MESSAGE) :] if field is None else ""
        with located(place + 1, self.at - place):
            return comparison(field, path, cast("Order | TextOrder", order), text, pattern)

    def _bare(self) -> str:
        match = _VALUE.match(self.source, self.at)
        text = match[0] if match else ""
        self.at += len(text)
        return text

    def _look_up(self) -> Term:
        start = self.at
        if read := quoted(self.source, start):
            data, text, self.at = read
            return Held("~", Pattern(data)) if text is None else Word(text)
        match = _WORD.match(self.source, start)
        word = match[0] if match else ""
        if _OPERATOR.fullmatch(word):
            message = f"{word} stands between a field and a value: size {word} 4"
            raise ValuesError(message, start + 1, len(word))
        self.at += len(word)
        if word.startswith("hex:"):
            with located(start + 5, max(1, len(word) - 4)):
                return Held("~", Pattern(parse_hex(word[4:])))
        return Word(word)
