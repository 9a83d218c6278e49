from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, since a Unix socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="sp") as path:
        yield Path(path)
