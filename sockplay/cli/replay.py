"""``sockplay replay``: a recorded side sends again, and what comes back is compared."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path

from sockplay.cli.option_values import is_number
from sockplay.cli.progress import Progress
from sockplay.cli.standard import StandardOutput, say
from sockplay.engine.replaying import Pace
from sockplay.engine.replaying import replay as play
from sockplay.engine.resolve import in_thread
from sockplay.model.call import Call
from sockplay.session.capture.read import opened_session
from sockplay.session.recorder import Recorder
from sockplay.session.replay.lines import outcome_lines, step_text
from sockplay.session.replay.score import Score
from sockplay.session.replay.side import chosen_side, side, sides
from sockplay.session.replay.wish import place, wish
from sockplay.values.reading.field_pairs import Meaning


def replay(args: Namespace) -> int:
    """Have a recorded side again; returns 0 when all came back as then, else 1.

    Raises:
        SockplayError: it cannot be read, or not be started.
        SystemExit: the host or the port is none.
    """
    host, port = _where(args)
    reading = Progress("reading")
    with opened_session(args.session, reading) as (reader, lacking):
        if lacking:
            say(lacking)
        chosen = chosen_side(sides(reader, reading), args.socket or "")
        score = Score(side(reader, chosen, reading))
    made = wish(score.side, host, port)
    output = StandardOutput()
    what = "as a server at" if score.side.serves else "as a client of"
    say(f"{score.side.info.name} again, {what} {place(made)}")
    means = _meaning(args)
    told = 0

    def tell() -> None:
        nonlocal told
        for outcome in score.outcomes[told:]:
            output.lines(outcome_lines(outcome, means))
        told = len(score.outcomes)

    pace = Pace(args.speed, _asks(score) if args.step else None, args.patience)
    sink = _Sink(args.record)
    try:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(play(made, score, pace, sink, tell))
    finally:
        sink.close()
    if score.problem:
        left = len(score.side.steps) - len(score.outcomes)
        say(f"sockplay: {score.problem} {left:,} of {len(score.side.steps):,} steps were left.")
    if not score.differs:
        say("All came back as it did then.")
    return 1 if score.differs else 0


def _asks(score: Score) -> Callable[[], Awaitable[None]]:
    async def ask() -> None:
        if (step := score.step) is not None:
            say(f"Enter: {step_text(step)}")
            if not await in_thread(sys.stdin.readline):
                raise KeyboardInterrupt

    return ask


def _meaning(args: Namespace) -> Meaning | None:
    if not args.layout:
        return None
    from sockplay.cli.layouts import meaning

    return meaning(args)


def _where(args: Namespace) -> tuple[str, int | None]:
    places: list[str] = args.places
    if len(places) == 1 and is_number(places[0]):
        places = ["", *places]
    host, port = ([*places, "", ""])[:2]
    if port and not (is_number(port) and len(port) <= 5 and int(port) <= 65535):
        args.parser.error(f"{port!r} is no port. Use 1 to 65535.")
    return host, int(port) if port else None


class _Sink:
    """Keeps the calls of a replay where that was asked for."""

    def __init__(self, path: Path | None) -> None:
        self._recorder = None if path is None else Recorder(path)

    def take(self, call: Call) -> bool:
        return self._recorder is not None and self._recorder.take(call)

    def commit(self) -> bool:
        return self._recorder is None or self._recorder.commit()

    def close(self) -> None:
        if self._recorder is not None:
            self._recorder.close()
