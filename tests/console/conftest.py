from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.talking import Talk


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    there = Talk(tmp_path)
    yield there
    assert there.close() == ""
    assert there.bugs == []
