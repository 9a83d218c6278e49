"""Other bytes for a draft, in the form in which it was written as far as that can say them."""

from __future__ import annotations

from msgspec.structs import replace

from sockplay.values.composing.draft import Draft
from sockplay.values.composing.items import number_head
from sockplay.values.composing.line_edits import changed
from sockplay.values.composing.line_items import Item, line_items
from sockplay.values.composing.payload import Payload
from sockplay.values.errors import ValuesError
from sockplay.values.floats import FloatType
from sockplay.values.hexrows import plain_hex
from sockplay.values.integers import integer_type
from sockplay.values.order import ByteOrder
from sockplay.values.written_text import written_text


def rewritten(draft: Draft, payload: Payload, data: bytes) -> Draft:
    """Write a draft that makes these bytes: other values where they differ, the rest as typed.

    Where its form cannot make them (a checksum that is wrong, another length) it becomes hex.

    Args:
        draft: What was typed.
        payload: What it came to.
        data: What it is to come to.
    """
    hexed = Draft(plain_hex(data), "hex", encoding=draft.encoding, order=draft.order)
    try:
        made = _in_its_form(draft, payload, data)
        exact = made.payload().data == data
    except ValuesError:  # it names a file, or is no text in this encoding
        return hexed
    return made if exact else hexed


def _in_its_form(draft: Draft, payload: Payload, data: bytes) -> Draft:
    if draft.mode in ("hex", "message"):
        return replace(draft, source=plain_hex(data))
    if draft.mode == "text":
        return replace(draft, source=written_text(data, draft.encoding), escapes=True, ending="")
    if draft.mode == "integers":
        kind = integer_type(draft.integer)
        pieces = (data[at : at + kind.size] for at in range(0, len(data), kind.size))
        source = " ".join(str(kind.decode(piece, draft.order)) for piece in pieces)
        return replace(draft, source=source)
    return replace(draft, source=_line(draft, payload, data))


def _line(draft: Draft, payload: Payload, data: bytes) -> str:
    pieces: dict[int, bytes] = {}
    for span in payload.spans:
        first, end = span.offset, span.offset + span.size
        if data[first:end] != payload.data[first:end]:
            pieces[span.column] = data[first:end]
    source = draft.source
    for item in reversed(line_items(source)):  # from the end, so that the places before stay
        piece = pieces.get(item.whole[0] + 1)
        if piece is not None:
            source = _item(source, item, piece, draft)
    return source


def _item(source: str, item: Item, piece: bytes, draft: Draft) -> str:
    if item.kind == "number":
        return changed(source, item, "value", _number(item, piece, draft.order))
    if item.kind == "decimal":
        return changed(source, item, "value", piece.decode("ascii", "replace"))
    if item.kind != "quoted":
        return source  # computed: it follows from what was changed, or the line cannot say it
    if item.type in ("hex", "b64", "file"):
        end = source[item.whole[1] :]
        return f'{source[: item.typed[0]]}hex"{plain_hex(piece)}"{end}'
    encoding = draft.encoding if item.type == "text" else item.type
    return changed(source, item, "value", written_text(piece, encoding))


def _number(item: Item, piece: bytes, default: ByteOrder) -> str:
    kind, order = number_head(item.type, item.order or default)
    if isinstance(kind, FloatType):
        return kind.shown(kind.decode(piece, order))
    return str(kind.decode(piece, order))
