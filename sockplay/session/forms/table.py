"""A session as a table for spreadsheets: CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from sockplay.model.call import Call
from sockplay.session.forms.file import written
from sockplay.session.forms.lines import utc
from sockplay.session.forms.progress import Tell, told
from sockplay.session.reader import Reader
from sockplay.values.hexrows import plain_hex
from sockplay.values.printable import visible

_COLUMNS: Final = (
    *("seq", "time", "took_ns", "socket", "call", "args", "requested", "moved", "left"),
    *("offset", "size", "local", "peer", "error", "badges", "note", "data"),
)
_FORMULAS: Final = ("=", "+", "-", "@")
"""What makes a spreadsheet compute a cell instead of showing it."""


def write_table(reader: Reader, target: Path, tell: Tell | None, over: bool) -> None:
    """A row for each call, below a row of names."""
    with written(target, over) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        rows = csv.writer(text)
        rows.writerow(_COLUMNS)
        for call in told(reader, tell):
            rows.writerow(_row(call))
        text.detach()  # else it would close the file


def _row(call: Call) -> list[str | int | None]:
    return [
        call.seq,
        utc(call.time_ns),
        call.took_ns,
        _harmless(call.socket),
        _harmless(call.op),
        _harmless(call.args),
        call.requested,
        call.moved,
        call.left,
        call.offset,
        call.size,
        _harmless(call.local),
        _harmless(call.peer),
        _harmless(call.error),
        ", ".join(call.badges),
        _harmless(call.note),
        plain_hex(call.data),
    ]


def _harmless(text: str | None) -> str:
    """Text from outside as a cell that no spreadsheet takes for a formula: it begins with an '."""
    shown = visible(text or "")
    return f"'{shown}" if shown.lstrip().startswith(_FORMULAS) else shown
