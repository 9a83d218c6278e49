"""The payload language's single items, such as `u16:513` and `cp949"..."`, as bytes."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, NamedTuple

from sockplay.values.errors import ValuesError, did_you_mean, located
from sockplay.values.floats import FloatType, float_type, parse_float
from sockplay.values.hexrows import parse_hex, plain_hex
from sockplay.values.integers import INTEGER_NAME, IntegerType, integer_type, parse_integer
from sockplay.values.order import parse_order
from sockplay.values.printable import LONGEST_SHOWN, short
from sockplay.values.text import codec, encode_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sockplay.values.order import ByteOrder

_FLOAT_NAME = re.compile(r"f(loat)?[0-9]+", re.IGNORECASE)
_SUFFIXES: tuple[tuple[str, ByteOrder], ...] = (("be", "big"), ("le", "little"))
_QUOTED_PREFIXES = {name: name for name in ("hex", "b64", "file")}
_HEADS = {
    **{f"{letter}{bits}": f"{letter}{bits}" for letter in "ui" for bits in (8, 16, 24, 32, 64)},
    **{name: name for name in ("f16", "f32", "f64", "dec", "len", "crc")},
    **_QUOTED_PREFIXES,
}
_GROUP_EXAMPLES = {"len": "len:u16(ITEMS)", "crc": "crc:crc-32(ITEMS)"}
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


class Leaf(NamedTuple):
    """What one item comes to."""

    kind: str
    data: bytes
    value: str
    """The value as short visible text."""


def number_item(word: str, order: ByteOrder, field: str) -> Leaf:
    """Make the bytes of an item without quotes, such as `u16:513`, `f32le:1.5` or `dec:513`.

    Args:
        word: The item, without its name.
        order: The byte order of a type that names none.
        field: What to call the item in an error.

    Raises:
        ValuesError: It is no such item, or its value does not fit.
    """
    head, _, text = word.partition(":")
    if head != "dec" and not _is_number(head):
        raise unknown_item(word)
    if not text:
        raise ValuesError(f"{head} needs a value: write {head}:1", 1, len(word))
    value_place = located(len(head) + 2, len(text))
    if head == "dec":
        with value_place:
            digits = str(parse_integer(text))
        return Leaf("dec", digits.encode(), short(digits))
    number_type, order = number_head(head, order)
    if isinstance(number_type, IntegerType):
        with value_place:
            integer = parse_integer(text)
        data, shown = number_type.encode(integer, order, field=field), str(integer)
    else:
        with value_place:
            number = parse_float(text)
        data, shown = number_type.encode(number, order, field=field), repr(number)
    return Leaf(kind_of(number_type, order), data, short(shown))


def number_head(head: str, order: ByteOrder) -> tuple[IntegerType | FloatType, ByteOrder]:
    """Read a number's type and byte order: `u16` in the order given, or `u16be`, `f32le`.

    Raises:
        ValuesError: There is no such type.
    """
    name = head
    for suffix, named_order in _SUFFIXES:
        if head.endswith(suffix):
            name, order = head.removesuffix(suffix), named_order
    return (float_type(name) if _FLOAT_NAME.fullmatch(name) else integer_type(name)), order


def kind_of(number_type: IntegerType | FloatType, order: ByteOrder) -> str:
    """Name a type with its byte order: `u16be`; a single byte has none."""
    suffix = "" if number_type.size == 1 else "be" if order == "big" else "le"
    return number_type.name + suffix


def length_head(detail: str, order: ByteOrder) -> tuple[IntegerType, ByteOrder]:
    """Read what stands after `len:`, an integer's type with or without its byte order.

    Raises:
        ValuesError: It is no such type.
    """
    number_type, order = number_head(detail, order)
    if not isinstance(number_type, IntegerType):
        message = f"A length is an integer, not {detail}: write {_GROUP_EXAMPLES['len']}"
        raise ValuesError(message, 1, len(detail))
    return number_type, order


def checksum_head(detail: str, order: ByteOrder) -> tuple[str, ByteOrder]:
    """Read what stands after `crc:`, a checksum's name with or without a byte order.

    Raises:
        ValuesError: It is no byte order. The name is not looked up.
    """
    name, colon, order_name = detail.partition(":")
    if colon:
        with located(len(name) + 2, len(order_name)):
            order = parse_order(order_name)
    return name, order


def text_item(text: str, encoding: str, kind: str) -> Leaf:
    """Make the bytes of text in quotes, whose escapes still stand.

    Raises:
        ValuesError: Unknown encoding, wrong escape, or a character that the encoding lacks.
    """
    return Leaf(kind, encode_text(text, encoding), short(text))


def prefixed_item(prefix: str, text: str, read_file: Callable[[str], bytes] | None) -> Leaf:
    """Make the bytes of text in quotes with something before them: `hex`, `b64`, `file`.

    Any other prefix is an encoding. In `file"..."` a backslash stays one, as Windows' paths need
    it, save before a double quote.

    Raises:
        ValuesError: The text is no such thing, the file cannot be read here, or the prefix is
            unknown.
    """
    if prefix == "hex":
        data = parse_hex(text)
        return Leaf("hex", data, short(plain_hex(data[:LONGEST_SHOWN])))
    if prefix == "b64":
        return Leaf("b64", _base64(text), short(text))
    if prefix == "file":
        return Leaf("file", _file(text.replace('\\"', '"'), read_file), short(text))
    return text_item(text, prefix, prefix)


def check_prefix(prefix: str) -> None:
    """Refuse what cannot stand before a double quote.

    Raises:
        ValuesError: It is neither `hex`, `b64` or `file` nor an encoding.
    """
    if prefix in _QUOTED_PREFIXES:
        return
    if ":" in prefix or prefix in _HEADS:
        message = f'{prefix} takes no text in double quotes: write "text", or an item like u16:1'
        raise ValuesError(message, 1, len(prefix))
    try:
        codec(prefix)
    except ValuesError as error:
        hint = did_you_mean(prefix, _QUOTED_PREFIXES)
        message = f'{prefix}"..." is not an item I know.{hint}' if hint else error.message
        raise ValuesError(message, 1, len(prefix)) from None


def unknown_item(word: str) -> ValuesError:
    """Say what is wrong with a word that is no item, and what was probably meant."""
    head, colon, _ = word.partition(":")
    if word in _QUOTED_PREFIXES:
        message = f'{word} needs its text in double quotes: {word}"..."'
    elif head in _GROUP_EXAMPLES:
        message = f"{head} needs its items in parentheses, such as {_GROUP_EXAMPLES[head]}"
    elif re.fullmatch(r"[+-]?[0-9]\w*", word):
        message = f"{word} needs a type, such as u16:{word}"
    else:
        hint = did_you_mean(head, _HEADS) if colon else ""
        bare = re.sub(r"^[bru]{1,2}(?=['‘’])", "", word)  # as Python writes bytes
        quoted = bare.strip("'‘’“”").replace("\\", "\\\\")
        message = f"{short(word)} is not an item I know."
        message += hint or f' Text goes in double quotes: "{short(quoted)}"'
    return ValuesError(message, 1, len(word))


def unknown_group(word: str) -> ValuesError:
    """Say what is wrong with a word before a parenthesis, and what was probably meant."""
    head = word.partition(":")[0]
    if head in _GROUP_EXAMPLES:
        message = f"{head} needs to know of what kind: write {_GROUP_EXAMPLES[head]}"
    else:
        message = f"{short(word)}(...) is not an item I know."
        message += did_you_mean(head, {name: name for name in _GROUP_EXAMPLES}) or (
            " Items in parentheses stand alone, or after one like len:u16 or crc:crc-32"
        )
    return ValuesError(message, 1, len(word))


def _is_number(head: str) -> bool:
    name = head.removesuffix("be").removesuffix("le")
    return bool(INTEGER_NAME.fullmatch(name) or _FLOAT_NAME.fullmatch(name))


def _base64(text: str) -> bytes:
    legal = _BASE64.match(text)
    if legal and legal.end() < len(text):
        message = f"{text[legal.end()]} is not Base64: use A-Z a-z 0-9 + / and = at the end"
        raise ValuesError(message, legal.end() + 1)
    try:
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except binascii.Error:
        message = "This Base64 is incomplete: write groups of four, the last filled up with ="
        raise ValuesError(message, 1, max(1, len(text))) from None


def _file(path: str, read_file: Callable[[str], bytes] | None) -> bytes:
    if read_file is None:
        raise ValuesError('Files cannot be read here: write the bytes as hex"..."', 1, len(path))
    try:
        return read_file(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"{path} cannot be read: {reason}. Check the path"
        raise ValuesError(message, 1, max(1, len(path))) from None
