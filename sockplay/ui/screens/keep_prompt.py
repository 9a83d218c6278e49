"""Asks for the name under which something is kept, and once more before it replaces another."""

from __future__ import annotations

from collections.abc import Callable

from sockplay.library.kept import Kind, checked_name
from sockplay.library.library import Library
from sockplay.model.errors import SockplayError
from sockplay.ui.bench import Bench
from sockplay.ui.screens.prompt import Prompt


def keep_prompt(
    bench: Bench,
    kind: Kind,
    value: str,
    keep: Callable[[Library, str], object],
    kept: Callable[[str], None],
) -> Prompt:
    """The question for a name.

    Args:
        bench: where the library is.
        kind: what is kept.
        value: the name that is proposed.
        keep: keeps it in the library under a name.
        kept: told the name when it is kept.
    """
    asked: set[str] = set()

    async def act(typed: str) -> None:
        name = checked_name(typed)
        if name not in asked and await bench.in_library(lambda library: library.has(kind, name)):
            asked.add(name)
            raise SockplayError(f"There is a {kind} {name} already. Enter again replaces it.")
        await bench.in_library(lambda library: keep(library, name))
        kept(name)

    return Prompt(f"Keep this {kind} as", value, "Any name of up to 60 characters.", act)
