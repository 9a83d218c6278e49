"""Changes to one item of a payload's line, made where it is written: the rest stays as typed."""

from __future__ import annotations

import re
from typing import Literal

from sockplay.values.composing.line_items import Item, Place, line_items
from sockplay.values.errors import ValuesError
from sockplay.values.order import ByteOrder, parse_order

Column = Literal["name", "type", "order", "value"]
COLUMNS: tuple[Column, ...] = ("name", "type", "order", "value")

_NAME = re.compile(r"[^\W\d][\w.-]*")
_PLAIN = re.compile(r"""'(?:\\.[^']*|[^\\])'|[^\s()"']+""")
_TYPE = re.compile(r"""[^\s()"=:']+""")
_ESCAPE_OR_QUOTE = re.compile(r'(\\.)|"', re.DOTALL)
_NUMBER = re.compile(r"(?:u|i|f|uint|int|float)[0-9]+(?:_t)?", re.IGNORECASE)
_SUFFIX = {"big": "be", "little": "le"}
_NEW = "u8:0"


def edited(source: str, index: int, column: Column, text: str) -> str:
    """Write another name, type, byte order or value for an item.

    Whether a value fits its type is said when the line is composed.

    Args:
        source: The line.
        index: Which of its items, as `line_items` counts them.
        column: What of it.
        text: The new text; an empty name or byte order takes away what is written.

    Raises:
        ValuesError: It cannot stand there.
    """
    return changed(source, _item(source, index), column, text)


def changed(source: str, item: Item, column: Column, text: str) -> str:
    """Do the same for an item that was read from this line already."""
    text = text if item.kind == "quoted" and column == "value" else text.strip()
    change = {"name": _name, "type": _type, "order": _order, "value": _value}[column]
    return change(source, item, text)


def flipped(source: str, index: int, default: ByteOrder) -> str:
    """Write the other byte order for an item.

    Raises:
        ValuesError: It has none.
    """
    item = _item(source, index)
    return _order(source, item, _other(item.order or default))


def flipped_all(source: str) -> str:
    """Write the other byte order for every item that names one."""
    for item in reversed(line_items(source)):  # from the end, so that the places before stay
        if item.order is not None and has_order(item):
            source = _order(source, item, _other(item.order))
    return source


def without(source: str, index: int) -> str:
    """Take an item out, with those in its parentheses."""
    first, end = _item(source, index).whole
    before, after = source[:first].rstrip(), source[end:].lstrip()
    gap = " " if before and after and before[-1] != "(" and after[0] != ")" else ""
    return before + gap + after


def with_new(source: str, index: int) -> str:
    """Put a new item behind another one; into an empty line as its first."""
    if not line_items(source):
        return _NEW
    end = _item(source, index).whole[1]
    return f"{source[:end]} {_NEW}{source[end:]}"


def has_order(item: Item) -> bool:
    """Whether a byte order means something for an item."""
    if item.kind == "checksum":
        return True
    name = item.type.removeprefix("len:")
    return item.kind in ("number", "length") and not re.fullmatch(r"\D+8(_t)?", name)


def _item(source: str, index: int) -> Item:
    items = line_items(source)
    if index >= len(items):
        raise ValuesError("This field is not there any more: pick another one")
    return items[index]


def _other(order: ByteOrder) -> ByteOrder:
    return "little" if order == "big" else "big"


def _name(source: str, item: Item, text: str) -> str:
    if text and not _NAME.fullmatch(text):
        raise ValuesError(f"{text!r} is no name: begin with a letter, then letters, digits _ . -")
    return _put(source, item.named, f"{text}=" if text else "")


def _type(source: str, item: Item, text: str) -> str:
    if item.kind == "group":
        raise ValuesError("A group has no type: its items have")
    if item.kind in ("length", "checksum"):
        head = item.type.partition(":")[0]
        detail = text.removeprefix(f"{head}:")
        if not _TYPE.fullmatch(detail):
            raise ValuesError(f"{text!r} cannot stand there: write one such as {item.type}")
        return _put(source, item.typed, f"{head}:{detail}")
    if not _TYPE.fullmatch(text):
        raise ValuesError(f"{text!r} is no type: write one such as u16, f32, text or hex")
    name = text if text != "text" else ""
    number = text == "dec" or _NUMBER.fullmatch(re.sub("(be|le)$", "", text))
    if number and item.kind in ("number", "decimal"):
        suffix = "" if text == "dec" or text.endswith(("be", "le", "8")) else _suffix(item)
        return _put(source, (item.typed[0], item.ordered[1]), text + suffix)
    if number:
        value = item.value
        if not _PLAIN.fullmatch(value):
            raise ValuesError(f"{value!r} is no number: make it one first, such as 513")
        return _put(source, (item.typed[0], item.whole[1]), f"{text}:{value}")
    value = item.value if item.kind == "quoted" else _quotable(item.value)
    return _put(source, (item.typed[0], item.whole[1]), f'{name}"{value}"')


def _order(source: str, item: Item, text: str) -> str:
    if not has_order(item):
        raise ValuesError(f"{item.name or item.type} has no byte order: it is no number of several "
                          "bytes")  # fmt: skip
    suffix = ""
    if text:
        order = parse_order(text)
        suffix = ":" * (item.kind == "checksum") + _SUFFIX[order]
    return _put(source, item.ordered, suffix)


def _value(source: str, item: Item, text: str) -> str:
    if item.kind in ("length", "checksum"):
        what = "length" if item.kind == "length" else "checksum"
        raise ValuesError(f"This {what} is computed: change what stands in its parentheses")
    if item.kind == "quoted":
        return _put(source, item.valued, _quotable(text))
    if not _PLAIN.fullmatch(text):
        raise ValuesError(f"{text!r} is not one value: write one such as 513, 0x201 or 'A'")
    if item.kind == "group":
        return _put(source, item.valued, f"*{text}" if text != "1" else "")
    colon = "" if source[item.valued[0] - 1] == ":" else ":"
    return _put(source, item.valued, colon + text)


def _quotable(text: str) -> str:
    """The text with what would end it early escaped."""
    text = _ESCAPE_OR_QUOTE.sub(lambda found: found[1] or r"\"", text)
    backslashes = len(text) - len(text.rstrip("\\"))
    return text + "\\" if backslashes % 2 else text


def _suffix(item: Item) -> str:
    return _SUFFIX[item.order] if item.order else ""


def _put(source: str, place: Place, text: str) -> str:
    return source[: place[0]] + text + source[place[1] :]
