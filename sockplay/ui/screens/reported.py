"""What goes wrong while something is carried out is said on the screen, and nothing ends by it."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sockplay.model.errors import SockplayError


class _Speaker(Protocol):
    def say(self, error: SockplayError) -> None: ...


S = TypeVar("S", bound=_Speaker)
P = ParamSpec("P")


def reported(
    doing: Callable[Concatenate[S, P], Awaitable[None]],
) -> Callable[Concatenate[S, P], Awaitable[None]]:
    """Let a screen ``say`` the errors that the system or a person's wish can bring about."""

    @functools.wraps(doing)
    async def guarded(screen: S, /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await doing(screen, *args, **kwargs)
        except SockplayError as error:
            screen.say(error)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            screen.say(
                SockplayError(f"The system refused: {reason}. Close something and try again.")
            )

    return guarded
