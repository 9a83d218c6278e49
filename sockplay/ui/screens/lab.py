"""The endianness lab: where a number's bytes lie, and what goes wrong when order is forgotten.

It is made to be projected: six pages, each a screenful, walked by keys or the mouse.
"""

from __future__ import annotations

from typing import ClassVar, Final, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ContentSwitcher, Input, Static

from sockplay.model.errors import SockplayError
from sockplay.ui.bench import Bench
from sockplay.ui.screens.lab_trials import LabTrials
from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.ui.widgets.lab.bytes_page import BytesPage
from sockplay.ui.widgets.lab.code_page import CodePage
from sockplay.ui.widgets.lab.lab_page import LabPage, Subject
from sockplay.ui.widgets.lab.readers_page import ReadersPage
from sockplay.ui.widgets.lab.readings_page import ReadingsPage
from sockplay.ui.widgets.lab.send_page import SendPage
from sockplay.ui.widgets.lab.text_page import TextPage
from sockplay.ui.widgets.pane_bar import PaneBar
from sockplay.values.errors import ValuesError
from sockplay.values.lab.typed_numbers import Kind, typed_number
from sockplay.values.order import ByteOrder
from sockplay.values.printable import visible

PAGES: Final = (
    ("bytes", "Bytes"),
    ("code", "Code"),
    ("readings", "Readings"),
    ("readers", "Wrong reader"),
    ("text", "As text"),
    ("send", "Send"),
)
"""The pages and what they are called."""
_KEYS: Final = {
    "lab-leave": "Esc", "lab-next": "PgDn", "lab-step": "Space", "lab-play": "a",
    "lab-send": "s", "lab-wrong": "w", "lab-give-up": "g",
    "lab-copy": "p", "lab-value": "v", "lab-order": "o", "palette": "^P",
}  # fmt: skip


