"""The box of a form over the workbench: labelled lines, a problem, buttons."""

from __future__ import annotations

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static


class FormBox(Vertical):
    """Holds what a form asks and says.

    Lines are of the class ``field``, what is wrong ``problem``, the Python of it ``python``, the
    row of buttons ``buttons``.

    Args:
        title: what it is about.
    """

    DEFAULT_CSS = """
    FormBox {
        width: 72;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        background: $surface;
        border: round $primary 60%;
        border-title-color: $primary;
        padding: 0 1;
        overflow-y: auto;
        & .field { height: 1; }
        & .block { height: auto; }
        & .label { width: 10; color: $sock-muted; }
        & .field > .hint { width: 1fr; color: $sock-muted; padding-left: 2; }
        & .field > Input { background: $panel; }
        & .python { width: 1fr; height: auto; color: $sock-muted; }
        & .problem { height: auto; color: $sock-error; }
        & .buttons { height: 1; align-horizontal: right; margin-top: 1; }
        & .buttons > Button { margin-left: 2; min-width: 10; padding: 0 1; }
    }
    """

    def __init__(self, title: str | Content) -> None:
        super().__init__()
        self.border_title = title


def labelled(
    label: str, *controls: Widget, id: str | None = None, tall: bool = False
) -> Horizontal:
    """A line of a form.

    Args:
        label: what stands before it.
        controls: what stands in it.
        id: its own.
        tall: whether it may take several lines.
    """
    kind = "block" if tall else "field"
    return Horizontal(Static(label, classes="label"), *controls, id=id, classes=kind)
