"""What a person wishes of the table or of the bytes, as a change to the draft."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sockplay.ui.widgets.composer.field_table import FieldTable
from sockplay.values.composing.draft import Draft
from sockplay.values.composing.field_rows import with_cell, with_new, with_other_order, without
from sockplay.values.composing.payload import Payload
from sockplay.values.composing.rewriting import rewritten
from sockplay.values.errors import ValuesError

Change = Callable[[Draft], Draft]
"""Makes a draft from another one, or raises ValuesError."""
Make = Callable[[Draft], Payload]
"""Gives what a draft comes to, or raises ValuesError."""


def cell_change(event: FieldTable.Changed, make: Make) -> Change:
    """Another text in a cell, which must not be what makes the draft wrong."""

    def change(draft: Draft) -> Draft:
        changed = with_cell(draft, event.row, event.column, event.text)
        if _is_right(draft, make):
            make(changed)
        return changed

    return change


def _is_right(draft: Draft, make: Make) -> bool:
    try:
        make(draft)
    except ValuesError:
        return False
    return True


def field_change(event: FieldTable.Wished) -> Change:
    """A field flipped, added, or taken out; or all flipped."""
    changes: dict[str, Change] = {
        "flip": partial(with_other_order, index=event.row),
        "flip_all": with_other_order,
        "add": partial(with_new, index=event.row),
        "remove": partial(without, index=event.row),
    }
    return changes[event.what]


def bytes_change(before: bytes, data: bytes, make: Make) -> Change:
    """Other bytes where a payload begins with those before.

    Args:
        before: what it begins with now.
        data: what it is to begin with.
        make: gives what a draft comes to.
    """

    def change(draft: Draft) -> Draft:
        payload = make(draft)
        return rewritten(draft, payload, data + payload.data[len(before) :])

    return change
