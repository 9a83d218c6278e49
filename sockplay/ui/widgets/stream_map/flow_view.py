"""Draws one direction of a conversation: what was sent above what was read, byte by byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec.structs import replace
from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from sockplay.model.lane import Flow, Standing
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.painter import Painter, no_style, painter
from sockplay.ui.widgets.stream_map import flow_lines
from sockplay.ui.widgets.stream_map.flow_lines import END_ROOM, PARTS, Picture, Side
from sockplay.ui.widgets.stream_map.flow_title import title
from sockplay.ui.widgets.stream_map.line import Line
from sockplay.ui.widgets.stream_map.view import View
from sockplay.values.printable import visible

GUTTER: Final = 10
"""Cells for the names on the left."""
HEIGHT: Final = 7
SIDES: Final[dict[int, Side]] = {2: "sent", 3: "sent", 4: "sent", 5: "read", 6: "read"}
"""Whose call is meant by each line."""
_CALLS_LINES: Final[dict[Side, int]] = {"sent": 3, "read": 5}
_MARGIN: Final = 2
"""Bytes are asked for beyond both edges, this many times the width."""


class FlowView(Widget):
    """Shows what is seen of one flow, and asks for bytes that it lacks."""

    DEFAULT_CSS = f"FlowView {{ height: {HEIGHT}; }}"

    class OfMap(Message):
        """Something about the map."""

        def __init__(self, map: FlowView) -> None:
            super().__init__()
            self.map = map

        @property
        def control(self) -> FlowView:
            """The map."""
            return self.map

    class Moved(OfMap):
        """The cursor is on another call, or has come here."""

    class Wanted(OfMap):
        """Bytes are in view that it does not have: those of units ``first`` to ``end``."""

        def __init__(self, map: FlowView, first: int, end: int) -> None:
            super().__init__(map)
            self.first = first
            self.end = end

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.picture: Picture | None = None
        self._active = False
        self._keeps: Literal["all", "end", "place"] = "all"
        self._units: Mapping[int, bytes] = {}
        self._have = (0, 0)
        self._lines: dict[int, tuple[str, Line]] = {}
        """What is drawn, until something changes."""
        self._style: Painter = no_style

    # what it shows

    def show(self, flow: Flow, standing: Standing) -> None:
        """Show a flow as it stands now."""
        old = self.picture
        if old is None or old.flow is not flow:
            self._have = (0, 0)
            view = View(max(1, self.size.width - GUTTER), datagrams=flow.datagrams)
            self.picture = Picture(flow, standing, view)
            self._keeps = "all"
        else:
            self.picture = Picture(flow, standing, old.view, old.chosen)
        self._settle()

    def supply(self, first: int, end: int, units: Mapping[int, bytes]) -> None:
        """Take bytes that it asked for, by the number of their unit."""
        self._units, self._have = units, (first, end)
        self._lines = {}
        self.refresh()

    @property
    def active(self) -> bool:
        """Whether the cursor is in this map, of those that the screen shows."""
        return self._active

    @active.setter
    def active(self, active: bool) -> None:
        if active != self._active:
            self._active = active
            self._lines = {}
            self.refresh()

    @property
    def chosen(self) -> tuple[Side, int] | None:
        """The call under the cursor: whose, and its number in the lane."""
        return self.picture.chosen if self.picture else None

    def _settle(self) -> None:
        """Keep in view what is to be kept there, and ask for its bytes."""
        picture = self.picture
        if picture is None:
            return
        view, total = picture.view, picture.total
        width = max(1, self.size.width - GUTTER)
        view = View(width, view.first, view.units, view.cells, view.datagrams)
        if self._keeps == "all":
            room = max(1, width - END_ROOM)
            fitted = View(room, datagrams=view.datagrams).fitted(total)
            view = View(width, 0, fitted.units, fitted.cells, view.datagrams)
        elif self._keeps == "end":
            view = view.at(total, total)
        self._put(view)

    def _put(self, view: View, chosen: tuple[Side, int] | None = None) -> None:
        """Show another part, or choose another call."""
        old = self.picture
        if old is None:
            return
        moved = chosen is not None and chosen != old.chosen
        self.picture = Picture(old.flow, old.standing, view, chosen or old.chosen)
        if moved:
            self.post_message(self.Moved(self))
        end = min(view.end, self.picture.total)
        if view.units == 1 and not self._have[0] <= view.first <= end <= self._have[1]:
            margin = _MARGIN * (view.end - view.first)
            first, end = max(0, view.first - margin), min(end + margin, self.picture.total)
            self._have = (first, end)
            self.post_message(self.Wanted(self, first, end))
        self._lines = {}
        self.refresh()

    def on_resize(self) -> None:
        """Take the width that there is."""
        self._settle()

    # drawing

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._style = painter(self, PARTS)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width, base, picture = self.size.width, self.rich_style, self.picture
        if picture is None or y >= HEIGHT:
            return Strip.blank(width, base)
        if y == 0:
            segments = title(picture, width - 1, self._keeps == "end", self.has_focus, self._style)
        else:
            if not self._lines:
                self._lines = self._draw(picture)
            name, line = self._lines[y]
            at = picture.chosen and _CALLS_LINES[picture.chosen[0]]
            chosen = self.has_focus and y == at
            label = f"{'▌' if chosen else ' '}{fit(visible(name), GUTTER - 2)} "
            part = "chosen-name" if chosen else "muted"
            segments = [Segment(label, self._style(part)), *line.segments(self._style)]
        strip = Strip(segments).apply_style(base)
        return strip.extend_cell_length(width, base).crop(0, width)

    def _draw(self, picture: Picture) -> dict[int, tuple[str, Line]]:
        """All lines below the title, each with the name on its left."""
        if not self._active:
            picture = replace(picture, chosen=None)
        sent, sent_remarks = flow_lines.calls(picture, "sent")
        read, read_remarks = flow_lines.calls(picture, "read")
        return {
            1: ("datagram" if picture.flow.datagrams else "offset", flow_lines.ruler(picture)),
            2: ("", sent_remarks),
            3: (picture.flow.source if picture.flow.sent is not None else "peer", sent),
            4: ("bytes", flow_lines.content(picture, self._units)),
            5: (picture.flow.sink if picture.flow.read is not None else "peer", read),
            6: ("", read_remarks),
        }
