"""What the stream map says of the call under its cursor."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from sockplay.model.call import Row, call_text
from sockplay.model.lane import Lane, Span
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.stream_map.flow_lines import GLYPHS, Picture, Side
from sockplay.values.printable import visible

_NAME: Final = 9
_PARTS_TOLD: Final = 4
_ARROWS: Final[dict[Side, str]] = {"sent": "→", "read": "←"}


def details(row: Row | None, picture: Picture, side: Side, number: int) -> Content:
    """The call, which bytes of the stream it moved, and where the other end has them."""
    lane = picture.lane(side)
    if lane is None or number >= len(lane):
        return Content("")
    span = lane[number]
    lines = [("call", _call(row, side)), (*_place(span, picture, side),)]
    if (other := picture.other(side)) is not None:
        lines.append(
            ("read by" if side == "sent" else "sent by", _partners(span, picture, side, other))
        )
    if row is not None and row.call.note:
        lines.append(("note", visible(row.call.note)))
    return Content("\n").join(
        Content.assemble((fit(name, _NAME), "$sock-muted"), text) for name, text in lines
    )


def _call(row: Row | None, side: Side) -> str:
    if row is None:
        return "none: this datagram was sent, and never read" if side == "read" else ""
    call = row.call
    parts = [
        f"#{call.seq} {visible(call.socket)} {_ARROWS[side]} {visible(call_text(call, row.length))}"
    ]
    if call.moved is not None and call.requested is not None:
        parts.append(f"{call.moved:,} of {call.requested:,} bytes")
    if call.left is not None:
        parts.append(f"{call.left:,} left")
    parts += [f"{GLYPHS.get(badge, '∎')} {badge}" for badge in call.badges]
    return "   ".join(parts)


def _place(span: Span, picture: Picture, side: Side) -> tuple[str, str]:
    if picture.flow.datagrams:
        size = "" if span.absent else f", {_bytes(span.size)}"
        return "datagram", f"{span.start + 1:,} of {picture.total:,}{size}"
    where = f"{span.start:,} to {span.end - 1:,}" if span.size > 1 else f"{span.start:,}"
    way = f"{visible(picture.flow.source)} → {visible(picture.flow.sink)}"
    lane = picture.lane(side)
    urgent = sum(mark.seq == span.seq for mark in lane.urgent) if lane is not None else 0
    beside = f", and {urgent} urgent byte beside the stream" if urgent else ""
    return "offset", f"{where}, {_bytes(span.size)} of {way}{beside}"


def _partners(span: Span, picture: Picture, side: Side, other: Lane) -> str:
    """The calls at the other end that moved the same bytes, and how many of them each."""
    numbers = picture.parts(side, span)
    found = [other[number] for number in numbers[:_PARTS_TOLD]]
    told = [_share(span, one, picture.flow.datagrams) for one in found]
    if len(numbers) > _PARTS_TOLD:
        told.append(f"and {len(numbers) - _PARTS_TOLD:,} more calls")
    rest = max(0, span.end - max(span.start, other.end))
    if rest and side == "sent":
        never = picture.standing.over
        told.append(
            ("never read" if never else "not read yet")
            if picture.flow.datagrams
            else f"{_bytes(rest)} {'never' if never else 'not'} read{'' if never else ' yet'}"
        )
    words = {"sent": "÷ split: ", "read": "⧉ coalesced: "}
    several = len(numbers) > 1 and not picture.flow.datagrams
    return (words[side] if several else "") + (", ".join(told) or "no call here")


def _share(span: Span, other: Span, datagrams: bool) -> str:
    if other.absent:
        return "✕ lost"
    if datagrams:
        return f"#{other.seq} {other.op}, {_bytes(other.size)}"
    shared = min(span.end, other.end) - max(span.start, other.start)
    if shared == other.size:
        return f"#{other.seq} {other.op}, all its {_bytes(shared)}"
    return f"#{other.seq} {other.op}, {shared:,} of its {_bytes(other.size)}"


def _bytes(size: int) -> str:
    return f"{size:,} byte{'' if size == 1 else 's'}"
