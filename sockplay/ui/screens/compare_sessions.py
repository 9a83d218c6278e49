"""Two sessions side by side: what their sockets said, turn by turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sockplay.model.alignment import ROUGHLY
from sockplay.model.errors import SockplayError
from sockplay.session.capture.read import opened_session
from sockplay.session.comparing.lines import turn_text
from sockplay.session.comparing.pairs import Pair, Paired, paired
from sockplay.session.comparing.turns import Turn, turn_window, turns
from sockplay.session.reader import Reader
from sockplay.ui.bench import Bench
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.compare.pairs_view import PairRow, PairsView
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.values.printable import visible, visible_bytes
from sockplay.values.reading.field_pairs import Meaning

_LOOK_S: Final = 0.2
_KEYS: Final = {
    "sessions-leave": "Esc", "sessions-look": "Enter", "sessions-next": "n",
    "sessions-previous": "p", "palette": "^P",
}  # fmt: skip


class CompareSessions(Screen[None]):
    """A row for each turn of both; Enter shows its bytes side by side.

    Args:
        bench: where this session is.
        path: the other one.
        meaning: the definition that is in force for a socket of that name, if there is one.
    """

    DEFAULT_CSS = """
    CompareSessions {
        background: $background;
        & #sessions-title { height: 1; padding: 0 1; background: $surface; }
        & PairsView { height: 1fr; }
        & #sessions-note { height: auto; padding: 0 1; color: $sock-muted; background: $surface; }
        & #sessions-note.-failed { color: $sock-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, id="sessions-leave"),
        Binding("enter", "look", "side by side", show=False, id="sessions-look", priority=True),
        Binding("n", "step(1)", "next difference", show=False, id="sessions-next"),
        Binding("p", "step(-1)", "previous", show=False, id="sessions-previous"),
    ]

    def __init__(self, bench: Bench, path: Path, meaning: Callable[[str], Meaning | None]) -> None:
        super().__init__()
        self._meaning = meaning
        self.bench = bench
        self._path = path
        self._pairs: Sequence[Pair] = ()
        self._readers: tuple[Reader, Reader] | None = None
        self._ending = ExitStack()
        self._share = 0.0
        self._left = False

    def compose(self) -> ComposeResult:
        """The turns, and what differs."""
        what = ("  what each socket said and heard, turn by turn", "$sock-muted")
        yield Static(Content.assemble(("COMPARE", "bold $primary"), what), id="sessions-title")
        yield PairsView("socket", self.bench.name, self._path.name, id="sessions")
        yield Static("", id="sessions-note")
        yield KeyBar(_KEYS, "palette", id="sessions-keys")

    def on_mount(self) -> None:
        """Read both."""
        self.query_one(PairsView).focus()
        self._telling = self.set_interval(_LOOK_S, self._tell)
        self._read()

    async def on_unmount(self) -> None:
        """Let the files go."""
        self._left = True
        await asyncio.to_thread(self._ending.close)

    @work(exclusive=True, group="sessions", description="compare two sessions")
    @reported
    async def _read(self) -> None:
        try:
            found = await asyncio.to_thread(self._compared)
        finally:
            self._telling.stop()
        self._pairs = found.pairs
        view = self.query_one(PairsView)
        view.show([_row(pair) for pair in self._pairs])
        view.begin()
        differing = found.differing
        said = (
            f"{differing:,} of {len(self._pairs):,} turns differ"
            if differing
            else (f"Nothing differs in {len(self._pairs):,} turns")
        )
        marks = "≠ changed   - only left   + only right"
        self._say("   ".join([said, marks, *([ROUGHLY] if found.rough else [])]))

    def _compared(self) -> Paired:
        with ExitStack() as ending:
            mine = ending.enter_context(closing(self.bench.reader_again()))
            other, _ = ending.enter_context(opened_session(self._path, self._goes_on))
            found = paired(turns(mine, self._goes_on), turns(other, self._goes_on), self._goes_on)
            self._readers = (mine, other)
            self._ending = ending.pop_all()
        if self._left:  # meanwhile, so that nobody closes them later
            self._ending.close()
        return found

    def _goes_on(self, done: int, total: int) -> bool:
        self._share = done / max(1, total)
        return not self._left

    def _tell(self) -> None:
        self._say(f"Comparing, {self._share:.0%}…   Esc gives up")

    def _say(self, sentence: str) -> None:
        note = self.query_one("#sessions-note", Static)
        note.set_class(sentence.startswith("✕"), "-failed")
        note.update(Content(visible(sentence)))

    def action_step(self, way: int) -> None:
        """Go to the next turn that differs, or the one before."""
        self.query_one(PairsView).step(way)

    def action_look(self) -> None:
        """Show the bytes of the turn under the cursor side by side."""
        if self._pairs:
            self._look(self._pairs[self.query_one(PairsView).cursor])

    @work(exclusive=True, group="sessions", description="read two turns")
    @reported
    async def _look(self, pair: Pair) -> None:
        from sockplay.ui.screens.compare import CompareScreen

        assert self._readers is not None, "pairs come from readers"
        one, other = self._readers
        part = await asyncio.to_thread(turn_window, one, pair.left, other, pair.right)
        left = _named(self.bench.name, pair.left) + part.words
        right = _named(self._path.name, pair.right) + part.words
        meaning = None if part.start else self._meaning(pair.socket)
        self.app.push_screen(CompareScreen(left, part.left, right, part.right, meaning))

    def action_leave(self) -> None:
        """Go back."""
        self._left = True
        self.dismiss()

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self._say(f"✕ {error}")


def _row(pair: Pair) -> PairRow:
    return PairRow(pair.likeness, pair.socket, _shown(pair.left), _shown(pair.right))


def _shown(turn: Turn | None) -> str:
    head = b"" if turn is None else turn.head
    return f"{turn_text(turn)}  {visible_bytes(head)}".rstrip()


def _named(session: str, turn: Turn | None) -> str:
    return f"{session}: {turn_text(turn)}" if turn is not None else f"{session}: nothing"
