"""Text cut and padded to cells, so that columns line up whatever stands in them."""

from __future__ import annotations

from typing import Final, Literal

from rich.cells import cell_len, set_cell_size

_UNITS: Final = ("B", "kB", "MB", "GB", "TB")
FIELD_LONGEST: Final = 4096
"""Characters of a field of one line; a megabyte pasted into one stops the screen for seconds."""
_GAUGE: Final = "▁▂▃▄▅▆▇█"


def fit(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """Exactly ``width`` cells of a text, with an ellipsis where it was cut."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    padding = " " * (width - length)
    return text + padding if align == "left" else padding + text


def size_text(size: int) -> str:
    """A number of bytes for people: ``0 B``, ``999 B``, ``1.2 kB`` (1 kB is 1,000 bytes)."""
    value, unit = float(size), 0
    while value >= 999.95 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{size} B" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"


def gauge(size: int) -> str:
    """One cell that grows with a queue: a step for each factor of ten, empty only at 0."""
    return _GAUGE[min(len(str(size)), len(_GAUGE) - 1)] if size else _GAUGE[0]
