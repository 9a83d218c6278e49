"""The composer's options: to whom, in what form, and what that form needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.composer.compose_modes import MODES, TYPES, USES
from sockplay.ui.widgets.known_input import KnownInput
from sockplay.values.composing.draft import Draft, Mode
from sockplay.values.order import ByteOrder
from sockplay.values.printable import visible
from sockplay.values.text import COMMON_ENCODINGS

Meaning = tuple[str, str]
"""A definition's source, and the struct in it that a message is."""


class ComposeBar(Vertical):
    """Two lines: the targets and the form; the options of the form."""

    DEFAULT_CSS = """
    ComposeBar {
        height: 2;
        & > Horizontal { height: 1; }
        & > Horizontal > * { margin-right: 3; }
        & .label { width: auto; color: $sock-muted; margin-right: 1; }
        & Input { width: 12; }
        & #definition { width: 1fr; max-width: 30; margin-right: 0; }
        & #compose-title { width: auto; text-style: bold; color: $primary; margin-right: 2; }
        & #compose-to { width: 1fr; min-width: 8; color: $foreground; }
        & .hidden { display: none; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._meanings: dict[str, Meaning] = {}
        self._to = ""

    def compose(self) -> ComposeResult:
        """The options of every form; those of the others are hidden."""
        with Horizontal():
            yield Static("COMPOSE", id="compose-title")
            yield Static("", id="compose-to")
            yield Choice(MODES, id="mode")
        with Horizontal():
            for option in self._options():
                yield option.set_class(option.id not in USES[MODES[0][0]], "hidden")

    def _options(self) -> Iterator[Widget]:
        yield Static("type ↕", id="integer-label", classes="label")
        yield KnownInput("u16", TYPES, id="integer")
        yield Choice([("big", "big"), ("little", "little")], label="order", id="order")
        yield Static("encoding ↕", id="encoding-label", classes="label")
        yield KnownInput("utf-8", COMMON_ENCODINGS, id="encoding")
        # The last before the editor: one Shift+Tab leads here.
        yield Static("definition ↕", id="definition-label", classes="label")
        yield KnownInput("", (), id="definition")
        yield Choice([("", "none"), ("\\n", "\\n"), ("\\r\\n", "\\r\\n")], label="end", id="ending")
        yield Choice([("on", "on"), ("off", "off")], label="escapes", id="escapes")

    def on_mount(self) -> None:
        """Begin with nobody to send to."""
        self.show_targets(())

    @property
    def mode(self) -> Mode:
        """The form that is chosen."""
        return cast("Mode", self.choice("mode").value)

    def draft(self, source: str) -> Draft:
        """What is typed, with all options as they are now."""
        definition, struct = self._meanings.get(self._field("definition").value.strip(), ("", ""))
        return Draft(
            source=source,
            mode=self.mode,
            order=cast("ByteOrder", self.choice("order").value),
            encoding=self._field("encoding").value.strip() or "utf-8",
            escapes=self.choice("escapes").value == "on",
            ending=self.choice("ending").value,
            integer=self._field("integer").value.strip() or "u16",
            definition=definition,
            struct=struct,
        )

    def load(self, draft: Draft) -> None:
        """Set all options as a draft has them."""
        self.choice("mode").value = draft.mode
        self.choice("order").value = draft.order
        self.choice("escapes").value = "on" if draft.escapes else "off"
        self.choice("ending").value = draft.ending
        self._field("encoding").value = draft.encoding
        self._field("integer").value = draft.integer
        if draft.definition:
            self._field("definition").value = self._name_of((draft.definition, draft.struct))

    def know(self, meanings: Mapping[str, Meaning]) -> None:
        """Offer these definitions, by their names."""
        name = self._field("definition").value.strip()
        own = {name: self._meanings[name]} if name in self._meanings else {}
        self._meanings = own | dict(meanings)
        self._field("definition").offer(list(self._meanings))

    def show_targets(self, names: Sequence[str]) -> None:
        """Say where a send would go."""
        to = "to " + ", ".join(names) if names else "to nobody yet: start a socket or pick one"
        if to != self._to:
            self._to = to
            self.query_one("#compose-to", Static).update(Content(visible(to)), layout=False)

    def show_options(self) -> None:
        """Show the options of the form that is chosen."""
        for name in {name for names in USES.values() for name in names}:
            self.query_one(f"#{name}").set_class(name not in USES[self.mode], "hidden")

    def choice(self, name: str) -> Choice:
        """One of the options that are one of a few."""
        return self.query_one(f"#{name}", Choice)

    def _field(self, name: str) -> KnownInput:
        return self.query_one(f"#{name}", KnownInput)

    def _name_of(self, meaning: Meaning) -> str:
        """The name under which a definition is offered; one that is not known gets its own."""
        for name, known in self._meanings.items():
            if known == meaning:
                return name
        stem = meaning[1] or "message"
        name, number = stem, 1
        while name in self._meanings:
            number += 1
            name = f"{stem}-{number}"
        self._meanings[name] = meaning
        self._field("definition").offer(list(self._meanings))
        return name
