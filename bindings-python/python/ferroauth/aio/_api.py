"""What guards an API: it awaits nothing while its key set is at hand."""

from __future__ import annotations

import ferroauth
from ferroauth import _native
from ferroauth.aio._worker import run
from ferroauth.errors import KeySetNotLoadedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferroauth._native import _Request

    from typing_extensions import Unpack


class Verifier:
    """Verifies tokens against one policy; see ``ferroauth.Verifier``."""

    def __init__(
        self,
        *,
        issuer: str | Sequence[str] | None,
        audience: str | Sequence[str] | None,
        **options: Unpack[_native._VerifierOptions],
    ) -> None:
        self._verifier = ferroauth.Verifier(issuer=issuer, audience=audience, **options)

    async def verify(self, token: str, **known: Unpack[_native._Known]) -> ferroauth.Claims:
        """Verifies a token and returns its claims. Fetches the key set where it must."""
        try:
            claims = self._verifier.verify_now(token, **known)
            # Keys that are about to expire are refreshed while they still serve.
            if not self._verifier._refresh_due(token):
                return claims
        except KeySetNotLoadedError:
            pass
        return await run(self._verifier.flow.verify(token, **known))

    def verify_now(self, token: str, **known: Unpack[_native._Known]) -> ferroauth.Claims:
        """Verifies a token without any traffic."""
        return self._verifier.verify_now(token, **known)

    def export_keys(self) -> str | None:
        """The cached key set as JSON text; ``None`` if there is none."""
        return self._verifier.export_keys()

    def import_keys(self, text: str) -> None:
        """Takes over what ``export_keys`` wrote."""
        self._verifier.import_keys(text)

    def __repr__(self) -> str:
        return "aio.Verifier(...)"


class ResourceServer:
    """Guards an API; see ``ferroauth.ResourceServer``."""

    def __init__(self, verifier: Verifier | ferroauth.Verifier, *, realm: str | None = None) -> None:
        known = verifier._verifier if isinstance(verifier, Verifier) else verifier
        self._server = ferroauth.ResourceServer(known, realm=realm)

    async def authenticate(
        self, request: _Request, *, scopes: Sequence[str] | None = None
    ) -> ferroauth.Principal | ferroauth.Denial:
        """Decides about a request. Fetches the key set where it must."""
        # Read once: the headers may be an iterator.
        fields = [("Authorization", value) for value in _native._authorization(request)]
        try:
            answer = self._server.authenticate_now(fields, scopes=scopes)
            if not self._server._refresh_due(fields):
                return answer
        except KeySetNotLoadedError:
            pass
        return await run(self._server.flow.authenticate(fields, scopes=scopes))

    def authenticate_now(
        self, request: _Request, *, scopes: Sequence[str] | None = None
    ) -> ferroauth.Principal | ferroauth.Denial:
        """Decides about a request without any traffic."""
        return self._server.authenticate_now(request, scopes=scopes)

    def __repr__(self) -> str:
        return "aio.ResourceServer(...)"
