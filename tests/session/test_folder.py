from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sockplay.session.folder import leftovers, new_path, remove, state_folder
from sockplay.session.recorder import Recorder
from tests.session.calls import plain, recorded


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_state_dir", lambda *_, **__: str(tmp_path / "state"))


def ended_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_folder_is_closed_to_others() -> None:
    assert stat.S_IMODE(state_folder().stat().st_mode) == 0o700


def test_a_session_of_a_process_that_has_ended_is_a_leftover() -> None:
    left = state_folder() / f"20260102-030405-{ended_pid()}.session"
    later = state_folder() / f"20260103-030405-{ended_pid()}.session"
    for path in (left, later):
        recorded(path, [plain(1)])
    assert leftovers() == [later, left]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps open files from being removed")
def test_a_session_in_use_is_no_leftover() -> None:
    recorded(new_path(), [plain(1)])
    recorded(state_folder() / f"20260102-030405-{os.getppid()}.session", [plain(1)])
    (state_folder() / "notes.session").write_text("somebody's own")
    assert leftovers() == []


def test_a_session_that_any_program_still_records_is_no_leftover() -> None:
    """Its number says nothing, where it runs on another computer or in a container."""
    recorder = Recorder(state_folder() / f"20260102-030405-{ended_pid()}.session")
    recorder.take(plain(1))
    assert recorder.commit()
    assert leftovers() == []
    left = state_folder() / f"20260102-030406-{ended_pid()}.session"
    for suffix in ("", "-wal"):  # as a crash leaves it
        shutil.copy(f"{recorder.path}{suffix}", f"{left}{suffix}")
        os.utime(f"{left}{suffix}", (1e9, 1e9))
    recorder.close()
    assert leftovers() == [left, recorder.path]
    assert (left.stat().st_mtime, Path(f"{left}-wal").exists()) == (1e9, False)


def test_removing_takes_the_files_of_sqlite_along(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.session", [plain(1)])
    Path(f"{path}-wal").touch()
    remove(path)
    remove(path)
    assert not list(tmp_path.glob("a.session*"))
