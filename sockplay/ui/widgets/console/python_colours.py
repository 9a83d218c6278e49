"""Colours for a line of Python: its words, texts, numbers and remarks."""

from __future__ import annotations

import keyword
import re
from typing import Final

from rich.text import Text

from sockplay.ui.widgets.painter import Painter

_WORDS: Final = "|".join(keyword.kwlist)
# A line is coloured by itself, so a text of several lines in triple quotes is not seen as one.
_PARTS: Final = re.compile(
    r"(?P<comment>\#.*)"
    r"|(?P<string>(?:\b[bBrRfFuU]{1,2})?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"))"
    rf"|(?P<keyword>\b(?:{_WORDS})\b)"
    r"|(?P<number>\b(?:0[xXoObB][0-9a-fA-F_]+|\d[\d_]*(?:\.\d+)?)\b)"
)
_LONGEST: Final = 2000
"""Characters of a line that is coloured; a longer one is data rather than code."""


def coloured(line: Text, style: Painter) -> Text:
    """The same line with the styles of the parts ``keyword``, ``string`` and so on."""
    if len(line) <= _LONGEST:
        for found in _PARTS.finditer(line.plain):
            line.stylize(style(found.lastgroup or "string"), found.start(), found.end())
    return line
