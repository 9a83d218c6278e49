"""What a definition makes of some bytes: its structs or its mistake, the bytes, their fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.inspector.inspector import Inspector
from sockplay.ui.widgets.inspector.message_table import MessageTable
from sockplay.ui.widgets.known_input import KnownInput
from sockplay.values.order import ByteOrder
from sockplay.values.printable import visible
from sockplay.values.reading.decoding import Decoding

_COLOURED: Final = 1 << 16
_NAMED: Final = 6
"""Structs that are named; a header may have hundreds."""
_BYTES_HINT: Final = "in hex; the inspected ones unless typed"


class DefinitionReading(Vertical):
    """Shows how bytes are read, and asks which struct, order and bytes it is to be.

    Args:
        order: the byte order at first.
        inspected: how many bytes there are to read unless some are typed.
    """

    DEFAULT_CSS = """
    DefinitionReading {
        & .bar { height: 1; padding: 0 1; }
        & .bar > .label { width: 9; color: $sock-muted; margin-right: 1; }
        & .bar > Input { background: $panel; }
        & #message { width: 1fr; max-width: 26; margin-right: 3; }
        & #bytes { width: 1fr; }
        & #state { height: auto; min-height: 3; padding: 0 1; color: $sock-muted; }
        & #state.-wrong { color: $sock-error; }
        & #sample { max-height: 40%; }
        & #fields { height: 1fr; margin-top: 1; }
    }
    """

    class Changed(Message):
        """Another struct, order, or other bytes are wanted."""

    def __init__(self, order: ByteOrder, inspected: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._order = order
        self._inspected = inspected

    def compose(self) -> ComposeResult:
        """What is wanted, what came of it."""
        orders = [("big", "big"), ("little", "little")]
        with Horizontal(classes="bar"):
            yield Static("message ↕", classes="label")
            yield KnownInput("", (), id="message")
            yield Choice(orders, self._order, label="order", id="order")
        with Horizontal(classes="bar"):
            yield Static("bytes", classes="label")
            yield Input("", _BYTES_HINT, id="bytes", compact=True, max_length=FIELD_LONGEST)
        yield Static("", id="state")
        yield HexView(id="sample")
        yield MessageTable(id="fields")

    def on_mount(self) -> None:
        """Say which struct it is when none is named."""
        self.query_one("#message", KnownInput).placeholder = "the last struct"

    @property
    def struct(self) -> str:
        """The struct that is wanted; empty for the last one."""
        return self.query_one("#message", Input).value.strip()

    @property
    def typed(self) -> str:
        """The bytes that were typed, in hex; empty for those that are inspected."""
        return self.query_one("#bytes", Input).value.strip()

    @property
    def order(self) -> ByteOrder:
        """The byte order of fields whose type names none."""
        return cast("ByteOrder", self.query_one("#order", Choice).value)

    @on(Input.Changed)
    @on(Choice.Changed)
    def _wanted(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed())

    def show(
        self, structs: Sequence[str], mistake: Sequence[str], decoding: Decoding | None
    ) -> None:
        """Show what came of a definition.

        Args:
            structs: the names of those that it has.
            mistake: a sentence, the line and carets under the spot; empty when there is none.
            decoding: the bytes as it reads them; None when there is a mistake.
        """
        if structs:
            self.query_one("#message", KnownInput).offer(structs)
        state = self.query_one("#state", Static)
        state.set_class(bool(mistake), "-wrong")
        if mistake:
            state.update(Content(visible(f"✕ {mistake[0]}")) + _lines(mistake[1:]))
        else:
            state.update(Content(_structs_text(structs)) + _lines([self._tried(decoding)]))
        read = decoding if decoding and decoding.data else None
        view = self.query_one("#sample", HexView)
        if not mistake:  # else the bytes stay as they are, so that nothing jumps while one types
            view.display = read is not None
        view.show(read.data if read else view.data, read.map.lengths(_COLOURED) if read else [])
        self.query_one("#fields", MessageTable).show(read)

    def _tried(self, decoding: Decoding | None) -> str:
        size = len(decoding.data) if decoding else 0
        if not size:
            return "No bytes to try it on: type some, or pick a call first."
        if self.typed:
            return f"Read from the {_bytes(size)} typed above."
        if self._inspected > size:
            return f"Read from the first {size:,} of {_bytes(self._inspected)} in the inspector."
        return f"Read from the {_bytes(size)} in the inspector."

    @on(MessageTable.Moved)
    def _field_chosen(self, event: MessageTable.OfRows) -> None:
        event.stop()
        field = self.query_one("#fields", MessageTable).field
        if field is not None and field.size:
            self.query_one("#sample", HexView).select(field.offset, field.offset + field.size)

    @on(MessageTable.Chosen)
    def _bytes_wanted(self, event: MessageTable.Chosen) -> None:
        self._field_chosen(event)
        self.query_one("#sample", HexView).focus()

    @on(MessageTable.PythonWanted)
    def _python_wanted(self, event: MessageTable.PythonWanted) -> None:
        event.stop()
        target = self.query_one("#fields", MessageTable).target
        if target is not None:
            self.post_message(Inspector.PythonCopied(target.python))

    @on(HexView.Moved)
    def _byte_chosen(self, event: HexView.Moved) -> None:
        event.stop()
        view = self.query_one("#sample", HexView)
        if view.has_focus:
            self.query_one("#fields", MessageTable).follow(view.cursor)


def _lines(texts: Sequence[str]) -> Content:
    return Content("".join(f"\n{visible(text)}" for text in texts))


def _structs_text(structs: Sequence[str]) -> str:
    count = len(structs)
    names = ("… " if count > _NAMED else "") + ", ".join(structs[-_NAMED:])
    return visible(f"✓ {count:,} struct{'' if count == 1 else 's'}: {names}")


def _bytes(size: int) -> str:
    return f"{size:,} byte{'' if size == 1 else 's'}"
