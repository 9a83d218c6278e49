"""What the library's screen shows: the list of what is kept, and what is under its cursor."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar, Final, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static

from sockplay.library.kept import KeptDefinition, KeptPayload, Kind
from sockplay.model.errors import SockplayError
from sockplay.ui.actions import PALETTE
from sockplay.ui.bench import Bench
from sockplay.ui.files import read_file
from sockplay.ui.screens.library_rows import about_payload, options
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.kept_preview import KeptPreview
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.values.composing.draft import Draft
from sockplay.values.composing.payload import TooLongError
from sockplay.values.errors import ValuesError
from sockplay.values.printable import visible

NARROW: Final = 118
"""Below so many columns the preview stands under the list, for its bytes take 76."""
_LARGEST: Final = 64 << 10
_PREVIEWED: Final = 4096
"""Bytes of a payload that are made for the preview, and that it shows."""
_TOO_LONG: Final = f"more than {_LARGEST:,} bytes: too long to show here"


class KeptList(OptionList):
    """The list; Enter takes what is under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "use", id="library-use", show=False)
    ]


class LibraryListing(Screen[Draft | None]):
    """The half of the library's screen that shows what is there.

    Args:
        bench: where the library is.
        keys: the keys of the bottom line.
    """

    DEFAULT_CSS = """
    LibraryListing {
        background: $background;
        & #about {
            height: 1; padding: 0 1; background: $surface; color: $sock-muted;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & #halves { height: 1fr; }
        & KeptList, & KeptList:focus {
            width: 1fr; max-width: 92; height: 100%; border: none; padding: 0 1;
            background: $background; text-wrap: nowrap; text-overflow: ellipsis;
            scrollbar-size-vertical: 1; overflow-x: hidden;
        }
        & KeptPreview {
            width: 1fr; min-width: 76; background: $surface; border-left: solid $panel;
        }
        &.-below #halves { layout: vertical; }
        &.-below KeptList { width: 100%; max-width: 100%; height: 1fr; }
        &.-below KeptPreview {
            width: 100%; height: 1fr; border-left: none; border-top: solid $panel;
        }
        &.-below #kept-scroll, &.-below #kept-bytes { margin-top: 0; }
    }
    """

    def __init__(self, bench: Bench, keys: dict[str, str]) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-below"), (NARROW, "-beside")]
        self.bench = bench
        self.payloads: dict[str, KeptPayload] = {}
        """What is listed, by name."""
        self.definitions: dict[str, KeptDefinition] = {}
        """What is listed, by name."""
        self._keys = keys
        # One at a time, and the newest next: what is waiting is given up with its worker.
        self._makers = ThreadPoolExecutor(1, "sockplay-preview")

    def compose(self) -> ComposeResult:
        """What is there, and what is in the one under the cursor."""
        yield Static("", id="about")
        with Horizontal(id="halves"):
            yield KeptList()
            yield KeptPreview()
        yield KeyBar({"library-use": "Enter", **self._keys, PALETTE: "^P"}, PALETTE)

    def on_mount(self) -> None:
        """Fetch what is kept."""
        self.query_one(KeptList).focus()
        self.reload()

    def on_unmount(self) -> None:
        """Make nothing more."""
        self._makers.shutdown(wait=False, cancel_futures=True)

    @work(exclusive=True, group="library", description="look into the library")
    @reported
    async def reload(self, kind: Kind | None = None, name: str = "") -> None:
        """List what is there now, with the cursor on something or where it was."""
        payloads, definitions = await self.bench.in_library(
            lambda library: (library.payloads(), library.definitions())
        )
        self.payloads = {kept.name: kept for kept in payloads}
        self.definitions = {kept.name: kept for kept in definitions}
        kept_list = self.query_one(KeptList)
        before = kept_list.highlighted
        kept_list.set_options(options(payloads, definitions))
        rows = [option.id for option in kept_list.options]
        if kind is not None and f"{kind}:{name}" in rows:
            kept_list.highlighted = rows.index(f"{kind}:{name}")
        elif before is not None:
            can_be = [row for row, option in enumerate(kept_list.options) if not option.disabled]
            kept_list.highlighted = min(can_be, key=lambda row: abs(row - before), default=None)
        else:
            kept_list.action_first()
        own = sum(not kept.shipped for kept in definitions)
        counts = f"{_count(len(payloads), 'payload')}  {_count(own, 'definition')} of your own"
        where = f"files of text in {visible(_at_home(self.bench.library.folder))}"
        self.query_one("#about", Static).update(
            Content.assemble(("LIBRARY", "bold $primary"), f"  {counts}  {where}")
        )
        self._preview()

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self._preview()

    @work(exclusive=True, group="preview", description="preview what is kept")
    async def _preview(self) -> None:
        preview = self.query_one(KeptPreview)
        kind, name = self.chosen or ("", "")
        if kind == "definition":
            kept = self.definitions[name]
            about = "definition, shipped: Enter opens a copy" if kept.shipped else "definition"
            preview.show(name, about, kept.source)
            preview.show_bytes(b"", [], problem=kept.problem)
        elif kind == "payload":
            payload = self.payloads[name]
            preview.show(name, f"payload  {about_payload(payload.draft)}", payload.draft.source)
            loop = asyncio.get_running_loop()
            try:
                made = await loop.run_in_executor(self._makers, _bytes_of, payload.draft)
            except TooLongError:
                preview.show_bytes(b"", [], remark=_TOO_LONG)
            except ValuesError as error:
                preview.show_bytes(b"", [], problem=error.message)
            else:
                preview.show_bytes(*made, problem=payload.problem)
        else:
            preview.show("", "", "")

    @property
    def chosen(self) -> tuple[Kind, str] | None:
        """What is under the cursor."""
        option = self.query_one(KeptList).highlighted_option
        if option is None or option.id is None:
            return None
        kind, _, name = option.id.partition(":")
        return cast("Kind", kind), name

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self.notify(visible(str(error)), severity="error", markup=False, timeout=8)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _bytes_of(draft: Draft) -> tuple[bytes, list[int]]:
    """The first of a payload's bytes, and the lengths of its fields."""
    if not draft.source:
        return b"", []
    payload = draft.payload(read_file, _LARGEST)
    data = payload.data[:_PREVIEWED]
    return data, [span.size for span in payload.spans if span.offset < len(data)]


def _at_home(folder: Path) -> str:
    """A path as a person writes it: from ~ on, when it is in their own folder."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
