"""Draws one direction of a stream map: ruler, what was sent, the bytes, what was read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from sockplay.model.lane import End, Flow, Lane, Span, Standing
from sockplay.ui.widgets.hex_cells import BYTE_PARTS, CLASSES
from sockplay.ui.widgets.stream_map.line import Line
from sockplay.ui.widgets.stream_map.view import Piece, View, pieces
from sockplay.values.printable import ascii_cells

Side = Literal["sent", "read"]
PARTS: Final = {
    "plain": "foreground",
    "title": "bold primary",
    "muted": "sock-muted",
    "sent": "sock-sent",
    "read": "sock-recv",
    "partial": "sock-partial",
    "error": "sock-error",
    "end": "bold foreground",
    "sent-partner": "bold sock-sent on block-cursor-background",
    "read-partner": "bold sock-recv on block-cursor-background",
    "chosen": "bold foreground on input-selection-background",
    "chosen-name": "bold primary",
    **BYTE_PARTS,
}
"""The style of each part of a stream map."""
GLYPHS: Final = {"cut by bufsize": "✂", "short write": "◔", "truncated": "✕"}
_ENDS: Final = {"EOF": "∎ EOF", "reset": "✕ reset", "closed": "∎ closed"}
NOT_OURS: Final = "not ours: unknown"
_HEIGHTS: Final = "▁▂▃▄▅▆▇█"
_HEX_CELLS: Final = 3
END_ROOM: Final = 9
"""Columns that are kept free for what stands behind the last call."""


class Picture(msgspec.Struct, frozen=True):
    """All that the lines of one flow are drawn from."""

    flow: Flow
    standing: Standing
    view: View
    chosen: tuple[Side, int] | None = None
    """The call under the cursor: whose, and its number in the lane."""

    def lane(self, side: Side) -> Lane | None:
        """The calls of one side."""
        return self.flow.sent if side == "sent" else self.flow.read

    def other(self, side: Side) -> Lane | None:
        """The calls of the other side."""
        return self.flow.read if side == "sent" else self.flow.sent

    @property
    def total(self) -> int:
        """How many units there are to see: moved by calls here, or waiting in a queue."""
        read, unread = self.flow.read, 0
        if self.flow.sent is None and read is not None and not self.flow.datagrams:
            unread = read.end + (self.standing.unread or 0)
        return max(self.flow.end, unread)

    def parts(self, side: Side, span: Span) -> range:
        """The numbers of the other side's calls that moved the same bytes."""
        lane = self.other(side)
        return lane.over(span.start, span.end) if lane is not None else range(0)

    def is_partner(self, side: Side, span: Span) -> bool:
        """Whether a call moved some of the bytes of the one under the cursor, at the other end."""
        if self.chosen is None or self.chosen[0] == side:
            return False
        lane = self.lane(self.chosen[0])
        chosen = lane[self.chosen[1]] if lane is not None else None
        return chosen is not None and max(chosen.start, span.start) < min(chosen.end, span.end)


def ruler(picture: Picture) -> Line:
    """Stream offsets, each above its byte; of datagrams, their numbers from 1."""
    line = Line(picture.view.width)
    for column, place in picture.view.ticks():
        number = f"{place + picture.flow.datagrams:,}"
        if place < max(1, picture.total) and column + len(number) <= picture.view.width:
            line.put(column, number, "muted")
    return line


def calls(picture: Picture, side: Side) -> tuple[Line, Line]:
    """The calls of one side with what they left undone, and what there is to say of each."""
    lane, view = picture.lane(side), picture.view
    line, remarks = Line(view.width), Line(view.width)
    if lane is None:
        _fill(line, picture, 0, picture.total, "╱", NOT_OURS, "unknown")
    else:
        if side == "sent" and not picture.total and not lane.ended:
            line.put(0, "nothing was sent this way yet", "muted")
        for piece in pieces(lane, view):
            _piece(line, piece, picture, side, lane)
            _remark(remarks, piece, picture, side, lane)
        _urgent(remarks, picture, lane)
        if side == "read":
            _unread(line, picture, lane)
        _ends(line, lane, picture)
    _unacknowledged(line, picture, side)
    return line, remarks


def _remark(line: Line, piece: Piece, picture: Picture, side: Side, lane: Lane) -> None:
    room = piece.right - piece.left
    for text in _remarks(piece, picture, side, lane):
        if len(text) < room or (len(text) == 1 and room == 1):
            line.put(piece.left, text, "error" if text.startswith("✕") else "partial")
            return


def content(picture: Picture, units: Mapping[int, bytes]) -> Line:
    """The bytes, where one has room; ``units`` has those of the units that are seen."""
    line, view = Line(picture.view.width), picture.view
    if view.units > 1:
        if picture.total:
            line.put(0, "+ zooms in, down to the bytes", "muted")
        return line
    for place in range(view.first, min(view.end, picture.total)):
        data, column = units.get(place, b""), view.column(place)
        if picture.flow.datagrams:
            text = ascii_cells(data[: view.cells - 1])
            line.put(column, text, "byte-printable")
        elif data:
            line.put(column, _byte_text(data[0], view.cells), f"byte-{CLASSES[data[0]]}")
    return line


def _byte_text(value: int, cells: int) -> str:
    if 0x21 <= value <= 0x7E:
        return chr(value)
    if value == 0x20:
        return "·"
    return f"{value:02x}" if cells >= _HEX_CELLS else "."


