"""The kinds of value whose size depends on the bytes: varints, bits and text."""

from __future__ import annotations

import re

from sockplay.values.cut_text import shown_text
from sockplay.values.errors import ValuesError
from sockplay.values.integers import parse_integer
from sockplay.values.layouts.varints import LONGEST, VarintType, measured
from sockplay.values.reading.kinds import Kind
from sockplay.values.text import encode_text
from sockplay.values.written_text import written_text

_BITS_SHOWN = 4
"""How many bytes are shown bit by bit."""


class VarintKind(Kind, frozen=True):
    """An integer that takes as many bytes as it needs."""

    number: VarintType

    @property
    def name(self) -> str:
        """Its name among protocols."""
        return {"varint": "uleb128", "svarint": "zigzag"}.get(self.number.form, self.number.form)

    @property
    def means(self) -> str:
        """Who writes it so."""
        return {
            "varint": "unsigned LEB128, protobuf's varint",
            "sleb128": "signed LEB128",
            "svarint": "protobuf's sint32 and sint64",
        }[self.number.form]

    def size(self, data: bytes) -> int:
        """Up to the byte whose highest bit is 0."""
        return measured(data, 0, len(data))

    def shown(self, piece: bytes) -> str | None:
        """The number; None for one of more than 64 bits."""
        value = self.number.decode(piece)
        ends = not piece[-1] & 0x80
        fits = len(piece) < LONGEST or self.number.encode(value, field="") == piece
        return str(value) if ends and fits else None

    def parsed(self, text: str, size: int) -> bytes:
        """An integer, in as few bytes as it takes."""
        del size
        return self.number.encode(parse_integer(text), field=self.name)

    def python(self, source: str, piece: bytes, order: str) -> str:
        """Seven bits from each byte, the lowest first."""
        bits = f"sum((b & 127) << 7 * i for i, b in enumerate({source}))"
        if self.number.form == "svarint":
            return f"(n := {bits}) >> 1 ^ -(n & 1)"
        if self.number.form == "sleb128":
            width = 7 * len(piece)
            return f"(n := {bits}) - (n >> {width - 1} << {width})"
        return bits


class BitsKind(Kind, frozen=True):
    """The first bytes bit by bit, each with its highest first."""

    @property
    def name(self) -> str:
        """`bits`."""
        return "bits"

    def size(self, data: bytes) -> int:
        """A few of the first bytes."""
        return min(len(data), _BITS_SHOWN)

    def shown(self, piece: bytes) -> str:
        """`01101000 01101001`."""
        return " ".join(f"{byte:08b}" for byte in piece)

    def parsed(self, text: str, size: int) -> bytes:
        """Eight digits for each byte, for as many bytes as there were."""
        digits = re.sub(r"[\s_]", "", text)
        if not re.fullmatch("[01]*", digits):
            raise ValuesError(f"{text[:40]!r} is not bits: write 0 and 1")
        if len(digits) != 8 * size:
            raise ValuesError(f"There are {8 * size} bits here: write as many, not {len(digits)}")
        return int(digits, 2).to_bytes(size, "big")

    def python(self, source: str, piece: bytes, order: str) -> str:
        """By a format."""
        return f"' '.join(f'{{b:08b}}' for b in {source})"


class TextKind(Kind, frozen=True):
    """All of the bytes as text."""

    encoding: str

    @property
    def name(self) -> str:
        """The encoding."""
        return self.encoding

    def size(self, data: bytes) -> int:
        """All of them."""
        return len(data)

    def shown(self, piece: bytes) -> str:
        """The text in quotes, and what was cut inside a character."""
        return shown_text(piece, self.encoding)

    def written(self, piece: bytes) -> str:
        """The text with escapes, and without quotes."""
        return written_text(piece, self.encoding)

    def parsed(self, text: str, size: int) -> bytes:
        """Text with escapes; it may have another length."""
        del size
        return encode_text(text, self.encoding)

    def python(self, source: str, piece: bytes, order: str) -> str:
        """By the bytes' own decode()."""
        return f"{source}.decode({self.encoding!r}, 'backslashreplace')"
