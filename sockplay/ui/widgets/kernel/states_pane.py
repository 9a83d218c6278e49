"""TCP's diagram with the ends in it, what was seen of their way, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sockplay.model.kernel_state import End, Kind, TcpState
from sockplay.ui.widgets.kernel.diagram import HIGH, diagram
from sockplay.ui.widgets.kernel.gauges import END_COLOURS, GLYPHS
from sockplay.ui.widgets.kernel.number import NOT_AVAILABLE
from sockplay.values.printable import visible

_AROUND: Final = 9
"""Lines that stand above and below the diagram, a few transitions included."""
_KEPT: Final = 200
"""Transitions that are remembered."""
_STATELESS: Final[dict[Kind, str]] = {
    "udp": "UDP keeps no connection, so it has no states. connect() only notes where send goes and "
    "from whom recv takes datagrams; nothing travels for it. close() tells the peer nothing, and "
    "nothing is left in the kernel afterwards.",
    "unix": "A Unix connection has no such states: both ends are in this kernel, so nothing can be "
    "lost or late. What one end sends is at once in the other's receive queue; a close there is "
    "EOF here, and nothing like TIME-WAIT is left.",
    "unix listening": "A listening Unix socket only hands out connections. A client that finds its "
    "queue full waits in connect() until there is an accept.",
    "unix-dgram": "Unix datagrams have no connection and no states. Unlike UDP's they are never "
    "dropped: a send waits while the receiver's queue is full.",
}


class Transition(msgspec.Struct, frozen=True):
    """A change of TCP's state that was seen."""

    when: str
    place: int
    """Of the end among the ends."""
    name: str
    before: TcpState
    after: TcpState


def _standing(end: End) -> tuple[object, ...]:
    """What the pane shows of an end."""
    seconds = None if end.left is None else end.left.remaining_s
    return end.name, end.kind, end.tcp_state, end.state is None, end.left is None, seconds


class StatesPane(VerticalScroll):
    """Draws as much of the diagram as there is room for; the rest can be scrolled to."""

    DEFAULT_CSS = """
    StatesPane { padding: 0 1; scrollbar-size-vertical: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ends: Sequence[End] = ()
        self.transitions: list[Transition] = []
        """What was seen, the newest last."""

    def compose(self) -> ComposeResult:
        """All of it is one text."""
        yield Static("")

    def show(self, ends: Sequence[End], when: str) -> None:
        """Show these ends, and note what has changed since they were last shown."""
        before = {end.name: end.tcp_state for end in self._ends}
        for place, end in enumerate(ends):
            old, new = before.get(end.name), end.tcp_state
            if old is not None and new is not None and old != new:
                self.transitions.append(Transition(when, place, end.name, old, new))
        del self.transitions[:-_KEPT]
        is_new = [_standing(end) for end in ends] != [_standing(end) for end in self._ends]
        self._ends = ends
        if is_new:
            self._draw()

    def on_resize(self) -> None:
        """There may be room for longer arrows now."""
        self._draw()

    def _draw(self) -> None:
        if not self._ends:
            return
        kind = self._ends[0].kind
        if kind in _STATELESS:
            shown = Content.styled("NO STATES", "bold $primary") + f"\n\n{_STATELESS[kind]}"
        else:
            high = self.size.height >= HIGH + _AROUND
            has_lived = bool(self.transitions) or any(end.left for end in self._ends)
            shown = Content("\n").join(
                [
                    self._heading(),
                    Content(""),
                    diagram(self._ends, has_lived, high),
                    Content(""),
                    *self._remarks(),
                    *self._seen(),
                ]
            )
        self.query_one(Static).update(shown)

    def _heading(self) -> Content:
        names = [
            Content.styled(f"{GLYPHS[place]} {visible(end.name)}   ", f"bold {END_COLOURS[place]}")
            for place, end in enumerate(self._ends)
        ]
        return Content.assemble(*names, ("→ it sends   ← it receives", "$sock-muted"))

    def _remarks(self) -> list[Content]:
        remarks = []
        for place, end in enumerate(self._ends):
            name, left = f"{GLYPHS[place]} {visible(end.name)}", end.left
            if left is not None and left.tcp_state == "TIME-WAIT":
                seconds = "" if left.remaining_s is None else f" for {left.remaining_s} s more"
                remarks.append(
                    f"TIME-WAIT lands on {name}, the end that closed first. The kernel keeps the "
                    f"connection{seconds}, so that a late segment cannot enter a new one."
                )
            elif left is not None and left.tcp_state != "CLOSED":
                remarks.append(
                    f"{name} is closed here, and the kernel finishes the connection without it."
                )
            elif end.state is None and left is None:
                remarks.append(f"{name} is closed; what is left of it cannot be told here.")
            elif end.tcp_state is None:
                remarks.append(f"Where {name} stands is {NOT_AVAILABLE}.")
        if self._ends[0].kind == "tcp listening" and self._ends[0].state is not None:
            remarks.append(
                "A listening socket stays in LISTEN. Each accept gives another socket, which goes "
                "on from there."
            )
        if len(self._ends) == 1 and self._ends[0].info.peer:
            remarks.append("The other end is not in sockplay, and no end knows the other's state.")
        return [Content(f"{remark}\n") for remark in remarks]

    def _seen(self) -> list[Content]:
        if not self.transitions:
            return [Content.styled("No change seen yet.", "$sock-muted")]
        lines = [
            Content.styled("SEEN  the last first; between two looks more may pass", "$sock-muted")
        ]
        for seen in reversed(self.transitions):
            name = f"{GLYPHS[seen.place]} {visible(seen.name)}"
            lines.append(
                Content.assemble(
                    (f"{seen.when}  ", "$sock-muted"),
                    (name, f"bold {END_COLOURS[seen.place]}"),
                    f"  {seen.before} → {seen.after}",
                )
            )
        return lines
