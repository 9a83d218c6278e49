"""An exported program has the recorded conversation again."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sockplay.model.errors import SockplayError
from sockplay.model.spec import Behaviour, Target
from sockplay.session.reader import Reader
from tests.cli.conversations import AUTO, ECHO, HAND, Talk, again, exported, had
from tests.cli.talks import (
    ALL,
    Scenario,
    both_families_at_once,
    ipv6,
)
from tests.engine.world import has_ipv6


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.__name__)
def test_a_program_has_the_conversation_again(folder: Path, scenario: Scenario) -> None:
    if scenario in (ipv6, both_families_at_once) and not has_ipv6():
        pytest.skip("this computer has no ::1")
    session = had(folder, scenario)
    ended = again(exported(session))
    assert (ended.returncode, ended.stderr.count("recorded")) == (0, 0), ended.stderr
    assert said(ended.stdout) == moved(session)


def said(output: str) -> dict[str, tuple[int, int]]:
    """What each socket of a program sent and received, as it says itself."""
    lines = re.findall(r"(\w+): sent ([\d,]+) bytes?, received ([\d,]+) bytes?", output)
    return {name: (number(sent), number(came)) for name, sent, came in lines}


def number(text: str) -> int:
    return int(text.replace(",", ""))


def moved(session: Path) -> dict[str, tuple[int, int]]:
    """What each socket of a session sent and received."""
    totals: dict[str, tuple[int, int]] = {}
    with closing(Reader(session, ours=False)) as reader:
        for call in reader.calls():
            sent, came = totals.get(call.socket, (0, 0))
            out = call.direction == "out"
            totals[call.socket] = (sent + out * call.stored, came + (not out) * call.stored)
    return {name: total for name, total in totals.items() if not name.startswith("srv")}


# whatever is played


@st.composite
def plays(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Things to do on pairs of sockets: what, with which end, how much."""
    whats = st.sampled_from(
        ["send", "send", "send", "recv", "recv", "recv", "pair", "end", "close", "reset", "rest"]
    )
    sizes = st.one_of(st.integers(1, 20), st.integers(1, 300_000))
    return draw(st.lists(st.tuples(whats, st.integers(0, 9), sizes), max_size=25))


def acts(play: list[tuple[str, int, int]], reads: list[Behaviour]) -> Scenario:
    async def scenario(talk: Talk) -> None:
        engine, ends = talk.engine, list(await talk.pair(reads[0], reads[1]))
        for number, (what, which, size) in enumerate(play):
            name = ends[which % len(ends)]
            info = talk.info(name)
            if what == "pair" and len(ends) < 8:
                ends += await talk.another("srv1", reads[number % 2])
            elif what == "rest":
                await asyncio.sleep(0.005)
            elif info.ended:
                continue
            elif what == "send":
                data = random.Random(number).randbytes(size)
                sending = asyncio.ensure_future(engine.send(Target(name), data))
                sending.add_done_callback(lambda done: done.exception())
            elif what == "recv" and info.recv_queue and info.bufsize is None:
                await engine.recv(name, size)
            elif what == "end" and not info.send_queue and info.state in ("open", "peer finished"):
                with contextlib.suppress(SockplayError):
                    await engine.shutdown(name, "SHUT_WR")
            elif what == "close":
                engine.close(name)
            elif what == "reset":
                engine.abort(name)
        await asyncio.sleep(0.01)

    return scenario


@settings(max_examples=settings().max_examples // 3, phases=[Phase.generate])
@given(play=plays(), reads=st.lists(st.sampled_from([AUTO, ECHO, HAND]), min_size=2, max_size=2))
def test_whatever_was_played_can_be_had_again(
    play: list[tuple[str, int, int]], reads: list[Behaviour]
) -> None:
    if reads == [ECHO, ECHO]:
        reads = [ECHO, AUTO]  # two echoes never end
    with tempfile.TemporaryDirectory(prefix="sp") as folder:
        program = exported(had(Path(folder), acts(play, reads)))
        ended = again(program)
        assert ended.returncode == 0, (ended.stderr, program.read_text()[:6000])
        assert said(ended.stdout) == moved(program.with_suffix(".session"))
