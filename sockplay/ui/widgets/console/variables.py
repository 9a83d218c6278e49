"""The variables of the code that is at work, and which bytes of a buffer are fresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from rich.segment import Segment

from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.rows_view import PARTS, RowsView
from sockplay.values.printable import ascii_cells, visible

CHANGED: Final = "◆"
_ROW: Final = 8
_NAME: Final = 12


class Shown(msgspec.Struct, frozen=True):
    """A variable."""

    name: str
    text: str
    """Its value as Python writes it."""
    changed: bool = False
    """Since the last stop."""
    data: bytes | None = None
    """The bytes of a buffer that something was received into."""
    fresh: tuple[int, int] = (0, 0)
    """Which of them came last; the others are as they were before."""


class _Bytes(msgspec.Struct, frozen=True):
    word: str
    offset: int
    data: bytes


class Variables(RowsView):
    """One variable a line; below a buffer its bytes, fresh and stale ones apart."""

    ALWAYS_MARKED = False
    PARTS = PARTS | {
        "changed": "bold sock-partial",
        "fresh": "bold sock-recv",
        "stale": "sock-muted",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: Sequence[Shown] = ()
        self._where = ""
        self._rows: list[Shown | _Bytes] = []

    def show(self, where: str, variables: Sequence[Shown]) -> None:
        """Show these, which belong to ``where``."""
        if (where, variables) == (self._where, self._shown):
            return
        self._where, self._shown = where, variables
        self._rows = []
        for variable in variables:
            self._rows.append(variable)
            self._rows += _bytes_rows(variable)
        self.renew()

    @property
    def count(self) -> int:
        """Variables and rows of bytes; one row says that there is nothing."""
        return max(1, len(self._rows))

    def heading(self, width: int) -> list[Segment]:
        """Where they are, and what the mark means."""
        sign = f"{CHANGED} changed "
        title = fit(f"VARIABLES  {visible(self._where)}", width - len(sign))
        return [Segment(title + sign, self._style("head"))]

    def row(self, place: int, width: int) -> list[Segment]:
        """A variable, or some bytes of one."""
        if not self._rows:
            return [Segment("  none yet", self._style("name"))]
        row = self._rows[place]
        if isinstance(row, Shown):
            changed = CHANGED if row.changed else " "
            name = visible(row.name)
            room = width - 2 - max(_NAME, min(len(name), 2 * _NAME)) - 1
            return [
                Segment(f"{changed} ", self._style("changed")),
                Segment(fit(name, width - 3 - room) + " ", self._style("name")),
                Segment(fit(_value(row), room), self._style("value")),
            ]
        style = self._style(row.word)
        return [
            Segment(f"  {row.word} ", style),
            Segment(f"{row.offset:04x} ", self._style("name")),
            Segment(f"{row.data.hex(' '):<{3 * _ROW}}{ascii_cells(row.data)}", style),
        ]


def _value(variable: Shown) -> str:
    if variable.data is None:
        return visible(variable.text)
    first, end = variable.fresh
    stale = len(variable.data) - (end - first)
    return visible(f"{end - first:,} bytes fresh, {stale:,} stale  {variable.text}")


def _bytes_rows(variable: Shown) -> list[_Bytes]:
    if variable.data is None:
        return []
    first, end = variable.fresh
    parts = (("stale", 0, first), ("fresh", first, end), ("stale", end, len(variable.data)))
    return [
        _Bytes(word, at, variable.data[at : min(at + _ROW, to)])
        for word, start, to in parts
        for at in range(start, to, _ROW)
    ]
