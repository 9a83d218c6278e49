"""The screens over the workbench that look at the chosen socket or play with it."""

from __future__ import annotations

from textual import work

from sockplay.model.errors import SockplayError
from sockplay.ui.screens.message_actions import MessageActions
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.ui.widgets.timeline.timeline import Timeline


class PlayActions(MessageActions):
    """The part of the workbench that opens them; each is imported when it opens."""

    def action_stream_map(self) -> None:
        """Show what the chosen connection carried, byte under byte."""
        from sockplay.ui.screens.stream_map import StreamMapScreen

        if info := self._chosen("map"):
            self.app.push_screen(StreamMapScreen(self.bench, info.name), self._go_to_call)

    def _go_to_call(self, seq: int | None) -> None:
        """Choose a call in the timeline, if the filter lets it through."""
        if seq is None:
            return
        self.go_to("timeline")
        if not self.query_one(Timeline).choose(seq):
            self.say(SockplayError(f"The filter hides call #{seq}. Press / and empty it."))

    def action_code(self) -> None:
        """Show the Python that does the same as the sockets here did."""
        from sockplay.ui.screens.code import CodeScreen

        target = self.query_one(SocketList).current
        screen = CodeScreen(
            self.bench, target.socket if target else "", self.query_one(Timeline).selected
        )
        self.app.push_screen(screen, self._go_to_call)

    def action_console(self) -> None:
        """Open the console."""
        from sockplay.ui.screens.console import ConsoleScreen

        self.app.push_screen(ConsoleScreen(self.bench))

    def action_calls(self) -> None:
        """Make the calls of the chosen socket one by one; where none is chosen, a socket."""
        from sockplay.ui.screens.calls import CallsScreen

        target = self.query_one(SocketList).current
        info = next((i for i in self.infos if target and i.name == target.socket), None)
        self.app.push_screen(CallsScreen(self.bench, info, self.infos, self._turned_to))

    @work(group="commands", description="choose a socket")
    @reported
    async def _turned_to(self, name: str) -> None:
        await self._pick(name)

    def action_kernel(self) -> None:
        """Show the kernel's side of the chosen socket."""
        from sockplay.ui.screens.kernel import KernelScreen

        if info := self._chosen("look at"):
            self.app.push_screen(KernelScreen(self.bench, info.name))

    def action_knobs(self) -> None:
        """Choose what goes wrong on the chosen socket."""
        from sockplay.ui.screens.knobs import KnobsForm

        if info := self._chosen("put knobs on"):
            self.app.push_screen(KnobsForm(self.bench, info))

    def action_knobs_off(self) -> None:
        """Hinder the chosen socket no more."""
        from sockplay.engine.knobs import turn_knobs
        from sockplay.model.knobs import Knobs

        if info := self._chosen("hinder no more"):
            self._on_engine(lambda: turn_knobs(self.bench.engine.sockets, info.name, Knobs()))

    @work(group="commands", description="show the rest of a send")
    @reported
    async def action_rest(self) -> None:
        """Show what the last short send of the chosen socket left, or of a connection of it."""
        from sockplay.ui.screens.rest import Rest

        if info := self._chosen("send the rest of"):
            infos = await self.bench.sockets()  # what the list shows may be half a second old
            left = [i for i in infos if i.tail and info.name in (i.name, i.parent)]
            if not left:
                raise SockplayError(f"No send of {info.name} left anything: there is no rest.")
            self.app.push_screen(Rest(self.bench, left[0]))
