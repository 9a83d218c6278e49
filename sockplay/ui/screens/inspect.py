"""The inspector over another screen, for bytes that the workbench does not show."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from sockplay.ui.widgets.inspector.inspector import Inspector


class Inspect(ModalScreen[bytes | None]):
    """Reads bytes in every way; gives all of them once a value was edited.

    Args:
        data: the bytes.
        first: where the selection starts, or the cursor is.
        end: where it ends.
    """

    DEFAULT_CSS = """
    Inspect {
        align: center middle;
        & > Vertical {
            width: 84;
            max-width: 100%;
            height: 36;
            max-height: 100%;
            background: $surface;
            border: round $primary 60%;
            border-title-color: $primary;
            border-subtitle-color: $sock-muted;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", show=False)]

    def __init__(self, data: bytes, first: int, end: int) -> None:
        super().__init__()
        self._data = data
        self._first = first
        self._end = end

    def compose(self) -> ComposeResult:
        """An inspector of its own."""
        with Vertical() as box:
            box.border_title = "Bytes"
            box.border_subtitle = "Esc closes"
            yield Inspector(id="inspector")

    def on_mount(self) -> None:
        """Show the bytes, and where one was in them."""
        inspector = self.query_one(Inspector)
        inspector.show_bytes("", self._data, self._first, self._end)
        inspector.query_one("#inspect-readings").focus()

    def on_inspector_edited(self, event: Inspector.Edited) -> None:
        """Give the bytes back with the value in them."""
        self.dismiss(event.data)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)
