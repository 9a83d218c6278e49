"""Numbers as they are typed into a field."""

from __future__ import annotations

from sockplay.model.errors import SockplayError

_DIGITS_MOST = 20


def typed_number(
    text: str, what: str, least: int, most: int, or_else: str = "", *, beyond: int = 0
) -> int:
    """Read a whole number.

    Args:
        text: what was typed.
        what: what the number is, as a person reads it.
        least: the least one that there is a use for.
        most: the greatest one.
        or_else: what else may be typed, after an "or".
        beyond: how far out of range it may be all the same, to see who refuses it.

    Raises:
        SockplayError: it is none, or out of range.
    """
    digits = text.strip()
    plain = digits.removeprefix("-")
    is_number = plain.isascii() and plain.isdecimal() and len(plain) <= _DIGITS_MOST
    if not is_number or not least - beyond <= int(digits) <= most + beyond:
        other = f", or {or_else}" if or_else else ""
        raise SockplayError(f"{text!r} is no {what}. Type {least:,} to {most:,}{other}.")
    return int(digits)
