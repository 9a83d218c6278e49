from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sockplay.ui.screens import following


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a short path for all that a test writes: sessions, reports, Unix sockets."""
    with tempfile.TemporaryDirectory(prefix="sp") as path:
        monkeypatch.setenv("XDG_STATE_HOME", f"{path}/state")
        monkeypatch.setenv("XDG_DATA_HOME", f"{path}/data")
        monkeypatch.chdir(path)
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "TMPDIR"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(following, "_GAUGES_S", 0.03)  # a test need not look at gauges
        monkeypatch.setattr(following, "_LOOK_S", 0.01)
        yield Path(path)
