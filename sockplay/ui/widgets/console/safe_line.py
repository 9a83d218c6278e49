"""A line of text in a field, each character of it a cell that acts on nothing."""

from __future__ import annotations

from rich.text import Text

from sockplay.values.printable import is_cell

_STAND_IN = "�"


def safe_line(line: Text) -> Text:
    """The same line with a stand-in for whatever is no cell; a tab stays, for the field's stops.

    One character stands for one, so that the cursor and a selection stay where they are.
    """
    text = line.plain
    if not (text.isascii() and text.isprintable()):
        line.plain = "".join(c if c == "\t" or is_cell(c) else _STAND_IN for c in text)
    return line
