"""A number of things in words."""

from __future__ import annotations


def counted(count: int, thing: str = "byte") -> str:
    """`1 byte`, `2 bytes`, `33,554,432 bytes`."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
