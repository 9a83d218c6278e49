"""The composer: what is typed, the bytes it makes, and the wish to send them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, cast

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from sockplay.model.spec import HowSent, Target
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.composer.compose_bar import ComposeBar, Meaning
from sockplay.ui.widgets.composer.compose_modes import HINTS
from sockplay.ui.widgets.composer.composed import Composed
from sockplay.ui.widgets.composer.composed_view import ComposedView
from sockplay.ui.widgets.composer.draft_changes import (
    Change,
    bytes_change,
    cell_change,
    field_change,
)
from sockplay.ui.widgets.composer.editor import LONGEST, Editor
from sockplay.ui.widgets.composer.field_table import FieldTable
from sockplay.ui.widgets.composer.maker import Maker
from sockplay.ui.widgets.composer.recall import Recall
from sockplay.ui.widgets.composer.state_line import StateLine
from sockplay.values.composing.draft import Draft
from sockplay.values.composing.message import with_empty_message
from sockplay.values.composing.payload import Payload
from sockplay.values.errors import ValuesError

_SETTLE_S: Final = 0.05


class Composer(Vertical):
    """Holds a draft, shows its bytes live, and asks for them to be sent.

    Args:
        read_file: reads a file that a payload names.
        targets: tells whom a send goes to at this moment.
    """

    DEFAULT_CSS = """
    Composer {
        height: auto;
        padding: 0 1;
        & #editor { height: auto; min-height: 1; max-height: 5; background: $panel; padding: 0 1; }
        & #compose-end { height: auto; }
    }
    """

    class Send(Message):
        """These bytes are to be sent to those who were the targets when it was wished for."""

        def __init__(
            self, draft: Draft, payload: Payload, how: HowSent, targets: list[Target]
        ) -> None:
            super().__init__()
            self.targets = targets
            self.draft = draft
            self.payload = payload
            self.how = how

    class Wrong(Message):
        """Something cannot be done with what was typed."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    class Settings(Message):
        """The byte order or the encoding has changed."""

    def __init__(
        self,
        read_file: Callable[[str], bytes],
        targets: Callable[[], list[Target]],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._targets = targets
        self.bar = ComposeBar(id="compose-bar")
        self.view = ComposedView(id="composed")
        self._state = StateLine(id="compose-state")
        self._maker = Maker(read_file)
        self.history: list[Draft] = []
        self._recall = Recall(self.history)
        self._edits = asyncio.Event()
        self._begun = ""

    def compose(self) -> ComposeResult:
        """The options, the field, what it comes to."""
        yield self.bar
        yield Editor(id="editor")
        yield self.view
        with Horizontal(id="compose-end"):
            yield self._state
            yield Choice([("sendall", "sendall"), ("send", "send")], label="with", id="how")

    def on_unmount(self) -> None:
        """Make nothing more."""
        self._maker.close()

    def on_mount(self) -> None:
        """Begin with the first form."""
        self._show_options()
        self._preview()

    # what is typed

    @property
    def draft(self) -> Draft:
        """What is typed now."""
        return self.bar.draft(self._editor.text)

    def load(self, draft: Draft) -> None:
        """Put a draft into the fields."""
        self.bar.load(draft)
        if self._editor.text != draft.source:
            self._editor.text = draft.source
            self._editor.move_cursor(self._editor.document.end)

    def replace(self, draft: Draft) -> bool:
        """Put a draft into the fields, unless it is too long; the history keeps what was there."""
        if len(draft.source) > LONGEST:
            self._refuse_length(len(draft.source))
            return False
        if self._editor.text.strip():
            self._recall.keep(self.draft)
        self.load(draft)
        return True

    def know(self, meanings: Mapping[str, Meaning]) -> None:
        """Offer these definitions for messages."""
        self.bar.know(meanings)
        self._edits.set()  # a definition may read the same bytes as other fields now

    def step(self, name: str) -> None:
        """Change an option (mode, order, how) to its next value."""
        self.query_one(f"#{name}", Choice).step(1)

    def take_bytes(self, before: bytes, data: bytes) -> None:
        """Have other bytes where those were that were shown; the draft says them as it can."""
        if before != self.view.shown:
            self.post_message(self.Wrong("What is composed has changed meanwhile. Edit it again."))
            return
        self._change(self.draft, bytes_change(before, data, self._maker.payload))

    @property
    def _editor(self) -> Editor:
        return self.query_one(Editor)

    @work(group="change", description="change the draft")
    async def _change(
        self,
        before: Draft,
        change: Change,
        *,
        in_table: bool = False,
        begins: bool = False,
    ) -> None:
        try:
            draft = await self._maker.in_turn(partial(change, before))
            if self.draft != before:
                raise ValuesError("What is composed has changed meanwhile. Do it again")
            if len(draft.source) > LONGEST:
                raise ValuesError(f"The composer takes {LONGEST:,} characters: make it shorter")
        except ValuesError as error:
            if in_table:
                self.view.table.complain(error.message)
            else:
                self.post_message(self.Wrong(error.message))
        else:
            self._begun = draft.source if begins else ""
            self.load(draft)
            if in_table:
                self.view.table.done()

    @on(FieldTable.Changed)
    def _cell_changed(self, event: FieldTable.Changed) -> None:
        event.stop()
        self._change(event.draft, cell_change(event, self._maker.payload), in_table=True)

    @on(FieldTable.Wished)
    def _field_wished(self, event: FieldTable.Wished) -> None:
        event.stop()
        self._change(event.draft, field_change(event), in_table=True)

    # sending

    def send(self) -> None:
        """Take what is typed, make its bytes and ask for them to be sent."""
        draft, how = self.draft, cast("HowSent", self.query_one("#how", Choice).value)
        self._editor.text = ""
        self._make_and_send(draft, how, self._targets())

    @work(group="send", description="compose and send")
    async def _make_and_send(self, draft: Draft, how: HowSent, targets: list[Target]) -> None:
        try:
            payload = await self._maker.in_turn(partial(self._maker.payload, draft))
        except ValuesError as error:
            self.take_back(draft)
            self._state.complain(error, draft)
            self._editor.focus()
            return
        self.post_message(self.Send(draft, payload, how, targets))

    def sent(self, draft: Draft) -> None:
        """Keep a draft in the history."""
        self._recall.keep(draft)

    @on(Editor.Submitted)
    def _submitted(self) -> None:
        self.send()

    @on(Editor.Recalled)
    def _recalled(self, event: Editor.Recalled) -> None:
        recalled = self._recall.step(event.by, self.draft)
        if recalled is not None:
            self.load(recalled)

    @on(Editor.TooLong)
    def _too_long(self, event: Editor.TooLong) -> None:
        self._refuse_length(event.length)

    def _refuse_length(self, length: int) -> None:
        sentence = f"{length:,} characters are too many: the composer takes {LONGEST:,}. "
        sentence += 'Put them into a file and send that in a line of fields: file"path".'
        self.post_message(self.Wrong(sentence))

    def take_back(self, draft: Draft) -> None:
        """Put a draft that nobody took back into the field, unless something else is there."""
        if not self._editor.text:
            self.load(draft)

    # showing

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice.id == "mode":
            self._show_options()
        self._edits.set()

    @on(Input.Changed)
    def _option_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._edits.set()
        if event.input.id == "definition" and self._editor.text in ("", self._begun):
            self._begin_message()

    @on(Editor.Changed)
    def _typed_text(self, event: Editor.Changed) -> None:
        event.stop()
        self._edits.set()

    def _begin_message(self) -> None:
        """A message is begun with zeros, and with what its definition computes."""
        if self.bar.mode == "message" and self.draft.definition:
            self._change(self.draft, with_empty_message, begins=True)

    def _show_options(self) -> None:
        self.bar.show_options()
        self._editor.placeholder = Content(HINTS[self.bar.mode])

    @work(group="preview", description="show the bytes")
    async def _preview(self) -> None:
        while True:
            await self._edits.wait()
            await asyncio.sleep(_SETTLE_S)
            self._edits.clear()
            self.post_message(self.Settings())
            draft = self.draft
            self._show(await self._maker.composed(draft))

    def _show(self, made: Composed) -> None:
        inside = self.view.table.has_focus_within
        self.view.show(made)
        if inside and self.view.table.has_class("hidden"):
            self.view.table.done()
            self._editor.focus()  # else letters would be keys of the workbench
        if made.error is not None and made.draft.source:
            self._state.complain(made.error, made.draft)
        else:
            self._state.say(self.view.state)

    @on(ComposedView.Told)
    def _told(self, event: ComposedView.Told) -> None:
        event.stop()
        if not self._state.is_wrong:
            self._state.say(event.sentence)
