"""The library of a person: payloads and definitions by name, in a folder of text files.

What is replaced or removed stays beside it, its file's name ending in ``~``, until the next time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import platformdirs

from sockplay.library.definition_text import structs_of
from sockplay.library.files import as_utf8, aside, copy_aside, read_text, refusing, write_text
from sockplay.library.kept import (
    SUFFIXES,
    KeptDefinition,
    KeptPayload,
    Kind,
    Removed,
    checked_name,
)
from sockplay.library.payload_text import parse_payload, payload_text
from sockplay.model.errors import SockplayError
from sockplay.values.composing.draft import Draft
from sockplay.values.errors import did_you_mean
from sockplay.values.printable import short

_SHIPPED: Final = Path(__file__).with_name("shipped")
_FOLDERS: Final[dict[Kind, str]] = {"payload": "payloads", "definition": "definitions"}


def library_folder() -> Path:
    """The folder of this person's library; made when something is first kept."""
    return Path(platformdirs.user_data_dir("sockplay", appauthor=False))


class Library:
    """Keeps payloads and definitions.

    Args:
        folder: where; only this person may look into it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # looking

    def payloads(self) -> list[KeptPayload]:
        """All payloads by name; a damaged file is there with its problem."""
        return [_payload(name, path) for name, path in self._files("payload").items()]

    def definitions(self) -> list[KeptDefinition]:
        """The person's own by name, then the shipped ones that none of those stands for."""
        own = self._files("definition")
        shipped = {name: path for name, path in _shipped().items() if name not in own}
        return [
            *(_definition(name, path) for name, path in own.items()),
            *(_definition(name, path, shipped=True) for name, path in shipped.items()),
        ]

    def has(self, kind: Kind, name: str) -> bool:
        """Whether the person has kept something under a name."""
        return name in self._files(kind)

    def find(self, name: str) -> tuple[str, str]:
        """The source and the struct that a name stands for: ``dns``, ``dns:header``, ``header``.

        A struct's name alone finds the first definition that has it; an empty struct in the
        answer is the definition's last one, which is the message.

        Raises:
            SockplayError: there is no such definition or struct, which suggests the nearest; or
                there is a mistake in it.
        """
        wanted = name.strip()
        first, _, struct = wanted.partition(":")
        definitions = self.definitions()
        for kept in definitions:
            if kept.name == first and kept.problem:
                raise SockplayError(f"The definition {first} cannot be used. {kept.problem}")
            if kept.name == first and struct in ("", *kept.structs):
                return kept.source, struct
            if kept.name == first:
                nearest = {each.lower(): f"{first}:{each}" for each in kept.structs}
                hint = did_you_mean(struct, nearest) or f" It has {short(', '.join(kept.structs))}."
                raise SockplayError(f"{first} has no struct {short(struct)}.{hint}")
        for kept in definitions:
            if wanted in kept.structs:
                return kept.source, wanted
        known = [kept.name for kept in definitions]
        for kept in definitions:
            known += [f"{kept.name}:{each}" if struct else each for each in kept.structs]
        hint = did_you_mean(wanted, {each.lower(): each for each in known})
        raise SockplayError(f"There is no definition {short(wanted)}.{hint}")

    # keeping

    def keep_payload(self, name: str, draft: Draft) -> str:
        """Keep a payload, instead of one of that name; returns the name as it is kept.

        Raises:
            SockplayError: the name is none, or it cannot be written.
        """
        return self._keep("payload", name, payload_text(draft))

    def keep_definition(self, name: str, source: str) -> str:
        """Keep a definition, right or not yet, instead of one of that name; returns the name.

        Raises:
            SockplayError: the name is none, or it cannot be written.
        """
        return self._keep("definition", name, source)

    def remove(self, kind: Kind, name: str) -> Removed:
        """Take something out; returns what ``restore`` brings it back by.

        Raises:
            SockplayError: it is not there, is shipped, or cannot be removed.
        """
        path = self._existing(kind, name)
        with refusing(path, "removed"):
            path.replace(aside(path))
        return Removed(kind, name, path)

    def restore(self, removed: Removed) -> None:
        """Bring back what was removed.

        Raises:
            SockplayError: its name is taken meanwhile, or it cannot be brought back.
        """
        kind, name, path = removed.kind, removed.name, removed.path
        with refusing(path, "brought back"):
            # Some file systems know no capitals: there the file of another name may be in its way.
            if self.has(kind, name) or os.path.lexists(path):
                raise SockplayError(
                    f"There is another {kind} {name} now. Rename that first, then bring this back."
                )
            aside(path).replace(path)

    def rename(self, kind: Kind, old: str, new: str) -> str:
        """Give something another name, which must be free; returns the name as it is kept.

        Raises:
            SockplayError: the name is none or taken, or the other is not there.
        """
        path, name = self._existing(kind, old), checked_name(new)
        if name == old:
            return name
        if name in self._files(kind):
            raise SockplayError(f"There is a {kind} {name} already. Type another name.")
        goal = path.with_name(f"{name}{path.suffix}")
        with refusing(path, "renamed"):
            path.replace(goal)
        return name

    # in and out

    def import_file(self, path: Path) -> tuple[Kind, str]:
        """Keep a copy of a file, under its own name; its suffix tells what it is.

        Raises:
            SockplayError: it is neither, something else has its name, or there is a mistake in
                it, which is named with its line and column.
        """
        kind = next((kind for kind in SUFFIXES if path.suffix.lower() in SUFFIXES[kind]), None)
        if kind is None:
            raise SockplayError(
                f"{path.name} is neither a definition (.layout or .h) nor a payload (.payload)."
            )
        text = read_text(path, "replace" if kind == "definition" else "strict")
        name = checked_name(path.stem)
        if kind == "payload":
            parse_payload(text)
        else:
            structs_of(text)
        there = self._files(kind).get(name)
        if there is not None and read_text(there, "replace") != text:
            raise SockplayError(
                f"There is a {kind} {name} already. Rename one of them, or remove that first."
            )
        return kind, self._keep(kind, name, text)

    def export(self, kind: Kind, name: str, path: Path) -> Path:
        """Write a copy to a new file, or into a folder; returns where it is.

        Raises:
            SockplayError: there is a file already, or it cannot be written.
        """
        found = self._files(kind) if kind == "payload" else _shipped() | self._files(kind)
        if name not in found:
            raise SockplayError(f"There is no {kind} {name} any more.")
        source = found[name]
        text = read_text(source, "replace")
        with refusing(path, "written"):
            if path.is_dir():
                path = path / source.name
            elif not path.suffix:
                path = path.with_name(f"{path.name}{source.suffix}")
        data = as_utf8(text)
        with refusing(path, "written"):
            try:
                with path.open("xb") as file:
                    file.write(data)
            except FileExistsError as error:
                raise SockplayError(
                    f"{path} is there already. Type another name, or remove it first.", "EEXIST"
                ) from error
        return path

    # files

    def _folder(self, kind: Kind) -> Path:
        return self.folder / _FOLDERS[kind]

    def _files(self, kind: Kind) -> dict[str, Path]:
        """The names that are there, in order, and the file of each."""
        folder = self._folder(kind)
        found: dict[str, Path] = {}
        for file in _names(folder):
            for suffix in SUFFIXES[kind]:
                if file.endswith(suffix) and not file.startswith("."):
                    found.setdefault(file.removesuffix(suffix), folder / file)
        return found

    def _existing(self, kind: Kind, name: str) -> Path:
        path = self._files(kind).get(name)
        if path is None and kind == "definition" and name in _shipped():
            raise SockplayError(f"{name} is shipped with sockplay and stays. Keep a copy of it.")
        if path is None:
            raise SockplayError(f"There is no {kind} {name} any more.")
        return path

    def _keep(self, kind: Kind, typed: str, text: str) -> str:
        name, folder = checked_name(typed), self._folder(kind)
        as_utf8(text)
        for each in (self.folder, folder):
            with refusing(each, "made"):
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._files(kind).get(name) or folder / f"{name}{SUFFIXES[kind][0]}"
        with refusing(path, "replaced"):
            taken = path.is_file() or path.is_symlink()
        if taken:
            with suppress(SockplayError):
                if read_text(path, "replace") == text:
                    return name
            copy_aside(path)
        write_text(path, text)
        return name


def _payload(name: str, path: Path) -> KeptPayload:
    try:
        return KeptPayload(name, parse_payload(read_text(path)))
    except SockplayError as error:
        return KeptPayload(name, Draft(), str(error))


def _definition(name: str, path: Path, shipped: bool = False) -> KeptDefinition:
    source = ""
    try:
        source = read_text(path, "replace")
        return KeptDefinition(name, source, structs_of(source), shipped=shipped)
    except SockplayError as error:
        return KeptDefinition(name, source, problem=str(error), shipped=shipped)


def _shipped() -> dict[str, Path]:
    """The definitions that come with sockplay."""
    return {path.stem: path for path in sorted(_SHIPPED.glob("*.layout"))}


def _names(folder: Path) -> list[str]:
    """The names of the files in a folder; none where there is no folder."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
