"""What a person does to find out what bytes mean: templates, definitions, the library, the lab."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual import work

from sockplay.ui.screens.record_actions import RecordActions
from sockplay.ui.screens.reported import reported
from sockplay.values.printable import visible

if TYPE_CHECKING:
    from sockplay.library.kept import KeptDefinition
    from sockplay.values.composing.draft import Draft


class MeaningActions(RecordActions):
    """The half of the workbench that gives bytes a meaning."""

    # the library

    definitions: tuple[KeptDefinition, ...] = ()
    """What the library has, as it was last looked into."""

    def action_library(self) -> None:
        """Open the library, and compose what is chosen there."""
        from sockplay.ui.screens.library import LibraryScreen

        def take(draft: Draft | None) -> None:
            if draft is not None:
                self.composer.replace(draft)
                self.go_to("composer")

        screen = LibraryScreen(
            self.bench, self.composer.draft, self.inspector.chosen, self.definitions_changed
        )
        self.app.push_screen(screen, take)

    @reported
    async def action_keep(self) -> None:
        """Keep what is composed, under a name."""
        from sockplay.ui.screens.library import keep_composed

        def kept(name: str) -> None:
            self.notify(f"Kept as {visible(name)}. Ctrl+L shows the library.", markup=False)

        self.app.push_screen(keep_composed(self.bench, self.composer.draft, kept))

    @work(exclusive=True, group="definitions", description="look for definitions")
    @reported
    async def definitions_changed(self) -> None:
        """Take note of what the library has now."""
        self.definitions = tuple(await self.bench.in_library(lambda library: library.definitions()))
        self.definitions_read()

    @abstractmethod
    def definitions_read(self) -> None:
        """Offer what the library has now."""

    # the lab

    def action_lab(self) -> None:
        """Watch byte order."""
        from sockplay.ui.screens.lab import Lab

        self.app.push_screen(Lab(self.bench))
