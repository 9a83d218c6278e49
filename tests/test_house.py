"""The rules of the house, so that one pytest tells a newcomer everything."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "sockplay").rglob("*.py"))
CHECKS = {
    "ruff finds nothing to complain about": ["ruff", "check"],
    "every file is formatted": ["ruff", "format", "--check"],
    "every type holds": ["mypy"],
}


@pytest.mark.parametrize("command", CHECKS.values(), ids=list(CHECKS))
def test_the_code_passes(command: list[str]) -> None:
    _passes([sys.executable, "-m", *command])


def test_imports_go_one_way_through_the_rooms() -> None:
    _passes([sys.executable, "-c", "from importlinter.cli import *; lint_imports_command()"])


def test_a_module_is_small_enough_to_live_in() -> None:
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {path: count for path, count in lines.items() if count > 300} == {}


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert {path.stem for path in MODULES}.isdisjoint({"utils", "helpers", "common", "manager"})


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    tops = {line.partition("/")[0] for line in listed.stdout.splitlines()}
    assert tops <= {
        *("pyproject.toml", "sockplay", "tests", "screenshots", "README.md", "LICENSE"),
        *(".gitignore", ".ci"),
    }


def test_nothing_is_left_to_be_done_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [path for path in MODULES if marks.search(path.read_text("utf-8"))] == []


def _passes(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
