"""Says of one flow in one line what went where, how much is under way, and at which scale."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment

from sockplay.model.lane import Lane
from sockplay.ui.widgets.cells import fit, size_text
from sockplay.ui.widgets.painter import Painter
from sockplay.ui.widgets.stream_map.flow_lines import Picture
from sockplay.ui.widgets.stream_map.view import View
from sockplay.values.printable import visible


def title(
    picture: Picture, width: int, follows: bool, focused: bool, style: Painter
) -> list[Segment]:
    """The line, cut to a width: the flow, its counts, the scale."""
    flow = picture.flow
    mark = "▌" if focused else " "
    names = f"{visible(flow.source)} → {visible(flow.sink)}"
    scale = scale_text(picture.view) + (", follows the end" if follows else "")
    names = fit(names, min(cell_len(names), max(0, width - len(mark))))
    room = width - len(mark) - cell_len(names) - len(scale) - 2
    tell = _datagrams if flow.datagrams else _stream
    wordings = ("   ".join(["", *tell(picture, brief)]) for brief in (False, True))
    told = next((text for text in wordings if cell_len(text) <= room), "")
    if not told:
        scale = ""
        told = "   ".join(["", *tell(picture, True)])
        room = width - len(mark) - cell_len(names) - 2
        told = fit(told, max(0, min(room, cell_len(told))))
    return [
        Segment(mark, style("chosen-name")),
        Segment(names, style("title")),
        Segment(told, style("plain")),
        Segment(" " * max(0, width - len(mark) - cell_len(names + told + scale))),
        Segment(scale, style("muted")),
    ]


def scale_text(view: View) -> str:
    """How large a unit is drawn."""
    unit = "datagram" if view.datagrams else "byte"
    if view.units > 1:
        return f"1 cell = {view.units:,} {unit}s"
    return f"1 {unit} = {view.cells} cell{'s' if view.cells > 1 else ''}"


def _stream(picture: Picture, brief: bool) -> list[str]:
    flow, standing = picture.flow, picture.standing
    told = []
    if flow.sent is not None:
        told.append(_amount(flow.sent, "send", brief))
    if flow.read is not None:
        told.append(_amount(flow.read, "recv", brief))
    if flow.sent is not None and flow.read is not None:
        flight = max(0, flow.sent.end - flow.read.end)
        if not standing.over:
            told.append(f"in flight {flight:,}{_where(picture) if flight else ''}")
        elif flight:
            told.append(f"✕ never read {flight:,}")
    elif flow.sent is not None and standing.unacknowledged is not None:
        told.append(f"not acknowledged {standing.unacknowledged:,}")
    elif flow.read is not None and standing.unread is not None:
        told.append(f"queued here {standing.unread:,}")
    lanes = [lane for lane in (flow.sent, flow.read) if lane is not None]
    if urgent := max(len(lane.urgent) for lane in lanes):
        told.append(f"‼ {urgent:,} urgent" + ("" if brief else ", beside the stream"))
    return told


def _where(picture: Picture) -> str:
    """Where the bytes are that were sent and not read."""
    standing, flow = picture.standing, picture.flow
    places = [
        f"{amount:,} at {visible(name)}"
        for amount, name in ((standing.unread, flow.sink), (standing.unacknowledged, flow.source))
        if amount
    ]
    return f", queued: {', '.join(places)}" if places else ""


def _datagrams(picture: Picture, brief: bool) -> list[str]:
    flow, standing = picture.flow, picture.standing
    told = []
    if flow.sent is not None:
        told.append(f"sent {len(flow.sent):,}")
    if flow.read is not None:
        told.append(f"read {len(flow.read) - flow.read.absent:,}")
        if flow.read.absent:
            told.append(f"✕ lost {flow.read.absent:,}")
        if truncated := flow.read.tagged("truncated", 0, len(flow.read)):
            told.append(f"✕ truncated {truncated:,}")
        if standing.dropped:
            whose = "" if brief else f" at {visible(flow.sink)}"
            told.append(f"the kernel dropped {standing.dropped:,}{whose}")
    return told


def _amount(lane: Lane, verb: str, brief: bool) -> str:
    count = len(lane)
    calls = f"{count:,} {verb}{'' if count == 1 else 's'}"
    return calls if brief or not count else f"{calls}, {size_text(lane.end)}"
