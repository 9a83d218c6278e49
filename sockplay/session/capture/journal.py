"""Writes calls down as if sockets of ours had made them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from sockplay.model.call import Badge, Call, direction_of
from sockplay.session.capture.headers import Place

FROM_A_CAPTURE: Final = (
    "From a capture, as the client saw it: sends went to the server, recvs came from it."
)


class Journal:
    """Numbers the calls, and hands them on.

    Args:
        take: where they go.
    """

    def __init__(self, take: Callable[[Call], object]) -> None:
        self._take = take
        self.count = 0
        self.time_ns = 0
        """When the packet came that the calls are about."""

    def write(
        self,
        name: str,
        op: str,
        args: str = "",
        *,
        ends: tuple[Place, Place] | None = None,
        data: bytes = b"",
        requested: int | None = None,
        offset: int | None = None,
        size: int | None = None,
        error: str | None = None,
        note: str = "",
        badges: tuple[Badge, ...] = (),
        began_ns: int | None = None,
    ) -> None:
        """Write one call down; ``ends`` are the client and the server."""
        self.count += 1
        moves = direction_of(op) is not None and error is None
        began = self.time_ns if began_ns is None else min(began_ns, self.time_ns)
        self._take(
            Call(
                seq=self.count,
                time_ns=began,
                took_ns=self.time_ns - began,
                socket=name,
                op=op,
                args=args,
                requested=len(data) if requested is None and moves else requested,
                moved=len(data) if moves else None,
                data=data,
                offset=offset,
                size=size,
                local=ends[0].text if ends else None,
                peer=ends[1].text if ends else None,
                error=error,
                note=note,
                badges=(*badges, "error") if error else badges,
            )
        )

    def made(self, name: str, place: Place, kind: Literal["SOCK_STREAM", "SOCK_DGRAM"]) -> None:
        """A socket was made."""
        family = "AF_INET" if len(place.host) == 4 else "AF_INET6"
        self.write(name, "socket", f"{family}, {kind}")


def python_of(place: Place) -> str:
    """A place as Python writes it in a call."""
    host, _, port = place.text.rpartition(":")
    return repr((host.removeprefix("[").removesuffix("]"), int(port)))