def _piece(line: Line, piece: Piece, picture: Picture, side: Side, lane: Lane) -> None:
    left, room = piece.left, piece.right - piece.left
    chosen = picture.chosen
    if piece.dense:
        line.put(left, _crowd(piece), side)
        text = f" {piece.begun:,} calls "
        if len(text) + 2 <= room:
            line.put(left + (room - len(text)) // 2, text, side)
        if chosen and chosen[0] == side and piece.call <= chosen[1] < piece.call + piece.begun:
            line.put(max(0, picture.view.column(lane[chosen[1]].start)), "┃", "chosen")
        return
    span = lane[piece.call]
    here = chosen == (side, piece.call)
    if span.absent:
        text = _box(room, ("✕ lost", "✕"), "╌" if lane.datagrams else "╱", here)
        line.put(left, text, "chosen" if here else "error")
        return
    open_left, open_right = span.start < picture.view.first, span.end > picture.view.end
    text = _box(room, _labels(span), "─", here, open_left, open_right)
    partner = f"{side}-partner" if picture.is_partner(side, span) else side
    line.put(left, text, "chosen" if here else partner)


def _labels(span: Span) -> tuple[str, ...]:
    size = f"{span.size:,}"
    return (f"#{span.seq} {span.op} {size}", f"#{span.seq} {size}", size)


def _box(
    room: int,
    labels: tuple[str, ...],
    filling: str,
    heavy: bool,
    open_left: bool = False,
    open_right: bool = False,
) -> str:
    """A call as wide as its bytes, with the longest label that it has room for."""
    if room == 1:
        return "┃" if heavy else "│"
    left, right = ("┣", "┫") if heavy else ("├", "┤")
    left, right = "‹" if open_left else left, "›" if open_right else right
    filling = "━" if heavy and filling == "─" else filling
    inside = room - 2
    label = next((label for label in labels if len(label) <= inside), "")
    if len(label) + 3 <= inside:
        label = f"{filling} {label} "
    return left + label + filling * (inside - len(label)) + right


def _crowd(piece: Piece) -> str:
    """A mark for each column, a step higher for twice as many calls that begin in it."""
    return "".join(_HEIGHTS[min(begun.bit_length(), len(_HEIGHTS)) - 1] for begun in piece.columns)


def _remarks(piece: Piece, picture: Picture, side: Side, lane: Lane) -> tuple[str, ...]:
    """What there is to say of a piece, from the longest wording to the shortest."""
    if piece.dense:
        last = piece.call + piece.begun
        counts = [
            f"{GLYPHS[tag]} {count:,} {tag}"
            for tag in ("cut by bufsize", "short write", "truncated")
            if (count := lane.tagged(tag, piece.call, last))
        ]
        return ("  ".join(counts),) if counts else ()
    span = lane[piece.call]
    if span.absent:
        return ()
    said = [f"{GLYPHS[span.tag]} {span.tag}"] if span.tag else []
    if not picture.flow.datagrams and len(picture.parts(side, span)) > 1:
        said.insert(0, "÷ split" if side == "sent" else "⧉ coalesced")
    if not said:
        return ()
    brief = [" ".join(text.split()[:2]) for text in said]
    return ("  ".join(said), "  ".join(brief), " ".join(text[0] for text in said), said[0][0])


def _urgent(line: Line, picture: Picture, lane: Lane) -> None:
    """Mark where bytes went beside the stream."""
    marks, view = lane.urgent, picture.view
    first = bisect_left(marks, view.first, key=lambda mark: mark.at)
    last = bisect_right(marks, view.end, key=lambda mark: mark.at)
    for mark in marks[first:last]:
        column = line.free_from(min(view.column(mark.at), view.width - 1))
        for text in (f"‼ #{mark.seq} urgent", f"‼ #{mark.seq}", "‼"):
            if line.is_free(column, len(text) + 1):
                line.put(column, text, "partial")
                break


def _unread(line: Line, picture: Picture, lane: Lane) -> None:
    """What was sent and not read, by where it is now."""
    flow, standing = picture.flow, picture.standing
    total, start = picture.total, lane.end
    if start >= total:
        return
    if standing.over:
        _fill(line, picture, start, total, "░", "never read", "unread")
    elif flow.datagrams:
        # Nothing waits, and as many were dropped as are missing: they are not merely late.
        gone = standing.unread == 0 and (standing.dropped or 0) >= lane.absent + total - start
        texts = ("✕ lost", "✕") if gone else ("not read yet", "unread")
        _fill(line, picture, start, total, "░", *texts)
    else:
        waiting = min(total, start + (total if standing.unread is None else standing.unread))
        _fill(line, picture, start, waiting, "░", "not read yet", "unread")
        _fill(line, picture, waiting, total, "▒", "on its way", "sent")


def _unacknowledged(line: Line, picture: Picture, side: Side) -> None:
    """What a peer that is not ours has not even acknowledged."""
    waiting, sent = picture.standing.unacknowledged, picture.flow.sent
    if side == "read" and picture.flow.read is None and sent is not None and waiting:
        _fill(line, picture, max(0, sent.end - waiting), sent.end, "▒", "not acknowledged")


def _fill(line: Line, picture: Picture, start: int, end: int, pattern: str, *texts: str) -> None:
    if start < end:
        last = picture.view.column(end - 1) + picture.view.cells
        line.fill(picture.view.column(start), last, pattern, texts, "muted")


def _ends(line: Line, lane: Lane, picture: Picture) -> None:
    kinds = {end.kind: end for end in lane.ended}
    if "EOF" in kinds or "reset" in kinds:
        kinds.pop("closed", None)  # which goes without saying then
    shown: list[End] = list(kinds.values())
    if not shown:
        return
    at = picture.total if lane is picture.flow.read else max(end.at for end in shown)
    column = picture.view.column(at - 1) + picture.view.cells if at else 0
    part = "error" if "reset" in kinds else "end"
    line.put(column, "".join(f" {_ENDS[end.kind]}" for end in shown), part)
