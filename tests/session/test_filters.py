from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sockplay.model.call import Call
from sockplay.session.filters import Filter, parse_filter
from sockplay.session.reader import Reader
from sockplay.values.errors import ValuesError
from sockplay.values.printable import visible
from tests.session.calls import ANY_TEXT, calls, plain, recorded

WORDS = st.sampled_from(["CONN", "recv", "eof", "é", "É", "a", "hex:00", "hex:", "reset"]) | (
    ANY_TEXT.filter(lambda text: not text.startswith("hex:"))
)


def lower(text: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in text)


def passes(call: Call, wanted: Filter) -> bool:
    if wanted.sockets and call.socket not in wanted.sockets:
        return False
    badges = ",".join(call.badges)
    texts = (call.socket, call.op, badges, call.error or "", call.note, call.peer or "")
    return all(
        bytes.fromhex(word[4:]) in call.data
        if word.startswith("hex:")
        else any(lower(visible(word)) in lower(visible(text)) for text in texts)
        or word.encode("utf-8", "surrogatepass") in call.data
        for word in wanted.words
    )


@settings(deadline=None, max_examples=60)
@given(
    calls(),
    st.builds(
        Filter,
        st.frozensets(st.sampled_from(["conn1", "cli1", "nobody"])),
        st.lists(WORDS, max_size=3).map(tuple),
    ),
)
def test_a_filter_lets_through_what_its_description_says(made: list[Call], wanted: Filter) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = recorded(Path(folder, "a.session"), made)
        with closing(Reader(path, ours=False)) as reader:
            found = list(reader.matching(wanted))
            assert found == [call.seq for call in made if passes(call, wanted)]
            assert list(reader.matching(wanted, after=3)) == [seq for seq in found if seq > 3]


def test_a_word_is_found_in_the_data_and_so_are_bytes(tmp_path: Path) -> None:
    made = [plain(1, "안녕".encode()), plain(2, b"a\r\nb"), plain(3, b"x\x80y")]
    with closing(Reader(recorded(tmp_path / "a", made), ours=False)) as reader:
        assert list(reader.matching(parse_filter("안녕"))) == [1]
        assert list(reader.matching(parse_filter("hex:0d0a"))) == [2]
        assert list(reader.matching(parse_filter("CONN1 hex:0d0a"))) == [2]
        assert list(reader.matching(parse_filter("\udc80"))) == [3]
        assert list(reader.matching(parse_filter("", frozenset({"cli1"})))) == []


def test_hex_digits_that_are_none_are_pointed_at() -> None:
    with pytest.raises(ValuesError):
        parse_filter("hex:0g").sql()


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
