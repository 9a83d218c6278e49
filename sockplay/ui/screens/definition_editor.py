"""The editor of a message definition: its source, and what it makes of bytes meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sockplay.library.trial import Trial, try_definition
from sockplay.model.errors import SockplayError
from sockplay.ui.actions import PALETTE
from sockplay.ui.bench import Bench
from sockplay.ui.screens.keep_prompt import keep_prompt
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.definition_reading import DefinitionReading
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.ui.widgets.source_area import LONGEST, SourceArea
from sockplay.values.errors import ValuesError
from sockplay.values.hexrows import parse_hex
from sockplay.values.order import ByteOrder
from sockplay.values.printable import visible

NARROW: Final = 150
"""Below so many columns the reading stands under the source, for the bytes take 76."""
_SETTLE_S: Final = 0.1
_LARGE: Final = 32 << 10
_SETTLE_LARGE_S: Final = 0.3
"""Reading a source of so many characters holds up the keys that are typed meanwhile."""
_SAMPLE: Final = 1 << 16
"""Bytes that a definition is tried on."""


class DefinitionEditor(Screen[None]):
    """Writes a definition, tries it on bytes at every key, and keeps it under a name.

    Args:
        bench: where the library is.
        name: what it is called; for one that is not kept yet, what is proposed.
        source: what it begins with.
        kept: whether the library has it under this name.
        sample: bytes to try it on.
        order: their byte order, where a type names none.
        changed: told when something was kept.
    """

    DEFAULT_CSS = """
    DefinitionEditor {
        background: $background;
        & #about {
            height: 1; padding: 0 1; background: $surface; color: $sock-muted;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & #halves { height: 1fr; }
        & SourceArea {
            width: 1fr; height: 100%; background: $background; padding: 0;
            scrollbar-size-vertical: 1;
        }
        & DefinitionReading {
            width: 76; height: 100%; background: $surface; border-left: solid $panel;
        }
        &.-below #halves { layout: vertical; }
        &.-below SourceArea { width: 100%; height: 1fr; }
        &.-below DefinitionReading {
            width: 100%; height: 1fr; border-left: none; border-top: solid $panel;
        }
        &.-below #fields { margin-top: 0; }
        &.-below #sample { max-height: 30%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "keep", id="keep-definition", show=False),
        Binding("escape", "leave", "leave", id="leave-editor", show=False),
    ]

    def __init__(
        self,
        bench: Bench,
        name: str,
        source: str,
        *,
        kept: bool,
        sample: bytes,
        order: ByteOrder,
        changed: Callable[[], object],
    ) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-below"), (NARROW, "-beside")]
        self._bench = bench
        self._called = name
        self._kept = kept
        self._known_source = source
        self._source = source
        self._sample = sample[:_SAMPLE]
        self._sample_size = len(sample)
        self._order = order
        self._changed = changed
        self._edits = asyncio.Event()
        self._warned = False

    def compose(self) -> ComposeResult:
        """The source, and beside it what is read by it."""
        yield Static("", id="about")
        with Horizontal(id="halves"):
            yield SourceArea(self._source, id="source")
            yield DefinitionReading(self._order, self._sample_size)
        keys = {"keep-definition": "Ctrl+S", "leave-editor": "Esc", PALETTE: "^P"}
        yield KeyBar(keys, PALETTE)

    def on_mount(self) -> None:
        """Try what is there."""
        self.query_one(SourceArea).focus()
        self._describe()
        self._edits.set()
        self._try()

    # trying

    @on(SourceArea.Changed)
    @on(DefinitionReading.Changed)
    def _edited(self) -> None:
        if self._warned:
            self._warned = False
            self._describe()
        self._edits.set()

    @on(SourceArea.TooLong)
    def _too_long(self) -> None:
        self.say(SockplayError(f"A definition has at most {LONGEST:,} characters. Paste less."))

    @work(group="trial", description="try a definition")
    async def _try(self) -> None:
        while True:
            await self._edits.wait()
            while self._edits.is_set():  # until nothing was typed for a moment
                self._edits.clear()
                large = len(self.query_one(SourceArea).text) > _LARGE
                await asyncio.sleep(_SETTLE_LARGE_S if large else _SETTLE_S)
            reading = self.query_one(DefinitionReading)
            source = self.query_one(SourceArea).text
            wanted = reading.struct, reading.typed, reading.order
            # One at a time: what is typed meanwhile waits its turn.
            trial = await asyncio.to_thread(self._tried, source, *wanted)
            reading.show(trial.structs, trial.mistake, trial.decoding)
            self._describe()

    def _tried(self, source: str, struct: str, typed: str, order: ByteOrder) -> Trial:
        try:
            data = parse_hex(typed) if typed else self._sample
        except ValuesError as error:
            return Trial(mistake=(f"bytes: {error.message}",))
        return try_definition(source, struct, data, order)

    # keeping

    @property
    def kept_name(self) -> str:
        """What it is kept under; empty while it is not."""
        return self._called if self._kept else ""

    @property
    def _is_kept(self) -> bool:
        return self.query_one(SourceArea).text == self._known_source

    def _describe(self) -> None:
        if self._warned:
            state = ("not kept: Ctrl+S keeps it, Esc again drops it", "bold $sock-partial")
        elif self._is_kept:
            state = ("kept" if self._kept else "", "$sock-muted")
        else:
            state = ("not kept yet", "$sock-partial")
        name = self._called or "new"
        about = Content.assemble(("DEFINITION", "bold $primary"), f"  {visible(name)}  ", state)
        self.query_one("#about", Static).update(about, layout=False)

    def action_keep(self) -> None:
        """Keep it under its name, or ask for one."""
        source = self.query_one(SourceArea).text
        if self._kept:
            self._keep(self._called, source)
            return
        keep = keep_prompt(
            self._bench,
            "definition",
            self._called,
            lambda library, name: library.keep_definition(name, source),
            lambda name: self._was_kept(name, source),
        )
        self.app.push_screen(keep)

    @work(group="keep", description="keep a definition")
    @reported
    async def _keep(self, name: str, source: str) -> None:
        await self._bench.in_library(lambda library: library.keep_definition(name, source))
        self._was_kept(name, source)

    def _was_kept(self, name: str, source: str) -> None:
        self._called, self._known_source, self._kept, self._warned = name, source, True, False
        self._describe()
        self.notify(f"Kept as {visible(name)}.", markup=False)
        self._changed()

    def action_leave(self) -> None:
        """Leave; what is not kept is not dropped at once."""
        if self._is_kept or self._warned:
            self.dismiss()
        else:
            self._warned = True
            self._describe()

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self.notify(visible(str(error)), severity="error", markup=False, timeout=8)
