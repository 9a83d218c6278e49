from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from msgspec.structs import replace

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.session.blocks import MOST_BYTES, MOST_CALLS
from sockplay.session.opened import Opened
from sockplay.session.reader import Reader
from sockplay.session.recorder import BATCH_BYTES, Recorder
from sockplay.values.printable import visible
from tests.session.calls import calls, plain, recorded


def as_stored(call: Call) -> Call:
    def text(value: str | None) -> str | None:
        return visible(value) if value else None

    return replace(
        call,
        args=visible(call.args),
        note=visible(call.note),
        local=text(call.local),
        peer=text(call.peer),
    )


def read(path: Path) -> list[Call]:
    with closing(Reader(path, ours=False)) as reader:
        return list(reader.calls())


@given(calls())
def test_every_field_comes_back_as_it_was_taken(made: list[Call]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = recorded(Path(folder, "a.session"), made)
        assert read(path) == [as_stored(call) for call in made]


def test_data_of_any_length_comes_back_whole(tmp_path: Path) -> None:
    made = [plain(1, b""), plain(2, bytes(range(256)) * 4096), plain(3, b"\0")]
    assert read(recorded(tmp_path / "a.session", made)) == made


def test_a_row_holds_only_as_much_data_as_was_asked_for(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.session", [plain(seq, b"0123456789") for seq in range(1, 6)])
    with closing(Reader(path, ours=False)) as reader:
        rows = reader.rows(2, 4, data_limit=3)
        assert [(row.call.seq, row.call.data, row.length) for row in rows] == [
            (2, b"012", 10),
            (3, b"012", 10),
            (4, b"012", 10),
        ]
        assert reader.rows(2, 2)[0].call == plain(2, b"0123456789")
        assert reader.rows(6, 9) == []


def test_more_calls_than_a_page_come_back_in_order(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    for seq in range(1, 1302):
        recorder.take(plain(seq))
    recorder.close()
    assert [call.seq for call in read(recorder.path)] == list(range(1, 1302))


def test_the_index_has_five_bytes_for_a_call_and_can_be_read_back(tmp_path: Path) -> None:
    made = [plain(1, b"abc"), plain(2, b"", note="The peer finished sending."), plain(3)]
    recorder = Recorder(tmp_path / "a.session")
    for call in made:
        recorder.take(call)
    assert len(recorder.index) == 0
    recorder.commit()
    recorder.close()
    index = recorder.index
    assert len(index) == 3
    assert list(index.sizes) == [3, 0, 5]
    assert list(index.flags) == [index.DATA, index.DATA | index.NOTE, index.DATA]
    assert (index.bytes_in, index.bytes_out) == (8, 0)
    assert index.sizes.itemsize + memoryview(index.flags).itemsize == 5
    with closing(Reader(recorder.path, ours=False)) as reader:
        opened = Opened(recorder.path)
        opened.read_on(reader)
    assert (opened.index.sizes, opened.index.flags) == (index.sizes, index.flags)


def test_a_reader_of_ours_sees_each_commit_at_once(tmp_path: Path) -> None:
    changes: list[int] = []
    recorder = Recorder(tmp_path / "a.session", on_change=lambda: changes.append(1))
    with closing(Reader(recorder.path, ours=True)) as reader:
        recorder.take(plain(1))
        assert list(reader.calls()) == []
        assert recorder.commit()
        assert list(reader.calls()) == [plain(1)]
    assert changes == [1]
    recorder.close()


def test_a_session_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = recorded(tmp_path / "a.session", [plain(1)])
        with closing(Reader(path, ours=True)) as reader:
            reader.save_as(tmp_path / "b.session")
    finally:
        os.umask(before)
    for file in (path, tmp_path / "b.session"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_closing_leaves_one_file(tmp_path: Path) -> None:
    recorded(tmp_path / "a.session", [plain(1)])
    assert [path.name for path in tmp_path.iterdir()] == ["a.session"]


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    path.write_text("mine")
    with pytest.raises(SockplayError, match="exists already"):
        Recorder(path)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(SockplayError, match="cannot be written: No such file"):
        Recorder(tmp_path / "no" / "a.session")


def test_a_copy_holds_the_same_calls_and_is_a_session_itself(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    recorder.take(plain(1))
    recorder.commit()
    with closing(Reader(recorder.path, ours=True)) as reader:
        reader.save_as(tmp_path / "b.session")
        with pytest.raises(SockplayError, match="exists already"):
            reader.save_as(tmp_path / "b.session")
        with pytest.raises(SockplayError, match="cannot be written"):
            reader.save_as(tmp_path / "no" / "c.session")
    recorder.close()
    assert read(tmp_path / "b.session") == [plain(1)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.session", "b.session"]


def test_much_that_is_unwritten_does_not_wait_for_the_next_commit(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    for seq in range(1, 4):
        assert not recorder.take(plain(seq, bytes(BATCH_BYTES)))
    assert len(recorder.index) == 2
    recorder.close()


def test_a_block_holds_no_more_than_a_reader_wants_to_read_for_one_call(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    sizes = [MOST_BYTES // 2, MOST_BYTES // 2, 1, MOST_BYTES + 1, *[1] * (MOST_CALLS + 2)]
    for seq, size in enumerate(sizes, 1):
        recorder.take(plain(seq, bytes(size)))
    recorder.close()
    with closing(Reader(recorder.path, ours=False)) as reader:
        blocks = [(block.first, len(block)) for block in reader.blocks()]
    assert blocks == [(1, 2), (3, 1), (4, 1), (5, MOST_CALLS), (5 + MOST_CALLS, 2)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_what_a_disk_that_takes_nothing_cannot_keep_is_counted_in_a_row(tmp_path: Path) -> None:
    program = """
import resource, sys
from pathlib import Path
from sockplay.session.recorder import Recorder, WAITING_BYTES
from tests.session.calls import plain
said = []
recorder = Recorder(Path(sys.argv[1]))
recorder.on_change = lambda: said.append(recorder.problem)
assert not recorder.take(plain(1))
assert recorder.commit()
was = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, was[1]))
number, left_out, taken = 2, 0, 0
while left_out < 10:
    if recorder.take(plain(number, bytes(1 << 20))):
        left_out += 1
    else:
        number += 1
        taken += 1
assert taken == WAITING_BYTES // (1 << 20) + 1, taken  # the row is one
assert not recorder.commit()
assert recorder.problem.startswith("Calls are not recorded any more. Not recording: ")
assert len(recorder.index) == 1
resource.setrlimit(resource.RLIMIT_FSIZE, was)
assert recorder.commit()
assert recorder.problem == ""
assert not recorder.take(plain(number))
assert recorder.close()
assert [bool(one) for one in said] == [False, True, True, False, False, False], said
"""
    path = tmp_path / "a.session"
    subprocess.run([sys.executable, "-c", program, path], check=True, timeout=20)
    *kept, gap, last = read(path)
    assert [call.seq for call in (*kept, gap, last)] == list(range(1, len(kept) + 3))
    assert (gap.socket, gap.op, (gap.error or "")[:7]) == ("", "gap", "SQLITE_")
    assert gap.note.startswith("11 calls (11,534,336 bytes) not recorded: ")
    assert last == plain(len(kept) + 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps open files from being removed")
def test_a_file_that_is_gone_is_told_and_a_copy_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    recorder = Recorder(folder / "a.session")
    recorder.take(plain(1))
    assert recorder.commit()
    with closing(Reader(recorder.path, ours=True)) as reader:
        assert len(reader.rows(1, 1)) == 1
        shutil.rmtree(folder)
        recorder.take(plain(2))
        assert not recorder.commit()
        assert recorder.problem.startswith(f"Not recording: {folder / 'a.session'} is gone.")
        reader.save_as(tmp_path / "b.session")
    recorder.go_on_in(tmp_path / "b.session")
    assert recorder.problem == ""
    assert recorder.path == tmp_path / "b.session"
    recorder.take(plain(3))
    assert recorder.close()
    assert read(tmp_path / "b.session") == [plain(1), plain(2), plain(3)]


def test_what_came_since_a_copy_was_made_is_in_it_too_when_it_goes_on(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    recorder.take(plain(1))
    recorder.commit()
    with closing(Reader(recorder.path, ours=True)) as reader:
        reader.save_as(tmp_path / "b.session")
    for call in (plain(2), plain(3, note="of another kind")):
        recorder.take(call)
        recorder.commit()
    recorder.mark(2, "seen")
    recorder.go_on_in(tmp_path / "b.session")
    recorder.take(plain(4))
    assert recorder.close()
    assert [call.seq for call in read(tmp_path / "a.session")] == [1, 2, 3]
    with closing(Reader(tmp_path / "b.session", ours=False)) as reader:
        assert [call.note for call in reader.calls()] == ["", "", "of another kind", ""]
        assert reader.marks() == {2: "seen"}
    with pytest.raises(SockplayError, match="cannot be written"):
        Recorder(tmp_path / "c.session").go_on_in(tmp_path / "no" / "d.session")


def test_a_mark_is_kept_with_its_note_and_taken_away(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.session")
    with closing(Reader(recorder.path, ours=True)) as reader:
        assert recorder.mark(7, "here\x1b")
        assert recorder.mark(3, "")
        assert reader.marks() == {3: "", 7: "here\\x1b"}
        assert recorder.mark(3, None)
        assert reader.marks() == {7: "here\\x1b"}
    recorder.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_process_leaves_a_session_that_can_be_read(tmp_path: Path) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from sockplay.session.recorder import Recorder
from tests.session.calls import plain
recorder = Recorder(Path(sys.argv[1]))
for seq in range(1, 101):
    recorder.take(plain(seq))
recorder.commit()
recorder.take(plain(101))
os.kill(os.getpid(), signal.SIGKILL)
"""
    path = tmp_path / "a.session"
    ended = subprocess.run([sys.executable, "-c", program, path], check=False, timeout=20)
    assert ended.returncode == -signal.SIGKILL
    assert [call.seq for call in read(path)] == list(range(1, 101))
