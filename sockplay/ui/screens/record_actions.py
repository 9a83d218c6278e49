"""What a person does with the record: filter it, copy from it, save it, send from it again."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import on, work

from sockplay.model.errors import SockplayError
from sockplay.session.filters import Filter, parse_filter
from sockplay.session.folder import leftovers, remove
from sockplay.session.lines import call_lines
from sockplay.session.reader import Reader
from sockplay.ui.bench import Bench
from sockplay.ui.screens.socket_actions import SocketActions
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.ui.widgets.timeline import Timeline
from sockplay.ui.widgets.timeline_pane import TimelinePane
from sockplay.values.errors import ValuesError
from sockplay.values.hexrows import plain_hex, python_literal
from sockplay.values.printable import visible, visible_bytes

if TYPE_CHECKING:
    from sockplay.values.draft import Draft

INSPECTED: Final = 1 << 20
"""Bytes of one call that the inspector holds."""
_SETTLE_S: Final = 0.05


class RecordActions(SocketActions):
    """The half of the workbench that works with what was recorded."""

    def __init__(self, bench: Bench, classes: str | None = None) -> None:
        super().__init__(bench, classes)
        self.shown = 0
        """The number of the newest call that the timeline was given."""
        self.filter = Filter()

    # filtering

    @on(TimelinePane.Filtered)
    def _filtered(self, event: TimelinePane.Filtered) -> None:
        self._apply(event.text, self.filter.sockets)

    def action_filter_socket(self) -> None:
        """Show only the chosen socket's calls, or all again."""
        target = self.query_one(SocketList).current
        names = frozenset({target.socket}) if target else frozenset[str]()
        sockets = frozenset[str]() if self.filter.sockets == names else names
        self._apply(" ".join(self.filter.words), sockets)

    @work(exclusive=True, group="filter", description="filter the timeline")
    async def _apply(self, words: str, sockets: frozenset[str]) -> None:
        await asyncio.sleep(_SETTLE_S)
        pane = self.query_one(TimelinePane)
        try:
            wanted = parse_filter(words, sockets)
            passed = set(await self.bench.read(lambda reader: reader.matching(wanted)))
        except ValuesError as error:
            pane.complain(error.message)
            return
        self.filter = wanted
        pane.timeline.replace(
            entry for entry in self.bench.entries(0, self.shown) if entry[0] in passed
        )
        self.describe_filter()

    def describe_filter(self) -> None:
        """Say which calls the timeline shows."""
        pane = self.query_one(TimelinePane)
        shown = ", ".join(sorted(self.filter.sockets)) or "all sockets"
        if self.filter.words:
            shown += f" holding {' and '.join(self.filter.words)}"
        if self.filter:
            shown += f"  {len(pane.timeline):,} of {self.shown:,} calls"
        pane.describe(shown)

    # taking away

    @work(exclusive=True, group="copy", description="copy to the clipboard")
    async def action_copy(self, form: str) -> None:
        """Copy the selected bytes, or the call, in some form."""
        from sockplay.ui import clipboard

        seq = self.query_one(Timeline).selected
        rows = await self.bench.rows(seq, seq, INSPECTED) if seq is not None else []
        if not rows:
            self.say(SockplayError("Pick a call to copy from first."))
            return
        data = self.inspector.chosen
        encoding = self.composer.draft.encoding
        text = {
            "hex": lambda: plain_hex(data),
            "text": lambda: visible_bytes(data, encoding),
            "python": lambda: python_literal(data),
            "row": lambda: "\n".join(call_lines(rows[0].call, hex_rows=True)),
        }[form]()
        places = await clipboard.copy(self.app, text)
        if places:
            what = "The call" if form == "row" else f"{len(data):,} bytes as {form}"
            self.notify(f"{what}: copied to {places}.", markup=False)
        else:
            self.say(SockplayError("No clipboard here takes that much. Save the session instead."))

    def action_save(self) -> None:
        """Save the session under a name."""
        self._ask_for_name(lambda typed, reader: _copy(reader, typed))

    def _ask_for_name(self, save: Callable[[str, Reader], Path]) -> None:
        from sockplay.ui.screens.prompt import Prompt

        async def act(typed: str) -> None:
            path = await self.bench.read(lambda reader: save(typed, reader))
            self.notify(f"Saved as {visible(str(path))}.", markup=False)

        hint = "A copy as it stands now; `sockplay show` prints it."
        self.app.push_screen(Prompt("Save the session as", "play.session", hint, act))

    @work(group="offer", description="look for sessions that a crash left")
    async def offer_leftovers(self) -> None:
        """Tell of unsaved sessions whose sockplay ended without leaving."""
        if found := await self.bench.read(lambda _: leftovers()):
            which = f"{len(found)} sessions were" if len(found) > 1 else "A session was"
            self.notify(f"{which} never closed. Ctrl+P, then: unsaved sessions.", markup=False)

    @work(group="offer", description="list sessions that a crash left")
    async def action_leftovers(self) -> None:
        """Save or remove sessions that a crash left."""
        from sockplay.ui.screens.leftovers import Leftovers

        found = await self.bench.read(lambda _: leftovers())
        self.app.push_screen(Leftovers(found, self._remove_leftover), self._save_leftover)

    @work(group="offer", description="remove a session")
    async def _remove_leftover(self, path: Path) -> None:
        await self.bench.read(lambda _: remove(path))

    def _save_leftover(self, path: Path | None) -> None:
        if path is None:
            return

        def save(typed: str, _: Reader) -> Path:
            reader = Reader(path, ours=True)
            try:
                return _copy(reader, typed)
            finally:
                reader.close()

        self._ask_for_name(save)

    # sending again

    def action_history(self) -> None:
        """Choose from what was sent."""
        from sockplay.ui.screens.history import History

        def load(draft: Draft | None) -> None:
            if draft is not None:
                self.composer.load(draft)

        self.app.push_screen(History(self.composer.history), load)

    def action_compose_these(self) -> None:
        """Put the selected bytes into the composer, as hex."""
        from sockplay.ui.widgets.editor import LONGEST
        from sockplay.values.draft import Draft

        data = self.inspector.chosen
        if 3 * len(data) > LONGEST:
            self.say(SockplayError(f"{len(data):,} bytes are too many to edit. Select fewer."))
            return
        self.composer.load(Draft(plain_hex(data), "hex"))
        self.go_to("composer")

    @abstractmethod
    def go_to(self, pane: str) -> None:
        """Show a pane and put the focus there."""


def _copy(reader: Reader, typed: str) -> Path:
    if not typed.strip():
        raise SockplayError("A file needs a name. Type one.")
    try:
        path = Path(typed.strip()).expanduser()
    except RuntimeError as error:
        raise SockplayError(f"{typed.strip()} names nobody's folder here.") from error
    reader.save_as(path)
    return path
