from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sockplay.model.errors import SockplayError
from sockplay.session.filters import Filter
from sockplay.session.jsonl import call_json
from sockplay.session.lines import call_lines
from sockplay.session.reader import Reader
from tests.session.calls import plain, recorded


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return recorded(tmp_path / "a.session", [plain(seq) for seq in range(1, 4)])


def read_all(path: Path) -> None:
    with closing(Reader(path, ours=False)) as reader:
        for call in reader.calls():
            call_lines(call, hex_rows=True)
            call_json(call)
        reader.rows(1, 10)
        reader.index()
        reader.matching(Filter(words=("hello",)))


def alter(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        (["pragma application_id = 7"], "no sockplay session"),
        (["pragma user_version = 99"], "version 99"),
        (["create table more (x)"], "other tables than a session"),
        (["create view v as select 1"], "other tables than a session"),
        (
            ["create trigger t after insert on calls begin select 1; end"],
            "other tables than a session",
        ),
        (["create index i on calls (time)"], "other tables than a session"),
        (["drop table links"], "other tables than a session"),
        (["delete from calls where seq = 2"], "damaged"),
        (["delete from links"], "damaged"),
        (["update calls set seq = -5 where seq = 1"], "damaged"),
        (["update calls set seq = 9000000000000000000 where seq = 3"], "damaged"),
    ],
)
def test_a_file_that_no_sockplay_wrote_is_refused(
    session: Path, statements: list[str], sentence: str
) -> None:
    alter(session, *statements)
    with pytest.raises(SockplayError, match=sentence):
        read_all(session)


def test_a_call_with_values_that_make_no_sense_can_be_shown(session: Path) -> None:
    alter(
        session,
        "update calls set requested = null, moved = -1, time = -9223372036854775808, op = 'recv', "
        "badges = 'EOF,\x1b[31m,EOF', error = '\x9b\u202e' where seq = 1",
        "update calls set op = '\x1b]52;c;\x07', time = 9223372036854775807 where seq = 2",
        "update links set socket = '\u202e\x1b', local = '\x9b'",
    )
    with closing(Reader(session, ours=False)) as reader:
        for call in reader.calls():
            assert all(line.isprintable() for line in call_lines(call, hex_rows=True))
            assert call_json(call).isprintable()


def test_text_that_is_no_text_is_said_plainly(session: Path) -> None:
    alter(session, "update calls set note = cast(x'ff' as text) where seq = 2")
    with pytest.raises(SockplayError, match="damaged"):
        read_all(session)


def test_a_missing_file_a_folder_and_a_name_that_cannot_be_are_said_plainly(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path, tmp_path / ("x" * 5000), Path("a\0b")):
        with pytest.raises(SockplayError, match="There is no file"):
            Reader(path, ours=False)


@pytest.mark.parametrize("content", [b"", b"hello", bytes(5000), b"SQLite format 3\0" + bytes(99)])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.session"
    path.write_bytes(content)
    with pytest.raises(SockplayError, match="no sockplay session"):
        Reader(path, ours=False)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all files")
def test_a_file_that_may_not_be_read_is_said_plainly(session: Path) -> None:
    session.chmod(0)
    with pytest.raises(SockplayError, match="unable to open"):
        Reader(session, ours=False)


def test_a_truncated_file_is_refused(session: Path) -> None:
    whole = session.read_bytes()
    for length in range(0, len(whole), 512):
        session.write_bytes(whole[:length])
        with pytest.raises(SockplayError):
            read_all(session)


@pytest.fixture(scope="module")
def long_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = [plain(seq, b"hello" * 300) for seq in range(1, 8)]
    return recorded(tmp_path_factory.mktemp("long") / "a.session", made)


@settings(deadline=None, max_examples=150)
@example([(3691, 128)])  # the schema's own text
@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(1, 255)), min_size=1, max_size=8))
def test_flipped_bytes_raise_nothing_but_a_sentence(
    long_session: Path, flips: list[tuple[int, int]]
) -> None:
    content = bytearray(long_session.read_bytes())
    for at, mask in flips:
        content[at % len(content)] ^= mask
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.session")
        path.write_bytes(content)
        with suppress(SockplayError):
            read_all(path)


def test_damage_that_comes_while_reading_is_said_plainly(session: Path) -> None:
    with closing(Reader(session, ours=False)) as reader:
        session.write_bytes(bytes(session.stat().st_size))
        with pytest.raises(SockplayError):
            list(reader.calls())
