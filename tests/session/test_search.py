from __future__ import annotations

import re
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.model.call import Call
from sockplay.session.finding.filter import parse_filter
from sockplay.session.finding.pattern import Pattern, parse_pattern
from sockplay.session.finding.required import required
from sockplay.session.finding.search import Search
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.values.errors import ValuesError
from tests.session.expressions import EXPRESSIONS

STREAMS = [("cli1", "send"), ("conn1", "recv"), ("conn1", "send")]
CHUNKS = st.tuples(st.sampled_from(STREAMS), st.text("ab", max_size=9), st.booleans())


def session(folder: Path, chunks: list[tuple[tuple[str, str], str, bool]]) -> Path:
    """Calls of streams; True commits after the call, so that a block ends there."""
    recorder = Recorder(folder / "a.session")
    carried: dict[tuple[str, str], int] = {}
    for seq, (stream, text, commits) in enumerate(chunks, 1):
        data, at = text.encode(), carried.get(stream, 0)
        carried[stream] = at + len(data)
        recorder.take(Call(seq, seq, 0, *stream, moved=len(data), data=data, offset=at))
        if commits:
            recorder.commit()
    recorder.close()
    return folder / "a.session"


def searched(path: Path, source: str, only: str = "") -> Search:
    with closing(Reader(path, ours=False)) as reader:
        matcher = parse_filter(only).matcher(reader) if only else None
        search = Search(parse_pattern(source), matcher)
        for _ in search.look(reader):
            pass
    return search


@given(st.lists(CHUNKS, max_size=12), st.text("ab", min_size=1, max_size=3))
def test_every_place_of_a_stream_is_found_wherever_it_was_cut(
    chunks: list[tuple[tuple[str, str], str, bool]], wanted: str
) -> None:
    expected = []
    for stream in STREAMS:
        places = [
            (seq, offset)
            for seq, (whose, text, _) in enumerate(chunks, 1)
            if whose == stream
            for offset in range(len(text))
        ]
        whole = "".join(text for whose, text, _ in chunks if whose == stream)
        at = whole.find(wanted)
        while at >= 0:
            expected.append(places[at : at + len(wanted)])
            at = whole.find(wanted, at + len(wanted))
    with tempfile.TemporaryDirectory() as folder:
        search = searched(session(Path(folder), chunks), wanted)
    assert search.places == sorted(each[0] for each in expected)
    marked = sorted(
        (seq, offset)
        for seq, spans in search.spans.items()
        for first, end in spans
        for offset in range(first, end)
    )
    assert marked == sorted(place for each in expected for place in each)


