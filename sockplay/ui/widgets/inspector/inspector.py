"""The inspector: bytes with a cursor, what they would be, and what a definition says of them."""

from __future__ import annotations

import asyncio
from typing import Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from sockplay.model.call import Row
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.inspector import inspector_lines
from sockplay.ui.widgets.inspector.edit_field import EditField
from sockplay.ui.widgets.inspector.message_table import MessageTable
from sockplay.ui.widgets.inspector.readings_table import ReadingsTable
from sockplay.ui.widgets.inspector.value_rows import ValueRows
from sockplay.ui.widgets.rows_view import RowsView
from sockplay.values.errors import ValuesError
from sockplay.values.layouts.types import StructType
from sockplay.values.order import ByteOrder
from sockplay.values.reading.decoding import Decoding
from sockplay.values.text import codec

_COLOURED: Final = 1 << 16
"""Bytes of a message that have their fields' colours."""


class Inspector(Vertical):
    """Shows bytes with a cursor, and reads those at the cursor in every way and order."""

    DEFAULT_CSS = """
    Inspector {
        & #inspect-head { height: 1; padding: 0 1; color: $sock-muted; }
        & #inspect-title { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
        & #inspect-what { display: none; margin-left: 2; }
        & #inspect-bytes { max-height: 30%; }
        & #inspect-details { display: none; height: auto; padding: 0 1; }
        & RowsView { height: 1fr; }
        & #inspect-message { display: none; }
        & #inspect-lines {
            height: 3; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
        }
        &.-details #inspect-details { display: block; }
        &.-defined #inspect-what { display: block; }
        &.-defined.-fields #inspect-message { display: block; }
        &.-defined.-fields #inspect-readings { display: none; }
    }
    """

    class Edited(Message):
        """A value was edited; what is shown by now may be something else.

        Args:
            data: All the bytes with the value in them.
            first: Where the value starts in them.
            end: Where it ends.
            row: The call whose bytes were edited; None for bytes that are no call's.
            before: All the bytes as they were when the edit was opened.
        """

        def __init__(
            self, data: bytes, first: int, end: int, row: Row | None, before: bytes
        ) -> None:
            super().__init__()
            self.data = data
            self.first = first
            self.end = end
            self.row = row
            self.before = before

    class PythonCopied(Message):
        """A line of Python is to be copied."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="-fields")
        self._row: Row | None = None
        self._called = ""
        self._encoding = "utf-8"
        self._definition: tuple[str, StructType, ByteOrder] | None = None
        self._start = 0
        self._picked = (0, 0)
        self._begun: tuple[Row | None, bytes] = (None, b"")
        """What the last edit began in."""
        self._stale = asyncio.Event()

    def compose(self) -> ComposeResult:
        """The title, the bytes, their readings and fields, and the value under the cursor."""
        with Horizontal(id="inspect-head"):
            yield Static("", id="inspect-title")
            yield Choice([("fields", "fields"), ("numbers", "numbers")], id="inspect-what")
        yield HexView(id="inspect-bytes")
        yield Static("", id="inspect-details")
        yield ReadingsTable(id="inspect-readings")
        yield MessageTable(id="inspect-message")
        yield EditField(id="inspect-edit")
        yield Static("", id="inspect-lines")

    def on_mount(self) -> None:
        """Say what will be seen here."""
        self._bytes = self.query_one(HexView)
        self._readings = self.query_one(ReadingsTable)
        self._fields = self.query_one(MessageTable)
        self._describe()
        self._read_messages()

    # what is looked at

    def show(self, row: Row) -> None:
        """Show a call with its data."""
        if row != self._row:
            self._row, self._called = row, ""
            self._look(row.call.data)

    def show_bytes(self, title: str, data: bytes, first: int, end: int) -> None:
        """Show bytes that are no call's, with the cursor or selection that they have elsewhere.

        Args:
            title: What they are.
            data: All of them.
            first: Where the selection starts, or the cursor is.
            end: Where it ends.
        """
        same = self._row is None and data == self._bytes.data
        self._row, self._called = None, title
        if not same:
            self._look(data)
        if (first, end) != self._bytes.selection:
            self._bytes.select(first, end)

    def set_message(self, name: str, struct: StructType | None, order: ByteOrder) -> None:
        """Read the bytes by a message definition too, or by none.

        Args:
            name: What the definition is called.
            struct: The definition.
            order: The byte order of fields whose type names none.
        """
        definition = None if struct is None else (name, struct, order)
        if definition == self._definition:
            return
        self._definition = definition
        self.set_class(definition is not None, "-defined")
        self._decode()

    def set_encoding(self, encoding: str) -> None:
        """Read text in another encoding; with one that is none, the last one stays."""
        try:
            codec(encoding)
        except ValuesError:
            return
        if encoding != self._encoding:
            self._encoding = encoding
            self._describe()

    def selected(self, seq: int) -> bytes | None:
        """The bytes selected in a call; None when it shows another, or none are selected."""
        here = self._row is not None and self._row.call.seq == seq
        return self.chosen if here and self._bytes.has_selection else None

    @property
    def chosen(self) -> bytes:
        """The selected bytes, or all that are shown when none are selected."""
        first, end = self._bytes.selection
        return self._bytes.data[first:end] if self._bytes.has_selection else self._bytes.data

    def _look(self, data: bytes) -> None:
        self._bytes.show(data)
        self._start, self._picked = 0, (0, 0)
        self.query_one(EditField).tell_origin((self._row, data) != self._begun)
        self._decode()
        self._describe()

    @on(HexView.Moved)
    def _moved(self, event: HexView.Moved) -> None:
        event.stop()
        first, end = self._bytes.selection
        if (first, end) != self._picked:
            start = first if end - first > 1 else 0
            if start != self._start:
                self._start = start
                self._decode()
            self._fields.follow(self._bytes.cursor)
        self._describe()

    @on(HexView.Opened)
    def _opened(self, event: HexView.Opened) -> None:
        event.stop()
        (self._readings if self._readings.display else self._fields).focus()

    # the message

    def _decode(self) -> None:
        self._fields.show(None)
        self._stale.set()

    @work(group="decode", description="read bytes by a definition")
    async def _read_messages(self) -> None:
        while True:
            await self._stale.wait()
            self._stale.clear()
            definition, data, start = self._definition, self._bytes.data, self._start
            if definition is None or not data:
                self._bytes.show(self._bytes.data)
                self._describe()
                continue
            name, struct, order = definition
            decoding = await asyncio.to_thread(Decoding.of, name, struct, order, data, start)
            if not self._stale.is_set():
                self._bytes.show(data, decoding.map.lengths(_COLOURED), start)
                self._fields.show(decoding)
                self._fields.follow(self._bytes.cursor)
                self._describe()

    @on(Choice.Changed)
    def _other_table(self, event: Choice.Changed) -> None:
        event.stop()
        self.set_class(event.value == "fields", "-fields")
        self._describe()

    # the tables

    @on(RowsView.Moved)
    def _row_moved(self, event: RowsView.Moved) -> None:
        event.stop()
        decoding, field = self._fields.decoding, self._fields.field
        if event.view is self._fields and self._fields.has_focus and decoding and field:
            first = decoding.start + field.offset
            self._bytes.select(first, first + field.size)
            self._picked = self._bytes.selection
        self._describe()

    def on_descendant_focus(self) -> None:
        """Say what is under the cursor there."""
        self._describe()

    @on(RowsView.Chosen)
    def _edit(self, event: RowsView.Chosen) -> None:
        event.stop()
        target = event.view.target if isinstance(event.view, ValueRows) else None
        if target is not None and target.refusal:
            self.notify(target.refusal, markup=False)
        elif target is not None:
            row, before = self._begun = self._row, self._bytes.data

            def write(typed: str) -> Inspector.Edited:
                edit = target.edited(typed)
                return self.Edited(edit.data, edit.first, edit.end, row, before)

            self.query_one("#inspect-lines").display = False
            of = inspector_lines.called(row, self._called)
            self.query_one(EditField).open(target.name, of, target.written(), write, event.view)

    @on(EditField.Closed)
    def _edit_closed(self, event: EditField.Closed) -> None:
        event.stop()
        self.query_one("#inspect-lines").display = True

    @on(ValueRows.PythonWanted)
    def _python_wanted(self, event: ValueRows.PythonWanted) -> None:
        event.stop()
        target = event.view.target if isinstance(event.view, ValueRows) else None
        if target is not None:
            self.post_message(self.PythonCopied(target.python))

    # telling

    def _describe(self) -> None:
        view, row = self._bytes, self._row
        first, end = view.selection
        title = inspector_lines.title(row, self._called, len(view.data), first, end)
        # Where sizes stay as they are, nothing need be laid out again.
        bare = row is not None and not view.data
        if bare != self.has_class("-details") or bare:
            self.set_class(bare, "-details")
            details = inspector_lines.details(row.call) if bare and row else ""
            self.query_one("#inspect-details", Static).update(details)
        chosen = end - first if view.has_selection else 0
        last = end if chosen else len(view.data)
        self._readings.show(view.data, first, last, self._encoding, chosen)
        self.query_one("#inspect-title", Static).update(title, layout=False)
        field = inspector_lines.UNDEFINED if row and view.data else "-"
        if view.data and self._definition is not None:
            at = self._fields.field_at(view.cursor)
            field = inspector_lines.field_text(self._definition[0], at)
        if self._fields.has_focus or not self._readings.display:
            lines = inspector_lines.about_field(self._fields, field)
        else:
            lines = inspector_lines.about_reading(self._readings, field)
        self.query_one("#inspect-lines", Static).update(lines, layout=False)
