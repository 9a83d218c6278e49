"""What a screen follows goes on after a look that failed."""

from __future__ import annotations

from sockplay.model.errors import SockplayError
from sockplay.ui.screens.steady import Steady


async def test_an_error_is_said_once_until_a_look_succeeds() -> None:
    fates: list[Exception | None] = [
        SockplayError("gone"),
        SockplayError("gone"),
        OSError(5, "Input/output error"),
        None,
        SockplayError("gone"),
    ]
    told: list[str] = []

    async def look() -> None:
        if (fate := fates.pop(0)) is not None:
            raise fate

    following = Steady(look, lambda error: told.append(str(error)))
    while fates:
        await following.look()
    assert told == [
        "gone",
        "The system refused: Input/output error. Close something and try again.",
        "gone",
    ]
