"""What may go on from the cursor in a filter: fields, values that the session has, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias, get_args

from sockplay.model.call import Badge
from sockplay.session.blocks import Kind
from sockplay.session.finding.fields import FIELDS, WORDS, field_named

Proposal: TypeAlias = tuple[str, str]
"""What may stand there, and a line of help."""

_TYPED: Final = re.compile(
    r'(?:([^\W\d][\w.]*)\s*(==|!=|<=|>=|=|<|>|~|contains\s)\s*)?("?[^\s()"=~<>!]*)$'
)
_FIELD: Final = re.compile(r"([^\W\d]\w*)\s*$")
_COMPARING: Final = {
    "text": (("=", "is"), ("!=", "is not"), ("~", "holds; an expression stands in slashes: /a|b/")),
    "bytes": (("=", "is"), ("!=", "is not"), ("~", 'holds: "text", hex"0d 0a" or /GET|PUT/')),
}
_COMPARING_NUMBERS: Final = (
    ("=", "is"),
    ("!=", "is not"),
    (">", "is more than"),
    ("<", "is less than"),
    (">=", "is at least"),
    ("<=", "is at most"),
)
_MOST: Final = 200
"""Values of a field that are offered; nobody reads more."""
_KNOWN: Final = 2_000
"""Values of a field that are remembered: all of them are looked through with every key."""


def seen(kinds: Iterable[Kind]) -> dict[str, list[str]]:
    """The values that a session has, by the name of the field; of a great many the first."""
    found: dict[str, set[str]] = {
        name: set() for name in ("socket", "call", "error", "peer", "local")
    }
    found |= {"dir": {"in", "out"}, "badge": set(get_args(Badge))}
    for kind in kinds:
        for name, value in (
            ("socket", kind.socket),
            ("call", kind.op),
            ("error", kind.error),
            ("peer", kind.peer),
            ("local", kind.local),
        ):
            if value and len(found[name]) < _KNOWN:
                found[name].add(value)
    return {name: sorted(values) for name, values in found.items()}


def proposals(
    before: str, known: Mapping[str, list[str]], most: int = _MOST
) -> tuple[int, list[Proposal]]:
    """What may go on from what is typed.

    Args:
        before: what stands before the cursor.
        known: values by field, as ``seen`` finds them.
        most: how many to give.

    Returns:
        Where in ``before`` that begins which they would take the place of, and they.
    """
    match = _TYPED.search(before)
    if match is None:
        return len(before), []
    name, typed = match[1], match[3]
    start = match.start(3)
    if name:
        return start, _values(name.lower(), typed, known)[:most]
    last = _FIELD.search(before)
    if last and (field := field_named(last[1])):
        comparing = _COMPARING.get(field.shape, _COMPARING_NUMBERS)
        name = last[1]
        return last.start(), [(f"{name} {sign}", f"{name} {said}") for sign, said in comparing]
    words = [(field.name, field.help) for field in FIELDS.values()]
    words += [*WORDS.items(), ("field.", "a field of the message, by its definition: field.length")]
    if typed:
        words += [
            (value, f"calls that hold this {field}")
            for field in ("call", "socket", "error")
            for value in known.get(field, ())
            if " " not in value
        ]
    found = [each for each in words if each[0].lower().startswith(typed.lower())]
    return start, [each for each in found if each[0] != typed][:most]


def _values(name: str, typed: str, known: Mapping[str, list[str]]) -> list[Proposal]:
    field = field_named(name)
    if field is None:
        return []
    begun = typed.removeprefix('"').lower()
    found = [value for value in known.get(field.name, ()) if begun in value.lower()]
    found.sort(key=lambda value: not value.lower().startswith(begun))
    return [(_written(value), field.help) for value in found if _written(value) != typed]


def _written(value: str) -> str:
    """A value as the language has it: in quotes where it needs them."""
    return value if re.fullmatch(r'[^\s()"/]+', value) else f'"{value}"'
