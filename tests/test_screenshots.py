"""The pictures in screenshots/ show the app as it is."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from difflib import unified_diff

import pytest

from tests.scenes.__main__ import FOLDER, draw
from tests.scenes.scenes import SCENES, Scene

pytestmark = pytest.mark.xdist_group("stage")  # its ports are the same in every scene

_TRIES = 3
"""A busy machine may not have painted all of a scene when its picture is taken."""
_TEXT = re.compile(r'<text [^>]*?y="([\d.]+)"[^>]*>(.*?)</text>')


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.file)
async def test_the_picture_is_what_the_app_draws(scene: Scene) -> None:
    kept = (FOLDER / scene.file).read_text("utf-8")
    drawn = ""
    for _ in range(_TRIES):
        with suppress(AssertionError, TimeoutError):  # it took too long
            drawn = drawn if drawn == kept else await draw(scene)
    same = drawn == kept  # what is asserted, for pytest would explain 200 kB of SVG line by line
    assert same, (
        f"{scene.file} no longer matches: look at it after `python -m tests.scenes {scene.name}`\n"
        + "\n".join(unified_diff(_lines(kept), _lines(drawn), lineterm="", n=0))
    )


def _lines(picture: str) -> list[str]:
    """The texts of a picture, line by line."""
    lines: dict[str, str] = {}
    for line, text in _TEXT.findall(picture):
        lines[line] = lines.get(line, "") + html.unescape(text)
    return list(lines.values())


def test_every_picture_has_its_scene() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {scene.file for scene in SCENES}
