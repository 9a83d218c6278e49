"""The code view: the Python that did what was recorded, growing as one plays."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sockplay.model.call import Row
from sockplay.model.errors import SockplayError
from sockplay.session.finding.filter import Filter
from sockplay.session.python.cast import Sides
from sockplay.session.python.line import IMPORTS, WHOLE, line
from sockplay.session.reader import Reader
from sockplay.ui.bench import Bench
from sockplay.ui.screens.reported import reported
from sockplay.ui.screens.steady import Steady
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.code.code_lines import CodeLine
from sockplay.ui.widgets.code.code_view import CodeView
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.values.printable import visible

_LOOK_S: Final = 0.2
_SHOWN: Final = 160
"""Bytes of data, and characters of its literal, that a line on the screen may show."""
_FEW: Final = 50_000
"""Calls that are looked through anew whenever one is added."""
COPIED_MOST: Final = 1 << 20
"""Characters that are copied, at most."""
_PAGE: Final = 200
_ONE: Final = "one"
_SIDES: Final[Mapping[str, tuple[Sides | None, str]]] = {
    "all": (None, "all sockets"),
    "client": ("client", "the clients"),
    "server": ("server", "the servers"),
    _ONE: (None, "all sockets"),
}
"""Who plays in a program, by whose calls are shown."""
_KEYS: Final = {
    "code-leave": "Esc", "code-go": "Enter", "code-copy": "y", "code-all": "a",
    "code-save": "s", "code-side": "Tab", "palette": "^P",
}  # fmt: skip


class CodeScreen(Screen[int | None]):
    """A line for each call of all sockets, of one side, or of one socket.

    Enter gives the number of a call, to be looked at in the timeline.

    Args:
        bench: where the record is.
        socket: the one that can be looked at alone.
        seq: the call that the timeline stands on.
    """

    DEFAULT_CSS = """
    CodeScreen {
        background: $background;
        & .line { height: 1; padding: 0 1; background: $surface; }
        & #code-title { width: auto; padding-right: 2; }
        & CodeView { height: 1fr; }
        & #code-note { height: 1; padding: 0 1; color: $sock-muted; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, id="code-leave"),
        Binding("enter", "go", "go to the call", show=False, id="code-go"),
        Binding("y", "copy", "copy the lines", show=False, id="code-copy"),
        Binding("a", "copy_all", "copy all", show=False, id="code-all"),
        Binding("s", "save", "save as a program", show=False, id="code-save"),
        Binding("tab", "app.focus_next", "whose calls", show=False, id="code-side"),
    ]

    def __init__(self, bench: Bench, socket: str = "", seq: int | None = None) -> None:
        super().__init__()
        self.bench = bench
        self._socket = socket
        self._seq = seq
        self._known = 0
        """How many calls are shown, or were looked at and are not."""
        self._anew = True
        """Whether those that are shown are other sockets' than those that are wanted."""
        self._filling = Steady(self._fill, self.say)

    def compose(self) -> ComposeResult:
        """Whose calls, the lines, what can be done."""
        sides = [("all", "all"), ("client", "clients"), ("server", "servers")]
        if self._socket:
            sides.append((_ONE, visible(self._socket)))
        with Horizontal(classes="line"):
            title = Content.assemble(("CODE", "bold $primary"), "  the Python that did it")
            yield Static(title, id="code-title")
            yield Choice(sides, id="code-sides")
        yield CodeView(IMPORTS, id="code")
        yield Static("", id="code-note")
        yield KeyBar(_KEYS, "palette", id="code-keys")

    @property
    def view(self) -> CodeView:
        """The lines."""
        return self.query_one(CodeView)

    def on_mount(self) -> None:
        """Begin on the call that the timeline stands on."""
        self.view.here = self._seq
        self.view.focus()
        self._refill()
        self.set_interval(_LOOK_S, self._look)

    # what is shown

    @property
    def _wanted(self) -> Filter:
        side = self.query_one(Choice).value
        if side == _ONE:
            return Filter(frozenset([self._socket]))
        return Filter(side="client" if side == "client" else "server" if side == "server" else "")

    @on(Choice.Changed)
    def _other_side(self) -> None:
        self._anew = True
        self._refill()

    def _look(self) -> None:
        filling = any(w.group == "fill" and w.node is self for w in self.workers)
        if len(self.bench.recorder.index) != self._known and not filling:
            self._refill()

    @work(exclusive=True, group="fill", description="find the calls")
    async def _refill(self) -> None:
        await self._filling.look()

    async def _fill(self) -> None:
        wanted, newest = self._wanted, len(self.bench.recorder.index)
        seqs: Sequence[int] = range(1, newest + 1)
        if wanted:
            old = () if self._anew or newest <= _FEW else self.view.seqs
            after = self._known if old else 0
            found = await self.bench.read(lambda reader: reader.matching(wanted, after))
            seqs = [*old, *found[: bisect_right(found, newest)]] if old else found
        self._known, self._anew = newest, False
        self.view.show(seqs)
        if self._seq is not None:
            self.view.choose(self._seq)
            self._seq = None
        self._describe()

    @on(CodeView.Wanted)
    def _lines_wanted(self, event: CodeView.Wanted) -> None:
        event.stop()
        self._supply(event.first, event.last)

    @work(exclusive=True, group="supply", description="fetch lines")
    @reported
    async def _supply(self, first: int, last: int) -> None:
        seqs = list(self.view.seqs[first : last + 1])
        rows = await self.bench.read(lambda reader: _rows(reader, seqs, _SHOWN))
        self.view.supply({row.call.seq: _code_line(row) for row in rows})

    @on(CodeView.Moved)
    def _describe(self) -> None:
        chosen, count = len(self.view.chosen), self.view.count
        said = f"{count:,} line{'' if count == 1 else 's'}"
        if chosen > 1:
            said += f", {chosen:,} selected"
        hint = "Enter goes to the call   Shift+Up and Shift+Down select lines"
        if not count:
            hint = "Nothing was called yet"
        if self.query_one(Choice).value != "all" and not count:
            hint = "None of these sockets has made a call yet"
        self.query_one("#code-note", Static).update(Content(f"{said}   {hint}"))

    # taking away

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_go(self) -> None:
        """Go to the call in the timeline."""
        self.dismiss(self.view.seq)

    @on(CodeView.Chosen)
    def _chosen(self) -> None:
        self.action_go()

    def action_copy(self) -> None:
        """Copy the selected lines."""
        self._copy([self.view.seqs[place] for place in self.view.chosen], [])

    def action_copy_all(self) -> None:
        """Copy all lines, with the imports that they need."""
        self._copy(self.view.seqs, [IMPORTS])

    @work(exclusive=True, group="copy", description="copy lines of Python")
    @reported
    async def _copy(self, seqs: Sequence[int], lines: list[str]) -> None:
        from sockplay.ui import clipboard

        if not seqs:
            raise SockplayError("There is no line to copy yet. Start a server or a client.")
        text = await self.bench.read_apart(lambda reader: _text(reader, seqs, lines))
        places = await clipboard.copy(self.app, text)
        if not places:
            raise SockplayError("No clipboard here takes that much. Press s to save it instead.")
        what = "The line" if len(seqs) == 1 else f"{len(seqs):,} lines"
        self.notify(f"{what} of Python: {places}.", markup=False)

    def action_save(self) -> None:
        """Save the side that is shown as a program that has its conversation again."""
        from sockplay.ui.screens.prompt import Prompt

        sides, who = _SIDES[self.query_one(Choice).value]

        async def act(typed: str) -> None:
            from sockplay.session.python.writing import write_program

            path = _path(typed.strip())
            left_out = await self.bench.read_apart(
                lambda reader: write_program(reader, path, sides)
            )
            self.notify(visible(f"Saved as {path}. {left_out}".strip()), markup=False)

        hint = f"It has {who} talk again, and checks what comes. Tab in the code chooses others."
        self.app.push_screen(Prompt("Save as a program", "play.py", hint, act))

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self.notify(visible(str(error)), severity="error", markup=False, timeout=8)


