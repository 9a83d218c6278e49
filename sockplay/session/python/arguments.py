"""Arguments of recorded calls as Python source that is safe to run: literals and constants alone.

A session may come from somebody else, so nothing in it reaches a program unread.
"""

from __future__ import annotations

import ast
import keyword
import re
from functools import lru_cache
from typing import Final

_LONGEST: Final = 2_000
"""Characters; the longest address or option has a few hundred."""
_CONSTANT: Final = r"(?:[A-Z][A-Z0-9]*_[A-Z0-9_]+|SOMAXCONN)\b"
_TOKEN: Final = re.compile(
    r"(?P<text>b?'(?:[^'\\]|\\['\"\\abfnrtv]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*'"
    r'|b?"(?:[^"\\]|\\[\'"\\abfnrtv]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*")'
    r"|(?P<number>-?(?:0x[0-9a-f]+|\d+(?:\.\d+)?)\b)"
    r"|(?P<word>(?:None|True|False)\b)"
    rf"|(?P<constant>{_CONSTANT})"
    r"|(?P<pack>struct\.pack(?=\('))"
    r"|(?P<name>[a-z_]+=(?!=))"
    r"|(?P<mark>[(),|\[\]] ?| )"
)
_LONGEST_NAME: Final = 40


@lru_cache(4096)
def written(args: str) -> str | None:
    """Arguments as a program writes them, constants with their module; None if they are none."""
    if len(args) > _LONGEST:
        return None
    pieces, at = [], 0
    while at < len(args):
        token = _TOKEN.match(args, at)
        if token is None:
            return None
        pieces.append("socket." * (token.lastgroup == "constant") + token[0])
        at = token.end()
    text = "".join(pieces)
    try:
        ast.parse(f"call({text})", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return text if text.isprintable() else None


def address(args: str) -> tuple[str | int, ...] | str | bytes | None:
    """The address in the arguments of a bind, connect or sendto; None if there is none."""
    if written(args) is None:
        return None
    try:
        value = ast.literal_eval(args)
    except (SyntaxError, ValueError):
        return None
    if isinstance(value, tuple):
        kinds = (str, int, int, int)[: len(value)]
        fits = 2 <= len(value) <= 4 and all(map(isinstance, value, kinds))
        return value if fits else None
    return value if isinstance(value, str | bytes) else None


def is_name(text: str) -> bool:
    """Whether a socket's name can stand in a program."""
    return (
        text.isascii()
        and text.isidentifier()
        and len(text) <= _LONGEST_NAME
        and not keyword.iskeyword(text)
    )
