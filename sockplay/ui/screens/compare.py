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

from sockplay.model.alignment import ROUGHLY
from sockplay.model.beside import Beside
from sockplay.session.comparing.aligning import align
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.compare.beside_view import BesideView
from sockplay.ui.widgets.compare.fields_view import FieldsView
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.values.printable import visible
from sockplay.values.reading.field_pairs import Meaning

_LOOK_S: Final = 0.2
_KEYS: Final = {
    "compare-leave": "Esc", "compare-next": "n", "compare-previous": "p", "compare-form": "Tab",
    "palette": "^P",
}  # fmt: skip
_NO_FIELDS: Final = "byte by byte; by field too where d gave the socket a definition"


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
        & #compare-note { height: auto; padding: 0 1; color: $sock-muted; background: $surface; }
        & #compare-how { width: 1fr; color: $sock-muted; }
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
        self._said_of_fields = ""
        self._share = 0.0
        self._left = False

    def compose(self) -> ComposeResult:
        """What is compared, side by side, and what differs."""
        forms = [("bytes", "bytes")]
        how = _NO_FIELDS
        if self._meaning is not None:
            forms.append(("fields", f"fields of {visible(self._meaning.name)}"))
            how = ""
        with Horizontal(classes="line"):
            yield Static(Content.assemble(("COMPARE", "bold $primary")), id="compare-title")
            choice = Choice(forms, id="compare-forms")
            choice.display = not how
            yield choice
            yield Static(how, id="compare-how")
        yield BesideView(id="compare-bytes")
        yield FieldsView(id="compare-fields")
        yield Static("", id="compare-note")
        yield KeyBar(_KEYS, "palette", id="compare-keys")

    def on_mount(self) -> None:
        """Compare."""
        self._show_form()
        self._compare()

    def on_unmount(self) -> None:
        """Whoever leaves does not wait for it."""
        self._left = True

    @work(exclusive=True, group="compare", description="compare two messages")
    async def _compare(self) -> None:
        left, right = self._data
        telling = self.set_interval(_LOOK_S, self._tell)
        try:
            found = await asyncio.to_thread(align, left, right, self._goes_on)
        finally:
            telling.stop()
        beside = Beside(left, right, found.stretches)
        places = len(await asyncio.to_thread(lambda: beside.places))
        self.query_one(BesideView).show(beside, *self._names)
        self._said = f"{len(left):,} and {len(right):,} bytes"
        self._said += f" differ in {places:,} place" if places else ": nothing differs"
        self._said += "s" if places > 1 else ""
        self._said += f". {ROUGHLY}" if found.rough else ""
        if self._meaning is not None:
            fields = await asyncio.to_thread(self._meaning.pairs, left, right)
            self.query_one(FieldsView).show(fields, *self._names)
            self._said_of_fields = f"{sum(pair.likeness != 'same' for pair in fields):,} of "
            self._said_of_fields += f"{len(fields):,} fields differ"
        self._describe()

    def _goes_on(self, done: int, total: int) -> bool:
        self._share = done / max(1, total)
        return not self._left

    def _tell(self) -> None:
        self._said = f"Comparing, {self._share:.0%}…   Esc gives up"
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
        by_field = self.query_one(Choice).value == "fields"
        said = (by_field and self._said_of_fields) or self._said
        self.query_one("#compare-note", Static).update(Content(f"{said}   {marks}"))

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
