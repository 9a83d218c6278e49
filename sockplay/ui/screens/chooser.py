"""One of several things, each shown before it is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sockplay.ui.screens.offers import Offer
from sockplay.ui.widgets.cells import fit
from sockplay.values.printable import visible

_LABEL = 26
_DETAIL = 42


class Chooser(ModalScreen[int | None]):
    """Lists offers and shows the one under the cursor; Enter gives its number.

    Args:
        title: what is chosen, as a person reads it.
        offers: what there is.
        hint: what Enter does, or what to do when there is nothing.
        first: the offer that the cursor is on at first.
    """

    DEFAULT_CSS = """
    Chooser {
        align: center middle;
        & > Vertical {
            width: 76;
            max-width: 100%;
            height: auto;
            max-height: 90%;
            background: $surface;
            border: round $primary 60%;
            border-title-color: $primary;
            padding: 0 1;
        }
        & OptionList, & OptionList:focus {
            height: auto; max-height: 10; border: none; background: $surface;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & #preview { height: auto; max-height: 10; text-wrap: nowrap; text-overflow: ellipsis; }
        & .-shown { border-top: solid $panel; }
        & #hint { color: $sock-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel", show=False)]

    def __init__(self, title: str, offers: Sequence[Offer], hint: str, first: int = 0) -> None:
        super().__init__()
        self._title = title
        self._offers = list(offers)
        self._hint = hint
        self._first = first

    def compose(self) -> ComposeResult:
        """The list, what the cursor is on, the hint."""
        with Vertical() as box:
            box.border_title = Content(visible(self._title))
            if self._offers:
                offers = OptionList(*(Option(_line(offer)) for offer in self._offers))
                offers.highlighted = self._first
                yield offers
            yield Static("", id="preview")
            yield Static(Content(visible(f"{self._hint}   Esc closes")), id="hint")

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        lines = self._offers[event.option_index].lines
        preview = self.query_one("#preview", Static)
        preview.set_class(bool(lines), "-shown")
        preview.update(Content("\n".join(visible(line) for line in lines)))

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def action_cancel(self) -> None:
        """Choose none."""
        self.dismiss(None)


def _line(offer: Offer) -> Content:
    title, detail = fit(visible(offer.title), _LABEL), fit(visible(offer.detail), _DETAIL)
    return Content.assemble(title, "  ", (detail.rstrip(), "$sock-muted"))
