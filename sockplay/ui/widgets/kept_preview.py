"""What is under the cursor of the library: its text, and for a payload its bytes."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sockplay.ui.widgets.hex_view import HexView
from sockplay.values.printable import visible

_LINES: Final = 200
_LONGEST: Final = 400
"""Lines of a text that are shown, and characters of a line."""


class KeptPreview(Vertical):
    """Shows a text that may come from anybody, line by line, and bytes below it."""

    DEFAULT_CSS = """
    KeptPreview {
        & #kept-about { height: auto; padding: 0 1; color: $sock-muted; }
        & #kept-problem { height: auto; padding: 0 1; color: $sock-muted; display: none; }
        & #kept-problem.-said { display: block; }
        & #kept-problem.-wrong { color: $sock-error; }
        & #kept-scroll { height: 1fr; margin-top: 1; scrollbar-size-vertical: 1; }
        &.-bytes #kept-scroll { height: auto; max-height: 50%; }
        & #kept-text { height: auto; padding: 0 1; }
        & #kept-bytes { margin-top: 1; max-height: 40%; display: none; }
        &.-bytes #kept-bytes { display: block; }
    }
    """

    def compose(self) -> ComposeResult:
        """What it is, what is wrong with it, its text, its bytes."""
        yield Static("", id="kept-about")
        yield Static("", id="kept-problem")
        with VerticalScroll(id="kept-scroll"):
            yield Static("", id="kept-text")
        yield HexView(id="kept-bytes")

    def show(self, name: str, about: str, text: str) -> None:
        """Show something else; its bytes and its problem are not known yet.

        Args:
            name: what it is called.
            about: what it is, in a few words.
            text: its source.
        """
        title = Content.assemble((visible(name), "bold $foreground"), f"  {visible(about)}")
        self.query_one("#kept-about", Static).update(title if name else Content(visible(about)))
        self.query_one("#kept-text", Static).update(Content(_excerpt(text)))
        self.query_one("#kept-scroll").scroll_to(y=0, animate=False)
        self.show_bytes(b"", [])

    def show_bytes(
        self, data: bytes, fields: list[int], problem: str = "", remark: str = ""
    ) -> None:
        """Show the bytes that it comes to, or why there are none.

        Args:
            data: the bytes.
            fields: how long the fields are that they are made of.
            problem: a sentence; empty when there is none.
            remark: what else there is to say of them, in a few words.
        """
        self.set_class(bool(data), "-bytes")
        self.query_one("#kept-bytes", HexView).show(data, fields)
        said = self.query_one("#kept-problem", Static)
        said.set_class(bool(problem or remark), "-said")
        said.set_class(bool(problem), "-wrong")
        said.update(Content(f"✕ {visible(problem)}" if problem else visible(remark)))


def _excerpt(text: str) -> str:
    """The first lines, each safe to show."""
    lines = text.split("\n", _LINES)
    shown = [visible(line[:_LONGEST].removesuffix("\r").expandtabs(4)) for line in lines[:_LINES]]
    if len(lines) > _LINES:
        more = lines[_LINES].count("\n") + 1
        shown.append(f"… {more:,} more line{'' if more == 1 else 's'}")
    return "\n".join(shown)
