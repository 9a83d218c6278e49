"""A reader of messages that start with their length, and what it does with the bytes it got."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.counted import counted
from sockplay.values.errors import ValuesError

if TYPE_CHECKING:
    from sockplay.values.integers import IntegerType
    from sockplay.values.order import ByteOrder


class Prefix(msgspec.Struct, frozen=True):
    """How a length is written before its message."""

    type: IntegerType
    order: ByteOrder

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self.type.size

    @property
    def name(self) -> str:
        """The type and order: `u16 big`."""
        return self.type.name if self.size == 1 else f"{self.type.name} {self.order}"

    def frame(self, body: bytes) -> bytes:
        """A message with its length before it.

        Raises:
            ValuesError: It is too long for the length's type.
        """
        try:
            return self.type.encode(len(body), self.order) + body
        except ValuesError as error:
            raise ValuesError(f"The length {error.message}: shorten the body") from None


class Message(msgspec.Struct, frozen=True):
    """A message as a reader believes it to be."""

    length: int
    body: bytes
    """What is there of it."""

    @property
    def missing(self) -> int:
        """Bytes that are not there."""
        return self.length - len(self.body)


class Belief(msgspec.Struct, frozen=True):
    """All that a reader makes of some bytes."""

    messages: tuple[Message, ...]
    """The last one may lack bytes."""
    rest: bytes
    """Bytes after the last message, too few for another length."""
    next_prefix: bytes
    """What it takes for the second message's length, as far as it is there; or empty."""
    waits: int
    """How many more bytes it waits for; 0 when it is content."""

    @property
    def does(self) -> tuple[str, ...]:
        """What it does next, in short sentences."""
        first = self.messages[0] if self.messages else None
        waits = f"waits for {counted(self.waits, 'more byte')}, for ever"
        if first is None:
            return (f"has {counted(len(self.rest), 'byte')} of a length", waits)
        if first.missing:
            return (waits,)
        if not self.next_prefix:
            return ("hands on a complete message",)
        took = f"takes {self.next_prefix.hex(' ')} as the next length"
        if self.waits:
            return (took, f"then {waits}")
        return (took, f"believes in {len(self.messages)} messages, not 1")


def read_messages(data: bytes, prefix: Prefix) -> Belief:
    """Take bytes apart into messages, as a reader does that believes in a prefix.

    Args:
        data: All that ever comes.
        prefix: How the reader believes lengths to be written.
    """
    messages: list[Message] = []
    at, next_prefix = 0, b""
    while at + prefix.size <= len(data):
        end = at + prefix.size
        if len(messages) == 1:
            next_prefix = data[at:end]
        length = prefix.type.decode(data[at:end], prefix.order)
        body = data[end : end + length]
        messages.append(Message(length, body))
        at = end + len(body)
    rest = data[at:]
    if len(messages) == 1:
        next_prefix = rest
    waits = messages[-1].missing if messages else 0
    if rest or not messages:
        waits = prefix.size - len(rest)
    return Belief(tuple(messages), rest, next_prefix, waits)