def test_nothing_is_found_across_bytes_that_were_not_recorded(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    for seq, (data, at) in enumerate([(b"nee", 0), (b"dle", 9), (b"nee", 12), (b"dle", 15)], 1):
        recorder.take(Call(seq, 0, 0, "cli1", "send", moved=3, data=data, offset=at))
    recorder.close()
    for source in ("needle", "/n.+le/"):
        assert searched(recorder.path, source).spans == {3: [(0, 3)], 4: [(0, 3)]}


def test_datagrams_and_looks_ahead_stand_alone(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    for seq, data in enumerate([b"ne", b"edle", b"needle"], 1):
        recorder.take(Call(seq, 0, 0, "udp1", "recvfrom", moved=len(data), data=data))
    recorder.close()
    for source in ("needle", "/n.+e/"):
        assert searched(recorder.path, source).places == [(3, 0)]


def test_an_expression_goes_over_rows_and_blocks_too(tmp_path: Path) -> None:
    cli, conn = STREAMS[0], STREAMS[1]
    path = session(
        tmp_path,
        [(cli, "GET /", False), (conn, "x", True), (cli, "a HT", True), (cli, "TP\nGET", False)],
    )
    assert searched(path, "/^GET .*TP$/").spans == {1: [(0, 5)], 3: [(0, 4)], 4: [(0, 2)]}
    assert searched(path, "/HTTP|XYZ/").places == [(3, 2)]
    assert searched(path, "/get/i").places == [(1, 0), (4, 3)]
    assert searched(path, "/x*/").places == [(2, 0)]
    assert searched(path, "/get/i", "seq > 1").places == [(4, 3)]
    assert searched(path, "HTTP", "seq != 3").places == []
    assert searched(path, "HTTP", "seq = 3").places == [(3, 2)]


def test_lines_begin_and_end_where_those_of_the_stream_do(tmp_path: Path) -> None:
    cli, conn = STREAMS[0], STREAMS[1]
    path = session(
        tmp_path,
        [
            (cli, "a", True),
            (cli, "ab", True),
            (conn, "ab", True),
            (cli, "\nab", True),
            (cli, "", True),
        ],
    )
    assert searched(path, "/^a/").places == [(1, 0), (3, 0), (4, 1)]
    assert searched(path, "/a|^b/").places == [(1, 0), (2, 0), (3, 0), (4, 1)]
    assert searched(path, "/b$/").places == [(2, 1), (3, 1), (4, 2)]
    assert searched(path, "/a$/").places == []
    assert searched(path, "/\\ba/").places == [(1, 0), (3, 0), (4, 1)]
    assert searched(path, "/[ab]+/").spans == {
        1: [(0, 1)],
        2: [(0, 2)],
        3: [(0, 2)],
        4: [(1, 3)],
    }


def test_a_closed_socket_is_forgotten_and_what_waited_at_its_end_is_found(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    recorder.take(Call(1, 0, 0, "cli1", "send", moved=2, data=b"ab", offset=0))
    recorder.commit()
    recorder.take(Call(2, 0, 0, "cli1", "close"))
    recorder.commit()
    recorder.take(Call(3, 0, 0, "cli1", "send", moved=2, data=b"bc", offset=2))
    recorder.close()
    search = Search(parse_pattern("/ab+/"))
    with closing(Reader(recorder.path, ours=False)) as reader:
        list(search.look(reader, 1))
        list(search.look(reader))
    assert search.spans == {1: [(0, 2)]}


@given(st.lists(CHUNKS, max_size=12), EXPRESSIONS)
def test_an_expression_finds_what_it_finds_in_the_whole_stream(
    chunks: list[tuple[tuple[str, str], str, bool]], wanted: str
) -> None:
    chunks = [(whose, text, False) for whose, text, _ in chunks]
    expected = []
    for stream in STREAMS:
        places = [
            (seq, offset)
            for seq, (whose, text, _) in enumerate(chunks, 1)
            if whose == stream
            for offset in range(len(text))
        ]
        whole = "".join(text for whose, text, _ in chunks if whose == stream)
        expected += [
            places[match.start()] for match in re.finditer(wanted, whole, re.MULTILINE) if match[0]
        ]
    with tempfile.TemporaryDirectory() as folder:
        search = searched(session(Path(folder), chunks), f"/{wanted}/")
    assert search.places == sorted(expected)


@given(st.lists(CHUNKS, max_size=12), st.sampled_from(["abb[ab]*", "^abb", "b?aba+$", "[ab]bab"]))
def test_who_looks_at_a_glance_overlooks_nothing(
    chunks: list[tuple[tuple[str, str], str, bool]], wanted: str
) -> None:
    closely = f"(?-i){wanted}"  # the same, but no text is known that it requires
    assert required(wanted)
    assert not required(closely)
    with tempfile.TemporaryDirectory() as folder:
        path = session(Path(folder), chunks)
        assert searched(path, f"/{wanted}/").spans == searched(path, f"/{closely}/").spans


def test_what_was_searched_is_gone_on_with_when_more_comes(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    search = Search(parse_pattern("hello"))
    with closing(Reader(recorder.path, ours=True)) as reader:
        for seq, data in enumerate([b"hel", b"lo hel", b"lo"], 1):
            at = len(b"hello hello"[: 3 * (seq - 1)]) if seq < 3 else 9
            recorder.take(Call(seq, 0, 0, "cli1", "send", moved=3, data=data, offset=at))
            recorder.commit()
            list(search.look(reader))
    recorder.close()
    assert search.places == [(1, 0), (2, 3)]
    assert search.spans == {1: [(0, 3)], 2: [(0, 2), (3, 6)], 3: [(0, 2)]}
    assert [search.beside(1, 0, 1), search.beside(2, 3, 1), search.beside(1, 0, -1)] == [1, 0, 1]


def test_more_places_than_are_kept_end_the_search(tmp_path: Path) -> None:
    path = session(tmp_path, [(STREAMS[0], "ab" * 2, True)] * 5)
    with closing(Reader(path, ours=False)) as reader:
        search = Search(parse_pattern("a"), most=3)
        list(search.look(reader))
    assert search.is_full
    assert len(search.places) == 3


def test_what_is_looked_for_is_written_in_several_ways() -> None:
    assert parse_pattern("a b").literal == b"a b"
    assert parse_pattern("안", "cp949").literal == "안".encode("cp949")
    assert parse_pattern('cp949"안"').literal == "안".encode("cp949")
    assert parse_pattern('"a\\r\\n"').literal == b"a\r\n"
    assert parse_pattern('hex"0d 0A"') == parse_pattern("hex:0d0a") == Pattern(b"\r\n")
    assert parse_pattern("/a|b/i") == Pattern(expression="a|b", any_case=True)
    assert parse_pattern("/tmp/x").literal == b"/tmp/x"
    assert not parse_pattern("")
    assert parse_pattern("/([*]\\+)+(a+)b/").expression == "([*]\\+)+(a+)b"
    assert parse_pattern('say"so').literal == b'say"so'
    for wrong in (
        "hex:0",
        'hex"c9 1',
        '"GET',
        "/(/",
        'nope"x"',
    ):
        with pytest.raises(ValuesError):
            parse_pattern(wrong)
