"""All the kernel's numbers, in the order in which the screen shows them."""

from __future__ import annotations

from typing import Final

from sockplay.model.kernel_state import Kind
from sockplay.ui.widgets.kernel.number import Number
from sockplay.ui.widgets.kernel.option_numbers import OPTIONS
from sockplay.ui.widgets.kernel.queue_numbers import BUFFERS, PEER, QUEUES
from sockplay.ui.widgets.kernel.tcp_numbers import TCP_NUMBERS

NUMBERS: Final[tuple[Number, ...]] = (*QUEUES, *TCP_NUMBERS, *BUFFERS, *OPTIONS, *PEER)


def numbers_of(kinds: frozenset[Kind]) -> list[Number]:
    """The numbers that some kinds of sockets have."""
    return [number for number in NUMBERS if number.kinds & kinds]
