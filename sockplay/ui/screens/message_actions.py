"""What a person does with messages: give a socket's a definition, take bytes apart, compose one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on, work

from sockplay.model.call import Row
from sockplay.model.errors import SockplayError
from sockplay.ui.bench import Bench
from sockplay.ui.screens.meaning_actions import MeaningActions
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.hex_view import HexView
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.values.hexrows import plain_hex

if TYPE_CHECKING:
    from sockplay.ui.widgets.composer.composed_view import ComposedView
    from sockplay.ui.widgets.inspector.inspector import Inspector
    from sockplay.values.composing.draft import Draft
    from sockplay.values.layouts.types import StructType


class MessageActions(MeaningActions):
    """The half of the workbench that knows what messages the sockets speak."""

    def __init__(self, bench: Bench, classes: str | None = None) -> None:
        super().__init__(bench, classes)
        self._meant: dict[str, tuple[str, Draft, StructType]] = {}
        """For each socket the name of its definition, a draft of such a message, and its layout."""
        self._row: Row | None = None
        self._looks_at_composer = False

    # definitions

    def definitions_read(self) -> None:
        """Offer what the library has now."""
        self.composer.know({name: (d.definition, d.struct) for name, d in self._known().items()})

    def _known(self) -> dict[str, Draft]:
        """A draft of a message of each definition, by name: ``dns`` for the last of its structs."""
        from sockplay.values.composing.draft import Draft

        order = self.composer.draft.order
        return {
            (kept.name if struct == kept.structs[-1] else f"{kept.name}:{struct}"): Draft(
                mode="message", order=order, definition=kept.source, struct=struct
            )
            for kept in self.definitions
            for struct in reversed(kept.structs)
        }

    @work(group="meaning", description="choose what a socket's messages mean")
    @reported
    async def action_definition(self) -> None:
        """Choose what messages mean: the chosen socket's, or elsewhere the inspected call's."""
        from msgspec.structs import replace

        from sockplay.ui.screens.chooser import Chooser
        from sockplay.ui.screens.offers import Offer, reading_offers
        from sockplay.values.composing.message import layout_of

        name = self._spoken_of()
        if name is None:
            return
        known = self._known()
        if not known:
            raise SockplayError("There are no definitions yet. Ctrl+L, then n, writes one.")
        source = plain_hex(self.inspector.chosen)
        drafts = [(name, replace(draft, source=source)) for name, draft in known.items()]
        read = await asyncio.to_thread(reading_offers, drafts)
        offers = [Offer("none", "bytes alone"), *read]
        now = self._meaning_of(name)
        first = 1 + list(known).index(now[0]) if now and now[0] in known else 0
        title = f"What do the messages of {name} mean?"
        picked = await self.app.push_screen_wait(Chooser(title, offers, "Enter chooses", first))
        if picked is None:
            return
        self._meant.pop(name, None)
        if picked:
            called, draft = list(known.items())[picked - 1]
            layout = await asyncio.to_thread(layout_of, draft.definition, draft.struct, "utf-8")
            self._meant[name] = (called, draft, layout)
        if self._row is not None:
            self.show_call(self._row)

    def _spoken_of(self) -> str | None:
        """The socket whose messages are spoken of; for a connection its server, with all others."""
        if self._row is not None and not self.query_one(SocketList).has_focus:
            socket = self._row.call.socket
        elif info := self._chosen("give a definition"):
            socket = info.name
        else:
            return None
        return next((info.parent for info in self.infos if info.name == socket), "") or socket

    def _meaning_of(self, socket: str) -> tuple[str, Draft, StructType] | None:
        """What a socket's messages mean; a connection's are its server's unless told otherwise."""
        parents = [info.parent for info in self.infos if info.name == socket]
        found = (self._meant.get(name) for name in (socket, *parents) if name)
        return next((meaning for meaning in found if meaning), None)

    # templates

    @work(group="meaning", description="take bytes apart")
    @reported
    async def action_template(self) -> None:
        """Take the chosen bytes apart into fields, which the composer then has."""
        from msgspec.structs import replace

        from sockplay.ui.screens.chooser import Chooser
        from sockplay.ui.screens.offers import WHOLE, reading_offers
        from sockplay.ui.widgets.composer.editor import LONGEST
        from sockplay.values.composing.draft import Draft
        from sockplay.values.composing.proposals import proposals

        inside = self.focused is not None and self.composer in self.focused.ancestors
        data = self.composer.view.chosen if inside else self.inspector.chosen
        if not data:
            raise SockplayError("There are no bytes here. Pick a call that moved some.")
        source = plain_hex(data)
        if len(source) > LONGEST:
            raise SockplayError(f"{len(data):,} bytes are too many to edit. Select fewer.")
        known = self._known()
        drafts = [(name, replace(draft, source=source)) for name, draft in known.items()]
        for proposal in proposals(data):
            line = Draft(proposal.source, "line", order=self.composer.draft.order)
            drafts += [(proposal.title, line)] if len(line.source) <= LONGEST else []
        offers = await asyncio.to_thread(reading_offers, drafts)
        now = self._meaning_of(self._row.call.socket) if self._row and not inside else None
        fitting = (number for number, offer in enumerate(offers) if offer.detail == WHOLE)
        first = list(known).index(now[0]) if now and now[0] in known else next(fitting, len(known))
        title = f"Read {len(data):,} byte{'' if len(data) == 1 else 's'} as"
        hint = "Enter puts the fields into the composer"
        picked = await self.app.push_screen_wait(Chooser(title, offers, hint, first))
        if picked is not None:
            self.composer.replace(drafts[picked][1])
            self.go_to("composer")

    # looking

    def show_call(self, row: Row) -> None:
        """Have the inspector look at a call, by the definition of its socket."""
        self._row, self._looks_at_composer = row, False
        self.composer.view.looked_at = False
        meaning = self._meaning_of(row.call.socket)
        name, layout = (meaning[0], meaning[2]) if meaning else ("", None)
        self.inspector.set_message(name, layout, self.composer.draft.order)
        self.inspector.show(row)

    def on_composed_view_looked(self, event: ComposedView.Looked) -> None:
        """Have the inspector look at what is composed."""
        self._looks_at_composer = self.composer.view.looked_at = True
        self.inspector.set_message("", None, self.composer.draft.order)
        self.inspector.show_bytes("composer", event.data, event.first, event.end)

    @on(HexView.Opened)
    def _bytes_opened(self, event: HexView.Opened) -> None:
        event.stop()
        self.go_to("inspector")

    def on_inspector_edited(self, event: Inspector.Edited) -> None:
        """Have the composer follow what was edited in the inspector."""
        if self._looks_at_composer:
            self.composer.take_bytes(event.data)
            return
        meaning = self._meaning_of(self._row.call.socket) if self._row else None
        self.compose_bytes(event.data, meaning[1] if meaning else None)

    def compose_bytes(self, data: bytes, message: Draft | None = None) -> None:
        """Have the composer hold edited bytes, as hex or as a message like another one."""
        from msgspec.structs import replace

        from sockplay.values.composing.draft import Draft

        self.composer.replace(replace(message or Draft(mode="hex"), source=plain_hex(data)))
        self.notify("The composer has the edited bytes.", markup=False)
