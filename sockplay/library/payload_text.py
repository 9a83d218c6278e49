r"""A payload as text that a person can read and edit: its settings, an empty line, its source.

::

    mode: text
    order: big
    encoding: utf-8
    escapes: true
    ending: \r\n
    integer: u16

    GET / HTTP/1.1

Settings that are missing have their usual values. One that begins or ends with a space, begins
with a double quote, or holds what is not printable stands in double quotes, as JSON writes texts.
One line end at the end of the file belongs to the file, as editors add it.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from sockplay.model.errors import SockplayError
from sockplay.values.composing.draft import Draft
from sockplay.values.errors import did_you_mean
from sockplay.values.printable import short

_SETTINGS: Final = tuple(name for name in Draft.__struct_fields__ if name != "source")
_BETWEEN: Final = re.compile(r"\r?\n\r?\n|\r?\n\Z")
_MOST_LINES: Final = 100


def payload_text(draft: Draft) -> str:
    """Write a payload down."""
    usual = Draft()
    lines = [
        f"{name}: {_written(value)}".rstrip()
        for name in _SETTINGS
        if (value := getattr(draft, name)) or getattr(usual, name) != ""
    ]
    return "\n".join([*lines, "", draft.source, ""])


def parse_payload(text: str) -> Draft:
    """Read a payload.

    Raises:
        SockplayError: it is none; the sentence names the line.
    """
    between = _BETWEEN.search(text)
    if between is None:
        raise SockplayError("An empty line is missing between the settings and the payload.")
    settings: dict[str, object] = {"source": text[between.end() :].removesuffix("\n")}
    lines = text[: between.start()].split("\n", _MOST_LINES)
    for number, line in enumerate(lines[:_MOST_LINES], 1):
        name, colon, value = line.removesuffix("\r").partition(":")
        if not colon:
            raise SockplayError(
                f"Line {number} is no setting. Write one such as mode: text, or an empty line "
                "before the payload."
            )
        if name.strip() not in _SETTINGS:
            hint = did_you_mean(name.strip(), {each: each for each in _SETTINGS})
            raise SockplayError(f"Line {number}: I know no setting {short(name.strip())}.{hint}")
        settings[name.strip()] = _read(value.strip(" \t"), number)
    try:
        return msgspec.convert(settings, Draft, strict=False)
    except msgspec.ValidationError as error:
        setting = str(error).rpartition("$.")[2].rstrip("`")
        raise SockplayError(
            f"The setting {setting} has a value that it cannot have: "
            f"{short(str(settings.get(setting)))}."
        ) from error


def _written(value: str | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value.isprintable() and value == value.strip() and not value.startswith('"'):
        return value
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return value  # half a character: whoever writes the file says so


def _read(value: str, number: int) -> str:
    if not value.startswith('"'):
        return value
    try:
        return msgspec.json.decode(value, type=str)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise SockplayError(
            f"Line {number} is no text in double quotes, as JSON has it."
        ) from error
