from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Screens come and go by the hundred: looking for cycles at Python's own pace takes a sixth of it.
gc.set_threshold(50_000, 20, 20)

# The same code passes or fails every time, and a busy machine is no mistake in it. To look for what
# these examples miss: pytest --hypothesis-profile=search
settings.register_profile("calm", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("calm")


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Unsaved sessions, reports of bugs and what is kept stay out of the home of whoever tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield
