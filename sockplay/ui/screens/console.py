"""The console: Python whose sockets are sockplay's, typed line by line or run as programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.containers import Horizontal, Vertical
from textual.widgets import TextArea

from sockplay.ui.actions import PALETTE
from sockplay.ui.bench import Bench
from sockplay.ui.screens.console_keys import CONSOLE_ACTIONS, ConsoleProvider, bar_keys
from sockplay.ui.screens.console_programs import ConsolePrograms
from sockplay.ui.screens.console_sessions import NEW
from sockplay.ui.screens.console_words import UNDER_WAY
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.console.program_pane import ProgramPane
from sockplay.ui.widgets.console.recent_calls import RecentCalls
from sockplay.ui.widgets.console.session_pane import SessionPane
from sockplay.ui.widgets.console.socket_table import SocketTable
from sockplay.ui.widgets.console.variables import Variables
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.ui.widgets.pane_bar import PaneBar

_LOOKS: Final = (("calls", "calls"), ("variables", "variables"), ("sockets", "sockets"))
"""What a narrow terminal shows one at a time below the code."""
_AT_REST: Final = ("ready", "ended", "failed", "interrupted")


class ConsoleScreen(ConsolePrograms):
    """A prompt and programs on the left, their sockets, variables and calls on the right.

    Args:
        bench: where the sockets are made.
    """

    DEFAULT_CSS = """
    ConsoleScreen {
        background: $background;
        & #room { height: 1fr; }
        & #panes { width: 3fr; height: 100%; }
        & #side { width: 2fr; height: 100%; border-left: solid $panel; }
        & #looks { display: none; }
        & SessionPane { width: 1fr; height: 100%; }
        & SocketTable { height: 2fr; }
        & Variables, & RecentCalls { height: 3fr; border-top: solid $panel; }
        &.-both #room { layout: vertical; }
        &.-both #panes { width: 100%; height: 2fr; }
        &.-both .-right { border-left: solid $panel; }
        &.-both .doing { height: 2; text-wrap: wrap; }
        &.-both #side { width: 100%; height: 1fr; layout: horizontal; border-left: none;
                        border-top: solid $panel; }
        &.-both #side > RowsView { width: 1fr; height: 100%; border-top: none; }
        &.-both Variables, &.-both RecentCalls { border-left: solid $panel; }
        &.-narrow #room { layout: vertical; }
        &.-narrow #panes { width: 100%; height: 1fr; }
        &.-narrow #side { width: 100%; height: 7; layout: vertical; border: none; }
        &.-narrow #looks { display: block; }
        &.-narrow #side > RowsView { height: 1fr; width: 100%; border: none; display: none; }
        &.-narrow #side > .-seen { display: block; }
    }
    """
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ConsoleProvider}
    BINDINGS: ClassVar[list[BindingType]] = [
        *(action.binding() for action in CONSOLE_ACTIONS),
        *(Binding(f"alt+{n}", f"tab({n - 1})", show=False, priority=True) for n in range(1, 10)),
    ]

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    def compose(self) -> ComposeResult:
        """Tabs, the code, what it does to sockets, the keys."""
        prompt = SessionPane()
        self.panes = {self.console.prompt: prompt}
        for program in self.console.programs:
            self.panes[program] = ProgramPane(program.name, program.source, program.arguments)
        yield PaneBar((), "", id="sessions")
        with Horizontal(id="room"):
            with Horizontal(id="panes"):
                yield from self.panes.values()
            with Vertical(id="side"):
                yield PaneBar(_LOOKS, "calls", id="looks")
                yield SocketTable(id="sockets")
                yield Variables(id="variables")
                yield RecentCalls(id="calls")
        yield KeyBar(bar_keys(), PALETTE)

    def on_mount(self) -> None:
        """Begin where Python is typed."""
        self.pane.entry.take(self.bench.draft)
        self.show_panes()
        self._look_at("calls")
        self.pane.take_focus()
        self.follow()
        self.remember()

    # keys

    def action_interrupt(self) -> None:
        """Copy what is selected, else interrupt what runs, else empty the line."""
        field = self.focused
        if isinstance(field, TextArea) and field.selected_text:
            field.action_copy()
            field.move_cursor(field.cursor_location)  # so that the next one interrupts
            return
        if self.get_selected_text():
            self.action_copy_text()
            self.clear_selection()
            return
        if self.chosen is self.console.prompt:
            self.give_up_ahead()
        if self.chosen.state().doing in UNDER_WAY:
            self.chosen.interrupt()
        elif self.pane.entry.is_python:
            self.pane.entry.take("")
        self.wake()

    def action_turn(self) -> None:
        """Turn to the next tab; to the other one where two are side by side."""
        if self.is_both:
            self.action_other()
            return
        tabs = list(self.panes)
        self.choose(tabs[(tabs.index(self.chosen) + 1) % len(tabs)])

    def action_tab(self, number: int) -> None:
        """Turn to a tab; the first is 0."""
        if number < len(self.panes):
            self.choose(list(self.panes)[number])

    def action_other(self) -> None:
        """Turn back to the tab before."""
        if self.before is not None:
            self.choose(self.before)

    def action_both(self) -> None:
        """Show two tabs side by side, or one alone; of several programs the last two."""
        self.is_both = not self.is_both
        programs = [one for one in self.order if one is not self.console.prompt]
        if self.is_both and self.program is not None and len(programs) > 1:
            self.order = [self.console.prompt, *programs]
        self.show_panes()

    def action_look(self) -> None:
        """Turn to the next view below the code."""
        names = [name for name, _ in _LOOKS]
        at = names.index(self.query_one("#looks", PaneBar).chosen)
        self._look_at(names[(at + 1) % len(names)])

    def _look_at(self, name: str) -> None:
        self.query_one("#looks", PaneBar).chosen = name
        for look, _ in _LOOKS:
            self.query_one(f"#{look}").set_class(look == name, "-seen")

    @on(PaneBar.Picked)
    def _tab_picked(self, event: PaneBar.Picked) -> None:
        if event.name in dict(_LOOKS):
            self._look_at(event.name)
        elif event.name == NEW:
            self.action_new_program()
        else:
            self.action_tab(int(event.name))

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys that do something now."""
        del parameters
        if not self.is_mounted:
            return True
        program, doing = self.program is not None, self.state(self.chosen).doing
        steps = program and doing in ("paused", "running", *_AT_REST)
        return {
            "run": program and doing in ("paused", *_AT_REST),
            "step": steps,
            "step_over": steps,
            "break": program,
            "pause": program and doing in ("running", "blocked"),
            "restart": program and doing != "ready",
            "remove": program,
            "turn": len(self.panes) > 1,
            "other": self.before is not None,
            "both": len(self.panes) > 1,
            "look": self.has_class("-narrow"),
        }.get(action, True)

    @work(exclusive=True, group="leave", description="leave the console")
    @reported
    async def action_leave(self) -> None:
        """Close the list of names, else go back to the workbench; programs go on."""
        if self.pane.close_names():
            return
        self.bench.draft = self.prompt_pane.entry.text
        await self.keep_sources()
        self.dismiss()
