"""What a replay does when, and what it makes of what comes back; no socket is there."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.spec import ClientSpec, ServerSpec
from sockplay.session.replay.lines import outcome_lines
from sockplay.session.replay.score import Outcome, Score
from sockplay.session.replay.side import Side, Step, chosen_side
from sockplay.session.replay.wish import place, wish
from tests.session.talk import STEP_NS, Talk

INFO = SocketInfo("cli1", "tcp", "client", "recorded", "127.0.0.1:4", "127.0.0.1:9000")


def asks(*answers: bytes) -> Side:
    """A side that sends ``?`` for each of these answers."""
    steps = [Step("send", 2 + at, 0, b"?", (answer,), False) for at, answer in enumerate(answers)]
    return Side(INFO, (Step("begin", 0, 0, b"", (), False), *steps))


def has(side: Side, *came: bytes) -> list[Outcome]:
    """What becomes of a side when this comes back during its steps, the beginning included."""
    score = Score(side)
    for data in came:
        if data:
            score.heard(data)
        score.settle()
    return score.outcomes


def test_a_side_is_what_it_did_and_what_came_back_in_between(tmp_path: Path) -> None:
    talk = Talk().sent(b"ab").read(b"1").read(b"23").sent(b"cd").did("shutdown", "SHUT_WR")
    side = talk.ended().did("close").side(tmp_path / "a.session")
    told = [(s.act, s.data, s.back, s.ended) for s in side.steps]
    assert told == [
        ("begin", b"", (), False),
        ("send", b"ab", (b"123",), False),
        ("send", b"cd", (), False),
        ("finish", b"", (), True),
        ("close", b"", (), False),
    ]
    assert [step.gap_ns // STEP_NS for step in side.steps] == [0, 0, 3, 1, 2]
    assert wish(side) == ClientSpec("tcp", host="127.0.0.1", port=9000)
    assert place(wish(side, "::1", 7)) == "[::1]:7"


def test_what_comes_earlier_than_then_is_no_difference() -> None:
    outcomes = has(asks(b"one", b"two"), b"", b"onetw", b"o")
    assert [(o.now, o.alike) for o in outcomes[1:]] == [(b"one", True), (b"two", True)]


def test_an_answer_that_differs_is_told_and_does_not_shift_those_after_it() -> None:
    outcomes = has(asks(b"one", b"two", b"three"), b"", b"ONE!", b"two", b"three")
    assert [o.alike for o in outcomes] == [True, False, True, True]
    assert next(outcome_lines(outcomes[1])) == (
        "≠ #2 sends 1 byte                  back: 3 bytes then, 4 bytes now"
    )


@given(st.lists(st.binary(max_size=6), min_size=1, max_size=6), st.data())
def test_the_same_stream_is_alike_however_it_is_cut(
    answers: list[bytes], data: st.DataObject
) -> None:
    """As long as no part comes later than it did then: the one who plays waits for it."""
    score = Score(asks(*answers))
    score.settle()
    rest = b"".join(answers)
    while score.step is not None:
        while score.waits or (score.settles and rest):
            size = data.draw(st.integers(1, max(1, len(rest))))
            score.heard(rest[:size])
            rest = rest[size:]
        score.settle()
    assert not score.differs


def state(score: Score) -> tuple[bool, bool]:
    """Whether less came than then, and whether more may come that belongs to the step."""
    return score.waits, score.settles


def test_waiting_ends_when_all_is_there_and_goes_on_when_it_differs() -> None:
    score = Score(asks(b"abc", b"d"))
    score.settle()
    states = [state(score)]
    for data in (b"ab", b"c"):
        score.heard(data)
        states.append(state(score))
    assert states == [(True, True), (True, True), (False, False)]
    score.settle()
    score.heard(b"x")
    assert state(score) == (False, True)
    score.heard_end()
    assert state(score) == (False, False)
    assert score.settle().words == "1 byte then, 1 byte and EOF now"
    assert score.step is None


def test_an_end_that_comes_or_stays_away_is_a_difference() -> None:
    side = Side(INFO, (Step("begin", 0, 0, b"", (b"hi",), True),))
    (outcome,) = has(side, b"hi")
    assert outcome.words == "the peer finished then"
    score = Score(asks(b"a"))
    score.settle()
    score.heard(b"a")
    score.heard_end()
    assert score.settle().words == "the peer finished now"


def test_datagrams_are_compared_one_by_one() -> None:
    info = SocketInfo("udp1", "udp", "datagram", "recorded", "127.0.0.1:4", "127.0.0.1:9")
    side = Side(info, (Step("begin", 0, 0, b"", (b"ab", b"c"), False),))
    score = Score(side)
    for data in (b"a", b"bc"):
        score.heard(data)
    assert score.settle().words == "the same bytes in other datagrams"
    assert side.serves, "it was spoken to before it spoke"
    assert isinstance(wish(side), ServerSpec)


def test_whose_part_it_is_must_be_plain() -> None:
    server = SocketInfo("conn1", "tcp", "connection", "recorded", "127.0.0.1:9", "127.0.0.1:4")
    assert chosen_side([server, INFO]) is INFO, "the only client"
    assert chosen_side([server]) is server
    with pytest.raises(SockplayError, match="There are: conn1, cli1"):
        chosen_side([server, INFO], "cli9")
    with pytest.raises(SockplayError, match="Say which"):
        chosen_side([INFO, INFO])
    with pytest.raises(SockplayError, match="nothing to send"):
        chosen_side([])


def test_thousands_of_datagrams_cost_no_more_each_than_a_few(tmp_path: Path) -> None:
    side = Talk(datagrams=True).sent(b"all").read(b"a").side(tmp_path / "then.session")
    begin, send = side.steps
    back = tuple(b"%05d" % number for number in range(20_000))
    score = Score(Side(side.info, (begin, replace(send, back=back))))
    score.settle()
    began = time.process_time()
    for piece in back:
        assert score.lacks
        score.heard(piece)
    assert not score.lacks
    assert score.settle().alike
    assert time.process_time() - began < 2
