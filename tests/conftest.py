from __future__ import annotations

import gc
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
settings.register_profile("calm", deadline=None, max_examples=40, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("calm")


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Unsaved sessions, reports of bugs and what is kept stay out of the home of whoever tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session", autouse=True)
def styles_are_parsed_once() -> Iterator[None]:
    """Share what a text of styles says among all apps, since no app changes it.

    A style sheet keeps it too, but of 64 texts, which are fewer than the workbench has: each kind
    of widget that comes has all of them parsed again (textual/css/stylesheet.py).
    """
    known: dict[object, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parse_once(sheet: Stylesheet, css: str, **what: Any) -> list[RuleSet]:  # noqa: ANN401
        key = (css, *what.items(), *sheet._variables.items())
        if key not in known:
            known[key] = parse(sheet, css, **what)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        patch.setattr(RuleSet, "__hash__", object.__hash__)  # the same number, found in C
        yield
