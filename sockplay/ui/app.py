"""The Textual app around the workbench: themes, the guard, the palette, and what a crash says."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from rich.console import RenderableType
from rich.segment import Segment, Segments
from textual import events, work
from textual.app import App, SystemCommand
from textual.await_complete import AwaitComplete
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import active_worker

from sockplay.model.errors import SockplayError
from sockplay.session.folder import state_folder
from sockplay.ui.alt_digits import alt_digits_are_keys
from sockplay.ui.bench import Bench
from sockplay.ui.guard import ControlGuard
from sockplay.ui.key_order import KeyOrder
from sockplay.ui.screens.workbench import Workbench
from sockplay.ui.stray_bytes import stray_bytes_are_typed
from sockplay.ui.themes import DARK, THEMES
from sockplay.values.printable import short, visible

if TYPE_CHECKING:
    from textual.command import Provider

    from sockplay.ui.widgets.hex_view import HexView
    from sockplay.ui.widgets.inspector.inspector import Inspector


_ENDING: Final = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_PATIENCE_S: Final = 3.0
_HUNG: Final = 129
"""What a shell says of a program whose terminal hung up: 128 + SIGHUP."""


def _action_provider() -> type[Provider]:
    from sockplay.ui.palette import ActionProvider  # when the palette opens, not before

    return ActionProvider


class SockplayApp(App[None]):
    """Shows the workbench.

    Args:
        bench: what the workbench works with.
        begin: called once the workbench is up, to start what was asked for.
    """

    TITLE = "sockplay"
    CSS_PATH = "sockplay.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = App.COMMANDS | {
        _action_provider
    }

    def __init__(self, bench: Bench, begin: Callable[[Workbench], None] | None = None) -> None:
        super().__init__()
        alt_digits_are_keys()
        stray_bytes_are_typed()
        self.bench = bench
        self._begin = begin
        self._guard = ControlGuard()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.bug: BaseException | None = None
        """What ended the app, when it was a bug in it."""
        self._keys = KeyOrder(self, super().on_event, self._takes_keys)
        self._reported: set[object] = set()
        self._last_resort: threading.Timer | None = None
        self.interrupted = False
        """Whether the system ended it, rather than the person."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our colours are in a theme that is not ours."""
        return DARK

    def update_styles(self, node: DOMNode, animate: bool = True) -> None:
        """Leave out what is not mounted yet: it gets its styles then, and its classes before."""
        if node.is_attached:
            super().update_styles(node, animate)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing unprintable leaves, whatever widget let it through."""
        return [*super().get_line_filters(), self._guard]

    def get_default_screen(self) -> Workbench:
        """The workbench is the screen that others open over."""
        if self.bench.recorded:
            from sockplay.ui.screens.recorded_workbench import RecordedWorkbench

            return RecordedWorkbench(self.bench, self._begin)
        return Workbench(self.bench, self._begin)

    async def action_quit(self) -> None:
        """Leave the session that is open over another one; else leave."""
        screen = self.screen
        if isinstance(screen, Workbench) and screen is not self.screen_stack[0]:
            await screen.ready.wait()
            # After all that the screen still begins, whose workers would miss its panes.
            screen.call_after_refresh(self._close, screen)
        else:
            await super().action_quit()

    def action_help_quit(self) -> None:
        """Say which keys do what Ctrl+C may have been pressed for."""
        said = "Ctrl+C copies what is selected. Ctrl+Q leaves."
        if isinstance(self.screen, Workbench) and (waiting := self.screen.bench.waiting):
            call, is_of_console = waiting
            place = "in the console (F10)" if is_of_console else "among its calls (c)"
            said = f"{short(call)} waits; Ctrl+C interrupts it {place}. Here {said}"
        self.notify(said, markup=False, timeout=5)

    def on_mount(self) -> None:
        """Leave in good order when the system asks for it."""
        loop = asyncio.get_running_loop()

        def told(*_: object) -> None:
            # A terminal that has gone stops the loop for good: Textual waits for it to be written.
            self._last_resort = threading.Timer(_PATIENCE_S, os._exit, (_HUNG,))
            self._last_resort.daemon = True
            self._last_resort.start()
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                loop.call_soon_threadsafe(self.call_later, self._told_to_end)

        for name in _ENDING:
            with contextlib.suppress(ValueError):  # only the main thread may set one
                signal.signal(getattr(signal, name), told)

    def on_unmount(self) -> None:
        """From here on the system's own way of ending a program is good enough."""
        for name in _ENDING:
            with contextlib.suppress(ValueError):
                signal.signal(getattr(signal, name), signal.SIG_DFL)

    def ended(self) -> None:
        """Say that all is tidied up, so that nothing need end this process by force."""
        if self._last_resort is not None:
            self._last_resort.cancel()

    @work(description="end in good order")
    async def _told_to_end(self) -> None:
        self.interrupted = True
        await self._takes_keys()  # panes that are still being put in would miss their places
        self.exit()

    async def on_event(self, event: events.Event) -> None:
        """Take keys and pastes in order; all else at once."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if isinstance(first := self.screen_stack[0], Workbench):
                first.typed_at = time.monotonic()
            self._keys.take(event)
        else:
            await super().on_event(event)

    async def _takes_keys(self) -> None:
        first = self.screen_stack[0]
        if isinstance(first, Workbench):
            await first.ready.wait()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own commands, less those that ours stand for."""
        for command in super().get_system_commands(screen):
            if command.title not in ("Quit", "Keys", "Screenshot"):
                yield command

    def on_hex_view_opened(self, event: HexView.Opened) -> None:
        """Read bytes that another screen than the workbench shows."""
        from sockplay.ui.screens.inspect import Inspect  # long after the first paint

        def take(data: bytes | None) -> None:
            if data is not None:
                benches = [s for s in self.screen_stack if isinstance(s, Workbench)]
                benches[-1].compose_bytes(data)

        self.push_screen(Inspect(event.view.data, *event.view.selection), take)

    @work(exclusive=True, group="copy", description="copy a line of Python")
    async def on_inspector_python_copied(self, event: Inspector.PythonCopied) -> None:
        """Copy a line of Python, whichever screen shows it."""
        from sockplay.ui.clipboard import copy_line  # when there is something to copy

        await copy_line(self, event.text)

    def _close(self, screen: Screen[object]) -> None:
        if self.screen is screen:
            self.pop_screen()

    def pop_screen(self) -> AwaitComplete:
        """Close a screen; its workers end first, for they would miss what is taken down next."""
        closing = self.screen
        for worker in list(self.workers):
            # The one that closes it still has its own last steps to do.
            if worker is not active_worker.get(None) and closing in worker.node.ancestors_with_self:
                worker.cancel()
        return super().pop_screen()

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Leave; workers end first, for they would miss the panes that are taken down next."""
        self.workers.cancel_all()
        super().exit(result, return_code, message)

    def report_engine_bug(self, error: BaseException) -> None:
        """Say that something in the engine went wrong; called in any thread. The rest goes on."""
        frames = traceback.extract_tb(error.__traceback__)
        place = (type(error), frames[-1].filename, frames[-1].lineno) if frames else None
        if place in self._reported:
            return  # a socket that stays ready would say it at every turn of the loop
        self._reported.add(place)
        self.call_later(
            self.notify,
            f"A bug in sockplay. The session goes on. {self._report(error)}.",
            severity="error",
            markup=False,
        )

    def _report(self, error: BaseException) -> str:
        from sockplay.ui.report import write_report  # only a bug needs it

        try:
            path = write_report(error, state_folder())
        except (OSError, SockplayError) as problem:
            return visible(f"No report could be written: {problem}")
        return visible(f"A report without payloads is in {path}")

    def _fatal_error(self) -> None:
        # Textual would print the local variables of every frame, and with them payloads.
        self.bell()
        self.bug = self._exception
        if self.bug is not None:
            sentence = (
                f"sockplay has a bug and had to stop ({type(self.bug).__name__}).\n"
                f"{self._report(self.bug)}.\n"
                f"The session is kept: {visible(str(self.bench.path))}\n"
            )
            self._exit_renderables.append(Segments([Segment(sentence)]))
        self._close_messages_no_wait()
