"""What is kept, and the names it may have."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Final, Literal

import msgspec

from sockplay.model.errors import SockplayError
from sockplay.values.composing.draft import Draft
from sockplay.values.printable import visible

Kind = Literal["payload", "definition"]

SUFFIXES: Final[dict[Kind, tuple[str, ...]]] = {
    "payload": (".payload",),
    "definition": (".layout", ".h"),
}
"""How the names of the files end; a new one takes the first."""
_LONGEST_NAME: Final = 60
_SIGNS: Final = frozenset('/\\:*?"<>|')
# Windows keeps these names for itself, whatever suffix follows: "Naming Files, Paths, and
# Namespaces", learn.microsoft.com.
_RESERVED: Final = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))
)


class KeptPayload(msgspec.Struct, frozen=True):
    """A payload by name."""

    name: str
    draft: Draft
    """An empty one when the file cannot be read."""
    problem: str = ""
    """Why the file cannot be read, as a sentence."""


class KeptDefinition(msgspec.Struct, frozen=True):
    """A message definition by name."""

    name: str
    source: str
    """Empty when the file cannot be read."""
    structs: tuple[str, ...] = ()
    """The names of its structs; the last is the message. None when there is a problem."""
    problem: str = ""
    """What is wrong with it, as a sentence with its line and column."""
    shipped: bool = False
    """Whether it came with sockplay, and stays as it is."""


class Removed(msgspec.Struct, frozen=True):
    """What was removed, and can be brought back."""

    kind: Kind
    name: str
    path: Path
    """The file that it was; it stays aside until another one of that name is put there."""


def checked_name(typed: str) -> str:
    """The name that something is kept under.

    Raises:
        SockplayError: it is none that a file may have on every system.
    """
    name = unicodedata.normalize("NFC", typed.strip())
    if not name:
        raise SockplayError("A name is missing. Type one.")
    if len(name) > _LONGEST_NAME:
        raise SockplayError(f"A name has at most {_LONGEST_NAME} characters. Type a shorter one.")
    if name.startswith("."):
        raise SockplayError("A name does not begin with a dot. Begin with a letter or a digit.")
    if visible(name) != name or _SIGNS & set(name):
        raise SockplayError(
            f"{visible(name)} is no name here. Use letters, digits, spaces and signs, but none of "
            + " ".join(sorted(_SIGNS))
        )
    if name.partition(".")[0].rstrip().lower() in _RESERVED or name.endswith("."):
        raise SockplayError(f"{name} is a name that Windows does not allow. Type another one.")
    return name
