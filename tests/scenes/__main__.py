"""Makes the pictures anew."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.scenes.scenes import SCENES, Scene
from tests.scenes.stage import on_stage

FOLDER = Path(__file__).parents[2] / "screenshots"


async def draw(scene: Scene) -> str:
    """Play a scene; returns its picture."""
    async with on_stage(scene.size, scene.theme) as stage:
        await scene.play(stage)
        return stage.picture()


def main(names: list[str]) -> None:
    """Write the pictures of the scenes named, or of all."""
    for scene in SCENES:
        if not names or scene.name in names:
            (FOLDER / scene.file).write_text(asyncio.run(draw(scene)), "utf-8")
            print(scene.file)


if __name__ == "__main__":
    main(sys.argv[1:])
