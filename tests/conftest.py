from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

# Screens come and go by the hundred: looking for cycles at Python's own pace takes a sixth of it.
gc.set_threshold(50_000, 20, 20)

# The same code passes or fails every time, and a busy machine is no mistake in it. To look for what
# these examples miss: pytest --hypothesis-profile=search
settings.register_profile("calm", deadline=None, max_examples=25, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("calm")

_MEMORY = "/dev/shm"
_ROOM = 4 << 30
_LONG = ("tests/test_house.py", "tests/program/")
"""What takes long in one piece or waits much: the last of all would keep one worker alone."""


def _has_room(folder: str) -> bool:
    if not hasattr(os, "statvfs") or not os.path.isdir(folder):
        return False
    found = os.statvfs(folder)
    runs = not found.f_flag & os.ST_NOEXEC  # some tests run what they compiled
    return runs and found.f_bavail * found.f_frsize > _ROOM


# Sessions by the hundred are written and removed again: a disk takes three times as long.
if "TMPDIR" not in os.environ and _has_room(_MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = _MEMORY


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test by a part of a long text: workers tell the names of tests to each other."""
    return f"{val[:40]!a}..." if isinstance(val, str | bytes) and len(val) > 80 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that all workers end at the same time."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


def pytest_collection_finish() -> None:
    """What was imported is never garbage: collecting after a test is then cheap."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Unsaved sessions, reports of bugs and what is kept stay out of the home of whoever tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session", autouse=True)
def styles_are_parsed_once() -> Iterator[None]:
    """Share what texts of styles say among all apps, since no app changes it.

    A style sheet keeps it too, but of 64 texts, which are fewer than some screens have, and goes
    through all of them again for each kind of widget that comes (textual/css/stylesheet.py).
    """
    texts: dict[object, list[RuleSet]] = {}
    sheets: dict[object, list[RuleSet]] = {}
    parse, parse_text = Stylesheet.parse, Stylesheet._parse_rules

    def parse_text_once(sheet: Stylesheet, css: str, **what: Any) -> list[RuleSet]:  # noqa: ANN401
        key = (css, *what.items(), *sheet._variables.items())
        if key not in texts:
            texts[key] = parse_text(sheet, css, **what)
        return texts[key]

    def parse_once(sheet: Stylesheet) -> None:
        key = (*sheet.source.items(), *sheet._variables.items())
        if key not in sheets:
            parse(sheet)
            sheets[key] = sheet._rules
        sheet._rules, sheet._rules_map, sheet._require_parse = sheets[key], None, False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_text_once)
        patch.setattr(Stylesheet, "parse", parse_once)
        patch.setattr(RuleSet, "__hash__", object.__hash__)  # the same number, found in C
        yield
