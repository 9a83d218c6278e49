"""The items of a payload's line, each with the places in the line where its parts are written."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from sockplay.values.composing.payload_lexer import Cursor
from sockplay.values.errors import ValuesError
from sockplay.values.order import ByteOrder, parse_order

MOST_ITEMS = 2000
"""Nobody reads a table of more."""
GROUP = "( )"
"""What stands for the type of a group."""
_DEEPEST = 32
_NUMBER = re.compile(r"((?:u|i|f|uint|int|float)[0-9]+(?:_t)?)(be|le)?", re.IGNORECASE)

Place = tuple[int, int]
"""A half-open range of characters of the line, from 0; empty where a part could be written."""
Kind = Literal["number", "decimal", "quoted", "length", "checksum", "group"]


class Item(msgspec.Struct, frozen=True):
    """One item of a line, as it is written there; whether its value fits is not looked at."""

    kind: Kind
    name: str
    type: str
    """`u16`, `text`, `cp949`, `hex`, `dec`, `len:u16`, `crc:crc-32`, or `( )` for a group."""
    order: ByteOrder | None
    """The byte order that is written; None where the default holds."""
    value: str
    """As it is written: of text with its escapes, of a group how often it is repeated."""
    depth: int
    """How many groups are around it."""
    whole: Place
    named: Place
    """Where its name is, with the equals sign."""
    typed: Place
    """Where its type is, without the byte order."""
    ordered: Place
    """Where its byte order is, with the colon of a checksum's."""
    valued: Place
    """Where its value is; what is computed has none."""


def line_items(source: str) -> list[Item]:
    """Read the items of a line, each before those in its parentheses.

    Raises:
        ValuesError: It is no line of items, or has too many. It names the column, from 1.
    """
    reader = _Reader(Cursor(source))
    reader.sequence(0)
    if reader.cursor.next:
        raise ValuesError("This parenthesis closes nothing: remove it", reader.cursor.column)
    return [item for item in reader.items if item is not None]


class _Reader(msgspec.Struct):
    """One pass over a line."""

    cursor: Cursor
    items: list[Item | None] = []
    """None for a group that is not closed yet."""

    def sequence(self, depth: int) -> None:
        """Take items up to a closing parenthesis or the end."""
        cursor = self.cursor
        cursor.skip_gap()
        while cursor.next not in ("", ")"):
            if len(self.items) >= MOST_ITEMS:
                raise ValuesError(f"A table has at most {MOST_ITEMS:,} fields", cursor.column)
            self._item(depth)
            if not cursor.skip_gap() and cursor.next not in ("", ")"):
                raise ValuesError("Items stand apart: put a space here", cursor.column)

    def _item(self, depth: int) -> None:
        cursor, start = self.cursor, self.cursor.at
        name = cursor.name() or ""
        named = (start, cursor.at)
        at, word = cursor.at, cursor.word()
        if cursor.next == "(":
            self._group(name, named, word, depth)
        elif cursor.next == '"':
            text = cursor.quoted()
            valued = (text.column - 1, cursor.at - 1)
            typed = (at, at + len(word))
            whole, ordered = (start, cursor.at), (typed[1], typed[1])
            kind = word or "text"
            item = Item("quoted", name, kind, None, text.text, depth, whole, named, typed, ordered,
                        valued)  # fmt: skip
            self.items.append(item)
        elif word:
            self._number(name, named, word, depth)
        else:
            raise ValuesError(f"{name}= needs an item after it, such as {name}=u16:1", start + 1)

    def _number(self, name: str, named: Place, word: str, depth: int) -> None:
        """Add an item such as `u16be:513` or `dec:513`."""
        at = named[1]
        head, _, value = word.partition(":")
        type_name, suffix = _apart(head)
        typed, ordered = _behind(at, type_name, suffix)
        whole = (named[0], self.cursor.at)
        valued = (self.cursor.at - len(value), self.cursor.at)
        kind: Kind = "decimal" if head == "dec" else "number"
        order = parse_order(suffix) if suffix else None
        item = Item(kind, name, type_name, order, value, depth, whole, named, typed, ordered,
                    valued)  # fmt: skip
        self.items.append(item)

    def _group(self, name: str, named: Place, word: str, depth: int) -> None:
        """Add an item with others in parentheses, which follow it."""
        cursor, at, place = self.cursor, named[1], len(self.items)
        if depth >= _DEEPEST:
            raise ValuesError(f"Groups stand in at most {_DEEPEST} others", cursor.column)
        self.items.append(None)
        opened = cursor.column
        cursor.take("(")
        self.sequence(depth + 1)
        if not cursor.take(")"):
            raise ValuesError("This group is not closed: end it with a parenthesis", opened)
        closed = cursor.at
        count = None if word else cursor.count()
        head, _, detail = word.partition(":")
        if head == "crc":
            type_name, colon, order_name = detail.partition(":")
            suffix = colon + order_name
        else:
            type_name, suffix = _apart(detail)
        type_name = f"{head}:{type_name}" if word else ""
        typed, ordered = _behind(at, type_name, suffix)
        order = parse_order(suffix.removeprefix(":")) if suffix.removeprefix(":") else None
        kind: Kind = "group" if not word else "checksum" if head == "crc" else "length"
        times = "" if word else count.text if count else "1"
        self.items[place] = Item(kind, name, type_name or GROUP, order, times, depth,
                                 (named[0], cursor.at), named, typed, ordered,
                                 (closed, cursor.at))  # fmt: skip


def _apart(head: str) -> tuple[str, str]:
    """Split `u16be` into `u16` and `be`; what is no number has no byte order."""
    match = _NUMBER.fullmatch(head)
    return (match[1], match[2] or "") if match else (head, "")


def _behind(at: int, type_name: str, suffix: str) -> tuple[Place, Place]:
    """Where a type and its byte order stand."""
    end = at + len(type_name)
    return (at, end), (end, end + len(suffix))
