"""The form for a socket's knobs: what goes wrong on it, and which bug that makes visible."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from sockplay.engine.knobs import granted_to, turn_knobs
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.knobs import Knobs, Writes
from sockplay.ui.bench import Bench
from sockplay.ui.screens.knob_values import KnobValues, knobs_python
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.choice import Choice
from sockplay.ui.widgets.form_box import FormBox, labelled
from sockplay.ui.widgets.known_input import KnownInput
from sockplay.values.printable import visible

_SHOWS: Final = {
    "slice": "A reader that takes one recv for one message gets only a piece of it.",
    "gap": "With a pause, each piece arrives in a recv of its own, and timeouts run out.",
    "reading": "What nobody reads piles up: here, then at the peer, whose send waits at last.",
    "rate": "On a slow line timeouts prove too short, and buffers fill.",
    "sndbuf": "send takes less than it is given: who ignores its result loses the rest.",
    "rcvbuf": "The peer may send little ahead: it waits for the reader, or datagrams are dropped.",
    "writes": "Nagle keeps a small write until the one before is acknowledged: a reply is late.",
}
"""By field, the bug that it makes visible."""
_SENDBUF_OF_DATAGRAMS: Final = "Sends wait, or are refused, while earlier datagrams are here."
_WRITES: Final = (("nagle", "as Nagle says"), ("nodelay", "at once"), ("cork", "corked"))


class KnobsForm(ModalScreen[None]):
    """Stays open, with all that was typed, until the knobs are turned or the person gives up.

    Args:
        bench: has the engine turn them.
        info: the socket, as it is now.
    """

    DEFAULT_CSS = """
    KnobsForm {
        align: center middle;
        & > FormBox { width: 76; }
        & FormBox .label { width: 13; }
        & FormBox .between { width: auto; color: $sock-muted; padding: 0 1; }
        & FormBox .field > .hint { padding-left: 1; }
        & FormBox .field > Input { width: 12; }
        & #about { margin-top: 1; }
        & #shows { width: 1fr; height: auto; min-height: 2; }
        & FormBox .buttons { margin-top: 0; }
        & FormBox .buttons > Button { margin-left: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("enter", "apply", "Apply", show=False),
    ]

    def __init__(self, bench: Bench, info: SocketInfo) -> None:
        super().__init__()
        self.bench = bench
        self._info = info

    def compose(self) -> ComposeResult:
        """A knob a line, the ones that this socket has."""
        info = self._info
        values = KnobValues.of(info.knobs)
        whose = "every connection of " if info.role == "server" else ""
        with FormBox(Content(visible(f"Knobs of {whose}{info.name}"))):
            if info.stream:
                size = KnownInput(values.slice, ("1", "3", "10", "100", "1460"), id="slice")
                gap = KnownInput(values.gap, ("0", "50", "200", "1000"), id="gap")
                wait = Static("bytes a send, then a pause of", classes="between")
                yield labelled("slices", size, wait, gap, Static("ms", classes="hint"))
            stall = Choice([("on", "goes on"), ("stalled", "stalled")], values.reading)
            stall.id = "reading"
            hint = "" if info.bufsize is not None else "it reads by hand now"
            yield labelled("reading", stall, Static(hint, classes="hint"))
            rate = KnownInput(values.rate, ("10", "100", "1000", "100000"), id="rate")
            yield labelled("throttle", rate, Static("bytes per second, each way", classes="hint"))
            for name, typed in (("sndbuf", values.sndbuf), ("rcvbuf", values.rcvbuf)):
                known = ("1", "4096", "16384", "65536")
                size = KnownInput(typed, known, id=name)
                now = Static("bytes", id=f"{name}-granted", classes="hint")
                yield labelled(f"SO_{name.upper()}", size, now)
            if info.protocol == "tcp":
                yield labelled("writes leave", Choice(_WRITES, values.writes, id="writes"))
            yield labelled("shows", Static("", id="shows"), id="about", tall=True)
            yield labelled("python", Static("", id="python", classes="python"), tall=True)
            yield Static("", id="problem", classes="problem")
            with Horizontal(classes="buttons"):
                yield Button("Apply ⏎", id="apply", variant="primary", compact=True)
                yield Button("All off", id="off", compact=True)
                if info.stream and info.role != "server":
                    yield Button("End sending", id="half", compact=True)
                if info.protocol == "tcp":
                    yield Button("Reset", id="reset", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Show what is chosen, and ask what the kernel granted."""
        self.app.clear_notifications()  # in a small terminal they would lie over the fields
        self._adapt()
        self._ask_granted()

    @property
    def values(self) -> KnobValues:
        """What the fields hold now."""
        return KnobValues(
            self._typed("slice"),
            self._typed("gap"),
            self._choice("reading", "on"),
            self._typed("rate"),
            self._typed("sndbuf"),
            self._typed("rcvbuf"),
            cast("Writes", self._choice("writes", "nagle")),
        )

    def _typed(self, name: str) -> str:
        return next((field.value for field in self.query(f"#{name}").results(Input)), "")

    def _choice(self, name: str, without: str) -> str:
        return next((c.value for c in self.query(f"#{name}").results(Choice)), without)

    @on(Choice.Changed)
    @on(Input.Changed)
    def _adapt(self) -> None:
        try:
            python = knobs_python(self._info, self.values.knobs())
        except SockplayError:
            python = "…"  # Enter says what is wrong; nobody has asked yet
        self.query_one("#problem", Static).update("")
        lines = "\n".join(visible(line) for line in python.split("\n"))
        self.query_one("#python", Static).update(Content(lines))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say which bug the knob shows that has the focus."""
        name = event.widget.id or ""
        sentence = _SHOWS.get(name)
        if name == "sndbuf" and not self._info.stream:
            sentence = _SENDBUF_OF_DATAGRAMS
        if sentence is not None:
            self.query_one("#shows", Static).update(sentence)

    @work(group="granted", description="ask what was granted")
    @reported
    async def _ask_granted(self) -> None:
        sockets, name = self.bench.engine.sockets, self._info.name
        found = await self.bench.ask(lambda: granted_to(sockets, name))
        if found is not None:
            for option, size in (("sndbuf", found.sndbuf), ("rcvbuf", found.rcvbuf)):
                line = f"bytes; granted now: {size:,}"
                self.query_one(f"#{option}-granted", Static).update(line)

    # carrying out

    @on(Input.Submitted)
    def action_apply(self) -> None:
        """Turn the knobs, and close the form when it is done."""
        try:
            self._turn(self.values.knobs())
        except SockplayError as error:
            self.say(error)

    def action_cancel(self) -> None:
        """Give up."""
        self.dismiss()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        engine, name = self.bench.engine, self._info.name
        match event.button.id:
            case "apply":
                self.action_apply()
            case "off":
                self._turn(Knobs())
            case "half":
                self._carry_out(engine.shutdown(name, "SHUT_WR"))
            case "reset":
                self._carry_out(_later(lambda: engine.abort(name)))
            case _:
                self.action_cancel()

    def _turn(self, knobs: Knobs) -> None:
        sockets, name = self.bench.engine.sockets, self._info.name
        self._carry_out(_later(lambda: turn_knobs(sockets, name, knobs)))

    @work(exclusive=True, group="knobs", description="turn knobs")
    @reported
    async def _carry_out(self, doing: Coroutine[Any, Any, object]) -> None:
        await self.bench.do(doing)
        self.dismiss()

    def say(self, error: SockplayError) -> None:
        """Show what went wrong, below the fields."""
        self.query_one("#problem", Static).update(Content(visible(f"✕ {error}")))


async def _later(doing: Callable[[], None]) -> None:
    doing()
