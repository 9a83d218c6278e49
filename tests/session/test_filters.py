from __future__ import annotations

import re
import tempfile
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sockplay.model.call import Call
from sockplay.session.finding.filter import Filter, matches, parse_filter
from sockplay.session.finding.matching import Surroundings
from sockplay.session.reader import Reader
from sockplay.values.composing.message import layout_of
from sockplay.values.errors import ValuesError
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.fields import Field
from sockplay.values.printable import visible
from tests.session.calls import calls, plain, recorded
from tests.session.expressions import EXPRESSIONS

WORDS = st.sampled_from(["CONN", "recv", "eof", "é", "É", "a", "hex:00", "reset", "\udc80", "1"])
BEGAN = 1_767_323_045_678_901_234
NUMBERS = {"size": "size", "left": "left", "moved": "moved", "requested": "requested"}


def lower(text: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in text)


def holds(call: Call, word: str) -> bool:
    badges = ",".join(call.badges)
    texts = (call.socket, call.op, badges, call.error or "", call.note, call.peer or "")
    if word.startswith("hex:"):
        return bytes.fromhex(word[4:]) in call.data
    return any(lower(visible(word)) in lower(visible(text)) for text in texts) or (
        word.encode("utf-8", "surrogateescape") in call.data
    )


def found(reader: Reader, text: str, around: Surroundings | None = None) -> list[int]:
    matcher = parse_filter(text).matcher(reader, around)
    return [seq for _, seqs in matches(reader, matcher) for seq in seqs]


@given(
    calls(),
    st.frozensets(st.sampled_from(["conn1", "cli1", "nobody"])),
    st.lists(st.tuples(st.booleans(), WORDS), max_size=3),
    st.tuples(st.sampled_from(["left", "moved", "requested"]), st.integers(-1, 1 << 32)),
)
def test_a_filter_lets_through_what_its_description_says(
    made: list[Call],
    sockets: frozenset[str],
    words: list[tuple[bool, str]],
    least: tuple[str, int],
) -> None:
    asked = [word if wanted else f"not {word}" for wanted, word in words]
    field, number = least
    text = f"({' or '.join(asked) or 'seq > 0'}) {field} > {number}"

    def passes(call: Call) -> bool:
        known = getattr(call, field)
        either = not words or any(holds(call, word) == wanted for wanted, word in words)
        own = not sockets or call.socket in sockets
        return own and either and known is not None and known > number

    with tempfile.TemporaryDirectory() as folder:
        path = recorded(Path(folder, "a.session"), made)
        with closing(Reader(path, ours=False)) as reader:
            wanted = parse_filter(text, sockets)
            seqs = list(reader.matching(wanted))
            assert seqs == [call.seq for call in made if passes(call)]
            assert list(reader.matching(wanted, after=3)) == [seq for seq in seqs if seq > 3]


def conversation(folder: Path) -> Path:
    first = plain(1, b"GET /a HTTP/1.1\r\n")
    made = [
        first,
        replace(first, seq=2, op="send", socket="cli1", left=None, requested=9, time_ns=BEGAN + 5),
        replace(first, seq=3, data=b"", moved=0, badges=("EOF",), time_ns=BEGAN + 2_000_000_000),
        replace(first, seq=4, error="ECONNRESET", data=b"", moved=None, note="the peer reset"),
        replace(first, seq=5, data="안녕".encode(), left=7, took_ns=9_000_000, size=900),
        replace(first, seq=6, data="안녕".encode("cp949"), args="MSG_PEEK", badges=("truncated",)),
        replace(first, seq=7, data=b"x\x80y\x01\x02", time_ns=BEGAN + 9_000_000_000),
    ]
    return recorded(folder / "a.session", made)


