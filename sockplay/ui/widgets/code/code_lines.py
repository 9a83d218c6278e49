"""Draws a line of Python: its parts in calm colours, what came back as a comment."""

from __future__ import annotations

import re
from typing import Final

import msgspec
from rich.segment import Segment

from sockplay.model.call import Direction
from sockplay.ui.widgets.painter import Painter
from sockplay.ui.widgets.rows_view import PARTS as ROW_PARTS
from sockplay.values.printable import visible

ARROWS: Final[dict[Direction | None, str]] = {"out": "→", "in": "←", None: " "}
PARTS: Final = {
    **ROW_PARTS,
    "out": "sock-sent",
    "in": "sock-recv",
    "number": "sock-muted",
    "code": "foreground",
    "text": "field-2",
    "digits": "field-1",
    "comment": "italic sock-muted",
    "error": "sock-error",
    "here": "bold foreground",
    "chosen": "on input-selection-background",
}
"""The style of each part of the code view."""
_TOKEN: Final = re.compile(
    r"""(?P<text>b?'(?:[^'\\]|\\.)*'|b?"(?:[^"\\]|\\.)*")|(?P<digits>\b\d+\b)|(?P<code>\w+|\W)"""
)


class CodeLine(msgspec.Struct, frozen=True):
    """What a call's line says; nothing in it is made visible yet."""

    code: str
    comment: str = ""
    direction: Direction | None = None
    failed: bool = False


def code_segments(line: CodeLine, room: int, style: Painter) -> list[Segment]:
    """A line's code, and its comment in what room is left."""
    code = visible(line.code)
    if len(code) > room:
        code = code[: max(0, room - 1)] + "…"
    segments = [
        Segment(token[0], style(token.lastgroup or "code")) for token in _TOKEN.finditer(code)
    ]
    if line.comment:
        comment = f"{'  ' if code else ''}# {visible(line.comment)}"
        segments.append(Segment(comment, style("error" if line.failed else "comment")))
    return segments
