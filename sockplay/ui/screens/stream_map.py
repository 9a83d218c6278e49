"""The stream map: what was sent and what was read of it, byte under byte."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.lane import Flow, Standing
from sockplay.session.reader import Reader
from sockplay.session.stream_map import StreamMap
from sockplay.session.stream_map_ends import Conversation, conversations
from sockplay.ui.bench import Bench
from sockplay.ui.screens.reported import reported
from sockplay.ui.screens.steady import Steady
from sockplay.ui.screens.stream_map_details import details
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.ui.widgets.stream_map.flow_map import FlowMap
from sockplay.values.printable import visible

LOOK_S: Final = 0.2
"""How often the record and the kernel's queues are looked at."""
_SHOWN: Final = 1 << 16
"""Bytes of the call under the cursor that are shown below the map."""
_DATAGRAM_SHOWN: Final = 40
_KEYS: Final = {
    "map-leave": "Esc", "map-step": "←→", "map-other": "Tab", "map-choose": "Enter",
    "map-nearer": "+", "map-farther": "-", "map-fit": "0", "map-peer": "p",
    "map-pan": "PgDn", "map-follow": "f", "palette": "^P",
}  # fmt: skip


class StreamMapScreen(Screen[int | None]):
    """Both directions of one conversation; gives the number of the call that was chosen.

    Args:
        bench: the record and the engine.
        name: the socket whose conversation is shown.
    """

    DEFAULT_CSS = """
    StreamMapScreen {
        background: $background;
        & #map-about { height: 1; padding: 0 1; background: $surface; }
        & #map-details {
            height: 4; padding: 0 1; background: $surface;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & #map-bytes { height: 1fr; background: $surface; }
        &.-tall FlowMap { margin-top: 1; }
        &.-tall #map-details { margin-top: 1; padding: 1 1 0 1; height: 6; }
    }
    """
    AUTO_FOCUS = "#map-out"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f7", "leave", "leave", show=False, id="map-leave"),
        Binding("tab", "app.focus_next", "direction", show=False, id="map-other"),
        Binding("p", "peer", "next peer", show=False, id="map-peer"),
    ]

    def __init__(self, bench: Bench, name: str) -> None:
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]
        self.bench = bench
        self.map: StreamMap | None = None
        """What was read from the record; None while there is no conversation."""
        self._socket = name
        self._infos: Sequence[SocketInfo] = ()
        self._found: list[Conversation] = []
        self._at = 0
        self._begun = False
        """Whether anything was shown yet: the cursor starts where there are calls."""

    def compose(self) -> ComposeResult:
        """Who talks, both directions, the call under the cursor."""
        yield Static("", id="map-about")
        yield FlowMap(id="map-out")
        yield FlowMap(id="map-back")
        yield Static("", id="map-details")
        data = HexView(id="map-bytes")
        data.can_focus = False  # Tab changes directions
        yield data
        yield KeyBar(_KEYS, "palette", id="map-keys")

    def on_mount(self) -> None:
        """Begin to follow the record."""
        self._follow()

    # following

    @work(exclusive=True, group="map", description="follow the record")
    async def _follow(self) -> None:
        following = Steady(self._look, self.say)
        while True:
            began = time.monotonic()
            await following.look()
            await asyncio.sleep(max(LOOK_S, 5 * (time.monotonic() - began)))

    async def _look(self) -> None:
        """Read on in the record, and see how the sockets stand."""
        self._infos = await self.bench.sockets()
        found = conversations(self._socket, self._infos, await self._addressed())
        if found:
            self._found = found
            self._at = min(self._at, len(found) - 1)
            chosen = found[self._at]
            if self.map is None or self.map.conversation != chosen:
                self.map = StreamMap(chosen)
        if self.map is None:
            self._about(f"{self._socket} has no connection yet. Let a client connect.")
            return
        await self._read_on(self.map)
        self._show(self.map)

    async def _read_on(self, stream: StreamMap) -> None:
        newest = len(self.bench.recorder.index)
        while stream.read_to < newest:
            await self.bench.read(lambda reader: stream.read_on(reader, newest))
            if stream.read_to < newest:
                self._about(f"Reading {stream.read_to:,} of {newest:,} calls. Esc stops it.")

    async def _addressed(self) -> list[str]:
        info = next((info for info in self._infos if info.name == self._socket), None)
        if info is None or info.stream or info.peer:
            return []
        return await self.bench.read(lambda reader: reader.peers(self._socket))

    def _show(self, stream: StreamMap) -> None:
        infos = {info.name: info for info in self._infos}
        conversation = stream.conversation
        for identity, flow in zip(("#map-out", "#map-back"), stream.flows, strict=True):
            source, sink = infos.get(flow.source), infos.get(flow.sink)
            standing = Standing(
                unacknowledged=source.send_queue if source else None,
                unread=sink.recv_queue if sink else None,
                dropped=sink.dropped if sink else None,
                over=sink.ended if sink else flow.sink in (conversation.name, conversation.twin),
            )
            self.query_one(identity, FlowMap).show(flow, standing)
        protocol = infos[conversation.name].protocol if conversation.name in infos else ""
        about = f"{protocol.upper()}  {' ⇄ '.join(conversation.places)}"
        if len(self._found) > 1:
            about += f"   {self._at + 1} of {len(self._found)}: p shows the next"
        if stream.unexplained:
            about += f"   {stream.unexplained:,} datagrams came that nobody here has sent"
        self._about(about)
        if not self._begun:
            self._begun = True
            if self.current.chosen is None and self.query_one("#map-back", FlowMap).chosen:
                self.query_one("#map-back").focus()
        self._describe()

    def _about(self, text: str) -> None:
        line = Content.assemble(("STREAM MAP", "bold $primary"), f"  {visible(text)}")
        self.query_one("#map-about", Static).update(line)

    # the call under the cursor

    @property
    def current(self) -> FlowMap:
        """The direction that the cursor is in."""
        return next(
            (shown for shown in self.query(FlowMap) if shown.active), self.query_one(FlowMap)
        )

    @on(FlowMap.Moved)
    def _moved(self, event: FlowMap.Moved) -> None:
        if event.map.has_focus:
            for shown in self.query(FlowMap):
                shown.active = shown is event.map
        self._describe()

    @work(exclusive=True, group="describe", description="describe a call")
    @reported
    async def _describe(self) -> None:
        drawn = self.current
        if drawn.picture is None or (chosen := drawn.chosen) is None:
            self.query_one("#map-details", Static).update("")
            self.query_one("#map-bytes", HexView).show(b"")
            return
        side, number = chosen
        lane = drawn.picture.lane(side)
        seq = lane[number].seq if lane is not None and number < len(lane) else 0
        rows = await self.bench.rows(seq, seq, _SHOWN) if seq else []
        row = rows[0] if rows else None
        if drawn.picture is not None:
            text = details(row, drawn.picture, side, number)
            self.query_one("#map-details", Static).update(text)
        self.query_one("#map-bytes", HexView).show(row.call.data if row else b"")

    @on(FlowMap.Wanted)
    def _wanted(self, event: FlowMap.Wanted) -> None:
        picture = event.map.picture
        if picture is not None:
            self._supply(event.map, picture.flow, event.first, event.end)

    @work(group="supply", description="fetch the bytes of a map")
    @reported
    async def _supply(self, drawn: FlowMap, flow: Flow, first: int, end: int) -> None:
        drawn.supply(
            first, end, await self.bench.read(lambda reader: _units(reader, flow, first, end))
        )

    @on(FlowMap.Left)
    def _left(self, event: FlowMap.Left) -> None:
        self.query_one("#map-out" if event.by < 0 else "#map-back").focus()

    @on(FlowMap.Chosen)
    def _chosen(self, event: FlowMap.Chosen) -> None:
        if event.map.picture is not None and (chosen := event.map.chosen) is not None:
            lane = event.map.picture.lane(chosen[0])
            if lane is not None and lane[chosen[1]].seq:
                self.dismiss(lane[chosen[1]].seq)

    # what a person does

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the next peer when there is one."""
        del parameters
        return action != "peer" or len(self._found) > 1

    def action_peer(self) -> None:
        """Show the conversation with the next peer."""
        self._at = (self._at + 1) % max(1, len(self._found))
        self._follow()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        if not await self.app.run_action(event.action, self.current):
            await self.run_action(event.action)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self.notify(visible(str(error)), severity="error", markup=False, timeout=8)


def _units(reader: Reader, flow: Flow, first: int, end: int) -> dict[int, bytes]:
    """The bytes of the units of a flow, as its sender had them, else as its reader has them."""
    found: dict[int, bytes] = {}
    for lane in (flow.read, flow.sent):
        for number in lane.over(first, end) if lane is not None else ():
            span = lane[number] if lane is not None else None
            if span is None or span.absent:
                continue
            if flow.datagrams:
                found[span.start] = reader.part(span.seq, 0, _DATAGRAM_SHOWN)
                continue
            start = max(first, span.start)
            data = reader.part(span.seq, start - span.start, min(end, span.end) - start)
            found |= {start + at: data[at : at + 1] for at in range(len(data))}
    return found