def test_every_field_is_asked_for_in_its_own_way(tmp_path: Path) -> None:
    clock = time.strftime("%H:%M:%S", time.localtime(BEGAN // 10**9 + 2))
    asked = {
        "GET": [1, 2],
        '"GET /a"': [1, 2],
        "안녕": [5],
        'cp949"안녕"': [6],
        "hex:0d0a": [1, 2],
        'hex"78 80" size = 5': [7],
        '"\\x80y"': [7],
        "dir = out": [2],
        "direction=in call == recv eof": [3],
        "socket != conn1": [2],
        "size > 100": [5],
        "size = 0x5": [7],
        "size < 6": [6, 7],
        "moved < 1": [3],
        "left > 0": [5],
        "took >= 9ms": [5],
        "time >= 2s": [3, 7],
        f"time > {clock}.5": [3, 7],
        "since 1s": [7],
        'badge = eof or badge = "truncated"': [3, 6],
        "error ~ reset": [4],
        "error != ECONNRESET not dir = out seq > 4": [5, 6, 7],
        "note contains peer": [4],
        "args ~ peek": [6],
        "local = 127.0.0.1:9000 and peer ~ /:503\\d\\d$/ and seq <= 2": [1, 2],
        "text = 안녕": [5],
        "bytes ~ /get/i": [1, 2],
        "bytes ~ /\\x01.$/": [7],
        'bytes = hex"78 80 79 01 02"': [7],
        'bytes = ""': [3, 4],
        "not (recv or send)": [],
        "not not seq = 3": [3],
        '"and"': [],
    }
    around = Surroundings(BEGAN, BEGAN + 9_500_000_000)
    with closing(Reader(conversation(tmp_path), ours=False)) as reader:
        assert {text: found(reader, text, around) for text in asked} == asked


@given(st.lists(st.text("ab\n", max_size=9), min_size=1, max_size=9), EXPRESSIONS)
def test_an_expression_is_asked_of_each_calls_own_data(texts: list[str], wanted: str) -> None:
    made = [plain(seq, text.encode()) for seq, text in enumerate(texts, 1)]
    with tempfile.TemporaryDirectory() as folder:
        path = recorded(Path(folder, "a.session"), made)
        with closing(Reader(path, ours=False)) as reader:
            held = [s for s, text in enumerate(texts, 1) if re.search(wanted, text, re.MULTILINE)]
            assert found(reader, f"bytes ~ /{wanted}/") == held


@pytest.mark.parametrize(
    ("day", "asked", "passes"),
    [
        ("2026-03-29", "time >= 02:30", [3, 4]),
        ("2026-03-29", "time < 02:30", [1, 2]),
        ("2026-10-25", "time >= 02:30", [2, 4]),
        ("2026-10-25", "time < 02:30", [1, 3]),
    ],
)
def test_a_time_of_day_is_what_the_clock_shows_when_it_is_changed(
    day: str, asked: str, passes: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In spring the clock goes from 02:00 to 03:00, in autumn from 03:00 back to 02:00.
    hours = (-24, -0.25, 0.25, 12) if day < "2026-05" else (-0.75, -0.25, 0.25, 12)
    changed = int(datetime.fromisoformat(f"{day}T01:00+00:00").timestamp())
    first = plain(1, b"")
    made = [
        replace(first, seq=seq, time_ns=int((changed + hour * 3600) * 10**9))
        for seq, hour in enumerate(hours, 1)
    ]
    path = recorded(tmp_path / "a.session", made)
    with monkeypatch.context() as clock, closing(Reader(path, ours=False)) as reader:
        clock.setenv("TZ", "Europe/Berlin")
        time.tzset()
        around = Surroundings(made[1].time_ns)
        assert found(reader, asked, around) == passes
    time.tzset()


def test_marks_and_the_persons_notes_are_asked_for(tmp_path: Path) -> None:
    around = Surroundings(marks={1: "", 4: "look here", 99: "gone"})
    with closing(Reader(conversation(tmp_path), ours=False)) as reader:
        assert found(reader, "marked", around) == [1, 4]
        assert found(reader, "note ~ look or note ~ reset", around) == [4]
        assert found(reader, "marked not note ~ look", around) == [1]


def test_fields_of_messages_are_read_by_the_definition_of_the_socket(tmp_path: Path) -> None:
    layout = layout_of("struct m { u8 kind; char rest[EOF]; }", "m", "utf-8")

    def read(socket: str, data: bytes) -> tuple[Field, ...]:
        return decode(layout, data, "big").fields if socket == "conn1" else ()

    around = Surroundings(decode=read)
    with closing(Reader(conversation(tmp_path), ours=False)) as reader:
        assert found(reader, "field.kind > 100", around) == [5, 6, 7]
        assert found(reader, "field.kind = 71", around) == [1]
        assert found(reader, "field.rest ~ /http/i", around) == [1]
        assert found(reader, "field.kind != 71 and field.rest ~ /\\x01/", around) == [7]
        assert found(reader, 'field.rest = hex"80 79 01 02"', around) == [7]
        assert found(reader, "field.kind ~ 7", around) == [1]
        assert found(reader, "field.none = 1", around) == []
        assert found(reader, "field.kind = 71") == []


@pytest.mark.parametrize(
    ("source", "column", "said"),
    [
        ("hex:0g", 5, "digit"),
        ("lenght > 5", 1, "left"),
        ("left >", 7, "value"),
        ("size > x", 8, "number"),
        ("size ~ 4", 8, "number"),
        ("recv (send", 6, "closed"),
        ("recv)", 5, "opened"),
        ("recv or", 8, "missing"),
        ("time > 25:00", 8, "time"),
        ("text < a", 8, "~"),
        ("bytes ~ /[/", 10, "expression"),
        ("bytes ~ /é(?!a)/", 11, "ahead"),
        ("peer ~ /(a)b\\1/i", 13, "group"),
        ('"GET', 1, "quote"),
        ('bytes = hex"c9 1', 9, "closed"),
        ("text ~ /GET", 8, "closed"),
        ("dir = sideways", 7, "in or out"),
        ("= 4", 1, "between"),
        ("not " * 80, 204, "deep"),
    ],
)
def test_what_cannot_be_read_is_pointed_at(source: str, column: int, said: str) -> None:
    with pytest.raises(ValuesError, match=said) as caught:
        parse_filter(source)
    assert caught.value.column == column


@given(st.text(st.sampled_from(' ()"/=<>~ora0.:hexmrkdsizetfnc'), max_size=30))
def test_any_line_is_a_filter_or_an_error_in_a_column_of_it(source: str) -> None:
    columns: list[int | None] = []
    try:
        parse_filter(source)
    except ValuesError as error:
        columns.append(error.column)
    assert all(column is not None and 1 <= column <= len(source) + 1 for column in columns)


def test_only_a_filter_that_asks_for_something_is_true() -> None:
    assert not parse_filter("  ")
    assert parse_filter("recv")
    assert parse_filter("", frozenset({"conn1"}))


def test_one_side_is_who_listened_or_who_connected(tmp_path: Path) -> None:
    made = [
        Call(1, 0, 0, "srv1", "socket"),
        Call(2, 0, 0, "srv1", "listen", "128"),
        Call(3, 0, 0, "cli1", "socket"),
        Call(4, 0, 0, "srv1", "accept", note="conn1, ('127.0.0.1', 5)"),
        Call(5, 0, 0, "srv1", "accept", error="EAGAIN", note="cli1, no"),
        Call(6, 0, 0, "cli1", "connect"),
        Call(7, 0, 0, "conn1", "recv"),
        Call(8, 0, 0, "udp1", "bind"),
        Call(9, 0, 0, "udp2", "bind"),
        Call(10, 0, 0, "udp2", "connect"),
    ]
    path = recorded(tmp_path / "a.session", made)
    with closing(Reader(path, ours=False)) as reader:
        assert list(reader.matching(Filter(side="server"))) == [1, 2, 4, 5, 7, 8]
        assert list(reader.matching(Filter(side="client"))) == [3, 6, 9, 10]
        both = Filter(frozenset(["srv1"]), side="client")
        assert list(reader.matching(both)) == []
