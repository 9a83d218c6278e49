"""Unsaved sessions whose sockplay ended without leaving, to be saved or removed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sockplay.ui.widgets.cells import fit, size_text
from sockplay.values.printable import visible


class Leftovers(ModalScreen[Path | None]):
    """Lists the sessions, the newest first, to be saved under a name, looked at or removed.

    Args:
        found: the sessions' files.
        remove: removes one.
        look: opens one.
    """

    DEFAULT_CSS = """
    Leftovers {
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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("r", "remove", "Remove", show=False),
        Binding("o", "open", "Open", show=False),
    ]

    def __init__(
        self,
        found: Sequence[Path],
        remove: Callable[[Path], object],
        look: Callable[[Path], object],
    ) -> None:
        super().__init__()
        self._found = list(found)
        self._remove = remove
        self._look = look

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical() as box:
            box.border_title = "Sessions that were never closed"
            if not self._found:
                yield Static("There are none.   Esc closes")
                return
            yield OptionList(*(Option(_line(path)) for path in self._found))
            yield Static("Enter saves it under a name   o opens it   r removes it   Esc closes")

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])

    def action_remove(self) -> None:
        """Remove the session under the cursor."""
        for options in self.query(OptionList):
            place = options.highlighted
            if place is not None:
                self._remove(self._found.pop(place))
                options.remove_option_at_index(place)

    def action_open(self) -> None:
        """Look at the session under the cursor."""
        for options in self.query(OptionList):
            if options.highlighted is not None:
                path = self._found[options.highlighted]
                self.dismiss(None)
                self._look(path)

    def action_cancel(self) -> None:
        """Choose none."""
        self.dismiss(None)


def _line(path: Path) -> Content:
    about = path.stat()
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(about.st_mtime))
    return Content.assemble(
        (f"{when}  {fit(size_text(about.st_size), 10, 'right')}  ", "$sock-muted"),
        fit(visible(path.name), 36),
    )