def _path(typed: str) -> Path:
    if not typed:
        raise SockplayError("A file needs a name. Type one.")
    try:
        return Path(typed).expanduser()
    except RuntimeError as error:
        raise SockplayError(f"{typed} names nobody's folder here.") from error


def _rows(reader: Reader, seqs: Sequence[int], limit: int) -> list[Row]:
    """Calls by number, with so many bytes of data; runs of them are read at once."""
    rows: list[Row] = []
    start = 0
    for place, seq in enumerate(seqs):
        if place + 1 == len(seqs) or seqs[place + 1] != seq + 1:
            rows += reader.rows(seqs[start], seq, limit)
            start = place + 1
    return rows


def _code_line(row: Row) -> CodeLine:
    made = line(row.call, row.length, _SHOWN)
    return CodeLine(made.code, made.comment, row.call.direction, bool(row.call.error))


def _text(reader: Reader, seqs: Sequence[int], lines: list[str]) -> str:
    size = 0
    for start in range(0, len(seqs), _PAGE):
        for row in _rows(reader, seqs[start : start + _PAGE], WHOLE):
            lines.append(str(line(row.call, row.length, WHOLE)))
            size += len(lines[-1]) + 1
            if size > COPIED_MOST:
                raise SockplayError(
                    f"That is more than {COPIED_MOST >> 20} MiB of Python. Select fewer lines, or "
                    "press s to save a program."
                )
    return "\n".join(lines) + "\n" if len(lines) > 1 else lines[0]
