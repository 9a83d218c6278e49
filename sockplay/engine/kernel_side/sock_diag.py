"""Finds one connection by its two addresses, also when no socket here holds it any more."""

from __future__ import annotations

import struct
from typing import Final

import msgspec

from sockplay.engine.kernel_side import netlink
from sockplay.engine.kernel_side.places import Place
from sockplay.engine.kernel_side.tcp_info import STATES
from sockplay.model.kernel_state import TcpState

_QUESTION: Final = struct.Struct("=BBBBI")
"""The head of struct inet_diag_req_v2: family, protocol, extensions, padding, states."""
_PORTS: Final = struct.Struct("!HH")
_INTERFACE: Final = struct.Struct("=III")
_ANSWER: Final = struct.Struct("=BBBB")
"""The head of struct inet_diag_msg: family, state, timer, retransmits."""
_NUMBERS: Final = struct.Struct("=IIIII")
"""Its end: when the timer expires (ms), the two queues, uid, inode."""
_ID_SIZE: Final = 48
"""struct inet_diag_sockid: ports, two addresses of 16 bytes, interface, cookie."""
_TIME_WAIT_TIMER: Final = 3
"""idiag_timer of sock_diag(7): the timer that counts the remaining TIME_WAIT."""


class Found(msgspec.Struct, frozen=True):
    """What the kernel tells of one socket."""

    state: TcpState
    remaining_ms: int | None
    is_connected: bool
    """Otherwise it is a listening or unconnected one, which would get what comes from there."""
    inode: int
    """0 when no program holds it."""
    uid: int


def find(local: Place, remote: Place, protocol: int) -> Found | None:
    """Look for the socket with these two addresses; None where there is none.

    Raises:
        OSError: this platform cannot be asked, or will not tell.
    """
    answer = netlink.ask(
        _QUESTION.pack(local.family, protocol, 0, 0, netlink.ALL_STATES)
        + _PORTS.pack(local.port, remote.port)
        + local.packed.ljust(16, b"\0")
        + remote.packed.ljust(16, b"\0")
        + _INTERFACE.pack(local.interface, netlink.NO_COOKIE, netlink.NO_COOKIE)
    )
    if answer is None:
        return None
    _, state, timer, _ = _ANSWER.unpack_from(answer)
    _, remote_port = _PORTS.unpack_from(answer, _ANSWER.size)
    expires, _, _, uid, inode = _NUMBERS.unpack_from(answer, _ANSWER.size + _ID_SIZE)
    return Found(
        STATES.get(state, "CLOSED"),
        expires if timer == _TIME_WAIT_TIMER else None,
        remote_port == remote.port,
        inode,
        uid,
    )
