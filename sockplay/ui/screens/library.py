"""The library on the screen: what is kept, by name, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from sockplay.library.definition_text import EXAMPLE
from sockplay.library.files import typed_path
from sockplay.library.kept import SUFFIXES, Kind, Removed
from sockplay.library.library import Library
from sockplay.model.errors import SockplayError
from sockplay.ui.bench import Bench
from sockplay.ui.screens.definition_editor import DefinitionEditor
from sockplay.ui.screens.keep_prompt import keep_prompt
from sockplay.ui.screens.library_listing import KeptList, LibraryListing
from sockplay.ui.screens.prompt import Prompt
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.values.composing.draft import Draft
from sockplay.values.printable import visible

_KEYS: Final = {
    "library-keep": "k",
    "library-new": "n",
    "library-import": "i",
    "library-export": "x",
    "library-rename": "r",
    "library-remove": "d",
    "library-restore": "u",
    "library-leave": "Esc",
}


class LibraryScreen(LibraryListing):
    """Lists what is kept. Ends with the payload that was chosen, or with none.

    Args:
        bench: where the library is.
        draft: what is composed now, to be kept.
        sample: bytes to try definitions on.
        changed: told when definitions have changed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new", id="library-new", show=False),
        Binding("k", "keep", "keep", id="library-keep", show=False),
        Binding("i", "import", "import", id="library-import", show=False),
        Binding("x", "export", "export", id="library-export", show=False),
        Binding("r", "rename", "rename", id="library-rename", show=False),
        Binding("d,D,delete", "remove", "remove", id="library-remove", show=False),
        Binding("u", "restore", "undo", id="library-restore", show=False),
        Binding("escape", "leave", "close", id="library-leave", show=False),
    ]

    def __init__(
        self, bench: Bench, draft: Draft, sample: bytes, changed: Callable[[], object]
    ) -> None:
        super().__init__(bench, _KEYS)
        self._draft = draft
        self._sample = sample
        self._changed = changed
        self._removed: Removed | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        del parameters
        return self._removed is not None if action == "restore" else True

    def _need(self, wanted: str) -> tuple[Kind, str]:
        if self.chosen is None:
            raise SockplayError(f"There is nothing under the cursor to {wanted}.")
        return self.chosen

    # using

    @on(OptionList.OptionSelected)
    def _use(self) -> None:
        kind, name = self.chosen or ("", "")
        if kind == "definition":
            kept = self.definitions[name]
            if kept.source or not kept.problem:
                self._edit(name, kept.source, kept=not kept.shipped)
            else:
                self.say(SockplayError(kept.problem))
        elif kind == "payload" and (problem := self.payloads[name].problem):
            self.say(SockplayError(problem))
        elif kind == "payload":
            self.dismiss(self.payloads[name].draft)

    def action_new(self) -> None:
        """Write a definition."""
        self._edit("", EXAMPLE, kept=False)

    def _edit(self, name: str, source: str, kept: bool) -> None:
        def changed() -> None:
            removed = self._removed
            if removed and (removed.kind, removed.name) == ("definition", editor.kept_name):
                self._removed = None  # its place is taken
                self.refresh_bindings()
            self._changed()

        def close(_: None) -> None:
            self.reload("definition" if editor.kept_name else None, editor.kept_name)

        editor = DefinitionEditor(
            self.bench,
            name,
            source,
            kept=kept,
            sample=self._sample,
            order=self._draft.order,
            changed=changed,
        )
        self.app.push_screen(editor, close)

    def action_leave(self) -> None:
        """Choose none."""
        self.dismiss(None)

    # keeping

    @reported
    async def action_keep(self) -> None:
        """Keep what is composed now."""
        self.app.push_screen(keep_composed(self.bench, self._draft, self._kept_payload))

    def _kept_payload(self, name: str) -> None:
        self._now("payload", name)

    def action_import(self) -> None:
        """Keep a copy of a file."""

        async def act(typed: str) -> None:
            path = typed_path(typed)
            self._now(*await self.bench.in_library(lambda library: library.import_file(path)))

        hint = "A definition (*.layout or *.h) or a payload (*.payload)."
        self.app.push_screen(Prompt("Import the file", "", hint, act))

    @reported
    async def action_export(self) -> None:
        """Write a copy to a file."""
        kind, name = self._need("export")

        async def act(typed: str) -> None:
            path = typed_path(typed)
            made = await self.bench.in_library(lambda library: library.export(kind, name, path))
            self.notify(f"Written to {visible(str(made))}.", markup=False)

        hint = "A file of text; nothing is written over."
        file = f"{name}{SUFFIXES[kind][0]}"
        self.app.push_screen(Prompt(f"Export {name} to", file, hint, act))

    @reported
    async def action_rename(self) -> None:
        """Give it another name."""
        kind, name = self._need("rename")

        async def act(typed: str) -> None:
            new = await self.bench.in_library(lambda library: library.rename(kind, name, typed))
            self._now(kind, new)

        hint = "Any name of up to 60 characters."
        self.app.push_screen(Prompt(f"Rename {name} to", name, hint, act))

    @work(group="keep", description="remove what is kept")
    @reported
    async def action_remove(self) -> None:
        """Take it out; it can be brought back."""
        kind, name = self._need("remove")
        removed = await self.bench.in_library(lambda library: library.remove(kind, name))
        self._now(None)
        self._removed = removed
        self.refresh_bindings()
        self.notify(f"{visible(name)} is removed. u brings it back.", markup=False)

    @work(group="keep", description="bring back what was removed")
    @reported
    async def action_restore(self) -> None:
        """Bring back what was removed last."""
        removed = self._removed
        if removed is not None:
            await self.bench.in_library(lambda library: library.restore(removed))
            self._now(removed.kind, removed.name)

    def _now(self, kind: Kind | None, name: str = "") -> None:
        """Show the library after a change."""
        self._removed = None
        self.refresh_bindings()
        self.reload(kind, name)
        self._changed()

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        if event.action == "select":
            self.query_one(KeptList).action_select()
        else:
            await self.run_action(event.action)


def keep_composed(bench: Bench, draft: Draft, kept: Callable[[str], None]) -> Prompt:
    """The question under which name a payload is kept.

    Args:
        bench: where the library is.
        draft: the payload.
        kept: told the name when it is kept.

    Raises:
        SockplayError: nothing is composed.
    """
    if not draft.source:
        raise SockplayError("There is nothing composed to keep yet. Type something first.")

    def keep(library: Library, name: str) -> None:
        library.keep_payload(name, draft)

    return keep_prompt(bench, "payload", "", keep, kept)
