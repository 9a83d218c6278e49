"""What a short send left: how much, the loop that one should have written, and the next send."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from sockplay.engine.knobs import drop_rest, send_rest
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.ui.bench import Bench
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.form_box import FormBox, labelled
from sockplay.values.counted import counted
from sockplay.values.printable import visible

_BAR: Final = 24


def send_loop(name: str) -> str:
    """The loop that sends all of ``data``, as a program writes it around ``send``."""
    return (
        "sent = 0\n"
        "while sent < len(data):\n"
        f"    sent += {name}.send(data[sent:])\n"
        f"# the same: {name}.sendall(data)"
    )


class Rest(ModalScreen[None]):
    """Sends the rest of a short send by one more send at a time, as the loop would.

    Args:
        bench: has the engine send.
        info: the socket, which has a rest to send.
    """

    DEFAULT_CSS = """
    Rest {
        align: center middle;
        & #why { height: auto; }
        & #left { margin: 1 0; color: $sock-partial; }
        & FormBox .label { width: 9; }
        & FormBox .buttons > Button { margin-left: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Close", show=False),
        Binding("f8", "copy", "Copy the Python", show=False),
    ]

    def __init__(self, bench: Bench, info: SocketInfo) -> None:
        super().__init__()
        self.bench = bench
        self._socket = info.name
        self._total = self._left = info.tail
        self._sends = 0
        self._trying = False

    def compose(self) -> ComposeResult:
        """How it stands, and why."""
        with FormBox(Content(visible(f"{self._socket}: the rest of a short send"))):
            yield Static(
                "send may take less than it is given, and returns how much it took. "
                "What it did not take is still here.",
                id="why",
            )
            yield Static("", id="left")
            loop = Static(Content(send_loop(self._socket)), id="python", classes="python")
            yield labelled("python", loop, tall=True)
            yield Static("", id="problem", classes="problem")
            with Horizontal(classes="buttons"):
                yield Button("Send the rest ⏎", id="send", variant="primary", compact=True)
                yield Button("Copy the Python F8", id="copy", compact=True)
                yield Button("Forget it", id="forget", compact=True)
                yield Button("Close", id="close", compact=True)

    def on_mount(self) -> None:
        """Show how much there is."""
        self._show()
        self.query_one("#send").focus()

    def _show(self) -> None:
        went = self._total - self._left
        full = went * _BAR // self._total
        bar = "█" * full + "░" * (_BAR - full)
        line = f"◔ {counted(self._left)} left  {bar}"
        if self._sends:
            line += f"  {self._sends:,} more send{'s' if self._sends != 1 else ''}"
        self.query_one("#left", Static).update(line)

    def action_cancel(self) -> None:
        """Leave the rest as it is."""
        self.dismiss()

    @work(exclusive=True, group="copy", description="copy the Python")
    async def action_copy(self) -> None:
        """Copy the loop."""
        from sockplay.ui.clipboard import copy_line  # when there is something to copy

        await copy_line(self.app, send_loop(self._socket))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "send":
                if not self._trying:
                    self._trying = True
                    self._send()
            case "copy":
                self.action_copy()
            case "forget":
                self._forget()
            case _:
                self.dismiss()

    @work(group="rest", description="send the rest")
    async def _send(self) -> None:
        waits = self.set_timer(0.4, lambda: self._tell("It waits for room. Esc leaves it waiting."))
        try:
            await self._send_once()
        finally:
            waits.stop()
            self._trying = False

    @reported
    async def _send_once(self) -> None:
        self._left = await self.bench.do(send_rest(self.bench.engine.sockets, self._socket))
        self._sends += 1
        self._tell("")
        self._show()
        if not self._left:
            self.notify(f"All of it went, in {self._sends:,} more.", markup=False)
            self.dismiss()

    @work(exclusive=True, group="rest", description="forget the rest")
    @reported
    async def _forget(self) -> None:
        sockets, name = self.bench.engine.sockets, self._socket
        await self.bench.ask(lambda: drop_rest(sockets, name))
        self.dismiss()

    def say(self, error: SockplayError) -> None:
        """Show what went wrong."""
        self._tell(f"✕ {error}")

    def _tell(self, sentence: str) -> None:
        self.query_one("#problem", Static).update(Content(visible(sentence)))
