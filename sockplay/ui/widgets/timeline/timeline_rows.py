"""Draws the lines of one call in the timeline: the call, its note, its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from rich.segment import Segment
from rich.style import Style

from sockplay.model.call import Badge, Call, Row, call_text
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.hex_cells import BYTE_PARTS, CLASSES, ROW_BYTES, hex_segments
from sockplay.ui.widgets.painter import Painter
from sockplay.ui.widgets.timeline.time_column import TimeColumn
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
MARK: Final = "⚑"
FOUND: Final = "•"
_ARROWS: Final = {"out": "→", "in": "←"}
PARTS: Final = {
    "seq": "sock-muted",
    "time": "sock-muted",
    "offset": "sock-muted",
    "socket": "foreground",
    "sent": "sock-sent",
    "recv": "sock-recv",
    "other": "foreground",
    "count": "foreground",
    "partial": "sock-partial",
    "error": "sock-error",
    "eof": "bold foreground",
    "note": "italic sock-muted",
    "cursor": "on block-cursor-background",
    "mark": "bold primary",
    "found": "bold underline on input-selection-background",
    **BYTE_PARTS,
}
"""The style of each part of a timeline."""
RESULTS: Final = frozenset(
    {
        *("accept", "dup", "getaddrinfo", "getnameinfo", "getpeername", "getsockname"),
        *("getsockopt", "gethostbyaddr", "gethostbyname", "gethostbyname_ex"),
    }
)
"""Calls whose note is what they returned; that of others is a remark."""
_OF_BYTE: Final = tuple(f"byte-{kind}" for kind in CLASSES)
"""The part that a byte is drawn as, by its value."""
_BADGE_WIDTH: Final = 17
_LEFT_WIDTH: Final = 7


class Columns(msgspec.Struct, frozen=True):
    """Where the columns stand in a timeline of some width; the same for every row."""

    width: int
    times: TimeColumn = TimeColumn()

    @property
    def narrow(self) -> bool:
        """Whether there is room for little."""
        return self.times.narrow

    @property
    def indent(self) -> int:
        """Cells before a row's second and later lines."""
        return 2 if self.narrow else 8

    @property
    def call_width(self) -> int:
        """Cells for the call and its byte count together."""
        return max(16, self.width - 19 - self.times.width - _LEFT_WIDTH - 2 - _BADGE_WIDTH)

    def heading(self) -> str:
        """The columns' names, each above its column."""
        call = "call" + "moved/asked".rjust(self.call_width - 4)
        return fit(
            f"     # {self.times.name} {fit('socket', 8)}   {call}{'left':>{_LEFT_WIDTH}}",
            self.width,
        )


class Beside(msgspec.Struct, frozen=True):
    """What a row shows that is not the call's own."""

    mark: str | None = None
    """The person's note on it; empty for a mark alone, None for none."""
    found: Sequence[tuple[int, int]] = ()
    """Its bytes that were searched for, as half-open ranges."""
    from_ns: int | None = None
    """When that was that its time is counted from."""

    @property
    def sign(self) -> str:
        """What stands behind the call's number."""
        return MARK if self.mark is not None else FOUND if self.found else " "


ALONE: Final = Beside()
"""Nothing is shown beside a row."""


def call_segments(
    call: Call, length: int, columns: Columns, style: Painter, beside: Beside = ALONE
) -> list[Segment]:
    """The call's own line: number, time, socket, direction, call, bytes, left, badge."""
    begin = [
        Segment(f"{call.seq:>6}", style("seq")),
        Segment(beside.sign, style("mark")),
        Segment(f"{columns.times.text(call.time_ns, beside.from_ns)} ", style("time")),
        Segment(fit(visible(call.socket), 8), style("socket")),
    ]
    if call.direction is None:
        return begin + _other_segments(call, columns, style)
    count = ""
    if call.moved is not None:
        count = f"{call.moved:,}/{call.requested:,}"
    left = f" {call.left:,}" if call.left is not None else ""
    wider = max(0, len(left) - _LEFT_WIDTH)
    room = max(0, columns.call_width - len(count) - 1 - wider)
    text = visible(call_text(call, length, room))
    direction = {"out": "sent", "in": "recv"}[call.direction]
    error = call.error is not None
    return [
        *begin,
        Segment(f" {_ARROWS[call.direction]} ", style(direction)),
        Segment(fit(text, room) + " ", style("error" if error else direction)),
        Segment(count, style("count")),
        Segment(f"{left:>{_LEFT_WIDTH}}  ", style("partial" if call.left else "seq")),
        *_badge_segments(call, style),
    ]


def _other_segments(call: Call, columns: Columns, style: Painter) -> list[Segment]:
    room = columns.width - 19 - columns.times.width
    text = visible(call_text(call))
    if call.error:
        error = f"✕ {call.error}"
        room -= len(error) + 1
        return [
            Segment("   " + fit(text, room) + " ", style("error")),
            Segment(error, style("error")),
        ]
    text = fit(text, room) if len(text) > room else text
    sign = "=" if call.op in RESULTS else "·"
    result = fit(f"  {sign} {visible(call.note)}", room - len(text)) if call.note else ""
    return [Segment("   " + text, style("other")), Segment(result, style("note"))]


def _badge_segments(call: Call, style: Painter) -> list[Segment]:
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
    style: Painter,
    beside: Beside = ALONE,
) -> list[Segment]:
    """Line ``line``, from 0, below the call's own: the notes, its bytes, or what is hidden."""
    call = row.call
    indent = Segment(" " * columns.indent)
    if beside.mark:
        if line == 0:
            note = fit(f"{MARK} {visible(beside.mark)}", columns.width - columns.indent - 1)
            return [indent, Segment(note, style("mark"))]
        line -= 1
    if call.note and (call.direction or call.error):
        if line == 0:
            room = columns.width - columns.indent - 1
            name = "error" if call.error and call.error != "EAGAIN" else "note"
            return [indent, Segment(fit(visible(call.note), room), style(name))]
        line -= 1
    if line < hex_lines:
        at = line * ROW_BYTES
        data, found = call.data[at : at + ROW_BYTES], beside.found

        def paint(index: int, value: int) -> Style:
            own = style(_OF_BYTE[value])
            lit = found and any(first <= index < end for first, end in found)
            return own + style("found") if lit else own

        segments = hex_segments(HexRow(at, data), at, paint, style("offset"))
        if columns.narrow and line == hex_lines - 1 and row.length > at + ROW_BYTES:
            segments.append(Segment(" …", style("seq")))
        return [indent, *segments]
    hidden = row.length - hex_lines * ROW_BYTES
    hint = "the inspector shows them" if opened else "Enter opens the row"
    return [indent, Segment(f"… {hidden:,} more bytes: {hint}", style("seq"))]
