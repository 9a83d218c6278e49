from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.session.capture.read import opened_session
from sockplay.session.finding.filter import parse_filter
from sockplay.session.forms.progress import GivenUpError
from sockplay.session.jsonl import call_json
from sockplay.session.lines import call_lines
from sockplay.session.opened import Opened
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.session.version_1 import TABLES_1
from tests.session.calls import plain, recorded


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """Three calls, each in a block of its own."""
    recorder = Recorder(tmp_path / "a.session")
    for seq in range(1, 4):
        recorder.take(plain(seq))
        recorder.commit()
    recorder.close()
    return recorder.path


def read_all(path: Path) -> None:
    with closing(Reader(path, ours=False)) as reader:
        for call in reader.calls():
            call_lines(call, hex_rows=True)
            call_json(call)
        reader.rows(1, 10)
        Opened(path).read_on(reader)
        reader.matching(parse_filter("hello"))


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
            ["create trigger t after insert on blocks begin select 1; end"],
            "other tables than a session",
        ),
        (["create index i on blocks (count)"], "other tables than a session"),
        (["drop table links"], "other tables than a session"),
        (["delete from links"], "damaged at call 1"),
        (["delete from kinds"], "damaged at call 1"),
        (["delete from blocks where first = 1"], "damaged at call 1"),
        (["update blocks set first = -5 where first = 1"], "damaged at call 1"),
        (["update blocks set first = 9000000000000000000 where first = 3"], "damaged at call 3"),
    ],
)
def test_a_file_that_no_sockplay_wrote_is_refused(
    session: Path, statements: list[str], sentence: str
) -> None:
    alter(session, *statements)
    with pytest.raises(SockplayError, match=sentence):
        read_all(session)


