"""The inspector: the selected call's bytes, and what they would be as numbers and text."""

from __future__ import annotations

from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from sockplay.model.call import Call, Row, call_text
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.timeline_rows import RESULTS
from sockplay.values.hexrows import python_literal
from sockplay.values.order import ByteOrder
from sockplay.values.printable import visible, visible_bytes
from sockplay.values.readings import bits, readings

_TYPES = ("u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64")
_COLUMN = 22
_ORDERS: Final[dict[str, ByteOrder]] = {"BE": "big", "LE": "little"}
_LONGEST_INTEGER = 16
"""Selected bytes that are read as one integer."""


class Inspector(Vertical):
    """Shows one call's bytes with a cursor, and reads the bytes at the cursor in both orders."""

    DEFAULT_CSS = """
    Inspector {
        & #inspect-title { height: 1; padding: 0 1; color: $sock-muted; }
        & #inspect-bytes { max-height: 40%; }
        & #inspect-readings { height: 1fr; }
        & #inspect-numbers { width: 54; height: 1fr; padding: 0 1; }
        &.-details #inspect-numbers { width: 100%; }
        & #inspect-text { width: 1fr; height: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._row: Row | None = None
        self._encoding = "utf-8"

    def compose(self) -> ComposeResult:
        """The title, the bytes, their readings."""
        yield Static("", id="inspect-title")
        yield HexView(id="inspect-bytes")
        with Horizontal(id="inspect-readings"):
            yield Static("", id="inspect-numbers")
            yield Static("", id="inspect-text")

    def on_mount(self) -> None:
        """Say what will be seen here."""
        self._describe()

    def show(self, row: Row) -> None:
        """Show a call with its data."""
        if row != self._row:
            self._row = row
            self.query_one(HexView).show(row.call.data)
            self._describe()

    def set_encoding(self, encoding: str) -> None:
        """Read text in another encoding."""
        if encoding != self._encoding:
            self._encoding = encoding
            self._describe()

    def selected(self, seq: int) -> bytes | None:
        """The bytes selected in a call; None when it shows another, or none are selected."""
        view = self.query_one(HexView)
        here = self._row is not None and self._row.call.seq == seq
        return self.chosen if here and view.has_selection else None

    @property
    def chosen(self) -> bytes:
        """The selected bytes, or all of the call's when none are selected."""
        view = self.query_one(HexView)
        first, end = view.selection
        return view.data[first:end] if view.has_selection else view.data

    @on(HexView.Moved)
    def _moved(self, event: HexView.Moved) -> None:
        event.stop()
        self._describe()

    def _describe(self) -> None:
        title = self.query_one("#inspect-title", Static)
        numbers = self.query_one("#inspect-numbers", Static)
        text = self.query_one("#inspect-text", Static)
        view = self.query_one(HexView)
        said, left, right = self._title(view), Content(""), Content("")
        self.set_class(not view.data, "-details")
        if self._row is not None and not view.data:
            left = _details(self._row.call)
        elif view.data:
            left, right = _numbers(view.data, view.selection[0]), self._text(view)
        # The panel's size stays as it is, so nothing need be laid out again.
        for part, content in ((title, said), (numbers, left), (text, right)):
            part.update(content, layout=False)

    def _title(self, view: HexView) -> Content:
        call = self._row.call if self._row else None
        if call is None:
            return Content.assemble(("INSPECT", "bold $primary"), "  pick a call")
        first, end = view.selection
        parts = [f"{visible(call.socket)} {call.op} #{call.seq}"]
        if view.data:
            one = end - first == 1
            parts.append(f"byte {first}" if one else f"bytes {first} to {end - 1}")
            parts.append(f"of {self._row.length if self._row else 0:,}")
            if call.offset is not None:
                parts.append(f"stream offset {call.offset + first:,}")
        return Content.assemble(("INSPECT", "bold $primary"), "  " + "  ".join(parts))

    def _text(self, view: HexView) -> Content:
        first, end = view.selection
        chosen = view.data[first:end] if view.has_selection else view.data[first:]
        entries = [
            (self._encoding, visible_bytes(chosen[:200], self._encoding)),
            ("python", python_literal(chosen[:60])),
            ("bits", bits(view.data[first:], 2)),
        ]
        if 1 < end - first <= _LONGEST_INTEGER:
            entries += [
                (f"int {name}", f"{int.from_bytes(chosen, order):,}")
                for name, order in _ORDERS.items()
            ]
        return Content("\n").join(
            Content.assemble((f"{fit(name, 8)} ", "$sock-muted"), value) for name, value in entries
        )


def _numbers(data: bytes, first: int) -> Content:
    head = f"{'':5}{'big (network)':<{_COLUMN}}  {'little':<{_COLUMN}}"
    lines = [Content.styled(head, "$sock-muted")]
    for reading in readings(data[first : first + 8]):
        if reading.type in _TYPES and reading.big is not None:
            little = "" if reading.size == 1 else reading.little or ""
            lines.append(
                Content.assemble(
                    (f"{reading.type:<5}", "$sock-muted"),
                    f"{fit(reading.big, _COLUMN)}  {fit(little, _COLUMN)}",
                )
            )
    return Content("\n").join(lines)


def _details(call: Call) -> Content:
    entries = (
        ("python", call_text(call, room=200)),
        ("result", call.error or (call.note if call.op in RESULTS else "None")),
        ("note", "" if call.op in RESULTS and not call.error else call.note),
        ("local", call.local or ""),
        ("peer", call.peer or ""),
        ("took", f"{call.took_ns / 1000:,.1f} µs"),
    )
    return Content("\n").join(
        Content.assemble((fit(name, 8), "$sock-muted"), visible(value))
        for name, value in entries
        if value
    )
