"""Queues as they were lately: a line of bars for each, with what the highest bar means."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from sockplay.model.kernel_state import End, Kind
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.kernel.number import Number
from sockplay.ui.widgets.kernel.numbers import NUMBERS
from sockplay.values.printable import visible

KEPT: Final = 60
"""Readings that are remembered, a cell each."""
GLYPHS: Final = ("●", "○")
"""This end, and the other."""
END_COLOURS: Final = ("$field-1", "$field-2")
_WIDEST: Final = 30
"""Cells of a gauge's name at most."""
_BARS: Final = "▂▃▄▅▆▇█"
_GAUGED: Final[dict[Kind, tuple[str, ...]]] = {
    "tcp": ("recv_queue", "send_queue"),
    "tcp listening": ("accept_queue",),
    "udp": ("recv_queue", "recv_memory"),
    "unix": ("recv_queue", "send_memory"),
    "unix listening": ("accept_queue",),
    "unix-dgram": ("recv_queue", "send_memory"),
}
_NUMBERS: Final = {number.field: number for number in NUMBERS}


def bars(values: Iterable[int | None], top: int) -> str:
    """A cell for each value: ``▁`` is 0, ``█`` is the top, a gap is a value that is not known."""
    return "".join(
        " " if value is None else _BARS[-(-value * len(_BARS) // top) - 1] if value else "▁"
        for value in values
    )


class Gauges(Widget):
    """Two lines for each queue: what it holds now, and its last readings.

    Args:
        history: the readings by socket and queue; it is added to, with a gap where it begins anew.
    """

    DEFAULT_CSS = """
    Gauges {
        height: auto; padding: 0 1; background: $surface;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, history: dict[tuple[str, str], deque[int | None]]) -> None:
        super().__init__()
        self._ends: Sequence[End] = ()
        self._seen: Sequence[int] = ()
        self._lines = 0
        self._history = history
        for past in history.values():
            past.append(None)

    def take(self, ends: Sequence[End]) -> None:
        """Remember one more reading."""
        for end in ends:
            for field in _GAUGED[end.kind]:
                past = self._history.setdefault((end.name, field), deque(maxlen=KEPT))
                past.append(getattr(end.state, field) if end.state else None)
        self._ends = ends

    def show(self, places: Sequence[int]) -> None:
        """Show these ends, by their places."""
        before, self._seen = self._lines, [place for place in places if place < len(self._ends)]
        self._lines = 2 * len(self._gauged())
        self.refresh(layout=before != self._lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Two lines for each queue."""
        return self._lines

    def render(self) -> Content:
        """The lines."""
        titles = [
            f"{GLYPHS[place]} {visible(end.name)}  {_NUMBERS[field].title}"
            for place, end, field in self._gauged()
        ]
        wide = min(_WIDEST, max(map(cell_len, titles), default=0))
        lines: list[Content] = []
        for title, (place, end, field) in zip(titles, self._gauged(), strict=True):
            past = self._history[end.name, field]
            known = [value for value in past if value is not None]
            top = max(known, default=0)
            colour = END_COLOURS[place]
            lines += [
                Content.assemble(
                    (fit(title, wide), f"bold {colour}"),
                    "  ",
                    (_now(end, _NUMBERS[field]).rjust(13), "bold"),
                    (f"  {_scale(top, _NUMBERS[field])}" if known else "", "$sock-muted"),
                ),
                Content.styled(bars(past, top or 1), colour),
            ]
        return Content("\n").join(lines)

    def _gauged(self) -> list[tuple[int, End, str]]:
        return [
            (place, self._ends[place], field)
            for place in self._seen
            for field in _GAUGED[self._ends[place].kind]
        ]


def _now(end: End, number: Number) -> str:
    if end.state is None:
        return "closed"
    of_all = number.field == "accept_queue" and end.state.backlog is not None
    return number.text(end.state) + (f" of {end.state.backlog:,}" if of_all else "")


def _scale(top: int, number: Number) -> str:
    if not top:
        return "▁ is 0"
    unit = "bytes" if number.unit == "bytes" else "connections"
    return f"█ is {top:,} {unit}"
