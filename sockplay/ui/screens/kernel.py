"""The kernel's side of a socket: its queues, its numbers, and where TCP stands at both ends."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import ClassVar, Final

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sockplay.engine.kernel_side.other_end import left_behind, other_end, peer_program
from sockplay.engine.kernel_side.reading import read_open
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.kernel_state import End, KernelState
from sockplay.session.lines import clock_time
from sockplay.ui.bench import Bench
from sockplay.ui.screens.reported import reported
from sockplay.ui.screens.steady import Steady
from sockplay.ui.widgets.kernel.gauges import END_COLOURS, GLYPHS, Gauges
from sockplay.ui.widgets.kernel.number import Number
from sockplay.ui.widgets.kernel.numbers_view import CLOSED, NumbersView, value_text
from sockplay.ui.widgets.kernel.states_pane import StatesPane
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.ui.widgets.pane_bar import PaneBar
from sockplay.ui.widgets.rows_view import RowsView
from sockplay.ui.widgets.socket_rows import PROTOCOLS
from sockplay.values.printable import visible

_EVERY_S: Final = 0.25
_WIDE: Final = 118
"""From so many columns on the states stand beside the numbers."""
_HUGE: Final = 160
_TALL: Final = 32
"""From so many lines on the gauges of both ends have room."""
_KEYS: Final = {
    "kernel-leave": "Esc", "kernel-this": "←", "kernel-other": "→", "kernel-next": "Tab",
    "kernel-now": "r", "palette": "^P",
}  # fmt: skip
_PAGES: Final = (("numbers", "Numbers"), ("states", "TCP states"))


class KernelScreen(Screen[None]):
    """Looks at one socket, and at its other end when that is here too, four times a second.

    Args:
        bench: where the sockets are.
        name: the socket's.
    """

    DEFAULT_CSS = """
    KernelScreen {
        background: $background;
        & #kernel-title {
            height: 1; padding: 0 1; background: $surface;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & #kernel-halves { height: 1fr; }
        & #kernel-left { width: 1fr; }
        & NumbersView { height: 1fr; background: $background; }
        & StatesPane { width: 57; height: 100%; background: $surface; }
        & #kernel-number, & #kernel-help { padding: 0 1; background: $panel; }
        & #kernel-number { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & #kernel-help { height: 2; }
        & StatesPane:focus { background: $panel; }
        & PaneBar { display: none; }
        &.-huge #kernel-left { width: 100; }
        &.-huge StatesPane { width: 1fr; padding: 0 3; }
        &.-narrow {
            & PaneBar { display: block; }
            & StatesPane { display: none; width: 100%; }
            &.-states #kernel-left { display: none; }
            &.-states #kernel-number, &.-states #kernel-help { display: none; }
            &.-states StatesPane { display: block; }
        }
    }
    """
    AUTO_FOCUS = "#kernel-numbers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, id="kernel-leave"),
        Binding("r", "now", "read now", show=False, id="kernel-now"),
        Binding("tab", "next", "next pane", show=False, id="kernel-next"),
        Binding("1", "page('numbers')", "numbers", show=False),
        Binding("2", "page('states')", "states", show=False),
    ]

    def __init__(self, bench: Bench, name: str) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide"), (_HUGE, "-huge")]
        self.bench = bench
        self.ends: list[End] = []
        """This end, and the other when it is here."""
        self._chosen = name
        self._other = ""
        self._infos: dict[str, SocketInfo] = {}
        self._programs: dict[str, str | None] = {}
        self._wanted = asyncio.Event()

    def compose(self) -> ComposeResult:
        """Gauges and numbers, the states, what the chosen number means, the keys."""
        yield Static("", id="kernel-title")
        yield PaneBar(_PAGES, "numbers", id="kernel-pages")
        with Horizontal(id="kernel-halves"):
            with Vertical(id="kernel-left"):
                yield Gauges(self.bench.gauged)
                yield NumbersView(id="kernel-numbers")
            yield StatesPane()
        yield Static("", id="kernel-number")
        yield Static("", id="kernel-help")
        yield KeyBar(_KEYS, "palette")

    def on_mount(self) -> None:
        """Begin to look."""
        self._follow()

    def on_screen_resume(self) -> None:
        """What lay over it has gone."""
        self._wanted.set()

    # looking

    @work(exclusive=True, group="kernel", description="follow the kernel's side")
    async def _follow(self) -> None:
        following = Steady(self._look, self.say)
        while True:
            began = time.monotonic()
            self._wanted.clear()
            if self.is_current:
                await following.look()
            # Thousands of sockets take a while to ask; the engine has better things to do.
            with suppress(TimeoutError):
                async with asyncio.timeout(max(_EVERY_S, 5 * (time.monotonic() - began))):
                    await self._wanted.wait()

    async def _look(self) -> None:
        infos = await self.bench.sockets()
        if not self._other:
            other = other_end(infos, self._chosen)
            self._other = other.name if other else ""
        names = [name for name in (self._chosen, self._other) if name]
        self._infos |= {info.name: info for info in infos if info.name in names}
        states = await self.bench.ask(
            lambda: [read_open(self.bench.engine.sockets, name) for name in names]
        )
        if self._chosen not in self._infos:
            raise SockplayError(f"There is no socket {self._chosen} any more. Esc leads back.")
        before = [end.tcp_state for end in self.ends]
        self.ends = [
            await self._end(self._infos[name], state)
            for name, state in zip(names, states, strict=True)
        ]
        if before != [end.tcp_state for end in self.ends]:
            self._ask_programs()
        self._show()

    async def _end(self, info: SocketInfo, state: KernelState | None) -> End:
        if state is None:
            return End(info, left=await asyncio.to_thread(left_behind, info))
        return End(info, replace(state, program=self._programs.get(info.name, "looking…")))

    @work(exclusive=True, group="programs", description="look for the peer's program")
    @reported
    async def _ask_programs(self) -> None:
        if len(self.ends) > 1:
            one, other = (end.name for end in self.ends)
            self._programs |= {one: f"{other}, here", other: f"{one}, here"}
        else:
            (end,) = self.ends
            pid = end.state.peer_pid if end.state else None
            program = await asyncio.to_thread(peer_program, end.info, pid)
            self._programs[end.name] = program
        self._wanted.set()

    # showing

    def _show(self) -> None:
        if not self.is_attached:
            return  # the app is leaving
        gauges, numbers = self.query_one(Gauges), self.query_one(NumbersView)
        gauges.take(self.ends)
        numbers.show(self.ends)
        self.query_one(StatesPane).show(self.ends, clock_time(time.time_ns()))
        self._write("#kernel-title", _title(self.ends))
        self._describe()

    @on(RowsView.Moved)
    def _describe(self) -> None:
        numbers = self.query_one(NumbersView)
        tall = self.size.height >= _TALL
        self.query_one(Gauges).show([0, 1] if tall else [numbers.end])
        number = numbers.number
        told = _number_line(number, self.ends[numbers.end]) if number else Content("")
        self._write("#kernel-number", told)
        self._write("#kernel-help", Content(number.help if number else ""))

    def _write(self, where: str, content: Content) -> None:
        # Their sizes are fixed; a new layout four times a second would be most of the work.
        self.query_one(where, Static).update(content, layout=False)

    def on_resize(self) -> None:
        """More or fewer gauges have room."""
        if self.ends:
            self._describe()

    # keys

    def action_leave(self) -> None:
        """Go back to the workbench."""
        self.dismiss(None)

    def action_now(self) -> None:
        """Read everything now, the peer's program too."""
        if self.ends:
            self._ask_programs()

    def action_next(self) -> None:
        """Go to the other pane, which is the other page where only one is seen."""
        if self.has_class("-narrow"):
            self.action_page("numbers" if self.has_class("-states") else "states")
        else:
            self.focus_next()

    def action_page(self, name: str) -> None:
        """Turn to a page, or go to its pane."""
        self.set_class(name == "states", "-states")
        self.query_one(PaneBar).chosen = name
        self.query_one(StatesPane if name == "states" else NumbersView).focus()

    @on(PaneBar.Picked)
    def _picked(self, event: PaneBar.Picked) -> None:
        self.action_page(event.name)

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self.notify(visible(str(error)), severity="error", markup=False, timeout=8)


def _title(ends: list[End]) -> Content:
    info = ends[0].info
    parts: list[tuple[str, str] | str] = [("KERNEL", "bold $primary")]
    for place, end in enumerate(ends):
        parts.append((f"   {GLYPHS[place]} {visible(end.name)}", f"bold {END_COLOURS[place]}"))
        parts.append((" closed" if end.state is None else "", "$sock-muted"))
    where = f"{info.local} → {info.peer}" if info.peer else info.local
    parts.append((f"   {PROTOCOLS[info.protocol]}  {visible(where)}", "$sock-muted"))
    return Content.assemble(*parts)


def _number_line(number: Number, end: End) -> Content:
    value = value_text(number, end)
    if value == CLOSED:
        value = "closed, so the kernel has it no more"
    return Content.assemble(
        (f"{number.title}  ", "bold $primary"),
        (f"{visible(end.name)}: {value}   " if value else "", "bold"),
        (number.source, "$sock-muted"),
    )
