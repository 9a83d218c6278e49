"""The form that starts a server or a client; the Python line follows as it is filled in."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from sockplay.model.errors import SockplayError
from sockplay.model.spec import Family, Protocol, ReplyKind
from sockplay.ui.screens.socket_values import LOOPBACK, SocketValues
from sockplay.ui.widgets.cells import FIELD_LONGEST
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.form_box import FormBox, labelled
from sockplay.values.printable import visible

Start = Callable[[SocketValues], Awaitable[None]]


class SocketForm(ModalScreen[None]):
    """Stays open, with all that was typed, until the socket stands or the person gives up.

    Args:
        serves: whether it starts a server, rather than a client.
        values: what the fields hold at first.
        start: starts the socket; raises SockplayError when it cannot be.
    """

    DEFAULT_CSS = """
    SocketForm {
        align: center middle;
        & FormBox .field > .hint.-wide { color: $sock-partial; }
        & FormBox .field > Input { width: 26; }
        & FormBox .field > #payload, & FormBox .field > #path { width: 1fr; }
        & FormBox .field > #sized { width: auto; padding: 0 1 0 3; }
        & FormBox .field > #bufsize { width: 10; }
        & #python { margin-top: 1; max-height: 2; }
        & .hidden { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("enter", "start", "Start", show=False),
    ]

    def __init__(self, serves: bool, values: SocketValues, start: Start) -> None:
        super().__init__()
        self._serves = serves
        self._values = values
        self._start = start
        self._trying = False

    def compose(self) -> ComposeResult:
        """A field a line."""
        values = self._values
        families = [("ipv4", "IPv4"), ("ipv6", "IPv6")]
        families += [("both", "both")] if self._serves else [("any", "either")]
        protocols = [("tcp", "TCP"), ("udp", "UDP"), ("unix", "Unix"), ("unix-dgram", "Unix dgram")]
        replies = ("nothing", "echo", "discard", "payload")
        with FormBox("New server" if self._serves else "New client"):
            yield labelled("protocol", Choice(protocols, values.protocol, id="protocol"))
            yield labelled("family", Choice(families, values.family, id="family"))
            host = Input(values.host, id="host", compact=True, max_length=FIELD_LONGEST)
            yield labelled("address", host, Static("", id="reach", classes="hint"))
            about = "0 = any free one" if self._serves else "1 to 65535"
            port = Input(values.port, id="port", compact=True, max_length=FIELD_LONGEST)
            yield labelled("port", port, Static(about, classes="hint"))
            hint = "/tmp/play.sock, or @name on Linux"
            yield labelled(
                "path", Input(values.path, hint, id="path", compact=True, max_length=FIELD_LONGEST)
            )
            reads = Choice([("auto", "auto"), ("hand", "by hand")], values.reads, id="reads")
            size = Input(
                values.bufsize, "4096", id="bufsize", compact=True, max_length=FIELD_LONGEST
            )
            yield labelled("reads", reads, Static("bufsize", classes="hint", id="sized"), size)
            yield labelled("replies", Choice([(r, r) for r in replies], values.reply, id="reply"))
            line = Input(
                values.payload,
                '"hello\\n" u16be:513',
                id="payload",
                compact=True,
                max_length=FIELD_LONGEST,
            )
            yield labelled("payload", line)
            ends = [("close", "finish and close"), ("keep", "keep half-open")]
            yield labelled("at EOF", Choice(ends, values.at_eof, id="at-eof"))
            yield Static("", id="python", classes="python")
            yield Static("", id="problem", classes="problem")
            with Horizontal(classes="buttons"):
                label = "Start" if self._serves else "Connect"
                yield Button(f"{label} ⏎", id="start", variant="primary", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Begin where most people type."""
        self._adapt()
        self.query_one("#port", Input).focus()

    @property
    def values(self) -> SocketValues:
        """What the fields hold now."""
        return SocketValues(
            protocol=cast("Protocol", self._choice("protocol")),
            family=cast("Family", self._choice("family")),
            host=self._typed("host"),
            port=self._typed("port"),
            path=self._typed("path"),
            reads=self._choice("reads"),
            bufsize=self._typed("bufsize"),
            reply=cast("ReplyKind", self._choice("reply")),
            payload=self._typed("payload"),
            at_eof=self._choice("at-eof"),
        )

    def _choice(self, name: str) -> str:
        return self.query_one(f"#{name}", Choice).value

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        if event.choice.id == "family" and self._serves:
            host = self.query_one("#host", Input)
            if host.value in LOOPBACK.values():
                host.value = LOOPBACK.get(cast("Family", event.value), host.value)
        self._adapt()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._adapt()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_start()

    @on(Button.Pressed, "#start")
    def _pressed(self) -> None:
        self.action_start()

    @on(Button.Pressed, "#cancel")
    def _cancelled(self) -> None:
        self.action_cancel()

    def _adapt(self) -> None:
        values = self.values
        unix = values.protocol in ("unix", "unix-dgram")
        datagrams = values.protocol in ("udp", "unix-dgram")
        hidden = {
            "family": unix,
            "host": unix,
            "port": unix,
            "path": not unix,
            "payload": values.reply != "payload",
            "at-eof": datagrams or values.reads == "hand",
        }
        for name, hide in hidden.items():
            parent = self.query_one(f"#{name}").parent
            if isinstance(parent, Widget):
                parent.set_class(hide, "hidden")
        size = self.query_one("#bufsize", Input)
        for part in (size, self.query_one("#sized")):
            part.set_class(values.reads == "hand", "hidden")
        size.placeholder = "65535" if datagrams else "4096"
        reach = self.query_one("#reach", Static)
        wide = self._serves and not _is_loopback(values.host.strip())
        reach.set_class(wide, "-wide")
        here = "only this computer" if self._serves else "a name or an address"
        reach.update("! open to other computers" if wide else here)
        line = Content.assemble(("python  ", "$sock-muted"), visible(values.python(self._serves)))
        self.query_one("#python", Static).update(line)

    def action_start(self) -> None:
        """Start it, and close the form when it stands; a second wish meanwhile changes nothing."""
        if not self._trying:
            self._trying = True
            self._say("")
            self._try(self.values)

    def action_cancel(self) -> None:
        """Give up."""
        self.workers.cancel_node(self)
        self.dismiss()

    @work(exclusive=True, group="start", description="start a socket")
    async def _try(self, values: SocketValues) -> None:
        slow = self.set_timer(0.4, lambda: self._say("Waiting for an answer … Esc gives up."))
        try:
            await self._start(values)
        except SockplayError as error:
            self._say(f"✕ {error}")
        else:
            self.dismiss()
        finally:
            self._trying = False
            slow.stop()

    def _say(self, sentence: str) -> None:
        self.query_one("#problem", Static).update(Content(visible(sentence)))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return bool(host)  # a name: where it leads is known when it has been looked up
