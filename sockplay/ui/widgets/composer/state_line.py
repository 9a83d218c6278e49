"""The line that says what came of what was typed, or what is wrong with it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from sockplay.values.composing.draft import Draft
from sockplay.values.errors import ValuesError
from sockplay.values.printable import visible


class StateLine(Static):
    """One line of text; what is wrong may take several."""

    DEFAULT_CSS = """
    StateLine {
        width: 1fr;
        color: $sock-muted;
        &.-wrong { color: $sock-error; height: auto; }
    }
    """

    @property
    def is_wrong(self) -> bool:
        """Whether it says what is wrong."""
        return self.has_class("-wrong")

    def say(self, sentence: str) -> None:
        """Say how it is."""
        self._say(sentence, wrong=False)

    def complain(self, error: ValuesError, draft: Draft) -> None:
        """Say what is wrong with a draft."""
        where = f" (column {error.column})" if error.column and draft.mode != "text" else ""
        self._say(f"✕ {error.message}{where}", wrong=True)

    def _say(self, sentence: str, wrong: bool) -> None:
        # Laying the screen out takes 20 ms, too much for every key.
        changed = wrong or self.is_wrong
        self.set_class(wrong, "-wrong")
        self.update(Content(visible(sentence)), layout=changed)
