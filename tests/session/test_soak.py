"""A process that is killed at any moment leaves what it recorded; ten minutes of it are in
``python -m tests.benchmarks soak``.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.benchmarks.soak import live


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_after_a_kill_every_recorded_byte_is_what_the_peers_sent(tmp_path: Path) -> None:
    life = live(tmp_path, 1.0, 20, random.Random())
    assert life.calls > 100
    assert life.bytes > 10_000
    assert life.lost_ms < 1000  # 100 on a machine that has nothing else to do
