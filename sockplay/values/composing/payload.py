"""The payload language: one line of items such as `len:u16be("hello") u32:7`, as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from sockplay.values.checksums import checksum
from sockplay.values.composing.items import (
    Leaf,
    check_prefix,
    checksum_head,
    kind_of,
    length_head,
    number_item,
    prefixed_item,
    text_item,
    unknown_group,
)
from sockplay.values.composing.payload_lexer import Cursor
from sockplay.values.errors import ValuesError, located
from sockplay.values.hexrows import plain_hex
from sockplay.values.integers import parse_integer
from sockplay.values.printable import short
from sockplay.values.text import codec

if TYPE_CHECKING:
    from collections.abc import Callable

    from sockplay.values.order import ByteOrder

_DEEPEST = 32
_MOST_SPANS = 10_000


class Span(msgspec.Struct, frozen=True):
    """The bytes that one item came to, and where it stands in the source."""

    name: str | None
    """The item's name, after those of the groups around it: `header.length`."""
    kind: str
    """What it is: `u16be`, `text`, `cp949`, `hex`, `len:u16be`, `crc-32`, `repeat`."""
    offset: int
    """Where its bytes start in the payload."""
    size: int
    """How many bytes it has; may be 0."""
    value: str
    """Its value as short visible text."""
    column: int
    """Where the item starts in the source, from 1."""
    end: int
    """The column after its last character; for `len` and `crc`, that of the parenthesis."""


class Payload(msgspec.Struct, frozen=True):
    """Bytes, and what each of them is for."""

    data: bytes
    spans: tuple[Span, ...]
    """In order, without overlap, covering all bytes."""


class TooLongError(ValuesError):
    """A payload would have more bytes than it may."""


def compose(
    source: str,
    *,
    order: ByteOrder = "big",
    encoding: str = "utf-8",
    read_file: Callable[[str], bytes] | None = None,
    limit: int = 64 * 1024 * 1024,
) -> Payload:
    """Make the bytes that a line of the payload language describes.

    Nothing in it executes code. Past 10,000 spans a repeated group has one span for all of it.

    Args:
        source: The line; an empty one is an empty payload.
        order: The byte order of numbers that name none.
        encoding: The encoding of text that names none.
        read_file: Gives the content for `file"path"`; without it there are no files here.
        limit: The most bytes that a payload may have.

    Raises:
        ValuesError: Something is wrong with the source. It names the column, from 1.
    """
    composer = _Composer(Cursor(source), order, codec(encoding), read_file, limit)
    composer.sequence(path=None, depth=0)
    if composer.cursor.next:
        message = "This parenthesis closes nothing: remove it, or open one before it"
        raise ValuesError(message, composer.cursor.column)
    return Payload(bytes(composer.data), tuple(composer.spans))


class _Place(NamedTuple):
    """Where an item starts."""

    start: int
    """Its first character's index in the source."""
    offset: int
    """Its first byte's offset in the payload."""
    path: str | None
    """The names of the groups around it."""
    name: str | None
    """The same with its own."""
    depth: int
    """How many groups are around it."""


