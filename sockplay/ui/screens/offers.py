"""Things to choose from, as plain lines; what bytes would be, read in several ways."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from sockplay.ui.files import read_file
from sockplay.ui.widgets.composer.composed import composed
from sockplay.values.composing.draft import Draft
from sockplay.values.composing.field_rows import FieldRow

WHOLE: Final = "the whole message"
_LINES: Final = 9
_NAME: Final = 20
_TYPE: Final = 14
_VALUE: Final = 60


class Offer(msgspec.Struct, frozen=True):
    """Something to choose; nothing in it is made visible yet."""

    title: str
    detail: str = ""
    """What stands beside the title."""
    lines: tuple[str, ...] = ()
    """What is shown of it before it is chosen."""


def reading_offers(drafts: Iterable[tuple[str, Draft]]) -> list[Offer]:
    """Offer drafts of the same bytes by their titles, each with the fields that it has."""
    return [_reading(title, draft) for title, draft in drafts]


def sent_offers(drafts: Iterable[Draft]) -> list[Offer]:
    """Offer drafts that were sent, by their form."""
    return [Offer(f"{draft.mode} {_detail(draft)}", draft.source[:_VALUE]) for draft in drafts]


def _detail(draft: Draft) -> str:
    known = {
        "text": draft.encoding,
        "integers": f"{draft.integer} {draft.order}",
        "line": draft.order,
        "message": draft.struct,
    }
    return known.get(draft.mode, "")


def _reading(title: str, draft: Draft) -> Offer:
    made = composed(draft, read_file, len(draft.source))
    if made.error is not None:
        return Offer(title, "", (made.error.message,))
    rows = made.rows or ()
    wrong = sum(bool(row.problem) for row in rows)
    lines = [_line(row) for row in rows[:_LINES]]
    if len(rows) > _LINES:
        lines.append(f"and {len(rows) - _LINES:,} more")
    if draft.mode != "message":
        return Offer(title, _count(len(rows)), tuple(lines))
    fits = made.note or (f"{_count(wrong)} wrong" if wrong else WHOLE)
    return Offer(title, fits, (*lines, made.note) if made.note else tuple(lines))


def _count(fields: int) -> str:
    return f"{fields:,} field{'' if fields == 1 else 's'}"


def _line(row: FieldRow) -> str:
    value = f"✕ {row.problem}" if row.problem else row.value[:_VALUE]
    return f"{row.name or '·':<{_NAME}.{_NAME}}  {row.type:<{_TYPE}.{_TYPE}}  {value}"
