"""One direction of a conversation as a map that is walked from call to call."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType

from sockplay.model.lane import Flow, Lane, Standing
from sockplay.ui.widgets.stream_map.flow_lines import Side
from sockplay.ui.widgets.stream_map.flow_view import GUTTER, SIDES, FlowView

_WHEEL: Final = 8
"""A turn of the wheel goes this part of the width to the side."""


class FlowMap(FlowView, can_focus=True):
    """Moves a cursor over the calls, and the view over the stream."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous call", show=False),
        Binding("right", "step(1)", "calls", show=False, id="map-step"),
        Binding("up", "side(-1)", "The row above", show=False),
        Binding("down", "side(1)", "The row below", show=False),
        Binding("home", "edge(-1)", "First call", show=False),
        Binding("end", "edge(1)", "Last call", show=False),
        Binding("shift+left,pageup", "pan(-1)", "Pan left", show=False),
        Binding("shift+right,pagedown", "pan(1)", "pan", show=False, id="map-pan"),
        Binding("plus,equals_sign", "zoom(1)", "zoom", show=False, id="map-nearer"),
        Binding("minus", "zoom(-1)", "zoom out", show=False, id="map-farther"),
        Binding("0", "fit", "all", show=False, id="map-fit"),
        Binding("f", "follow", "follow", show=False, id="map-follow"),
        Binding("enter", "choose", "timeline", show=False, id="map-choose"),
    ]

    class Chosen(FlowView.OfMap):
        """The call under the cursor is wanted in the timeline."""

    class Left(FlowView.OfMap):
        """The cursor goes above its first row, or below its last."""

        def __init__(self, map: FlowView, by: int) -> None:
            super().__init__(map)
            self.by = by

    def show(self, flow: Flow, standing: Standing) -> None:
        """Show a flow as it stands now, with a call under the cursor once there is one."""
        super().show(flow, standing)
        self._choose_one()

    def on_focus(self) -> None:
        """Tell which call is under the cursor now."""
        self.post_message(self.Moved(self))

    # moving about

    def _lane(self) -> tuple[Side, int, Lane] | None:
        """The side and number of the call under the cursor, and the lane that it is in."""
        if self.picture is None or self.chosen is None:
            return None
        lane = self.picture.lane(self.chosen[0])
        return (*self.chosen, lane) if lane is not None else None

    def _choose_one(self) -> None:
        if self.picture is None or self.chosen is not None:
            return
        sides: tuple[Side, Side] = ("sent", "read")
        for side in sides:
            lane = self.picture.lane(side)
            if lane is not None and len(lane):
                self._put(self.picture.view, (side, 0))
                return

    def action_step(self, by: int) -> None:
        """Go to the call before or behind; of a crowd, to the next column's."""
        if (found := self._lane()) is None or self.picture is None:
            return
        side, number, lane = found
        view = self.picture.view
        last = len(lane) - 1
        goal = max(0, min(number + by, last))
        column = view.column(lane[number].start)
        if view.units > 1 and view.column(lane[goal].start) == column:
            edge = view.place(column + 1) if by > 0 else view.place(column)
            goal = lane.begun(edge) if by > 0 else lane.begun(edge) - 1
            goal = max(0, min(goal, last))
        self._go(side, goal)

    def _go(self, side: Side, number: int) -> None:
        picture = self.picture
        lane = picture.lane(side) if picture else None
        if picture is None or lane is None or not len(lane):
            return
        start = lane[number].start
        view = picture.view.showing(start, picture.total)
        if view != picture.view:
            self._keeps = "place"
        self._put(view, (side, number))

    def action_side(self, by: int) -> None:
        """Go to the other row, or out of the map."""
        found = self._lane()
        if found is None or self.picture is None:
            self.post_message(self.Left(self, by))
            return
        side, number, lane = found
        goal: Side = "sent" if by < 0 else "read"
        other = self.picture.lane(goal)
        if goal == side or other is None or not len(other):
            self.post_message(self.Left(self, by))
        else:
            self._go(goal, other.at(max(lane[number].start, self.picture.view.first)))

    def action_edge(self, by: int) -> None:
        """Go to the first call or the last."""
        if (found := self._lane()) is not None:
            side, _, lane = found
            self._go(side, 0 if by < 0 else len(lane) - 1)

    def action_pan(self, by: int) -> None:
        """Look further to one side."""
        self._pan(by * max(1, (self.size.width - GUTTER) // 2))

    def _pan(self, columns: int) -> None:
        if self.picture is not None:
            self._keeps = "place"
            self._put(self.picture.view.moved(columns, self.picture.total))

    def action_zoom(self, by: int) -> None:
        """Draw it larger or smaller; the call under the cursor keeps its place."""
        if self.picture is None:
            return
        view, found = self.picture.view, self._lane()
        around = (view.first + view.end) // 2
        if found is not None and view.first <= found[2][found[1]].start < view.end:
            around = found[2][found[1]].start
        self._zoom(by, around)

    def _zoom(self, by: int, around: int) -> None:
        if self.picture is not None:
            view, total = self.picture.view, self.picture.total
            self._keeps = "place"
            if by < 0 and view.first == 0 and view.end >= total:
                self.action_fit()
            else:
                self._put(view.nearer(around) if by > 0 else view.farther(around))

    def action_fit(self) -> None:
        """Show all of it."""
        self._keeps = "all"
        self._settle()

    def action_follow(self) -> None:
        """Stay at the end, or stop that."""
        self._keeps = "place" if self._keeps == "end" else "end"
        self._settle()

    def action_choose(self) -> None:
        """Ask for the call under the cursor in the timeline."""
        if self.chosen is not None:
            self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """Choose the call under the mouse; a second click goes to the timeline."""
        picture, side = self.picture, SIDES.get(event.y)
        lane = picture.lane(side) if picture and side else None
        if picture is None or side is None or lane is None or event.x < GUTTER:
            return
        place = picture.view.place(event.x - GUTTER)
        if place < lane.end:
            self._put(picture.view, (side, lane.at(place)))
            if event.chain == 2:
                self.action_choose()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Look to the left; with Ctrl, closer."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Look to the right; with Ctrl, from farther away."""
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, by: int) -> None:
        event.stop()
        if event.ctrl and self.picture is not None:
            self._zoom(-by, self.picture.view.place(max(0, event.x - GUTTER)))
        else:
            self._pan(by * max(1, (self.size.width - GUTTER) // _WHEEL))
