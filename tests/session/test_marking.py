from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.session.finding.turns import turns
from sockplay.session.marking import write_mark
from sockplay.session.reader import Reader
from tests.session.calls import plain, recorded


def test_a_session_that_nobody_records_takes_marks_while_it_is_read(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.session", [plain(1), plain(2)])
    with closing(Reader(path, ours=False)) as reader:
        assert len(list(reader.calls())) == 2
        write_mark(path, 2, "here\x1b")
        write_mark(path, 1, "")
        assert reader.marks() == {1: "", 2: "here\\x1b"}
        write_mark(path, 1, None)
        assert reader.marks() == {2: "here\\x1b"}


def test_a_mark_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SockplayError, match="mark the copy"):
        write_mark(tmp_path / "none.session", 1, "")
    assert not (tmp_path / "none.session").exists()


def test_the_other_direction_is_that_of_the_same_socket(tmp_path: Path) -> None:
    made = [
        Call(1, 100, 0, "cli1", "send"),
        Call(2, 200, 0, "conn1", "recv"),
        Call(3, 300, 0, "cli1", "recv", error="EAGAIN"),
        Call(4, 400, 0, "cli1", "recv"),
        Call(5, 500, 0, "cli1", "send"),
        Call(6, 600, 0, "cli1", "close"),
    ]
    with closing(Reader(recorded(tmp_path / "a.session", made), ours=False)) as reader:
        every = {1: None, 2: None, 3: 100, 4: 100, 5: 400, 6: None}
        assert turns(reader, 1, 9) == every
        assert turns(reader, 4, 5) == {4: 100, 5: 400}
