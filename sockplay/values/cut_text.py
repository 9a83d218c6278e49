"""Bytes as text, where the last character may have been cut in two."""

from __future__ import annotations

import codecs

from sockplay.values.printable import visible, visible_bytes
from sockplay.values.text import codec


def cut_text(data: bytes, encoding: str) -> tuple[str, bytes]:
    r"""Read bytes as text, as far as its characters are complete.

    A read may end inside a character that takes several bytes; those bytes are no error yet.

    Args:
        data: The bytes.
        encoding: Any text encoding that Python knows; with anything else, it is read as ASCII.

    Returns:
        The visible text, with `\xNN` for what does not decode, and the bytes of a last character
        that goes on after the data.
    """
    try:
        # Codecs between bytes and bytes (hex) assert that errors are strict.
        decoder = codecs.getincrementaldecoder(codec(encoding))("backslashreplace")
        text = decoder.decode(data)
        rest = decoder.getstate()[0]
    # As in visible_bytes(); a codec without an incremental decoder is None, not a LookupError.
    except (LookupError, ValueError, TypeError, Warning):
        return visible_bytes(data, encoding), b""
    return visible(text), rest


def shown_text(data: bytes, encoding: str) -> str:
    r"""Show bytes as text in quotes: `"hello"`, and `"안" cut inside ec 95` where it is cut."""
    text, rest = cut_text(data, encoding)
    return f'"{text}" cut inside {rest.hex(" ")}' if rest else f'"{text}"'
