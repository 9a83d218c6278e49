from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sockplay.cli.ending import end_in_order
from sockplay.session.capture.export import write_packets
from sockplay.session.capture.read import opened_session
from sockplay.session.reader import Reader
from tests.session.calls import plain, recorded


@pytest.fixture
def told_in_order() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    end_in_order()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_command_that_the_system_ends_leaves_no_folder_behind(
    told_in_order: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = tmp_path / "then.pcapng"
    with closing(Reader(recorded(tmp_path / "then.session", [plain(1)]), ours=False)) as reader:
        write_packets(reader, capture, None, over=False)
    folders = tmp_path / "folders"
    folders.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folders))

    def end(done: int, total: int) -> bool:
        assert list(folders.iterdir())
        signal.raise_signal(signal.SIGTERM)
        return True

    with pytest.raises(SystemExit) as ended, opened_session(capture, end):
        pass
    assert (ended.value.code, list(folders.iterdir())) == (143, [])
