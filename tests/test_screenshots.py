"""The pictures in screenshots/ show the app as it is."""

from __future__ import annotations

import pytest

from tests.scenes.__main__ import FOLDER, draw
from tests.scenes.scenes import SCENES, Scene

pytestmark = pytest.mark.xdist_group("stage")  # its ports are the same in every scene


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.file)
async def test_the_picture_is_what_the_app_draws(scene: Scene) -> None:
    drawn = await draw(scene)
    # Outside the assertion, for pytest would explain 200 kB of SVG line by line.
    same = drawn == (FOLDER / scene.file).read_text("utf-8")
    assert same, (
        f"{scene.file} no longer matches: look at it after `python -m tests.scenes {scene.name}`"
    )


def test_every_picture_has_its_scene() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {scene.file for scene in SCENES}
