"""Two messages side by side: by bytes, and by field where a definition reads them."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sockplay.model.alignment import differing
from sockplay.model.beside import Beside
from sockplay.session.comparing.aligning import align
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.compare.beside_view import BesideView
from sockplay.ui.widgets.compare.fields_view import FieldsView
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.values.printable import visible
from sockplay.values.reading.field_pairs import Meaning

_KEYS: Final = {
    "compare-leave": "Esc", "compare-next": "n", "compare-previous": "p", "compare-form": "Tab",
    "palette": "^P",
}  # fmt: skip


class CompareScreen(Screen[None]):
    """Aligned, with what differs lit; ``n`` goes to the next difference.

    Args:
        left: what the left message is called.
        left_data: its bytes.
        right: the same of the right one.
        right_data: its bytes.
        meaning: the definition that is in force for both, if there is one.
    """

    DEFAULT_CSS = """
    CompareScreen {
        background: $background;
        & .line { height: 1; padding: 0 1; background: $surface; }
        & #compare-title { width: auto; padding-right: 2; }
        & BesideView, & FieldsView { height: 1fr; }
        & #compare-note { height: 1; padding: 0 1; color: $sock-muted; background: $surface; }
        & .hidden { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, id="compare-leave"),
        Binding("n", "step(1)", "next difference", show=False, id="compare-next"),
        Binding("p", "step(-1)", "previous", show=False, id="compare-previous"),
        Binding("tab", "form", "bytes or fields", show=False, id="compare-form"),
    ]

    def __init__(
        self,
        left: str,
        left_data: bytes,
        right: str,
        right_data: bytes,
        meaning: Meaning | None = None,
    ) -> None:
        super().__init__()
        self._names = (left, right)
        self._data = (left_data, right_data)
        self._meaning = meaning
        self._said = "Comparing…"

    def compose(self) -> ComposeResult:
        """What is compared, side by side, and what differs."""
        forms = [("bytes", "bytes")]
        if self._meaning is not None:
            forms.append(("fields", f"fields of {visible(self._meaning.name)}"))
        with Horizontal(classes="line"):
            yield Static(Content.assemble(("COMPARE", "bold $primary")), id="compare-title")
            yield Choice(forms, id="compare-forms")
        yield BesideView(id="compare-bytes")
        yield FieldsView(id="compare-fields")
        yield Static("", id="compare-note")
        yield KeyBar(_KEYS, "palette", id="compare-keys")

    def on_mount(self) -> None:
        """Compare."""
        self._show_form()
        self._compare()

    @work(exclusive=True, group="compare", description="compare two messages")
    async def _compare(self) -> None:
        left, right = self._data
        stretches = await asyncio.to_thread(align, left, right)
        self.query_one(BesideView).show(Beside(left, right, stretches), *self._names)
        places = len(differing(stretches))
        self._said = f"{len(left):,} and {len(right):,} bytes   "
        self._said += "Nothing differs" if not places else f"{places:,} difference"
        self._said += "s" if places > 1 else ""
        if self._meaning is not None:
            found = await asyncio.to_thread(self._meaning.pairs, left, right)
            self.query_one(FieldsView).show(found, *self._names)
        self._describe()

    @on(Choice.Changed)
    def _show_form(self) -> None:
        by_field = self.query_one(Choice).value == "fields"
        self.query_one(BesideView).set_class(by_field, "hidden")
        self.query_one(FieldsView).set_class(not by_field, "hidden")
        (self.query_one(FieldsView) if by_field else self.query_one(BesideView)).focus()
        self._describe()

    def _describe(self) -> None:
        marks = "≠ changed   - only left   + only right"
        self.query_one("#compare-note", Static).update(Content(f"{self._said}   {marks}"))

    def action_step(self, way: int) -> None:
        """Go to the next difference, or the one before."""
        if self.query_one(Choice).value == "fields":
            self.query_one(FieldsView).step(way)
        else:
            self.query_one(BesideView).step(way)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Have the key of the fields work where there are any."""
        del parameters
        return action != "form" or self._meaning is not None

    def action_form(self) -> None:
        """Change between bytes and fields."""
        self.query_one(Choice).action_step(1)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)
