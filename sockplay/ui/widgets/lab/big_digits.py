"""Hexadecimal digits that a class reads from the back row: 3 by 5 dots each."""

from __future__ import annotations

from typing import Final

_DOTS: Final = {
    "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717",
    "6": "74757", "7": "71111", "8": "75757", "9": "75717", "a": "25755", "b": "44757",
    "c": "74447", "d": "11757", "e": "74647", "f": "74644",
}  # fmt: skip
"""Five rows of three dots, each row an octal digit; b and d are small letters, unlike 8 and 0."""
_HALVES: Final = " ▀▄█"
SCALES: Final = (1, 3, 5, 10)
"""Lines that digits take: as text, in half blocks, in blocks two cells wide, in blocks of eight."""
WIDTHS: Final = (2, 7, 14, 24)
"""Cells that two digits take in each scale."""


def hex_lines(byte: int, scale: int) -> list[str]:
    """A byte in hexadecimal, as lines of cells.

    Args:
        byte: 0 to 255.
        scale: 0 to 3, see ``SCALES``.
    """
    text = f"{byte:02x}"
    if scale == 0:
        return [text]
    rows = [[_row(digit, y) for digit in text] for y in range(5)]
    if scale >= 2:
        wide, high = ((2, 2, 2), 1) if scale == 2 else ((4, 3, 4), 2)
        lines = ["  ".join(_blocks(digit, wide) for digit in row) for row in rows]
        return [line for line in lines for _ in range(high)]
    empty = [[False] * 3] * 2
    pairs = zip(rows[::2], [*rows[1::2], empty], strict=True)
    return [
        " ".join(
            "".join(_HALVES[upper + 2 * lower] for upper, lower in zip(*digits, strict=True))
            for digits in zip(*pair, strict=True)
        )
        for pair in pairs
    ]


def _row(digit: str, y: int) -> list[bool]:
    bits = int(_DOTS[digit][y])
    return [bool(bits & mask) for mask in (4, 2, 1)]


def _blocks(dots: list[bool], wide: tuple[int, ...]) -> str:
    return "".join(("█" if dot else " ") * cells for dot, cells in zip(dots, wide, strict=True))
