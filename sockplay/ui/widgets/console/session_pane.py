"""What the prompt and a program have in common: a transcript, what it does now, an entry."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from sockplay.ui.widgets.console.entry import Entry
from sockplay.ui.widgets.console.names import Name, Names
from sockplay.ui.widgets.console.transcript import Said, Transcript


class SessionPane(Vertical):
    """Shows one interpreter and takes what is entered for it.

    Args:
        hint: what the transcript says while it is empty.
    """

    DEFAULT_CSS = """
    SessionPane {
        & .doing { height: 1; padding: 0 1; background: $surface; color: $sock-muted;
                   text-wrap: nowrap; text-overflow: ellipsis; }
        & .doing.-waits { color: $sock-partial; text-style: bold; }
        & .doing.-failed { color: $sock-error; text-style: bold; }
        & Transcript { height: 1fr; }
    }
    """

    class Typed(Message):
        """What stands in the entry has changed."""

    class NamesWanted(Message):
        """Names are wanted that go on from the cursor."""

        def __init__(self, pane: SessionPane, source: str, column: int) -> None:
            super().__init__()
            self.pane = pane
            self.source = source
            self.column = column

    def __init__(self, hint: Sequence[str] = ()) -> None:
        super().__init__()
        self._hint = hint
        self._completed = ""
        self._length = 0

    def compose(self) -> ComposeResult:
        """What was said, what it does, what is entered."""
        yield Transcript(self._hint)
        yield Static("", classes="doing")
        yield Names()
        yield Entry()

    @property
    def entry(self) -> Entry:
        """Where is typed."""
        return self.query_one(Entry)

    @property
    def transcript(self) -> Transcript:
        """What was said."""
        return self.query_one(Transcript)

    def show_lines(self, first: int, start: int, lines: Sequence[Said]) -> None:
        """Go on with what was said; see ``Transcript.show``."""
        self.transcript.show(first, start, lines)

    def show_doing(self, text: str, *, waits: bool = False, failed: bool = False) -> None:
        """Say what it does now; ``waits`` when that needs something to happen."""
        line = self.query_one(".doing", Static)
        line.set_class(waits, "-waits")
        line.set_class(failed, "-failed")
        line.update(Content(text))

    def show_asking(self, asks: bool) -> None:
        """Take an answer to what the code asks, or Python again."""
        entry = self.entry
        if asks == entry.is_python:
            entry.is_python = not asks
            entry.refresh()

    def take_focus(self) -> None:
        """Have the keys go where they are wanted."""
        self.entry.focus()

    # names

    def offer(self, source: str, start: int, names: Sequence[Name]) -> None:
        """Show the names that go on from the cursor, as far as they agree typed already.

        Args:
            source: what they were looked up for; by now something else may be typed.
            start: where in it the word begins that they stand for.
            names: nothing happens when there are none.
        """
        entry, listed = self.entry, self.query_one(Names)
        typed = entry.typed
        if not names or typed != source:
            return
        listed.offer(names)
        self._length = len(typed) - start
        if len(listed.common) >= self._length:
            self._put(listed.common)

    @on(Entry.Completed)
    def _complete(self, event: Entry.Completed) -> None:
        event.stop()
        listed = self.query_one(Names)
        if listed.is_open:
            listed.step(event.by)
            self._put(listed.chosen)
        else:
            typed = self.entry.typed
            self.post_message(self.NamesWanted(self, typed, len(typed)))

    @on(Names.Picked)
    def _picked(self, event: Names.Picked) -> None:
        event.stop()
        self._put(self.query_one(Names).chosen)
        self.close_names()
        self.entry.focus()

    def _put(self, text: str) -> None:
        self.entry.replace_before_cursor(self._length, text)
        self._length = len(text)
        self._completed = self.entry.text

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        if isinstance(event.text_area, Entry):
            event.stop()
            if event.text_area.text != self._completed:
                self.close_names()
            self.post_message(self.Typed())

    @on(Entry.Submitted)
    def _submitted(self, event: Entry.Submitted) -> None:
        if self.query_one(Names).chosen:
            event.stop()  # Enter takes the name; another one runs the line
        self.close_names()

    def close_names(self) -> bool:
        """Close the list of names; whether it was open."""
        listed = self.query_one(Names)
        was_open = listed.is_open
        listed.offer(())
        return was_open

    @on(Entry.Turned)
    def _turn(self, event: Entry.Turned) -> None:
        event.stop()
        if event.by < 0:
            self.transcript.scroll_page_up(animate=False)
        else:
            self.transcript.scroll_page_down(animate=False)
