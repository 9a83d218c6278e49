"""What the inspector says in words: which bytes are looked at, a call without any, a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from sockplay.model.call import Call, Row, call_text
from sockplay.ui.widgets.cells import fit
from sockplay.ui.widgets.inspector.message_table import MessageTable, value_text
from sockplay.ui.widgets.inspector.readings_table import ReadingsTable
from sockplay.ui.widgets.timeline.timeline_rows import RESULTS
from sockplay.values.layouts.fields import Field
from sockplay.values.printable import visible

_NAME: Final = 10
UNDEFINED: Final = "-  d chooses what this socket's messages mean"


def called(row: Row | None, name: str) -> str:
    """A call's name, or that of other bytes."""
    if row is None:
        return visible(name)
    return f"{visible(row.call.socket)} {row.call.op} #{row.call.seq}"


def title(row: Row | None, name: str, size: int, first: int, end: int) -> Content:
    """Which call, or what else, is looked at, and which of its bytes."""
    what = called(row, name)
    parts = [what] if what else []
    size = row.length if row is not None else size
    if end > first:
        parts.append(f"byte {first}" if end - first == 1 else f"bytes {first} to {end - 1}")
        parts.append(f"of {size:,}")
        if row is not None and row.call.offset is not None:
            parts.append(f"stream offset {row.call.offset + first:,}")
    return Content.assemble(
        ("INSPECT", "bold $primary"), "  " + "  ".join(parts or ["pick a call"])
    )


def details(call: Call) -> Content:
    """A call that moved no bytes."""
    entries = (
        ("python", call_text(call, room=200)),
        ("result", call.error or _result(call)),
        ("note", "" if call.op in RESULTS and not call.error else call.note),
        ("local", call.local or ""),
        ("peer", call.peer or ""),
        ("took", _took(call.took_ns)),
    )
    return _lines((name, visible(value)) for name, value in entries if value)


def _took(nanoseconds: int) -> str:
    if nanoseconds >= 1_000_000_000:
        return f"{nanoseconds / 1e9:,.1f} s"
    if nanoseconds >= 1_000_000:
        return f"{nanoseconds / 1e6:,.1f} ms"
    return f"{nanoseconds / 1e3:,.1f} µs"


def _result(call: Call) -> str:
    if call.op in RESULTS:
        return call.note
    if call.moved is None or call.op == "sendall":
        return "None"
    is_data = call.direction == "in" and not call.op.endswith("_into")
    return repr(call.data) if is_data else str(call.moved)


def about_reading(table: ReadingsTable, field: str) -> Content:
    """The field at the cursor, the value under the table's cursor in full, and its Python."""
    spot = table.spot
    if spot is None:
        return Content("")
    name = spot.kind.name
    order = spot.arrangement.name if spot.kind.has_order else ""
    value = f"{spot.shown or '-'}  {' '.join(part for part in (name, order) if part)}"
    if spot.kind.means:
        value += f": {spot.kind.means}"
    if spot.arrangement.swapped:
        value += ", 16-bit words in the other order"
    return _lines([("field", field), ("value", value), ("python", visible(spot.python))])


def about_field(table: MessageTable, field: str) -> Content:
    """The same for a message's field."""
    at = table.field
    if at is None or table.decoding is None:
        return _lines([("field", field)])
    python = visible(table.decoding.python(at))
    return _lines([("field", field), ("value", value_text(at)), ("python", python)])


def field_text(name: str, field: Field | None) -> str:
    """Which field of the message the byte under the cursor belongs to."""
    if field is None:
        return f"-  this byte is in no field of {visible(name)}"
    wrong = f"  ✕ {visible(field.problem)}" if field.problem else ""
    return f"{visible(field.path)}  {visible(field.kind)}  {value_text(field)}{wrong}"


def _lines(entries: Iterable[tuple[str, str]]) -> Content:
    return Content("\n").join(
        Content.assemble((fit(name, _NAME), "$sock-muted"), value) for name, value in entries
    )
