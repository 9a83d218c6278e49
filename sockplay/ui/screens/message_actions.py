"""What a person does with messages: give a socket's a definition, take bytes apart, compose one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

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
    from sockplay.session.finding.message_fields import Decoder
    from sockplay.ui.widgets.composer.composed_view import ComposedView
    from sockplay.ui.widgets.inspector.inspector import Inspector
    from sockplay.values.composing.draft import Draft
    from sockplay.values.layouts.fields import Field
    from sockplay.values.layouts.types import StructType


_STRUCTS: Final = 8
"""Structs of one definition that the lists offer; the message form takes any by its name."""
_SAMPLE: Final = 4096
"""Bytes that are read to see whether they could be a message."""


class MessageActions(MeaningActions):
    """The half of the workbench that knows what messages the sockets speak."""

    def __init__(self, bench: Bench, classes: str | None = None) -> None:
        super().__init__(bench, classes)
        self._meant: dict[str, str] = {}
        """For each socket the name of its messages' definition."""
        self._layouts: dict[str, StructType] = {}
        """By name, the definitions that are meant by any."""
        self._row: Row | None = None

    # definitions

    def definitions_read(self) -> None:
        """Offer what the library has now, and read messages by it."""
        self._read_meant()

    @work(exclusive=True, group="layouts", description="read the definitions that are meant")
    @reported
    async def _read_meant(self) -> None:
        known = self._known()
        self.composer.know({name: (d.definition, d.struct) for name, d in known.items()})
        layouts = {}
        for name in set(self._meant.values()) & set(known):
            layouts[name] = await asyncio.to_thread(_layout, known[name])
        self._layouts = layouts
        self.show_again()

    def _known(self) -> dict[str, Draft]:
        """A draft of a message of each definition, by name: ``dns`` for the last of its structs."""
        from sockplay.values.composing.draft import Draft

        options = self.composer.draft
        return {
            (kept.name if struct == kept.structs[-1] else f"{kept.name}:{struct}"): Draft(
                mode="message",
                order=options.order,
                encoding=options.encoding,
                definition=kept.source,
                struct=struct,
            )
            for kept in self.definitions
            for struct in reversed(kept.structs)
        }

    def _offered(self) -> dict[str, Draft]:
        """The same, of each definition the last structs: reading bytes by thousands takes long."""
        last = {(d.source, name) for d in self.definitions for name in d.structs[-_STRUCTS:]}
        known = self._known().items()
        return {name: draft for name, draft in known if (draft.definition, draft.struct) in last}

    @work(exclusive=True, group="choosing", description="choose what a socket's messages mean")
    @reported
    async def action_definition(self) -> None:
        """Choose what messages mean: the chosen socket's, or elsewhere the inspected call's."""
        from sockplay.ui.screens.chooser import Chooser
        from sockplay.ui.screens.offers import Offer, reading_offers

        socket = self._spoken_of()
        if socket is None:
            return
        known = self._offered()
        names = ["", *known]
        read = await asyncio.to_thread(reading_offers, _samples(known, self.inspector.chosen))
        offers = [Offer("none", "bytes alone"), *read]
        now = self._meaning_of(socket)
        serves = any(info.parent == socket for info in self.infos)
        whose = f"{socket} and its connections" if serves else socket
        title = f"What do the messages of {whose} mean?"
        first = names.index(now) if now in names else 0
        picked = await self.app.push_screen_wait(Chooser(title, offers, "Enter chooses", first))
        if picked is not None:
            self._meant[socket] = names[picked]
            self._read_meant()

    def decoder(self) -> Decoder:
        """What reads messages by the definitions that are in force now."""
        from sockplay.values.layouts.decoder import decode  # much to load

        order, known = self.composer.draft.order, dict[str, "StructType | None"]()

        def read(socket: str, data: bytes) -> Sequence[Field]:
            if socket not in known:
                known[socket] = self._layouts.get(self._meaning_of(socket))
            layout = known[socket]
            return () if layout is None else decode(layout, data, order).fields

        return read

    def _spoken_of(self) -> str | None:
        """The socket whose messages are spoken of; for a connection its server, with all others."""
        if self._row is not None and not self.query_one(SocketList).has_focus:
            socket = self._row.call.socket
        elif info := self._chosen("give a definition"):
            socket = info.name
        else:
            return None
        return next((info.parent for info in self.infos if info.name == socket), "") or socket

    def _meaning_of(self, socket: str) -> str:
        """The definition of a socket's messages; a connection's are those of its server."""
        parent = next((info.parent for info in self.infos if info.name == socket), "")
        return self._meant.get(socket) or self._meant.get(parent or "", "")

    # templates

    @work(exclusive=True, group="choosing", description="take bytes apart")
    @reported
    async def action_template(self) -> None:
        """Take the chosen bytes apart into fields, which the composer then has."""
        from msgspec.structs import replace

        from sockplay.ui.screens.chooser import Chooser
        from sockplay.ui.screens.offers import reading_offers
        from sockplay.ui.widgets.composer.editor import LONGEST
        from sockplay.values.composing.draft import Draft
        from sockplay.values.composing.proposals import proposals

        inside = self.focused is not None and self.composer in self.focused.ancestors
        data = self.composer.view.chosen if inside else self.inspector.chosen
        if not data:
            raise SockplayError("There are no bytes here. Pick a call that moved some.")
        if 3 * len(data) > LONGEST:
            raise SockplayError(f"{len(data):,} bytes are too many to edit. Select fewer.")
        order = self.composer.draft.order
        proposed = await asyncio.to_thread(proposals, data)
        lines = [(each.title, Draft(each.source, "line", order)) for each in proposed]
        lines = [(title, line) for title, line in lines if len(line.source) <= LONGEST]
        known = self._offered()
        offers = await asyncio.to_thread(reading_offers, [*lines, *_samples(known, data)])
        drafts = [line for _, line in lines]
        drafts += [replace(draft, source=plain_hex(data)) for draft in known.values()]
        now = self._meaning_of(self._row.call.socket) if self._row and not inside else ""
        first = len(lines) + list(known).index(now) if now in known else 0
        title = f"Read {len(data):,} byte{'' if len(data) == 1 else 's'} as"
        hint = "Enter puts the fields into the composer"
        picked = await self.app.push_screen_wait(Chooser(title, offers, hint, first))
        if picked is not None:
            self.composer.replace(drafts[picked])
            self.go_to("composer")

    # looking

    def show_call(self, row: Row) -> None:
        """Have the inspector look at a call, by the definition of its socket."""
        self._row, self.composer.view.looked_at = row, False
        self.show_again()
        self.inspector.show(row)
        self.light_found(row.call.seq)

    def show_again(self) -> None:
        """Have the inspector read what it shows by the definition and the order of now."""
        if self.composer.view.looked_at:
            made = self.composer.view.made
            name, layout = made.draft.struct, made.layout
        else:
            name = self._meaning_of(self._row.call.socket) if self._row else ""
            layout = self._layouts.get(name)
        self.inspector.set_message(name, layout, self.composer.draft.order)

    def on_composed_view_looked(self, event: ComposedView.Looked) -> None:
        """Have the inspector look at what is composed."""
        self.composer.view.looked_at = True
        self.show_again()
        self.inspector.show_bytes("composer", event.data, event.first, event.end)

    @on(HexView.Opened)
    def _bytes_opened(self, event: HexView.Opened) -> None:
        event.stop()
        self.go_to("inspector")

    def on_inspector_edited(self, event: Inspector.Edited) -> None:
        """Have the composer follow what was edited in the inspector."""
        if event.row is None:
            self.composer.take_bytes(event.before, event.data)
        else:
            name = self._meaning_of(event.row.call.socket)
            self.compose_bytes(event.data, self._known().get(name))

    def compose_bytes(self, data: bytes, message: Draft | None = None) -> None:
        """Have the composer hold edited bytes, as hex or as a message like another one."""
        from msgspec.structs import replace

        draft = message or replace(self.composer.draft, mode="hex")
        if self.composer.replace(replace(draft, source=plain_hex(data))):
            self.notify("The composer has the edited bytes.", markup=False)


def _layout(draft: Draft) -> StructType:
    from sockplay.values.composing.message import layout_of  # reading definitions is much to load

    return layout_of(draft.definition, draft.struct, draft.encoding)


def _samples(known: dict[str, Draft], data: bytes) -> list[tuple[str, Draft]]:
    """The beginning of some bytes as messages of the definitions."""
    from msgspec.structs import replace

    source = plain_hex(data[:_SAMPLE])
    return [(name, replace(draft, source=source)) for name, draft in known.items()]
