"""The kinds of value that bytes may hold, each read, written and put in Python in one place.

Those of a fixed size are here, the others in `varying_kinds`.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import msgspec

from sockplay.values.errors import ValuesError
from sockplay.values.floats import FloatType, parse_float
from sockplay.values.integers import IntegerType, parse_integer
from sockplay.values.reading.timestamps import TimeType


class Kind(msgspec.Struct, frozen=True):
    """A kind of value. Bytes come and go with the big end first."""

    @property
    def has_order(self) -> bool:
        """Whether the bytes could stand the other way round."""
        return False

    @property
    def name(self) -> str:
        """Its short name: `u16`, `ntp`."""
        raise NotImplementedError

    @property
    def means(self) -> str:
        """What it is, where the name does not say it."""
        return ""

    def size(self, data: bytes) -> int:
        """How many bytes it takes at the start of these; 0 where they end inside it."""
        raise NotImplementedError

    def shown(self, piece: bytes) -> str | None:
        """Show the value of so many bytes; None where they have none."""
        raise NotImplementedError

    def written(self, piece: bytes) -> str:
        """The value as a person would type it."""
        return self.shown(piece) or ""

    def parsed(self, text: str, size: int) -> bytes:
        """What a person typed, as bytes.

        Args:
            text: What was typed.
            size: How many bytes the value had before.

        Raises:
            ValuesError: It is no such value, or does not fit.
        """
        raise NotImplementedError

    def python(self, source: str, piece: bytes, order: str) -> str:
        """Write in Python how the value is read.

        Args:
            source: What gives the bytes there.
            piece: The bytes.
            order: The byte order that they stand in: `big` or `little`.
        """
        raise NotImplementedError


class NumberKind(Kind, frozen=True):
    """An integer or a float."""

    number: IntegerType | FloatType

    @property
    def has_order(self) -> bool:
        """Whether it has more than one byte."""
        return self.number.size > 1

    @property
    def name(self) -> str:
        """The type's name."""
        return self.number.name

    def size(self, data: bytes) -> int:
        """Its own size, where there is so much."""
        return self.number.size if len(data) >= self.number.size else 0

    def shown(self, piece: bytes) -> str:
        """The number, a float with the fewest digits that read back as the same."""
        if isinstance(self.number, FloatType):
            return self.number.shown(self.number.decode(piece, "big"))
        return str(self.number.decode(piece, "big"))

    def parsed(self, text: str, size: int) -> bytes:
        """A number as people write it."""
        del size
        if isinstance(self.number, FloatType):
            return self.number.encode(parse_float(text), "big")
        return self.number.encode(parse_integer(text), "big")

    def python(self, source: str, piece: bytes, order: str) -> str:
        """By the int type, or by struct."""
        if isinstance(self.number, IntegerType):
            return _integer(source, order, signed=self.number.signed)
        code = {16: "e", 32: "f", 64: "d"}[self.number.bits]
        sign = ">" if order == "big" else "<"
        return f"struct.unpack('{sign}{code}', {source})[0]"


class TimeKind(Kind, frozen=True):
    """A moment."""

    time: TimeType

    @property
    def has_order(self) -> bool:
        """It has: its ticks are a number."""
        return True

    @property
    def name(self) -> str:
        """The name of this way to count time."""
        return self.time.name

    @property
    def means(self) -> str:
        """What it counts."""
        return self.time.means

    def size(self, data: bytes) -> int:
        """The counter's size, where there is so much."""
        return self.time.number.size if len(data) >= self.time.number.size else 0

    def shown(self, piece: bytes) -> str | None:
        """The moment in ISO 8601."""
        return self.time.shown(self.time.number.decode(piece, "big"))

    def parsed(self, text: str, size: int) -> bytes:
        """A moment in ISO 8601."""
        del size
        return self.time.number.encode(self.time.parse(text), "big")

    def python(self, source: str, piece: bytes, order: str) -> str:
        """By the datetime module, to the microsecond."""
        ticks = _integer(source, order, signed=self.time.number.signed)
        if self.time.per_second > 1:
            ticks += f" / {self.time.per_second}"
        if self.time.since:
            ticks += f" - {-self.time.since}"
        return f"datetime.fromtimestamp({ticks}, UTC)"


class AddressKind(Kind, frozen=True):
    """An IP address; that of version 6 is always written with the big end first."""

    version: int

    @property
    def has_order(self) -> bool:
        """Some systems keep an IPv4 address in an integer of their own byte order."""
        return self.version == 4

    @property
    def name(self) -> str:
        """`ipv4` or `ipv6`."""
        return f"ipv{self.version}"

    def size(self, data: bytes) -> int:
        """4 or 16 bytes."""
        size = 4 if self.version == 4 else 16
        return size if len(data) >= size else 0

    def shown(self, piece: bytes) -> str:
        """The address as RFC 5952 writes it."""
        return str(IPv4Address(piece) if self.version == 4 else IPv6Address(piece))

    def parsed(self, text: str, size: int) -> bytes:
        """An address of its version, without a scope."""
        del size
        try:
            if self.version == 4:
                return IPv4Address(text.strip()).packed
            if "%" not in text:
                return IPv6Address(text.strip()).packed
        except ValueError:
            pass  # said below, in words of our own
        such = "127.0.0.1" if self.version == 4 else "::1 or fe80::1"
        message = f"{text[:60]!r} is no IPv{self.version} address: write one such as {such}"
        raise ValuesError(message)

    def python(self, source: str, piece: bytes, order: str) -> str:
        """By the ipaddress module."""
        whole = f"({source})" if "+" in source else source
        turned = f"{whole}[::-1]" if order == "little" else source
        return f"ipaddress.ip_address({turned})"


def _integer(source: str, order: str, *, signed: bool) -> str:
    return f"int.from_bytes({source}, '{order}'{', signed=True' if signed else ''})"