@pytest.mark.parametrize(
    "lie",
    [
        "first = 3",
        "count = 2",
        "count = 0",
        "count = -1",
        "count = 1 << 40",
        "columns = x''",
        "columns = zeroblob(65)",
        "columns = zeroblob(5000000)",
        "count = 4096, columns = zeroblob(4096 * 64)",
        "data = x''",
        "data = zeroblob(6)",
        "data = zeroblob(5000000)",
        "columns = zeroblob(64), data = x''",
        f"columns = x'ffffffff{'00' * 60}', data = x''",
    ],
)
def test_a_block_that_lies_is_told_by_its_number_and_those_before_it_are_read(
    session: Path, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("schema", "stored"):  # 5 MB are more than any block has
        monkeypatch.setattr(f"sockplay.session.{module}.LARGEST_BLOCK", 1 << 20)
    alter(session, "delete from blocks where first = 3", f"update blocks set {lie} where first = 2")
    with closing(Reader(session, ours=False)) as reader:
        calls = reader.calls()
        assert next(calls) == plain(1)
        with pytest.raises(SockplayError, match="damaged at call 2: only the calls before it"):
            next(calls)
        opened = Opened(session)
        opened.read_on(reader)
        assert len(opened.index) == 1
        assert "damaged at call 2" in opened.problem
        assert [row.call for row in reader.rows(1, 1)] == [plain(1)]


def test_a_call_with_values_that_make_no_sense_can_be_shown(session: Path) -> None:
    lowest = b"\0" * 7 + b"\x80"
    columns = b"\1\0\0\0" + b"\5\0\0\0" + lowest * 7
    connection = sqlite3.connect(session, isolation_level=None)
    connection.execute("update blocks set columns = ? where first = 2", (columns,))
    connection.execute(
        "update kinds set op = '\x1b]52;c;\x07', badges = 'EOF,\x1b[31m,EOF', error = '\x9b\u202e'"
    )
    connection.execute("update links set socket = '\u202e\x1b', local = '\x9b'")
    connection.close()
    with closing(Reader(session, ours=False)) as reader:
        shown = list(reader.calls())
        assert len(shown) == 3
        for call in shown:
            assert all(line.isprintable() for line in call_lines(call, hex_rows=True))
            assert call_json(call).isprintable()


def test_a_name_of_megabytes_is_not_read_again_and_again(session: Path) -> None:
    alter(
        session,
        "update links set socket = hex(zeroblob(4000000)), peer = socket",
        f"insert into kinds select {(1 << 63) - 1}, link, op, args, error, note, badges from kinds",
    )
    with closing(Reader(session, ours=False)) as reader:
        assert {len(call.socket) for call in reader.calls()} == {1000}
        assert {len(kind.socket) for kind in reader.kinds()} == {1000}


def test_text_that_is_no_text_is_said_plainly(session: Path) -> None:
    alter(session, "update kinds set note = cast(x'ff' as text)")
    with pytest.raises(SockplayError, match="damaged"):
        read_all(session)


def test_what_is_no_file_or_cannot_be_one_is_said_plainly(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path / ("x" * 5000), Path("a\0b")):
        with pytest.raises(SockplayError, match="There is no file"):
            Reader(path, ours=False)
    with pytest.raises(SockplayError, match="is a folder"):
        Reader(tmp_path, ours=False)
    with pytest.raises(SockplayError, match="is no regular file"):
        Reader(Path(os.devnull), ours=False)


@pytest.mark.parametrize("content", [b"", b"hello", bytes(5000), b"SQLite format 3\0" + bytes(99)])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.session"
    path.write_bytes(content)
    with pytest.raises(SockplayError, match=r"no sockplay session|neither a session"):
        Reader(path, ours=False)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all files")
def test_a_file_that_may_not_be_read_is_said_plainly(session: Path) -> None:
    session.chmod(0)
    with pytest.raises(SockplayError, match="unable to open"):
        Reader(session, ours=False)


def test_of_a_truncated_file_what_is_sound_is_read(session: Path) -> None:
    whole, most = session.read_bytes(), 0
    for length in range(0, len(whole), 9_999):
        session.write_bytes(whole[:length])
        read: list[Call] = []
        with suppress(SockplayError), closing(Reader(session, ours=False)) as reader:
            read.extend(reader.calls())
        assert read == [plain(seq) for seq in range(1, len(read) + 1)]
        most = max(most, len(read))
    assert most


@pytest.fixture(scope="module")
def long_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = [plain(seq, b"hello" * 300) for seq in range(1, 8)]
    return recorded(tmp_path_factory.mktemp("long") / "a.session", made)


@settings(max_examples=3 * settings().max_examples)
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


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Three calls, as version 1 wrote them."""
    path = tmp_path / "older.session"
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("pragma application_id = 1347174745", "pragma user_version = 1"):
        connection.execute(statement)
    for statement in TABLES_1.values():
        connection.execute(statement)
    one = plain(1)
    connection.execute("insert into links values (7, ?, ?, ?)", (one.socket, one.local, one.peer))
    for seq in range(1, 4):
        connection.execute(
            "insert into calls values (?, ?, ?, 7, 'recv', null, 4096, 5, 0, null, null, null, "
            "'moved', 'EOF,none', ?)",
            (seq, one.time_ns, one.took_ns, one.data),
        )
    connection.close()
    return path


def test_a_session_of_version_1_opens_and_leaves_nothing_behind(
    older: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with opened_session(older) as (reader, lacking):
        wanted = [replace(plain(seq), note="moved", badges=("EOF",)) for seq in range(1, 4)]
        assert list(reader.calls()) == wanted
        assert [call.seq for call in wanted] == list(reader.matching(parse_filter("hello")))
        assert lacking == ""
    with pytest.raises(GivenUpError), opened_session(older, lambda *_: False):
        pass
    assert list(tmp_path.iterdir()) == [older]


@pytest.mark.parametrize(
    ("statement", "sentence", "sound"),
    [
        ("create index i on calls (time)", "other tables than a session", 0),
        ("delete from calls where seq = 2", "damaged at call 2", 1),
        ("delete from links", "damaged", 0),
        ("update calls set seq = -5 where seq = 1", "damaged", 0),
        ("update calls set seq = 9000000000000000000 where seq = 3", "damaged at call 3", 2),
        ("update calls set note = cast(x'ff' as text) where seq = 2", "damaged at call 2", 1),
        (f"update calls set requested = {(1 << 63) - 1}, data = zeroblob(9)", "", 3),
    ],
)
def test_a_damaged_session_of_version_1_opens_as_far_as_it_is_sound(
    older: Path, statement: str, sentence: str, sound: int
) -> None:
    alter(older, statement)
    said, calls = "", 0
    try:
        with opened_session(older) as (reader, said):
            calls = len(list(reader.calls()))
    except SockplayError as error:
        said = str(error)
    assert (calls, sentence in said, bool(said)) == (sound, True, bool(sentence))
