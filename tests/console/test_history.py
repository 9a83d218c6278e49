from __future__ import annotations

import stat
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sockplay.console.history import ENTRIES, History


def kept(path: Path) -> tuple[str, ...]:
    history = History(path)
    assert history.load() == ""
    return history.entries


@given(st.lists(st.text(st.characters()), max_size=5))
def test_what_is_entered_is_there_the_next_time(entries: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history"
        history = History(path)
        assert [history.add(entry) for entry in entries] == [""] * len(entries)
        assert kept(path) == history.entries


def test_it_is_for_its_user_alone(tmp_path: Path) -> None:
    History(tmp_path / "history").add("secret")
    assert stat.S_IMODE((tmp_path / "history").stat().st_mode) == 0o600


def test_two_at_once_keep_what_both_entered(tmp_path: Path) -> None:
    path = tmp_path / "history"
    one, two = History(path), History(path)
    for history, entry in ((one, "a"), (two, "b"), (one, "c")):
        history.load()
        history.add(entry)
    assert kept(path)[-3:] == ("a", "b", "c")


def test_it_keeps_the_last_ones_only(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text("".join(f'"{number}"\n' for number in range(3 * ENTRIES)), "utf-8")
    assert kept(path) == tuple(str(number) for number in range(2 * ENTRIES, 3 * ENTRIES))
    assert len(path.read_bytes().splitlines()) == ENTRIES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["history"]


def test_what_was_entered_before_it_was_read_comes_last(tmp_path: Path) -> None:
    path = tmp_path / "history"
    History(path).add("old")
    history = History(tmp_path / "none")
    history.add("new")
    history._path = path
    history.load()
    assert history.entries == ("old", "new")


def test_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_bytes(b'"a"\n\xff\xfe\n{"x": 1}\n"cut\n' + b"[" * 100_000 + b'\n"b"\n')
    assert kept(path) == ("a", "b")


def test_a_file_that_cannot_be_used_is_said_once(tmp_path: Path) -> None:
    history = History(tmp_path)  # a folder
    assert history.add("a") == "What you enter is not kept for the next time: Is a directory"
    assert history.add("b") == ""
    assert history.load() == ""
    assert history.entries == ("a", "b")
