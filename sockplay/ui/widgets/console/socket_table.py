"""Every socket in a line: its name, what it is, its state, what waits in its queues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.segment import Segment

from sockplay.model.info import SocketInfo
from sockplay.ui.widgets.cells import fit, size_text
from sockplay.ui.widgets.rows_view import PARTS, RowsView
from sockplay.values.printable import visible

_NAME: Final = 7
_ROLE: Final = 11
_STATE: Final = 11
_QUEUE: Final = 8


class SocketTable(RowsView):
    """The sockets of the console and of the panes, those that ended too."""

    ALWAYS_MARKED = False
    PARTS = PARTS | {"waits": "bold sock-partial", "failed": "sock-error"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._infos: Sequence[SocketInfo] = ()

    def show(self, infos: Sequence[SocketInfo]) -> None:
        """Show these."""
        if infos != self._infos:
            self._infos = infos
            self.renew()

    @property
    def count(self) -> int:
        """The sockets; one row says that there is none."""
        return max(1, len(self._infos))

    def heading(self, width: int) -> list[Segment]:
        """What the columns are."""
        queues = f"{'in-q':>{_QUEUE}}{'out-q':>{_QUEUE}}"
        role, state = _widths(width)
        text = f"{fit('SOCKETS', _NAME)} {fit('role', role)}{fit('state', state)}{queues}"
        return [Segment(fit(text, width), self._style("head"))]

    def row(self, place: int, width: int) -> list[Segment]:
        """A socket."""
        if not self._infos:
            return [Segment("none yet", self._style("name"))]
        info = self._infos[place]
        part = "failed" if info.state == "failed" else "name" if info.ended else "value"
        mark = {"failed": " ✕", "closed": " ∎"}.get(info.state, "")
        state = f"◷ {info.waiting}" if info.waiting else info.state + mark
        role, room = _widths(width)
        queues = _queue(info.recv_queue) + _queue(info.send_queue)
        if not queues.strip():
            room, queues = room + len(queues), ""
        return [
            Segment(fit(visible(info.name), _NAME) + " ", self._style(part)),
            Segment(fit(info.role, role), self._style("name")),
            Segment(
                fit(visible(state), room - 1) + " ", self._style("waits" if info.waiting else part)
            ),
            Segment(queues, self._style(part)),
        ]


def _widths(width: int) -> tuple[int, int]:
    """Cells for role and state; where there are too few, the name must tell the role."""
    room = width - _NAME - 1 - 2 * _QUEUE
    role = _ROLE if room >= _ROLE + _STATE else 0
    return role, max(_STATE, room - role)


def _queue(size: int | None) -> str:
    text = "" if size is None else size_text(size)
    return f"{text:>{_QUEUE}}"
