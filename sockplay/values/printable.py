"""Outside text as cells that a terminal can show without acting on them."""

from __future__ import annotations

import unicodedata
from typing import Literal

ByteClass = Literal["printable", "whitespace", "control", "nul", "ff", "high"]

_SHORT_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

# isprintable() keeps these, yet they take no cell or an empty one: Unicode's
# Default_Ignorable_Code_Point among letters and marks (DerivedCoreProperties.txt).
_IGNORABLE = frozenset(
    chr(code)
    for block in (
        (0x034F,),  # combining grapheme joiner
        (0x115F, 0x1160, 0x3164, 0xFFA0),  # hangul fillers
        (0x17B4, 0x17B5),  # khmer inherent vowels
        (0x180B, 0x180C, 0x180D, 0x180F),  # mongolian variation selectors
        range(0xFE00, 0xFE10),  # variation selectors
        range(0xE0100, 0xE01F0),  # variation selectors supplement
    )
    for code in block
)


LONGEST_SHOWN = 40
"""Characters of a value in a table or a sentence."""


def visible(text: str) -> str:
    r"""Turn text from outside into text that is safe to put on a screen.

    Line ends and tabs show as `\n`, `\r`, `\t`; whatever else is no well-behaved cell shows as
    `\xNN`, or as `\u{202e}` from U+0100 on. A byte that surrogateescape smuggled in shows as
    that byte. A combining mark with no character of the text to stand on is escaped too, so
    that it cannot attach to ours. A backslash stays single: this is for eyes, not for parsing.

    Never raises. The result is printable, and `visible` leaves it as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    cells = []
    has_base = False
    for char in text:
        if is_cell(char) and (has_base or not unicodedata.category(char).startswith("M")):
            cells.append(char)
            has_base = True
        else:
            cells.append(_escape(char))
            has_base = False
    return "".join(cells)


def short(text: str) -> str:
    """Make text visible, and cut it to a length that fits a table."""
    shown = visible(text[: LONGEST_SHOWN + 1])
    return shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + "…"


def is_cell(char: str) -> bool:
    """Whether a character takes cells of its own, or stands on the one before it."""
    return char.isprintable() and char not in _IGNORABLE


def visible_bytes(data: bytes, encoding: str = "utf-8") -> str:
    r"""Show bytes as text in an encoding, and as `\xNN` where they are no such text.

    Never raises: with a codec that is unknown, is no text codec, or cannot go on after an error
    (idna, punycode), each byte beyond printable ASCII shows as `\xNN`.
    """
    try:
        text = data.decode(encoding, "backslashreplace")
    # A Warning arrives as an exception under `python -W error`; unicode_escape makes some.
    except (LookupError, ValueError, Warning):
        text = data.decode("ascii", "backslashreplace")
    return visible(text)


def ascii_cells(data: bytes) -> str:
    """Show each byte as one cell: printable ASCII as it is, everything else as a dot."""
    return data.translate(_ASCII_CELLS).decode("ascii")


def byte_class(byte: int) -> ByteClass:
    """Say what sort of byte this is, for its colour in a hex view.

    Args:
        byte: 0 to 255.
    """
    return _BYTE_CLASSES[byte]


def _escape(char: str) -> str:
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: byte 0xNN was decoded as U+DCNN
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


def _class_of(byte: int) -> ByteClass:
    if byte == 0x00:
        return "nul"
    if byte == 0xFF:
        return "ff"
    if byte in b" \t\n\v\f\r":
        return "whitespace"
    if byte < 0x20 or byte == 0x7F:
        return "control"
    return "printable" if byte < 0x7F else "high"


_ASCII_CELLS = bytes(byte if 0x20 <= byte <= 0x7E else ord(".") for byte in range(256))
_BYTE_CLASSES = tuple(_class_of(byte) for byte in range(256))