class Lab(LabTrials):
    """Pages about one number, which can be changed on every one of them.

    Args:
        bench: where real exchanges are made.
    """

    DEFAULT_CSS = """
    Lab {
        background: $background;
        & .line { height: 1; padding: 0 1; background: $surface; }
        & .label { width: auto; color: $sock-muted; padding-right: 1; }
        & #value { width: 1fr; max-width: 48; background: $panel; margin-right: 2; }
        & .line > Choice { margin-right: 2; }
        & #lab-note { height: auto; padding: 0 1; color: $sock-muted; background: $surface; }
        & #lab-note.-wrong { color: $sock-error; text-style: bold; }
        & ContentSwitcher { height: 1fr; }
        & ContentSwitcher.-old { opacity: 50%; }
        & LabPage { height: 1fr; }
        & #lab-python { height: auto; max-height: 2; padding: 0 1; background: $surface; }
        &.-tall .line { padding: 0 2; }
        &.-tall #lab-note { padding: 0 2; margin-bottom: 1; }
        &.-tall #lab-python { padding: 0 2; }
        &.-tall LabPage { padding: 0 2; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, id="lab-leave"),
        Binding("pagedown", "turn(1)", "next page", show=False, id="lab-next"),
        Binding("right", "turn(1)", "Next page", show=False),
        Binding("pageup,left", "turn(-1)", "Page before", show=False),
        *(Binding(str(n), f"page('{name}')", show=False) for n, (name, _) in enumerate(PAGES, 1)),
        Binding("space", "step(1)", "step", show=False, id="lab-step"),
        Binding("backspace", "step(-1)", "Step back", show=False),
        Binding("a", "play", "animate", show=False, id="lab-play"),
        Binding("s", "send", "send", show=False, id="lab-send"),
        Binding("w", "wrong", "wrong reader", show=False, id="lab-wrong"),
        Binding("g", "give_up", "give up", show=False, id="lab-give-up"),
        Binding("v", "value", "value", show=False, id="lab-value"),
        Binding("o", "order", "order", show=False, id="lab-order"),
        Binding("p", "copy", "copy Python", show=False, id="lab-copy"),
    ]

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]
        self._pages: dict[str, LabPage] = {
            "bytes": BytesPage(id="bytes"),
            "code": CodePage(id="code"),
            "readings": ReadingsPage(id="readings"),
            "readers": ReadersPage(id="readers"),
            "text": TextPage(id="text"),
            "send": SendPage(id="send"),
        }

    def compose(self) -> ComposeResult:
        """The number in two lines, the page, its Python, the keys."""
        yield PaneBar(PAGES, "bytes", id="lab-pages")
        with Horizontal(classes="line"):
            yield Static("value", classes="label")
            yield Input(
                "513", id="value", compact=True, select_on_focus=True, max_length=FIELD_LONGEST
            )
            kinds = [(kind, kind) for kind in ("unsigned", "signed", "float")]
            yield Choice(kinds, id="kind")
            yield Choice([("big", "big"), ("little", "little")], label="sent", id="sent-order")
        with Horizontal(classes="line"):
            integers = [(str(bits), str(bits)) for bits in (8, 16, 24, 32, 64)]
            yield Choice(integers, "16", label="bits ", id="integer-bits")
            floats = [(str(bits), str(bits)) for bits in (16, 32, 64)]
            yield Choice(floats, "32", label="bits ", id="float-bits")
            yield Static("Enter, then 1 to 6 turn the pages", classes="label")
        yield Static("", id="lab-note")
        with ContentSwitcher(initial="bytes"):
            yield from self._pages.values()
        yield Static("", id="lab-python")
        yield KeyBar(_KEYS, "palette", id="lab-keys")

    def on_mount(self) -> None:
        """Begin where the number is typed."""
        self._take()
        self.query_one("#value").focus()

    @property
    def page(self) -> LabPage:
        """The page that is seen."""
        return self._pages[self.query_one(PaneBar).chosen]

    # the number

    @on(Input.Changed, "#value")
    @on(Choice.Changed)
    def _changed(self) -> None:
        self._take()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.set_focus(None)  # letters and digits are keys again

    def _take(self) -> None:
        """Take up what was typed; what cannot be leaves the last number, marked as old."""
        kind = cast("Kind", self.query_one("#kind", Choice).value)
        bits = self._bits(kind)
        note, wrong = self.query_one("#lab-note", Static), False
        try:
            number = typed_number(self.query_one("#value", Input).value, kind, bits)
        except ValuesError as error:
            shown = self.subject.number if self.subject else None
            old = f" Still shown: {shown.text} as {shown.type.name}." if shown else ""
            note.update(Content(f"✕ {error.message}.{old}"))
            wrong = True
        else:
            order = cast("ByteOrder", self.query_one("#sent-order", Choice).value)
            self.subject = Subject(number, order)
            note.update(Content(f"{number.type.name} holds {number.type.range}"))
        note.set_class(wrong, "-wrong")
        self.query_one(ContentSwitcher).set_class(wrong, "-old")
        self._show_page()

    def _bits(self, kind: Kind) -> int:
        for name in ("integer-bits", "float-bits"):
            self.query_one(f"#{name}").display = (name == "float-bits") == (kind == "float")
        name = "float-bits" if kind == "float" else "integer-bits"
        return int(self.query_one(f"#{name}", Choice).value)

    # the pages

    def _show_page(self) -> None:
        if self.subject is not None:
            # The readers' message is sent for real too, whichever page is seen.
            self.query_one(ReadersPage).show(self.subject)
            self.page.show(self.subject)
        self._describe()

    @on(LabPage.Changed)
    def _describe(self) -> None:
        line = Content.assemble(("python  ", "$sock-muted"), (visible(self.page.python), "bold"))
        self.query_one("#lab-python", Static).update(line)

    def action_page(self, name: str) -> None:
        """Turn to a page."""
        self.query_one(ContentSwitcher).current = name
        self.query_one(PaneBar).chosen = name
        self._show_page()
        self.refresh_bindings()

    def action_turn(self, by: int) -> None:
        """Turn to the next page, or with -1 to the one before."""
        names = list(self._pages)
        at = names.index(self.query_one(PaneBar).chosen) + by
        if 0 <= at < len(names):
            self.action_page(names[at])

    @on(PaneBar.Picked)
    def _picked(self, event: PaneBar.Picked) -> None:
        self.action_page(event.name)

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys that do something on this page."""
        del parameters
        if not self.is_mounted:
            return True
        sends = isinstance(self.page, SendPage)
        return {
            "step": self.page.last > 0,
            "play": self.page.last > 0,
            "send": sends and not self.is_trying,
            "wrong": sends and not self.is_trying,
            "give_up": sends and self.is_trying,
        }.get(action, True)

    def action_step(self, by: int) -> None:
        """Go on in the page's story, or back."""
        self.page.step(by)

    def action_play(self) -> None:
        """Tell the page's story from its beginning."""
        self.page.play()

    def action_value(self) -> None:
        """Type another number."""
        self.query_one("#value").focus()

    def action_order(self) -> None:
        """Send in the other byte order."""
        self.query_one("#sent-order", Choice).step(1)

    @work(exclusive=True, group="copy", description="copy a line of Python")
    async def action_copy(self) -> None:
        """Copy the page's line of Python."""
        from sockplay.ui.clipboard import copy_line

        await copy_line(self.app, self.page.python)

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self.notify(visible(str(error)), severity="error", markup=False, timeout=8)
