"""A start that must fail, and must leave nothing behind."""

from __future__ import annotations

import os

import pytest

from sockplay.model.errors import SockplayError
from sockplay.model.spec import ClientSpec, ServerSpec
from tests.engine.world import World, open_files


async def refused(world: World, spec: ServerSpec | ClientSpec) -> SockplayError:
    """Try to start it; returns why it failed, having checked that nothing is left of it."""
    files, folder, view = open_files(), os.listdir(world.folder), world.engine.snapshot()
    engine = world.engine
    start = engine.start_server(spec) if isinstance(spec, ServerSpec) else engine.start_client(spec)
    with pytest.raises(SockplayError) as caught:
        await start
    assert open_files() == files
    assert os.listdir(world.folder) == folder
    assert len(world.engine.snapshot()) == len(view)
    assert caught.value.sentence.endswith(".")
    return caught.value
