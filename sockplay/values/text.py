"""Text as bytes: encodings by name, and the escapes of a quoted string."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from sockplay.values.errors import ValuesError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMON_ENCODINGS = (
    "utf-8",
    "ascii",
    "latin-1",
    "cp949",
    "euc-kr",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "shift_jis",
    "gb18030",
    "cp1252",
    "koi8-r",
)

# Python Language Reference, 2.4.1 "String and Bytes literals".
_SHORT_ESCAPES = {
    "n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
    "\\": "\\", '"': '"', "'": "'",
}  # fmt: skip
_ESCAPE = re.compile(
    r"""\\(?:(?P<short>[nrtabfv\\"'])|(?P<octal>[0-7]{1,3})|x(?P<byte>[0-9a-fA-F]{2})"""
    r"""|u(?P<u4>[0-9a-fA-F]{4})|U(?P<u8>[0-9a-fA-F]{8})|N\{(?P<name>[^}]*)\})"""
)
# How much of a wrong escape an error points at.
_WRONG_ESCAPE = re.compile(r"\\(?:N\{[^}]*\}?|[0-7]{3}|[xuU][0-9a-fA-F]*|.?)", re.DOTALL)


class _Chunk(NamedTuple):
    text: str
    """Verbatim characters, or the one that an escape makes."""
    column: int
    """Where the chunk starts in the source, from 1."""
    width: int
    """How many characters of the source it is."""
    is_byte: bool = False
    """Whether the one character, U+00 to U+FF, stands for a byte."""


def codec(name: str) -> str:
    """Find the canonical name of a text encoding that Python knows.

    Raises:
        ValuesError: Python knows no such encoding, or it is one between bytes and bytes (hex).
    """
    try:
        canonical = codecs.lookup(name).name
        "".encode(name)  # refuses codecs that do not encode text
    except (LookupError, ValueError):
        message = f"I know no encoding {name!r}.{_nearest(name)}"
        raise ValuesError(message, column=1, span=max(1, len(name))) from None
    return canonical


def unescape(text: str) -> str:
    r"""Replace the escapes of a Python string: `\n`, `\0`, `\xNN`, `\uNNNN`, `\N{...}` and so on.

    Everything else stays as it is.

    Raises:
        ValuesError: An escape is unknown or incomplete. It names the column, from 1.
    """
    return "".join(chunk.text for chunk in _chunks(text))


def encode_text(text: str, encoding: str, *, escapes: bool = True) -> bytes:
    r"""Write text as bytes.

    With escapes, `\xNN` and an octal `\377` put that very byte into the result, whatever the
    encoding: who writes `"\xff"` in a payload wants the byte ff, not a `ÿ` in UTF-8. `\uNNNN`,
    `\N{...}` and all others are characters, and are encoded. An encoding that starts with a byte
    order mark (utf-16) writes it once, first.

    Args:
        text: The text as typed.
        encoding: Any text encoding that Python knows.
        escapes: False takes backslashes as they are.

    Raises:
        ValuesError: Unknown encoding; a wrong escape; or a character that the encoding does not
            have. The last two name the column, from 1.
    """
    name = codec(encoding)
    chunks = _chunks(text) if escapes else iter([_Chunk(text, 1, len(text))])
    encoder = codecs.getincrementalencoder(name)()
    parts: list[bytes] = []
    run: list[_Chunk] = []
    spoken = False
    for chunk in chunks:
        if chunk.is_byte:
            # Without characters before it there is nothing to encode, no byte order mark either.
            parts += [_encode_run(run, encoder, final=False)] if run else []
            parts.append(chunk.text.encode("latin-1"))
            spoken, run = spoken or bool(run), []
        else:
            run.append(chunk)
    if run or spoken or not parts:
        parts.append(_encode_run(run, encoder, final=True))
    return b"".join(parts)


def _encode_run(run: list[_Chunk], encoder: codecs.IncrementalEncoder, *, final: bool) -> bytes:
    text = "".join(chunk.text for chunk in run)
    try:
        return encoder.encode(text, final)
    except UnicodeEncodeError as error:
        char = error.object[error.start]
        message = (
            f"{char!r} (U+{ord(char):04X}) is not in {error.encoding}: "
            "use an encoding that has it, such as utf-8"
        )
        raise ValuesError(message, *_place(run, error.start)) from None
    except UnicodeError as error:  # idna has rules for whole labels
        raise ValuesError(f"This text has no such encoding: {error}", 1) from None


def _place(run: list[_Chunk], index: int) -> tuple[int, int]:
    """Find the column and the span in the source of the character at an index of a run's text."""
    for chunk in run:
        if index < len(chunk.text):
            return chunk.column + index, chunk.width - len(chunk.text) + 1
        index -= len(chunk.text)
    return 1, 1


def _chunks(text: str) -> Iterator[_Chunk]:
    at = 0
    while at < len(text):
        backslash = text.find("\\", at)
        end = len(text) if backslash < 0 else backslash
        if end > at:
            yield _Chunk(text[at:end], at + 1, end - at)
            at = end
        else:
            match = _ESCAPE.match(text, at)
            char = _escaped(match) if match else None
            if match is None or char is None:
                raise _wrong_escape(text, at)
            is_byte = match.lastgroup in ("octal", "byte")
            yield _Chunk(char, at + 1, len(match[0]), is_byte)
            at = match.end()


def _escaped(match: re.Match[str]) -> str | None:
    kind = match.lastgroup or ""
    body = match[kind]
    if kind == "short":
        return _SHORT_ESCAPES[body]
    if kind == "name":
        try:
            return unicodedata.lookup(body)
        except KeyError:
            return None
    code = int(body, 8 if kind == "octal" else 16)
    highest = 0xFF if kind == "octal" else 0x10FFFF
    return chr(code) if code <= highest else None


def _wrong_escape(text: str, at: int) -> ValuesError:
    match = _WRONG_ESCAPE.match(text, at)
    wrong = match[0] if match else "\\"
    if wrong == "\\":
        message = "A backslash at the end escapes nothing: write two for one"
    else:
        message = (
            f"{wrong} is not an escape: write \\n \\r \\t \\0 \\xNN \\uNNNN, "
            "or \\\\ for a backslash"
        )
    return ValuesError(message, at + 1, len(wrong))


def _nearest(name: str) -> str:
    from encodings.aliases import aliases  # only a mistake needs it

    known = {}
    for spelling in (*aliases, *aliases.values(), *COMMON_ENCODINGS):
        shown = aliases.get(spelling, spelling).replace("_", "-")
        if not shown.endswith("-codec") and shown not in ("rot-13", "mbcs"):
            known[spelling] = shown
    return did_you_mean(name.replace("-", "_"), known) or " Use one of Python's, such as utf-8."
