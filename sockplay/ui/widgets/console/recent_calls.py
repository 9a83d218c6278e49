"""The last calls of the record, newest below, in few cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment

from sockplay.model.call import Call, Row, call_text
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.rows_view import PARTS, RowsView
from sockplay.ui.widgets.timeline.timeline_rows import GLYPHS, RESULTS
from sockplay.values.printable import visible

KEPT: Final = 200
"""Calls that it can scroll back over; the timeline has all."""
SHOWN_DATA: Final = 24
"""Bytes of a call that it can show."""
_SIGNS: Final = {"out": ("→", "sent"), "in": ("←", "recv"), None: ("·", "value")}


class RecentCalls(RowsView):
    """Follows the newest call, unless the cursor stands on an older one."""

    ALWAYS_MARKED = False
    PARTS = PARTS | {
        "sent": "sock-sent",
        "recv": "sock-recv",
        "partial": "sock-partial",
        "error": "sock-error",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show these calls, the newest last."""
        seq = self._rows[self.cursor].call.seq if self._rows else 0
        followed = self.cursor >= len(self._rows) - 1
        self._rows = rows
        self.renew()
        first = rows[0].call.seq if rows else 0
        self.go(len(rows) - 1 if followed else seq - first)

    def on_resize(self) -> None:
        """Stay with the call under the cursor, which is the newest one at first."""
        self.go(self.cursor)

    @property
    def count(self) -> int:
        """The calls; one row says that there is none."""
        return max(1, len(self._rows))

    def heading(self, width: int) -> list[Segment]:
        """What this is."""
        return [Segment(fit("CALLS  as they happen", width), self._style("head"))]

    def row(self, place: int, width: int) -> list[Segment]:
        """A call: number, socket, direction, call, result, badges."""
        if not self._rows:
            return [Segment("none yet", self._style("name"))]
        row = self._rows[place]
        call = row.call
        sign, part = _SIGNS[call.direction]
        head = f"{call.seq:>4} {fit(visible(call.socket), 7)} {sign} "
        room = max(8, width - cell_len(head))
        text = visible(call_text(call, row.length, room)) + _result(row)
        badge, badge_part = _badge(call, room - cell_len(text) - 1)
        room -= cell_len(badge) + bool(badge)
        return [
            Segment(head, self._style("name")),
            Segment(fit(text, room), self._style("error" if call.error else part)),
            Segment((" " if badge else "") + badge, self._style(badge_part)),
        ]


def _result(row: Row) -> str:
    call = row.call
    if call.error or (call.moved is None and not call.note):
        return ""
    if call.direction == "in":
        more = "…" if row.length > call.stored else ""
        return visible(f" = {call.data!r}{more}")
    if call.direction == "out":
        return f" = {call.moved:,}" if call.moved is not None else ""
    return visible(f" {'=' if call.op in RESULTS else '·'} {call.note}")


def _badge(call: Call, room: int) -> tuple[str, str]:
    """What is to be noted of a call, in signs and words; in signs alone where words have no room.

    An error is named at any rate.
    """
    if call.error and call.error != "EAGAIN":
        return f"✕ {call.error}", "error"
    words = " ".join(f"{GLYPHS[badge]} {badge}" for badge in call.badges)
    short = words.replace("cut by bufsize", "cut")
    signs = " ".join(GLYPHS[badge] for badge in call.badges)
    part = "error" if "truncated" in call.badges else "partial"
    return next((text for text in (words, short) if cell_len(text) <= room), signs), part
