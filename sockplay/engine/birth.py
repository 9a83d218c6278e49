"""How a socket comes into view: from its first call on, and out again if it cannot be opened."""

from __future__ import annotations

from sockplay.engine.endpoint import Endpoint
from sockplay.engine.explain import explain
from sockplay.model.info import SocketInfo


class Birth:
    """While it lasts, a failure of any kind closes the socket and takes it from view."""

    def __init__(self, sockets: dict[str, Endpoint | SocketInfo], endpoint: Endpoint) -> None:
        self._sockets = sockets
        self._endpoint = endpoint

    async def __aenter__(self) -> None:
        self._sockets[self._endpoint.name] = self._endpoint

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        if error is None:
            return
        self._sockets.pop(self._endpoint.name, None)
        self._endpoint.close()
        if isinstance(error, OSError):
            raise explain(error, "open", self._endpoint.local) from error
