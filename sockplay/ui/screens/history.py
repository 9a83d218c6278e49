"""What was sent before, to choose from."""

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

from sockplay.ui.widgets.cells import fit
from sockplay.values.draft import Draft
from sockplay.values.printable import visible


class History(ModalScreen[Draft | None]):
    """Lists the drafts, the newest first; Enter takes one into the composer."""

    DEFAULT_CSS = """
    History {
        align: center middle;
        & > Vertical {
            width: 72;
            max-width: 100%;
            height: auto;
            max-height: 80%;
            background: $surface;
            border: round $primary 60%;
            border-title-color: $primary;
            padding: 0 1;
        }
        & OptionList, & OptionList:focus {
            height: auto; max-height: 16; border: none; background: $surface;
        }
        & Static { color: $sock-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel", show=False)]

    def __init__(self, drafts: Sequence[Draft]) -> None:
        super().__init__()
        self._drafts = list(reversed(drafts))

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical() as box:
            box.border_title = "Sent before"
            if not self._drafts:
                yield Static("Nothing was sent yet.   Esc closes")
                return
            yield OptionList(*(Option(_line(draft)) for draft in self._drafts))
            yield Static("Enter puts it into the composer   Esc closes")

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._drafts[event.option_index])

    def action_cancel(self) -> None:
        """Choose none."""
        self.dismiss(None)


def _line(draft: Draft) -> Content:
    detail = {
        "integers": f"{draft.integer} {draft.order}",
        "line": draft.order,
        "text": draft.encoding,
    }.get(draft.mode, "")
    label = fit(f"{draft.mode} {detail}", 18)
    return Content.assemble((visible(label), "$sock-muted"), fit(visible(draft.source), 46))
