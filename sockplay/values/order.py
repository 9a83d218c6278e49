"""Byte order: which end of a number comes first."""

from __future__ import annotations

from typing import Literal

from sockplay.values.errors import ValuesError

ByteOrder = Literal["big", "little"]

# The signs are those of Python's struct module.
_BIG = ("big", "be", "network", "net", ">", "!")
_LITTLE = ("little", "le", "<")


def parse_order(text: str) -> ByteOrder:
    """Read the name of a byte order, in any case, as people and Python's struct write it.

    Raises:
        ValuesError: It is none of the names, which the sentence lists.
    """
    name = text.strip().lower()
    if name in _BIG:
        return "big"
    if name in _LITTLE:
        return "little"
    message = f"{text!r} is not a byte order: use {' '.join(_BIG)} or {' '.join(_LITTLE)}"
    raise ValuesError(message, column=1, span=max(1, len(text)))
