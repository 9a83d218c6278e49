"""What a person does with the record: copy from it, save it, send from it again."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Final

from textual import work

from sockplay.model.call import Row
from sockplay.model.errors import SockplayError
from sockplay.session.folder import leftovers, remove
from sockplay.session.lines import call_lines
from sockplay.session.python.line import WHOLE, line
from sockplay.session.reader import Reader
from sockplay.ui.screens.mark_actions import MarkActions
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.timeline.timeline import Timeline
from sockplay.values.hexrows import plain_hex, python_literal
from sockplay.values.printable import visible, visible_bytes

INSPECTED: Final = 1 << 20
"""Bytes of one call that the inspector holds."""
_FORMS: Final = {"hex": "hex", "text": "text", "python": "Python"}


class RecordActions(MarkActions):
    """The half of the workbench that works with what was recorded."""

    # taking away

    @work(exclusive=True, group="copy", description="copy to the clipboard")
    @reported
    async def action_copy(self, form: str) -> None:
        """Copy the selected bytes, or the call, in some form."""
        from sockplay.ui import clipboard

        seq = self.query_one(Timeline).selected
        rows = await self.bench.rows(seq, seq, INSPECTED) if seq is not None else []
        if seq is None or not rows:
            raise SockplayError("Pick a call to copy from first.")
        row, encoding = rows[0], self.composer.draft.encoding
        chosen = self.inspector.selected(seq)
        data = row.call.data if chosen is None else chosen
        if not data and form not in ("row", "line"):
            raise SockplayError("This call moved no bytes, so there are none to copy.")
        text = await asyncio.to_thread(_as_text, form, row, data, encoding)
        places = await clipboard.copy(self.app, text)
        if not places:
            raise SockplayError("No clipboard here takes that much. Save the session instead.")
        whole = {"row": "The call", "line": "The line of Python"}
        what = whole.get(form) or f"{len(data):,} bytes as {_FORMS[form]}"
        cut = f", its first {INSPECTED:,} bytes" if row.length > INSPECTED else ""
        self.notify(f"{what}{cut}: {places}.", markup=False)

    @work(exclusive=True, group="picture", description="save a picture")
    @reported
    async def action_screenshot(self) -> None:
        """Save a picture of the screen in the folder where sockplay was started."""
        picture = self.app.export_screenshot(title="sockplay")
        path = await asyncio.to_thread(_save_picture, picture)
        self.notify(f"Saved as {visible(str(path))}.", markup=False)

    def action_save(self) -> None:
        """Save the session under a name."""
        self._ask_for_name(lambda typed, reader: _copy(reader, typed))

    def _ask_for_name(self, save: Callable[[str, Reader], Path]) -> None:
        from sockplay.ui.screens.prompt import Prompt

        async def act(typed: str) -> None:
            path = await self.bench.read_apart(lambda reader: save(typed, reader))
            self.notify(f"Saved as {visible(str(path))}.", markup=False)

        hint = "A copy as it stands now; `sockplay show` prints it."
        self.app.push_screen(Prompt("Save the session as", "play.session", hint, act))

    @work(group="offer", description="look for sessions that a crash left")
    @reported
    async def offer_leftovers(self) -> None:
        """Tell of unsaved sessions whose sockplay ended without leaving."""
        if found := await self.bench.read(lambda _: leftovers()):
            which = f"{len(found)} sessions were" if len(found) > 1 else "A session was"
            self.notify(f"{which} never closed. Ctrl+P, then: unsaved sessions.", markup=False)

    @work(group="offer", description="list sessions that a crash left")
    @reported
    async def action_leftovers(self) -> None:
        """Save, open or remove sessions that a crash left."""
        from sockplay.ui.screens.leftovers import Leftovers

        found = await self.bench.read(lambda _: leftovers())
        screen = Leftovers(found, self._remove_leftover, self.open_session)
        self.app.push_screen(screen, self._save_leftover)

    @work(group="offer", description="remove a session")
    @reported
    async def _remove_leftover(self, path: Path) -> None:
        await self.bench.read(lambda _: remove(path))

    def _save_leftover(self, path: Path | None) -> None:
        if path is None:
            return

        def save(typed: str, _: Reader) -> Path:
            reader = Reader(path, ours=True)
            try:
                saved = _copy(reader, typed)
            finally:
                reader.close()
            remove(path)
            return saved

        self._ask_for_name(save)

    @abstractmethod
    def open_session(self, path: Path) -> object:
        """Open a recorded session over this one."""

    # sending again

    def action_history(self) -> None:
        """Choose from what was sent, or gave way to something else."""
        from sockplay.ui.screens.chooser import Chooser
        from sockplay.ui.screens.offers import sent_offers

        drafts = self.composer.history[::-1]

        def load(picked: int | None) -> None:
            if picked is not None:
                self.composer.replace(drafts[picked])

        hint = "Enter puts it into the composer" if drafts else "Nothing was composed yet"
        self.app.push_screen(Chooser("Composed before", sent_offers(drafts), hint), load)

    def action_compose_these(self) -> None:
        """Put the selected bytes into the composer, as hex."""
        from msgspec.structs import replace

        data = self.inspector.chosen
        if not data:
            self.say(SockplayError("There are no bytes here. Pick a call that moved some."))
            return
        draft = replace(self.composer.draft, mode="hex", source=plain_hex(data))
        if self.composer.replace(draft):
            self.go_to("composer")


def _save_picture(picture: str) -> Path:
    path = Path(time.strftime("sockplay-%Y%m%d-%H%M%S.svg")).absolute()
    path.write_text(picture, "utf-8")
    return path


def _as_text(form: str, row: Row, data: bytes, encoding: str) -> str:
    if form == "hex":
        return plain_hex(data)
    if form == "text":
        return visible_bytes(data, encoding)
    if form == "python":
        return python_literal(data)
    if form == "line":
        return str(line(row.call, row.length, WHOLE))
    return "\n".join(call_lines(row.call, hex_rows=True))


def _copy(reader: Reader, typed: str) -> Path:
    if not typed.strip():
        raise SockplayError("A file needs a name. Type one.")
    try:
        path = Path(typed.strip()).expanduser()
    except RuntimeError as error:
        raise SockplayError(f"{typed.strip()} names nobody's folder here.") from error
    reader.save_as(path)
    return path
