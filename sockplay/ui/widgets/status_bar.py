"""The top line: what is recorded, how much moved, the settings in force."""

from __future__ import annotations

import msgspec
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sockplay.ui.widgets.cells import fit, size_text
from sockplay.values.printable import visible


class Status(msgspec.Struct, frozen=True):
    """What the top line says."""

    session: str = ""
    problem: str = ""
    """Why nothing is recorded at the moment; empty when all is well."""
    sockets: int = 0
    calls: int = 0
    bytes_out: int = 0
    bytes_in: int = 0
    order: str = "big"
    encoding: str = "utf-8"
    recorded: str = ""
    """What is said of a session that was recorded before; empty while it is being made."""


class StatusBar(Widget):
    """One line at the top; in a narrow terminal, two."""

    DEFAULT_CSS = """
    StatusBar {
        height: 1;
        background: $panel;
        color: $foreground;
        padding: 0 1;
        &.-narrow { height: 2; }
    }
    """
    status: reactive[Status] = reactive(Status())

    def render(self) -> Content:
        """The line."""
        status = self.status
        recording = (
            ("✕ not recording", "$sock-error") if status.problem else ("● rec", "$sock-recv")
        )
        if status.recorded:
            damaged = ("✕ damaged, " if status.problem else "▤ ") + status.recorded
            recording = (damaged, "$sock-error" if status.problem else "$sock-partial")
        counts = (
            f"{_counted(status.sockets, 'socket')}   {_counted(status.calls, 'call')}   "
            f"{size_text(status.bytes_out)} out   {size_text(status.bytes_in)} in"
        )
        left = Content.assemble(
            ("sockplay", "bold $primary"),
            (f"  {visible(status.session)} ", "$sock-muted"),
            recording,
        )
        settings = f"order {status.order.upper()}   {visible(status.encoding)}   F1 help"
        width = self.content_size.width
        if self.size.height > 1:
            gap = width - left.cell_length - len(settings)
            first = Content.assemble(left, " " * max(1, gap), settings)
            return Content("\n").join([first, Content.styled(fit(counts, width), "$foreground")])
        middle = f"   {counts}"
        gap = width - left.cell_length - len(middle) - len(settings)
        return Content.assemble(left, middle, " " * max(2, gap), (settings, "$sock-muted"))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
