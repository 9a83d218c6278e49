"""What stands in all that an expression finds: where it does not, nobody need look closely."""

from __future__ import annotations

import re
from typing import Final

_PART: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\{[0-9,]*\}|.", re.DOTALL)
_PLAIN: Final = re.compile(r"[^\\\[\](){}.*+?^$|]|\\[^0-9A-Za-z]", re.DOTALL)
_NOT_TOLD: Final = re.compile(r"\\[0-9xpPQ]|\(\?[^:]")
"""Escapes of several letters, flags and names."""
_LEAST: Final = 3


def required(expression: str) -> str:
    """The longest text outside of groups and repeats; empty where none is worth looking for."""
    if _NOT_TOLD.search(expression):
        return ""
    found, text, depth = "", "", 0
    for part in [*_PART.findall(expression), ""]:
        if part == "|" and not depth:
            return ""
        plain = not depth and _PLAIN.fullmatch(part)
        if part in ("*", "?") or part.startswith("{"):
            text = text[:-1]  # the letter before may be left out
        if not plain:
            found, text = max(found, text, key=len), ""
        depth += (part == "(") - (part == ")")
        text += part[-1] if plain else ""
    return found if len(found) >= _LEAST else ""
