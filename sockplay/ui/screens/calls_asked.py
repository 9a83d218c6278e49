"""A call that was asked for, until it has come back and what the kernel did is told."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from sockplay.console.prompt import Prompt
from sockplay.session.finding.filter import Filter
from sockplay.ui.bench import Bench
from sockplay.ui.screens.calls_methods import Method
from sockplay.ui.screens.calls_told import kernel_said, shown_variables
from sockplay.ui.screens.console_words import UNDER_WAY

_FRAME_S: Final = 0.1
_SEARCHED_MOST: Final = 100_000
"""Calls among which that one is looked for: others may flood while it waits."""


class Asked(msgspec.Struct, frozen=True):
    """A call, and where the record and the transcript stood before it."""

    socket: str
    method: Method
    names: tuple[str, ...]
    """What it gives names to."""
    calls: int
    """How many were recorded before."""
    lines: int
    """How many were said before."""


async def back(bench: Bench, hand: Prompt, asked: Asked) -> str:
    """Wait until a call has come back, and say what the kernel did below what Python printed.

    Args:
        bench: where the record is.
        hand: where it was entered; its transcript is told.
        asked: the call.

    Returns:
        The name of the socket that it made; empty where it made none.
    """
    while hand.state().doing in UNDER_WAY:  # noqa: ASYNC110 it goes on in a thread of its own
        await asyncio.sleep(_FRAME_S)
    await bench.sockets()  # the engine has written all calls before it answers
    newest = len(bench.recorder.index)
    after = max(asked.calls, newest - _SEARCHED_MOST)
    ours = Filter(frozenset({asked.socket, *asked.names, ""}))
    found = await bench.read(lambda reader: reader.matching(ours, after))
    rows = await bench.rows(found[-1], found[-1], 0) if found else []
    printed = hand.transcript.lines(asked.lines, hand.transcript.end)
    failed = any(line.kind == "error" for line in printed)
    if not failed:
        for line in shown_variables(hand.state().variables, asked.names):
            hand.transcript.say("result", line)
    returned = {line.text for line in printed if line.kind in ("result", "error")}
    hand.transcript.say("note", kernel_said([row.call for row in rows], failed, returned))
    made = hand.namespace.names.get(asked.names[0]) if asked.names else None
    return "" if failed else hand.sockets.name_of(made) or ""
