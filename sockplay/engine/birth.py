"""How a socket comes into view: from its first call on, and out again if it cannot be opened."""

from __future__ import annotations

from sockplay.engine.endpoint import Endpoint
from sockplay.engine.explain import explain
from sockplay.engine.sockets import Sockets


class Birth:
    """While it lasts, a failure of any kind closes the socket and takes it from view."""

    def __init__(self, sockets: Sockets, endpoint: Endpoint) -> None:
        self._sockets = sockets
        self._endpoint = endpoint

    async def __aenter__(self) -> None:
        self._sockets.add(self._endpoint)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        if error is None:
            return
        self._sockets.drop(self._endpoint)
        self._endpoint.close()
        if isinstance(error, OSError):
            raise explain(error, "open", self._endpoint.local) from error
