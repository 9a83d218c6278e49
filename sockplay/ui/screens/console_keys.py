"""The console's one table of actions: its keys, its bottom line and its palette come from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sockplay.ui.actions import PALETTE, Action
from sockplay.ui.palette import ActionProvider

_GROUP: Final = "Console"
CONSOLE_ACTIONS: Final = (
    Action("console-leave", "escape", "leave", "Go back to the workbench; programs go on. (Esc)",
           _GROUP, "leave"),
    Action("console-step", "f8", "step", "Run the program's next line, also inside of the "
           "functions it calls. (F8)", _GROUP, "step"),
    Action("console-over", "f10", "step over", "Run the next line with all that it calls. (F10)",
           _GROUP, "step_over"),
    Action("console-run", "f5", "run", "Run the program, or go on from where it stands. (F5)",
           _GROUP, "run"),
    Action("console-interrupt", "ctrl+c", "interrupt", "Stop what runs or blocks, as in a "
           "terminal; copies instead when text is selected. (Ctrl+C)", _GROUP, "interrupt"),
    Action("console-new", "f2", "program", "Have a place for another program, to paste or type "
           "it. (F2)", _GROUP, "new_program"),
    Action("console-next", "f4", "next tab", "Turn to the next tab, or to the other one of two "
           "side by side; Alt+1 to Alt+9 turn to one by its number. (F4)", _GROUP, "turn"),
    Action("console-break", "f9", "stop here", "Stop at the line under the cursor, or no longer; "
           "a click left of the line does it too. (F9)", _GROUP, "break"),
    Action("console-load", "ctrl+o", "load", "Load a program from a file. (Ctrl+O)", _GROUP,
           "load"),
    Action("console-pause", "f7", "pause", "Stop the program at its next line. (F7)", _GROUP,
           "pause"),
    Action("console-other", "f3", "tab before", "Turn back to the tab that was seen before. (F3)",
           _GROUP, "other"),
    Action("console-look", "f6", "next view", "On a small screen: calls, variables or sockets "
           "below the code. (F6)", _GROUP, "look"),
    Action("console-both", "ctrl+b", "side by side", "Show the last two programs beside each "
           "other, of one the prompt beside it; or one alone again. (Ctrl+B)", _GROUP, "both"),
    Action("console-restart", "ctrl+r", "restart", "Make the program ready for its first line. "
           "(Ctrl+R)", _GROUP, "restart"),
    Action("console-remove", "f12", "remove", "Take the program away. (F12)", _GROUP, "remove"),
)  # fmt: skip
"""In order of importance: a narrow bottom line shows the first ones that do something."""


def bar_keys() -> dict[str, str]:
    """The bottom line's bindings, each with its key as people write it."""
    keys = {a.id: a.key_text.replace("Ctrl+", "^") for a in CONSOLE_ACTIONS}
    return keys | {PALETTE: "^P"}


class ConsoleProvider(ActionProvider):
    """The palette over the console."""

    def _available(self) -> Iterable[Action]:
        return CONSOLE_ACTIONS
