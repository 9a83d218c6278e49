"""Every key, colour and word on one page."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from sockplay.ui.actions import ACTIONS, Action
from sockplay.ui.widgets.cells import fit

_HELP_WIDTH = 40
_WIDTH = 74
"""Cells of a line in a terminal of 80 columns."""
_SIGNS = (
    ("→", "$sock-sent", "sent"),
    ("←", "$sock-recv", "received"),
    ("✂", "$sock-partial", "cut by bufsize: the recv took all it asked for, and more is queued"),
    ("◔", "$sock-partial", "short write: the kernel took less than was offered"),
    ("✕", "$sock-error", "truncated, error or reset"),
    (
        "≋",
        "$sock-partial",
        "a knob is turned: sends in slices or throttled; ‖ reading stalled, "
        "▭ a buffer's size asked for, ⇥ Nagle off, ⇤ corked",
    ),
    ("∎", "$foreground", "EOF: the peer finished sending (recv returned b''); or closed"),
    ("◆", "$sock-sent", "marked as a target of sends; in the console, a variable that changed"),
    ("÷", "$sock-partial", "split: the bytes of one send came in several reads (stream map)"),
    ("⧉", "$sock-partial", "coalesced: one read brought the bytes of several sends"),
    ("‼", "$sock-partial", "urgent: a byte that went beside the stream (MSG_OOB)"),
    ("░", "$sock-muted", "arrived and not read yet, or never read any more"),
    ("▒", "$sock-muted", "on its way: sent, and not yet at the reader"),
    ("╱", "$sock-muted", "unknown: that end is no socket of sockplay"),
    (
        "▁▂▃",
        "$field-1",
        "how full a queue was lately, the newest right; in the stream map, how many calls a column "
        "stands for",
    ),
    ("◷", "$sock-partial", "a call that waits; ▶ the line that a program runs next"),
)
_WORDS = (
    ("time", "when the call was made; rows stand in the order in which calls returned"),
    ("moved/asked", "bytes the kernel really moved, of those asked for"),
    ("left", "bytes still queued in the kernel right after a recv (FIONREAD); for datagrams, "
             "the size of the next one"),
    ("in-q, out-q", "bytes waiting to be read here, and sent but not yet acknowledged"),
    ("new, bound", "made and without an address; with an address and without a peer"),
    ("auto(n)", "reads by itself with recv(n); by hand, nothing reads until you press F6, "
                "and a server accepts only when a program calls accept"),
    ("srv conn cli", "a server's listening socket, a connection it accepted, a client"),
)  # fmt: skip


class Help(ModalScreen[None]):
    """A page that scrolls."""

    DEFAULT_CSS = """
    Help {
        align: center middle;
        & > VerticalScroll {
            width: 84;
            max-width: 100%;
            height: 90%;
            background: $surface;
            border: round $primary 60%;
            border-title-color: $primary;
            border-subtitle-color: $sock-muted;
            padding: 0 1;
            scrollbar-size-vertical: 1;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "close", "Close", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Keys group by group, then signs, then words."""
        with VerticalScroll() as box:
            box.border_title = "Help"
            box.border_subtitle = "Esc closes"
            yield Static(help_page())

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def help_page() -> Content:
    """The page, made from the table of actions."""
    lines: list[Content] = []
    for group in dict.fromkeys(action.group for action in ACTIONS):
        lines += [Content(""), Content.styled(group.upper(), "bold $primary")]
        for action in ACTIONS:
            if action.group == group:
                lines += _entry(action)
    lines += [
        Content(""),
        Content("Letters and digits work where no text is typed; Tab goes on to the next pane."),
        Content("In the composer Enter sends, Ctrl+J makes a line end, Up and Down recall."),
        Content("In bytes the arrows move, with Shift they select; the mouse does both."),
        Content(""),
        Content.styled("SIGNS", "bold $primary"),
    ]
    for sign, style, text in _SIGNS:
        lines += _explained(sign, 5, style, text)
    lines += [Content(""), Content.styled("WORDS", "bold $primary")]
    for word, text in _WORDS:
        lines += _explained(word, 14, "bold", text)
    return Content("\n").join(lines[1:])


def _explained(name: str, cells: int, style: str, text: str) -> list[Content]:
    first, *rest = textwrap.wrap(text, _WIDTH - cells)
    return [
        Content.assemble((fit(name, cells), style), first),
        *(Content(" " * cells + line) for line in rest),
    ]


def _entry(action: Action) -> list[Content]:
    key, text = action.key_text or "palette", textwrap.wrap(action.help, _HELP_WIDTH)
    first = Content.assemble(
        (fit(key, 11), "bold" if action.key else "$sock-muted"),
        fit(action.title, 23),
        (text[0], "$sock-muted"),
    )
    return [first, *(Content.styled(" " * 34 + line, "$sock-muted") for line in text[1:])]
