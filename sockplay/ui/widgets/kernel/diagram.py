"""TCP's states as RFC 9293 draws them (figure 5), in the words of the calls that lead from each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast, get_args

from textual.content import Content

from sockplay.model.kernel_state import End, TcpState
from sockplay.ui.widgets.kernel.gauges import END_COLOURS, GLYPHS

_DRAWN: Final = """\
                 ┌───   CLOSED   ────┐
        listen() ▼                   │ connect() →SYN
              LISTEN                 │
   ←SYN →SYN,ACK ▼                   ▼
        SYN-RECEIVED   ◀───────   SYN-SENT
            ←ACK │                   │ ←SYN,ACK →ACK
                 └▶   ESTABLISHED   ◀┘
          close() →FIN ▼       ▼ ←FIN →ACK
              FIN-WAIT-1      CLOSE-WAIT
         ←ACK ▼       ▼ ←FIN →ACK   ▼ close() →FIN
     FIN-WAIT-2      CLOSING      LAST-ACK
    ←FIN →ACK ▼       ▼ ←ACK        │
              TIME-WAIT             │ ←ACK
      2 MSL later │                 │
                  └─▶   CLOSED   ◀──┘"""
"""Every second line holds the ways between states.

Not drawn, as they are rare: a reset from any state to CLOSED, FIN-WAIT-1 to TIME-WAIT by one
segment that holds both FIN and ACK, sending from LISTEN, closing in SYN-RECEIVED.
"""
_STATE: Final = re.compile("|".join(sorted(get_args(TcpState), key=len, reverse=True)))
WIDTH: Final = 54
LOW: Final = len(_DRAWN.splitlines())
HIGH: Final = LOW + LOW // 2
"""Lines that the diagram takes, with short arrows and with long ones."""


def diagram(ends: Sequence[End], has_lived: bool, high: bool) -> Content:
    """The diagram with the state of each end lit.

    Args:
        ends: one end or two.
        has_lived: whether they have been in other states, so that CLOSED is the last one.
        high: whether there is room for long arrows.
    """
    lines: list[Content] = []
    drawn = _DRAWN.splitlines()
    for number, line in enumerate(drawn):
        if high and number % 2:
            way = re.sub("[^│▼]", " ", line).replace("▼", "│")
            lines.append(Content.styled(way, "$sock-muted"))
        is_other_closed = number == (0 if has_lived else len(drawn) - 1)
        lines.append(_line(line, () if is_other_closed else ends))
    return Content("\n").join(lines)


def _line(line: str, ends: Sequence[End]) -> Content:
    content = Content.styled(line.ljust(WIDTH), "$sock-muted")
    for found in _STATE.finditer(line):
        state = cast("TcpState", found.group())
        start, stop = found.span()
        places = [place for place, end in enumerate(ends) if end.tcp_state == state]
        if not places:
            content = content.stylize("$foreground", start, stop)
            continue
        # Before the name this end, behind it the other: two cells are kept free on both sides.
        marks = [GLYPHS[place] if place in places else " " for place in (0, 1)]
        lit = f" {marks[0]} {state} {marks[1]} "
        content = Content.assemble(
            content[: start - 3],
            (lit, f"bold $background on {END_COLOURS[places[0]]}"),
            content[stop + 3 :],
        )
    return content
