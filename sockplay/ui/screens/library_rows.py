"""The library as lines of a list: payloads, definitions, and what came with sockplay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.widgets.option_list import Option

from sockplay.library.kept import KeptDefinition, KeptPayload
from sockplay.ui.widgets.cells import fit
from sockplay.values.composing.draft import Draft
from sockplay.values.printable import visible

_NAME: Final = 22
_MODE: Final = 9
_LONGEST: Final = 200
_NO_PAYLOADS: Final = "none yet: what you send often, kept under a name"
_NO_DEFINITIONS: Final = "none yet: what the bytes of your messages mean"


def options(payloads: Sequence[KeptPayload], definitions: Sequence[KeptDefinition]) -> list[Option]:
    """The lines, group by group; what can be chosen has an id: ``payload:NAME``."""
    own = [kept for kept in definitions if not kept.shipped]
    shipped = [kept for kept in definitions if kept.shipped]
    return [
        _heading("PAYLOADS", "k keeps what is composed"),
        *([_payload(kept) for kept in payloads] or [_hint(_NO_PAYLOADS)]),
        _hint(""),
        _heading("DEFINITIONS", "n writes one"),
        *([_definition(kept) for kept in own] or [_hint(_NO_DEFINITIONS)]),
        _hint(""),
        _heading("SHIPPED WITH SOCKPLAY"),
        *(_definition(kept) for kept in shipped),
    ]


def about_payload(draft: Draft) -> str:
    """The settings that matter in the form that it is written in."""
    detail = {
        "integers": f"{draft.integer}, {draft.order}",
        "line": draft.order,
        "text": draft.encoding,
        "message": draft.order,
    }.get(draft.mode, "")
    return f"{draft.mode}  {detail}".rstrip()


def _payload(kept: KeptPayload) -> Option:
    if kept.problem:
        return _row("payload", kept.name, _wrong(kept.problem))
    source = visible(kept.draft.source[:_LONGEST])
    row = Content.assemble((fit(kept.draft.mode, _MODE), "$sock-muted"), source)
    return _row("payload", kept.name, row)


def _definition(kept: KeptDefinition) -> Option:
    if kept.problem:
        return _row("definition", kept.name, _wrong(kept.problem))
    last, *others = reversed(kept.structs)
    names = visible(", ".join([last, *reversed(others)])[:_LONGEST])
    return _row("definition", kept.name, Content.styled(names, "$sock-muted"))


def _row(kind: str, name: str, detail: Content) -> Option:
    line = Content.assemble(fit(visible(name), _NAME), "  ", detail)
    return Option(line, id=f"{kind}:{name}")


def _wrong(problem: str) -> Content:
    return Content.styled(f"✕ {visible(problem[:_LONGEST])}", "$sock-error")


def _heading(text: str, hint: str = "") -> Option:
    line = Content.assemble((text, "bold $primary"), (f"  {hint}", "$sock-muted"))
    return Option(line, disabled=True)


def _hint(text: str) -> Option:
    return Option(Content.styled(text, "$sock-muted"), disabled=True)
