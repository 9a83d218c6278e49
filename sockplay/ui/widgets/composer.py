"""The composer: what is typed, the bytes it makes, and the wish to send them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, cast

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from sockplay.model.spec import HowSent, Target
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.compose_modes import HINTS, TYPES, USES
from sockplay.ui.widgets.editor import LONGEST, Editor
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.known_input import KnownInput
from sockplay.values.draft import Draft, Mode
from sockplay.values.errors import ValuesError
from sockplay.values.order import ByteOrder
from sockplay.values.payload import Payload
from sockplay.values.printable import visible
from sockplay.values.text import COMMON_ENCODINGS

LARGEST: Final = 4 << 20
"""Bytes of a payload that is composed here; the command line sends larger ones."""
PREVIEWED: Final = 4096
"""Bytes of a payload that the preview shows."""
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
        & .bar { height: 1; }
        & .bar > * { margin-right: 3; }
        & .bar > .label { width: auto; color: $sock-muted; margin-right: 1; }
        & .bar > Input { width: 12; }
        & #compose-title { width: auto; text-style: bold; color: $primary; margin-right: 2; }
        & #compose-to { width: 1fr; min-width: 8; color: $foreground; }
        & #editor { height: auto; min-height: 1; max-height: 5; background: $panel; padding: 0 1; }
        & #preview { max-height: 4; }
        & #compose-end { height: auto; }
        & #compose-state { width: 1fr; color: $sock-muted; }
        & #compose-state.-wrong { color: $sock-error; height: auto; }
        & .hidden { display: none; }
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
        self._read_file = read_file
        self._targets = targets
        self._bytes = HexView(id="preview")
        self._state = Static("", id="compose-state")
        self._makers = ThreadPoolExecutor(1, "sockplay-composer")
        self.history: list[Draft] = []
        self._place = 0
        self._typed = Draft()
        self._edits = asyncio.Event()
        self._to = ""

    def compose(self) -> ComposeResult:
        """One bar of choices, the field, the bytes."""
        with Horizontal(classes="bar"):
            yield Static("COMPOSE", id="compose-title")
            yield Static("", id="compose-to")
            yield Choice(
                [("text", "text"), ("integers", "integers"), ("hex", "hex"), ("line", "line")],
                id="mode",
            )
        with Horizontal(classes="bar"):
            yield Static("type ↕", id="integer-label", classes="label")
            yield KnownInput("u16", TYPES, id="integer")
            yield Choice([("big", "big"), ("little", "little")], label="order", id="order")
            yield Static("encoding ↕", id="encoding-label", classes="label")
            yield KnownInput("utf-8", COMMON_ENCODINGS, id="encoding")
            ends = [("", "none"), ("\\n", "\\n"), ("\\r\\n", "\\r\\n")]
            yield Choice(ends, label="end", id="ending")
            yield Choice([("on", "on"), ("off", "off")], label="escapes", id="escapes")
        yield Editor(id="editor")
        yield self._bytes
        with Horizontal(id="compose-end"):
            yield self._state
            yield Choice([("sendall", "sendall"), ("send", "send")], label="with", id="how")

    def on_unmount(self) -> None:
        """Make nothing more."""
        self._makers.shutdown(wait=False, cancel_futures=True)

    def on_mount(self) -> None:
        """Show the options of the first form."""
        self._show_options()
        self.show_targets(())
        self._preview()

    # what is typed

    @property
    def draft(self) -> Draft:
        """What is typed now."""
        return Draft(
            source=self.query_one(Editor).text,
            mode=cast("Mode", self._choice("mode").value),
            order=cast("ByteOrder", self._choice("order").value),
            encoding=self.query_one("#encoding", Input).value.strip() or "utf-8",
            escapes=self._choice("escapes").value == "on",
            ending=self._choice("ending").value,
            integer=self.query_one("#integer", Input).value.strip() or "u16",
        )

    def load(self, draft: Draft) -> None:
        """Put a draft into the fields."""
        self._choice("mode").value = draft.mode
        self._choice("order").value = draft.order
        self._choice("escapes").value = "on" if draft.escapes else "off"
        self._choice("ending").value = draft.ending
        self.query_one("#encoding", Input).value = draft.encoding
        self.query_one("#integer", Input).value = draft.integer
        editor = self.query_one(Editor)
        editor.text = draft.source
        editor.move_cursor(editor.document.end)

    def show_targets(self, names: Sequence[str]) -> None:
        """Say where a send would go."""
        to = "to " + ", ".join(names) if names else "to nobody yet: start a socket or pick one"
        if to != self._to:
            self._to = to
            self.query_one("#compose-to", Static).update(Content(visible(to)), layout=False)

    def step(self, name: str) -> None:
        """Change an option (mode, order, how) to its next value."""
        self._choice(name).step(1)

    def _choice(self, name: str) -> Choice:
        return self.query_one(f"#{name}", Choice)

    # sending

    def send(self) -> None:
        """Take what is typed, make its bytes and ask for them to be sent."""
        draft, how = self.draft, cast("HowSent", self._choice("how").value)
        self.query_one(Editor).text = ""
        self._make_and_send(draft, how, self._targets())

    @work(group="send", description="compose and send")
    async def _make_and_send(self, draft: Draft, how: HowSent, targets: list[Target]) -> None:
        try:
            payload = await self._made(draft)
        except ValuesError as error:
            self.take_back(draft)
            self._say_wrong(error, draft)
            self.query_one(Editor).focus()
            return
        self.post_message(self.Send(draft, payload, how, targets))

    def sent(self, draft: Draft) -> None:
        """Keep a draft in the history."""
        if not self.history or self.history[-1] != draft:
            self.history.append(draft)
        self._place = len(self.history)

    @on(Editor.Submitted)
    def _submitted(self) -> None:
        self.send()

    @on(Editor.Recalled)
    def _recalled(self, event: Editor.Recalled) -> None:
        place = max(0, min(self._place + event.by, len(self.history)))
        if place == self._place:
            return
        if self._place == len(self.history):
            self._typed = self.draft
        self._place = place
        self.load(self.history[place] if place < len(self.history) else self._typed)

    @on(Editor.TooLong)
    def _too_long(self, event: Editor.TooLong) -> None:
        self.post_message(
            self.Wrong(
                f"That would be {event.length:,} characters, and the composer takes {LONGEST:,}. "
                'Put it into a file and send it as a line: file"path".'
            )
        )

    def take_back(self, draft: Draft) -> None:
        """Put a draft that nobody took back into the field, unless something else is there."""
        if not self.query_one(Editor).text:
            self.load(draft)

    async def _made(self, draft: Draft) -> Payload:
        # One at a time: a checksum over megabytes takes seconds and cannot be stopped.
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._makers, draft.payload, self._read_file, LARGEST)

    # showing

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice.id == "mode":
            self._show_options()
        self._edited()

    @on(Input.Changed)
    def _option_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._edited()

    @on(Editor.Changed)
    def _typed_text(self, event: Editor.Changed) -> None:
        event.stop()
        self._edited()

    def _show_options(self) -> None:
        mode = cast("Mode", self._choice("mode").value)
        for name in {name for names in USES.values() for name in names}:
            self.query_one(f"#{name}").set_class(name not in USES[mode], "hidden")
        self.query_one(Editor).placeholder = Content(HINTS[mode])

    def _edited(self) -> None:
        self._edits.set()

    @work(group="preview", description="show the bytes")
    async def _preview(self) -> None:
        while True:
            await self._edits.wait()
            await asyncio.sleep(_SETTLE_S)
            self._edits.clear()
            self.post_message(self.Settings())
            draft = self.draft
            try:
                self._show(await self._made(draft))
            except ValuesError as error:
                self._show(Payload(b"", ()))
                if draft.source:
                    self._say_wrong(error, draft)

    def _show(self, payload: Payload) -> None:
        data = payload.data
        fields = [min(span.size, PREVIEWED) for span in payload.spans if span.offset < PREVIEWED]
        self._bytes.show(data[:PREVIEWED], fields)
        count = f"{len(data):,} byte" + ("" if len(data) == 1 else "s")
        parts = [count] if data else []
        if len(payload.spans) > 1:
            names = (f"{s.name or s.kind} {s.size}" for s in payload.spans[:12])
            parts.append("  ".join(names) + (" …" if len(payload.spans) > 12 else ""))
        self._say(" · ".join(parts), wrong=False)

    def _say_wrong(self, error: ValuesError, draft: Draft) -> None:
        where = f" (column {error.column})" if error.column and draft.mode != "text" else ""
        self._say(f"✕ {error.message}{where}", wrong=True)

    def _say(self, sentence: str, wrong: bool) -> None:
        # Only what is wrong may take several lines; laying the screen out at every key takes 20 ms.
        changed = wrong or self._state.has_class("-wrong")
        self._state.set_class(wrong, "-wrong")
        self._state.update(Content(visible(sentence)), layout=changed)
