"""The form that has a recorded side again: whose part, with whom, at what pace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Final

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from sockplay.model.amounts import more_than_none
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.spec import REPLAY_PATIENCE_S
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.form_box import FormBox, labelled
from sockplay.ui.widgets.known_input import KnownInput
from sockplay.values.printable import visible

_PACES: Final = [("1", "as then"), ("n", "faster"), ("step", "step by step")]


class ReplayWish(msgspec.Struct, frozen=True):
    """What is to be had again."""

    socket: str
    host: str
    port: int | None
    speed: float
    """How many times as fast as then."""
    by_step: bool
    patience_s: float
    """How long the peer may owe an answer in silence."""


class ReplayForm(ModalScreen[None]):
    """Stays open while what is typed is no replay.

    Args:
        infos: the sockets that sent something.
        chosen: the one that is proposed.
        start: begins it; raises SockplayError when it cannot.
    """

    DEFAULT_CSS = """
    ReplayForm {
        align: center middle;
        & .field > Input { width: 26; }
        & .field > #replay-speed, & .field > #replay-patience { width: 8; }
        & #replay-about { height: auto; color: $sock-muted; margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("enter", "start", "Start", show=False),
    ]

    def __init__(
        self,
        infos: Sequence[SocketInfo],
        chosen: str,
        start: Callable[[ReplayWish], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._infos = {info.name: info for info in infos}
        self._chosen = chosen
        self._start = start

    def compose(self) -> ComposeResult:
        """A field a line."""
        with FormBox("Replay"):
            names = [visible(name) for name in self._infos]
            socket = KnownInput(visible(self._chosen), names, id="replay-socket")
            yield labelled("part of", socket, Static("", id="replay-does", classes="hint"))
            host = Input("", id="replay-host", compact=True, max_length=FIELD_LONGEST)
            yield labelled("address", host, Static("", id="replay-reach", classes="hint"))
            port = Input("", id="replay-port", compact=True, max_length=8)
            yield labelled("port", port, Static("", id="replay-then", classes="hint"))
            speed = Input("10", id="replay-speed", compact=True, max_length=12)
            yield labelled(
                "pace",
                Choice(_PACES, id="replay-pace"),
                Static("  times ", id="replay-times"),
                speed,
            )
            patience = Input(
                f"{REPLAY_PATIENCE_S:g}", id="replay-patience", compact=True, max_length=12
            )
            silence = Static("seconds for an answer that came then", classes="hint")
            yield labelled("patience", patience, silence)
            yield Static(
                "What it sent is sent again by a socket of its own. What comes back is laid beside "
                "what came back then.",
                id="replay-about",
            )
            yield Static("", id="replay-problem", classes="problem")
            with Horizontal(classes="buttons"):
                yield Button("Start ⏎", id="replay-start", variant="primary", compact=True)
                yield Button("Cancel", id="replay-cancel", compact=True)

    def on_mount(self) -> None:
        """Begin with whose part it is."""
        self._adapt()
        self.query_one("#replay-socket").focus()

    def _typed(self, name: str) -> str:
        return self.query_one(f"#replay-{name}", Input).value.strip()

    @on(Input.Changed)
    @on(Choice.Changed)
    def _adapt(self) -> None:
        info = self._infos.get(self._typed("socket"))
        does = reach = then = "Up, Down: the next one"
        if info is not None:
            serves = info.role == "connection"
            address = info.local if serves else info.peer
            does = "waits for a client" if serves else "goes to a server"
            host, _, port = address.rpartition(":")
            unix = info.protocol in ("unix", "unix-dgram")
            reach = f"{address}" if unix else f"empty: {'127.0.0.1' if serves else host}"
            then = "" if unix else f"empty: {port}"
        for name, text in (("does", does), ("reach", reach), ("then", then)):
            said = text if info is not None or name == "does" else ""
            self.query_one(f"#replay-{name}", Static).update(Content(visible(said)))
        faster = self.query_one("#replay-pace", Choice).value == "n"
        for name in ("times", "speed"):
            self.query_one(f"#replay-{name}").display = faster
        self._tell("")

    @property
    def wish(self) -> ReplayWish:
        """What the fields say.

        Raises:
            SockplayError: it is no replay.
        """
        pace = self.query_one("#replay-pace", Choice).value
        socket, port = self._typed("socket"), self._typed("port")
        if socket not in self._infos:
            known = ", ".join(list(self._infos)[:12])
            raise SockplayError(f"No socket {socket!r} sent anything here. There are: {known}.")
        if port and not (port.isascii() and port.isdecimal() and int(port) <= 65535):
            raise SockplayError(f"{port!r} is no port. Use 1 to 65535.")
        speed = 1.0
        if pace == "n":
            speed = more_than_none(self._typed("speed"), "speed", "a number such as 10")
        patience = more_than_none(self._typed("patience"), "time", "seconds, such as 2.5")
        number = int(port) if port else None
        return ReplayWish(socket, self._typed("host"), number, speed, pace == "step", patience)

    @on(Input.Submitted)
    @on(Button.Pressed, "#replay-start")
    def action_start(self) -> None:
        """Start it."""
        self._try()

    @work(exclusive=True, group="start", description="start a replay")
    @reported
    async def _try(self) -> None:
        await self._start(self.wish)
        self.dismiss()

    @on(Button.Pressed, "#replay-cancel")
    def action_cancel(self) -> None:
        """Give up."""
        self.dismiss()

    def say(self, error: SockplayError) -> None:
        """Show what went wrong, below the fields."""
        self._tell(f"✕ {error}")

    def _tell(self, sentence: str) -> None:
        self.query_one("#replay-problem", Static).update(Content(visible(sentence)))
