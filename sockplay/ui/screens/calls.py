"""Every call of the socket API as a button with fields, the Python that it is, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static

from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.ui.bench import Bench
from sockplay.ui.screens.calls_arguments import FIELDS
from sockplay.ui.screens.calls_hand import CallsHand
from sockplay.ui.screens.calls_methods import FUNCTIONS, METHODS, Method, first_choice
from sockplay.ui.screens.calls_proposed import free_names, places
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.calls.argument_rows import ArgumentRows
from sockplay.ui.widgets.calls.method_list import MethodList
from sockplay.ui.widgets.console.transcript import Transcript
from sockplay.ui.widgets.key_bar import KeyBar
from sockplay.values.printable import visible

_KEYS: Final = {
    "calls-leave": "Esc", "calls-list": "Esc", "calls-call": "Enter", "calls-interrupt": "^C",
    "calls-next": "F4", "calls-new": "F2", "calls-hand": "F6", "calls-fields": "Tab",
    "palette": "^P",
}  # fmt: skip


class CallsScreen(CallsHand):
    """Makes the calls of one socket one by one, or new sockets.

    Each socket has a prompt of its own beneath: a call that waits on one holds up no other.

    Args:
        bench: where the sockets are.
        info: the socket; None for what makes sockets.
        infos: the sockets that there are, as far as is known.
        turned: is told the name of each socket that one turns to.
        typed: what the fields hold at first.
        in_form: whether to begin at the call that is likely to be wanted, rather than at the list.
        before: the call that was chosen for the socket before.
    """

    DEFAULT_CSS = """
    CallsScreen {
        background: $background;
        & .line { height: 1; padding: 0 1; background: $surface; }
        & #calls-title { width: auto; padding-right: 2; }
        & #calls-socket { width: 1fr; color: $sock-muted; text-wrap: nowrap;
                          text-overflow: ellipsis; }
        & #calls-room { height: 1fr; }
        & MethodList { width: 22; height: 100%; }
        & #calls-form { height: auto; max-height: 50%; padding: 0 1; overflow-y: auto; }
        & #calls-help { height: auto; margin-bottom: 1; color: $sock-muted; }
        & #calls-python { height: auto; margin: 1 1 0 1; }
        & #calls-line { width: 1fr; height: auto; max-height: 3; }
        & #calls-call { min-width: 10; margin-right: 1; background: $panel; color: $foreground;
                        text-style: none; }
        & #calls-call:focus { background: $primary; color: $button-color-foreground;
                              text-style: bold; }
        & #calls-doing { height: auto; min-height: 2; padding: 0 1; color: $sock-muted; }
        & #calls-doing.-waits { color: $sock-partial; }
        & #calls-doing.-failed { color: $sock-error; }
        & Transcript { height: 1fr; border-top: solid $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, id="calls-leave"),
        Binding("escape", "list", "list", show=False, id="calls-list"),
        Binding("enter", "call", "call", show=False, id="calls-call"),
        Binding("ctrl+c", "interrupt", "interrupt", show=False, priority=True,
                id="calls-interrupt"),
        Binding("ctrl+c", "copy", "copy", show=False, priority=True),
        Binding("f2", "new", "new", show=False, id="calls-new"),
        Binding("f4", "next", "next", show=False, id="calls-next"),
        Binding("f6", "by_hand", "read by hand", show=False, id="calls-hand"),
        Binding("tab", "app.focus_next", "field", show=False, id="calls-fields"),
    ]  # fmt: skip

    def __init__(
        self,
        bench: Bench,
        info: SocketInfo | None,
        infos: Sequence[SocketInfo],
        turned: Callable[[str], object],
        typed: Mapping[str, str] | None = None,
        in_form: bool = False,
        before: str = "",
    ) -> None:
        super().__init__(bench, info.name if info else "", infos)
        self._info = info
        self._turned = turned
        self._typed = dict(typed or {})
        self._in_form = in_form
        self._before = before
        self._methods = METHODS if info else FUNCTIONS

    def compose(self) -> ComposeResult:
        """The methods; the form, what goes on, what was said."""
        groups: dict[str, list[str]] = {}
        for method in self._methods.values():
            groups.setdefault(method.group, []).append(method.name)
        with Horizontal(classes="line"):
            name = visible(self.socket) or "new sockets"
            yield Static(Content.assemble(("CALLS", "bold $primary"), f"  {name}"),
                         id="calls-title")  # fmt: skip
            yield Static("", id="calls-socket")
        with Horizontal(id="calls-room"):
            yield MethodList(groups, id="calls-methods")
            with Vertical():
                with Vertical(id="calls-form"):
                    yield Static("", id="calls-help")
                    yield ArgumentRows(FIELDS, id="calls-fields")
                with Horizontal(id="calls-python"):
                    yield Button("Call ⏎", id="calls-call", variant="primary", compact=True)
                    yield Static("", id="calls-line")
                yield Static("", id="calls-doing")
                yield Transcript(("What the calls return stands here.",), id="calls-said")
        yield KeyBar(_KEYS, "palette")

    @property
    def method(self) -> Method:
        """The one that is chosen."""
        return self._methods[self.query_one(MethodList).method]

    @property
    def rows(self) -> ArgumentRows:
        """The fields."""
        return self.query_one(ArgumentRows)

    def on_mount(self) -> None:
        """Begin at the method that is likely to be wanted."""
        known = places(self.infos, self._info)
        self.rows.take("to", known[0] if known else "")
        for field in ("to", "to-other"):
            self.rows.offer(field, known)
        if self._info is not None and not self._info.stream:
            self.rows.take("bufsize", "65535")
        for name, value in self._typed.items():
            self.rows.take(name, value)
        methods = self.query_one(MethodList)
        methods.choose(first_choice(self._info, self._before) if self._info else "socket.socket")
        self.set_focus(self.query_one("#calls-call") if self._in_form else methods)
        self._method_chosen()
        self.show_socket()
        self.follow()

    # what is chosen and typed

    @on(OptionList.OptionHighlighted)
    def _method_chosen(self) -> None:
        method = self.method
        self.query_one("#calls-help", Static).update(method.help)
        self.rows.show(method.fields)
        if "name" in method.fields:
            names = free_names(self.infos, method.name)
            self.rows.take("name", next(names))
            self.rows.take("other", next(names))
        self._show_line()

    @on(OptionList.OptionSelected)
    def _method_pressed(self) -> None:
        if not self.rows.take_focus():
            self.query_one("#calls-call").focus()

    def on_key(self, event: events.Key) -> None:
        """Find a method from wherever no text is typed."""
        methods, focused = self.query_one(MethodList), self.focused
        if isinstance(focused, Input) or focused is methods:
            return
        if methods.find(event.character or "") or (
            isinstance(focused, Button) and event.key in ("up", "down")
        ):
            event.stop()
            methods.focus()
            if event.key in ("up", "down"):
                methods.move(-1 if event.key == "up" else 1)

    @on(ArgumentRows.Changed)
    @on(events.DescendantFocus)
    def _show_line(self) -> None:
        try:
            line, problem = self._line(), ""
        except SockplayError as error:
            line, problem = "…", f"✕ {error}"
        self.show_text("calls-line", line)
        if not self.waits:
            self.say_doing(problem, failed=bool(problem))

    def _line(self) -> str:
        protocol = self._info.protocol if self._info else "tcp"
        return self.method.line(self.socket, self.rows.typed, protocol)

    # the call

    @on(ArgumentRows.Submitted)
    @on(Button.Pressed)
    def action_call(self) -> None:
        """Make the call."""
        try:
            self.make(self.method, self._line(), dict(self.rows.typed))
        except SockplayError as error:
            self.say_doing(f"✕ {error}", failed=True)

    def action_interrupt(self) -> None:
        """Interrupt a call that waits."""
        self.hand.interrupt()

    def action_copy(self) -> None:
        """Copy what is selected, if anything is."""
        field = self.focused
        if isinstance(field, Input) and field.selected_text:
            field.action_copy()
        elif self.get_selected_text():
            self.action_copy_text()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys that do something now."""
        del parameters
        in_list = isinstance(self.focused, MethodList)
        return {
            "by_hand": self.reads_itself,
            "interrupt": self.waits,
            "leave": in_list,
            "list": not in_list,
            "new": bool(self.socket),
            "next": any(not info.ended and info.name != self.socket for info in self.infos),
        }.get(action, True)

    def came_back(self, made: str) -> None:
        """Go to a socket that was made where there is none yet; else propose another name.

        One that failed has used up its name too, when a socket came to be and ended.
        """
        self._go_on(made)

    @work(group="came-back", description="go on after a call")
    @reported
    async def _go_on(self, made: str) -> None:
        await self.look_at_sockets()
        if made and not self.socket:
            self.call_later(self._go_to, made)  # this worker ends with the screen
        elif "name" in self.method.fields:
            self._method_chosen()

    # leaving

    def action_list(self) -> None:
        """Go back to the list of calls."""
        self.query_one(MethodList).focus()

    def action_leave(self) -> None:
        """Go back to the workbench; a call that waits goes on."""
        self.dismiss()

    def action_new(self) -> None:
        """Make new sockets."""
        if self.socket:
            self._turn_to(None)

    def action_next(self) -> None:
        """Turn to the next open socket."""
        names = [info.name for info in self.infos if not info.ended]
        at = names.index(self.socket) + 1 if self.socket in names else 0
        if names:
            self._go_to(names[at % len(names)])

    def _go_to(self, name: str) -> None:
        info = next((i for i in self.infos if i.name == name), None)
        if info is not None and name != self.socket:
            self._turn_to(info)

    def _turn_to(self, info: SocketInfo | None) -> None:
        if info is not None:
            self._turned(info.name)
        in_form = info is not None and not isinstance(self.focused, MethodList)
        kept, before = self._kept(), self.method.name
        self.app.pop_screen()
        self.app.push_screen(
            CallsScreen(self.bench, info, self.infos, self._turned, kept, in_form, before)
        )

    def _kept(self) -> dict[str, str]:
        """What was typed that another socket can use too."""
        kept = ("data", "form", "bufsize", "buffer", "timeout", "option", "value", "path")
        return {name: text for name, text in self.rows.typed.items() if name in kept}

    @on(KeyBar.Clicked)
    async def _key_clicked(self, event: KeyBar.Clicked) -> None:
        await self.run_action(event.action)
