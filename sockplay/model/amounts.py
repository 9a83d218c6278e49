"""Amounts as a person types them, into a field or after an option."""

from __future__ import annotations

import math

from sockplay.model.errors import SockplayError


def more_than_none(text: str, what: str, use: str) -> float:
    """Read a number above zero, whole or not.

    Args:
        text: what was typed.
        what: what the number is, as a person reads it.
        use: what to type, as a person reads it.

    Raises:
        SockplayError: it is none.
    """
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found < math.inf:
        raise SockplayError(f"{text!r} is no {what}. Use {use}.")
    return found