class _Composer(msgspec.Struct):
    """One pass over a source, which adds each item's bytes and span to those before."""

    cursor: Cursor
    order: ByteOrder
    encoding: str
    read_file: Callable[[str], bytes] | None
    limit: int
    data: bytearray = msgspec.field(default_factory=bytearray)
    spans: list[Span] = msgspec.field(default_factory=list)

    def sequence(self, path: str | None, depth: int) -> None:
        """Take items up to a closing parenthesis or the end."""
        self.cursor.skip_gap()
        while self.cursor.next not in ("", ")"):
            self._item(path, depth)
            if not self.cursor.skip_gap() and self.cursor.next not in ("", ")"):
                message = "Items stand apart, and only (ITEMS) is repeated: put a space here"
                raise ValuesError(message, self.cursor.column)

    def _item(self, path: str | None, depth: int) -> None:
        cursor = self.cursor
        start = cursor.at
        own_name = cursor.name()
        name = f"{path}.{own_name}" if path and own_name else own_name or path
        place = _Place(start, len(self.data), path, name, depth)
        column, word = cursor.column, cursor.word()
        if cursor.next == "(":
            self._group_item(word, column, place)
        elif cursor.next == '"':
            self._add(self._quoted(word, column), place)
        elif word:
            with located(column, len(word)):
                leaf = number_item(word, self.order, self._source_of(place))
            self._add(leaf, place)
        else:
            message = f"{own_name}= needs an item after it, such as {own_name}=u16:1"
            raise ValuesError(message, start + 1, cursor.at - start)

    def _quoted(self, prefix: str, column: int) -> Leaf:
        if prefix:
            with located(column, len(prefix)):
                check_prefix(prefix)
        text = self.cursor.quoted()
        with located(text.column, max(1, len(text.text))):
            if prefix:
                return prefixed_item(prefix, text.text, self.read_file)
            return text_item(text.text, self.encoding, "text")

    def _group_item(self, word: str, column: int, place: _Place) -> None:
        kind, _, detail = word.partition(":")
        if not word:
            self._repeated(place)
        elif kind == "len" and detail:
            self._length(detail, column + len("len:"), place)
        elif kind == "crc" and detail:
            self._checksum(detail, column + len("crc:"), place)
        else:
            with located(column, len(word)):
                raise unknown_group(word)

    def _repeated(self, place: _Place) -> None:
        """Take `(ITEMS)` or `(ITEMS)*3`, whose items share the group's name."""
        first_span = len(self.spans)
        self._group(place.name, place)
        written = self.cursor.count()
        if written is None:
            return
        with located(written.column, max(1, len(written.text))):
            count = parse_integer(written.text)
            if count < 0:
                raise ValuesError(f"{written.text} is no number of times: write 0 or more")
        body = bytes(self.data[place.offset :])
        spans = self.spans[first_span:]
        self._check_room(len(body) * (count - 1), place)
        del self.data[place.offset :], self.spans[first_span:]
        if first_span + len(spans) * count > _MOST_SPANS:
            times = f"{written.text} times {plain_hex(body[:16]) or 'nothing'}"
            # An empty body may come any number of times, more than bytes can be multiplied by.
            self._add(Leaf("repeat", body * count if body else b"", short(times)), place)
        elif spans or body:
            self.data += body * count
            self.spans += (
                replace(span, offset=span.offset + len(body) * copy)
                for copy in range(count)
                for span in spans
            )

    def _length(self, detail: str, column: int, place: _Place) -> None:
        """Take the items of `len:TYPE(ITEMS)`, which do not share its name."""
        with located(column, len(detail)):
            length_type, order = length_head(detail, self.order)
        kind = f"len:{kind_of(length_type, order)}"
        source = self._source_of(place)
        at = len(self.spans)
        self._add(Leaf(kind, bytes(length_type.size), ""), place)  # filled in once it is known
        items = len(self.data)
        self._group(place.path, place)
        length = len(self.data) - items
        with located(place.start + 1, self.spans[at].end - place.start - 1):
            self.data[place.offset : items] = length_type.encode(length, order, field=source)
        self.spans[at] = replace(self.spans[at], value=str(length))

    def _checksum(self, detail: str, column: int, place: _Place) -> None:
        """Take the items of `crc:NAME:ORDER(ITEMS)`, which do not share its name."""
        with located(column, len(detail)):
            name, order = checksum_head(detail, self.order)
        end = self.cursor.column
        self._group(place.path, place)
        with located(column, max(1, len(name))):
            value, size = checksum(name, bytes(self.data[place.offset :]))
        leaf = Leaf(name.lower(), value.to_bytes(size, order), f"0x{value:0{size * 2}x}")
        self._add(leaf, place._replace(offset=len(self.data)))
        self.spans[-1] = replace(self.spans[-1], end=end)

    def _group(self, path: str | None, place: _Place) -> None:
        """Take `(ITEMS)`, which starts here."""
        opened = self.cursor.column
        if place.depth >= _DEEPEST:
            raise ValuesError(f"Groups stand in at most {_DEEPEST} others: take one out", opened)
        self.cursor.take("(")
        self.sequence(path, place.depth + 1)
        if not self.cursor.take(")"):
            raise ValuesError("This group is not closed: end it with a parenthesis", opened)

    def _add(self, leaf: Leaf, place: _Place) -> None:
        """Add bytes and their span, which ends where the cursor is."""
        self._check_room(len(leaf.data), place)
        self.data += leaf.data
        column, end = place.start + 1, self.cursor.column
        size = len(leaf.data)
        self.spans.append(Span(place.name, leaf.kind, place.offset, size, leaf.value, column, end))

    def _check_room(self, more: int, place: _Place) -> None:
        if len(self.data) + more > self.limit:
            message = f"The payload would be more than {self.limit:,} bytes: make it shorter"
            raise TooLongError(message, place.start + 1, self.cursor.at - place.start)

    def _source_of(self, place: _Place) -> str:
        return short(self.cursor.source[place.start : self.cursor.at])
