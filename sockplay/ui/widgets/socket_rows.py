"""Draws a socket in the tree: its name and address, its state, its queues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from sockplay.model.info import SocketInfo, State
from sockplay.model.spec import Protocol, Target
from sockplay.ui.widgets.cells import gauge, size_text
from sockplay.values.printable import visible

PROTOCOLS: Final[dict[Protocol, str]] = {
    "tcp": "TCP",
    "udp": "UDP",
    "unix": "Unix",
    "unix-dgram": "Unix dgram",
}
_STATES: Final[dict[State, str]] = {
    "new": "new",
    "bound": "bound",
    "connecting": "connecting",
    "listening": "listening",
    "open": "open",
    "peer finished": "peer finished ∎",
    "we finished": "we finished ∎",
    "both finished": "both finished ∎",
    "closed": "closed ∎",
    "failed": "failed ✕",
    "recorded": "recorded",
}

_BAR: Final = 8
"""Cells of the bar of a read that waits for exactly so many bytes."""


class SocketRow(msgspec.Struct, frozen=True):
    """One entry of the tree: a socket, or a peer of a datagram socket."""

    target: Target
    head: str
    """The line with its name."""
    below: tuple[str, ...]
    """Lines of detail."""
    turned: tuple[str, ...]
    """Lines of what a person makes go wrong on it, and of what came of that."""
    muted: bool
    """Whether it has ended."""
    failed: bool
    wide: bool


def socket_rows(infos: Sequence[SocketInfo]) -> list[SocketRow]:
    """The tree's entries: each server followed by its connections, each socket by its peers."""
    children: dict[str, list[SocketInfo]] = {}
    names = {info.name for info in infos}
    for info in infos:
        if info.parent in names:
            children.setdefault(info.parent or "", []).append(info)
    rows: list[SocketRow] = []
    for info in infos:
        if info.parent in names:
            continue
        below = children.get(info.name, [])
        rows.append(_socket_row(info, len([child for child in below if not child.ended])))
        rows += [_socket_row(child, 0) for child in below]
        rows += _peer_rows(info)
    return rows


def _socket_row(info: SocketInfo, clients: int) -> SocketRow:
    child = info.parent is not None
    indent = " └ " if child else " "
    if child:
        head = f"{info.name}  ⇄ {info.peer}"
    elif info.role == "server" or not info.peer:
        head = f"{info.name}  {PROTOCOLS[info.protocol]}  {info.local}"
    else:
        head = f"{info.name}  {PROTOCOLS[info.protocol]}  → {info.peer}"
    below = [_detail(info, clients)]
    if info.role != "server" and not info.ended and info.state != "recorded":
        below.append(_queues(info))
    if info.waiting:
        below.append(f"waits in {info.waiting} …")
    if info.exactly is not None:
        below.append(_progress(*info.exactly))
    if info.dropped:
        below.append(f"✕ {info.dropped:,} dropped by the kernel")
    pad = "   " if not child else "     "
    return SocketRow(
        Target(info.name),
        indent + visible(head),
        tuple(pad + visible(line) for line in below),
        () if info.ended else tuple(pad + words for words in _turned(info)),
        info.ended,
        info.state == "failed",
        info.wide and not child,
    )


def _detail(info: SocketInfo, clients: int) -> str:
    state = _STATES[info.state]
    if info.ended or info.state == "recorded":
        return f"{state}  ← {size_text(info.bytes_in)}  → {size_text(info.bytes_out)}"
    how = "by hand" if info.bufsize is None else f"auto({info.bufsize})"
    parts = [state]
    if info.role == "server":
        parts.append(f"{clients:,} client" + ("" if clients == 1 else "s"))
        if not info.accepts:
            parts.append("by hand")
    else:
        parts.append(how)
    if info.reply in ("echo", "payload"):
        parts.append("↺ " + info.reply)
    return " · ".join(parts)


def _queues(info: SocketInfo) -> str:
    queues = [
        f"{label} {gauge(size)} {size_text(size)}"
        for label, size in (
            ("in-q" if info.stream else "next", info.recv_queue),
            ("out-q", info.send_queue),
        )
        if size is not None
    ]
    return "  ".join(queues) or "queues: not available here"


def _turned(info: SocketInfo) -> tuple[str, ...]:
    tail = (f"◔ {size_text(info.tail)} not sent: Ctrl+N",) if info.tail else ()
    return tail + info.knobs.words


def _progress(got: int, total: int) -> str:
    full = got * _BAR // total
    return f"{'█' * full}{'░' * (_BAR - full)} {size_text(got)} of {size_text(total)}"


def _peer_rows(info: SocketInfo) -> Iterable[SocketRow]:
    if info.ended:
        return
    for number, peer in enumerate(info.peers):
        last = "  wrote last" if number == 0 else ""
        yield SocketRow(
            Target(info.name, peer), f"   └ {visible(peer)}{last}", (), (), False, False, False
        )
