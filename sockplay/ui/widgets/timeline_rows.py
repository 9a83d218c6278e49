"""Draws the lines of one call in the timeline: the call, its note, its bytes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rich.segment import Segment
from rich.style import Style

from sockplay.model.call import Badge, Call, Row, call_text
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.hex_cells import BYTE_STYLES, CLASSES, ROW_BYTES, hex_segments
from sockplay.values.hexrows import HexRow
from sockplay.values.printable import visible

GLYPHS: Final[dict[Badge, str]] = {
    "short write": "◔",
    "cut by bufsize": "✂",
    "truncated": "✕",
    "EOF": "∎",
    "would block": "◔",
    "error": "✕",
}
_ARROWS: Final = {"out": "→", "in": "←"}
PARTS: Final = (
    *("seq", "time", "socket", "sent", "recv", "other", "count", "partial", "error", "eof"),
    *("note", "offset", "cursor", *(f"byte-{name}" for name in BYTE_STYLES)),
)
"""The parts of a timeline that have a colour each."""
STYLES: Final = """
Timeline {
    scrollbar-size-vertical: 1;
    overflow-x: hidden;
    overflow-y: scroll;
    & > .timeline--seq, & > .timeline--time, & > .timeline--offset { color: $sock-muted; }
    & > .timeline--socket { color: $foreground; }
    & > .timeline--sent { color: $sock-sent; }
    & > .timeline--recv { color: $sock-recv; }
    & > .timeline--other { color: $foreground 80%; }
    & > .timeline--count { color: $foreground; }
    & > .timeline--partial { color: $sock-partial; }
    & > .timeline--error { color: $sock-error; }
    & > .timeline--eof { color: $foreground; text-style: bold; }
    & > .timeline--note { color: $sock-muted; text-style: italic; }
    & > .timeline--cursor { background: $block-cursor-background; }
    & > .timeline--byte-printable { color: $byte-printable; }
    & > .timeline--byte-whitespace { color: $byte-whitespace; }
    & > .timeline--byte-control { color: $byte-control; }
    & > .timeline--byte-nul { color: $byte-nul; }
    & > .timeline--byte-ff { color: $byte-ff; }
    & > .timeline--byte-high { color: $byte-high; }
}
"""
Styles = Callable[[str], Style]
"""Gives the style of a part of the timeline, told its name."""
_BADGE_WIDTH: Final = 17
_LEFT_WIDTH: Final = 7


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand in a timeline of some width; the same for every row."""

    width: int
    narrow: bool
    since: int = 0
    """In a narrow timeline times count from here, in ns since the Unix epoch."""

    @property
    def time_width(self) -> int:
        """Cells of the time column."""
        return 9 if self.narrow else 12

    @property
    def indent(self) -> int:
        """Cells before a row's second and later lines."""
        return 2 if self.narrow else 8

    @property
    def call_width(self) -> int:
        """Cells for the call and its byte count together."""
        return max(20, self.width - 18 - self.time_width - _LEFT_WIDTH - 2 - _BADGE_WIDTH)

    def heading(self) -> str:
        """The columns' names, each above its column."""
        time_name = "seconds" if self.narrow else "time"
        call = "call" + "moved/asked".rjust(self.call_width - 4)
        return fit(
            f"     # {fit(time_name, self.time_width)} {fit('socket', 7)}   {call}"
            f"{'left':>{_LEFT_WIDTH}}",
            self.width,
        )

    def when(self, time_ns: int) -> str:
        """A call's time as the column shows it."""
        if self.narrow:
            return f"{(time_ns - self.since) / 1e9:>9.3f}"
        seconds, rest = divmod(time_ns, 1_000_000_000)
        return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{rest // 1_000_000:03}"


def call_segments(call: Call, length: int, columns: Columns, style: Styles) -> list[Segment]:
    """The call's own line: number, time, socket, direction, call, bytes, left, badge."""
    begin = [
        Segment(f"{call.seq:>6} ", style("seq")),
        Segment(f"{columns.when(call.time_ns)} ", style("time")),
        Segment(fit(visible(call.socket), 7), style("socket")),
    ]
    if call.direction is None:
        return begin + _other_segments(call, columns, style)
    count = ""
    if call.moved is not None:
        count = f"{call.moved:,}/{call.requested:,}"
    room = columns.call_width - len(count) - 1
    text = visible(call_text(call, length, room))
    direction = {"out": "sent", "in": "recv"}[call.direction]
    error = call.error is not None
    left = f"{call.left:,}" if call.left is not None else ""
    return [
        *begin,
        Segment(f" {_ARROWS[call.direction]} ", style(direction)),
        Segment(fit(text, room) + " ", style("error" if error else direction)),
        Segment(count, style("count")),
        Segment(f"{left:>{_LEFT_WIDTH}}  ", style("partial" if call.left else "seq")),
        *_badge_segments(call, style),
    ]


def _other_segments(call: Call, columns: Columns, style: Styles) -> list[Segment]:
    room = columns.width - 17 - columns.time_width
    text = visible(call_text(call))
    if call.error:
        error = f"✕ {call.error}"
        room -= len(error) + 1
        return [
            Segment("   " + fit(text, room) + " ", style("error")),
            Segment(error, style("error")),
        ]
    text = fit(text, room) if len(text) > room else text
    result = fit(f"  = {visible(call.note)}", room - len(text)) if call.note else ""
    return [Segment("   " + text, style("other")), Segment(result, style("note"))]


def _badge_segments(call: Call, style: Styles) -> list[Segment]:
    if call.error and call.error != "EAGAIN":
        return [Segment(f"✕ {call.error}", style("error"))]
    names = {"EOF": "eof", "truncated": "error"}
    return [
        Segment(f"{GLYPHS[badge]} {badge} ", style(names.get(badge, "partial")))
        for badge in call.badges
    ]


def below_segments(
    row: Row,
    line: int,
    hex_lines: int,
    columns: Columns,
    opened: bool,
    style: Styles,
) -> list[Segment]:
    """Line ``line``, from 0, below the call's own: its note, its bytes, or what is hidden."""
    call = row.call
    indent = Segment(" " * columns.indent)
    if call.note and (call.direction or call.error):
        if line == 0:
            room = columns.width - columns.indent - 1
            name = "error" if call.error and call.error != "EAGAIN" else "note"
            return [indent, Segment(fit(visible(call.note), room), style(name))]
        line -= 1
    if line < hex_lines:
        at = line * ROW_BYTES
        data = call.data[at : at + ROW_BYTES]
        segments = hex_segments(
            HexRow(at, data), at, lambda _, value: style(f"byte-{CLASSES[value]}"), style("offset")
        )
        if columns.narrow and line == hex_lines - 1 and row.length > at + ROW_BYTES:
            segments.append(Segment(" …", style("seq")))
        return [indent, *segments]
    hidden = row.length - hex_lines * ROW_BYTES
    hint = "the inspector shows them" if opened else "Enter opens the row"
    return [indent, Segment(f"… {hidden:,} more bytes: {hint}", style("seq"))]
