"""Bytes as the text that a person would type to get them."""

from __future__ import annotations

from sockplay.values.printable import is_cell
from sockplay.values.text import encode_text

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", '"': '\\"'}
# PEP 383: a byte that does not decode becomes one of these surrogates.
_FIRST_BYTE, _LAST_BYTE = 0xDC80, 0xDCFF


def written_text(data: bytes, encoding: str) -> str:
    r"""Write bytes as text with escapes, which `encode_text` turns into exactly these bytes.

    What does not decode is written byte by byte: `h\xffi`.

    Args:
        data: The bytes.
        encoding: Any text encoding that Python knows.
    """
    try:
        decoded = data.decode(encoding, "surrogateescape")
        text = "".join(_typed(char, encoding) for char in decoded)
        exact = encode_text(text, encoding) == data
    except (LookupError, ValueError):  # UTF-16, for one, has no room for these surrogates
        exact = False
    return text if exact else "".join(f"\\x{byte:02x}" for byte in data)


def _typed(char: str, encoding: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if _FIRST_BYTE <= code <= _LAST_BYTE:
        return f"\\x{code - _FIRST_BYTE + 0x80:02x}"
    if is_cell(char):
        return char
    if code < 0x80 and char.encode(encoding) == bytes([code]):
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
