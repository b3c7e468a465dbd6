"""The receiver of authorization responses on this machine, awaitable."""

from __future__ import annotations

import ferroauth
from ferroauth.aio._worker import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal


class LoopbackReceiver:
    """A server on this machine for one authorization response; see ``ferroauth.LoopbackReceiver``."""

    def __init__(
        self,
        *,
        port: int = 0,
        path: str | None = None,
        host: Literal["127.0.0.1", "::1", "localhost"] | None = None,
    ) -> None:
        self._receiver = ferroauth.LoopbackReceiver(port=port, path=path, host=host)

    @property
    def redirect_uri(self) -> str:
        """The redirect URI, to register and to give to the client."""
        return self._receiver.redirect_uri

    @property
    def port(self) -> int:
        """The port."""
        return self._receiver.port

    async def receive(self, *, state: str | None = None, timeout: float | None = None) -> str:
        """Waits for one authorization response, closes, and returns what ``Client.finish_authorization`` takes."""
        return await run(self._receiver.flow.receive(state=state, timeout=timeout))

    async def forward(self, to: str, *, timeout: float | None = None) -> int:
        """Redirects every request to the URL ``to`` until it is closed or ``timeout`` seconds are over."""
        return await run(self._receiver.flow.forward(to, timeout=timeout))

    def close(self) -> None:
        """Ends whatever is served, and stops listening."""
        self._receiver.close()

    async def __aenter__(self) -> LoopbackReceiver:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"aio.{self._receiver!r}"
